//! Fetching one feed's files: what changed, from where the last time broke off, and only what is
//! whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use plimsoll_feeds::{Download, Feed, FeedSummary};
use plimsoll_transport::{Fetched, Rest};

use super::state::{Known, Version};
use super::{Fetching, Mirror, Step, Synced};
use crate::feed_files::MAX_FILE_BYTES;
use crate::follow::{each_file, listed};

/// Files after which what is known is written down, so that a break costs little.
const NOTED_EVERY: u64 = 100;
/// A file with fewer records may halve without anybody wondering.
const FEW_RECORDS: u64 = 20;

pub(super) fn feed(
    mirror: &mut Mirror,
    feed: &Feed,
    downloads: Vec<Download>,
    fetching: &Fetching<'_>,
    watch: &mut dyn FnMut(Step<'_>),
) -> Synced {
    let mut synced = Synced::default();
    let mut files = 0_u64;
    synced.failures = each_file(downloads, &mut |download| {
        files += 1;
        let mut one = One { mirror: &mut *mirror, feed, download, fetching, synced: &mut synced };
        let named = one.bring(watch).and_then(|()| one.follow());
        if files.is_multiple_of(NOTED_EVERY) {
            note(mirror);
        }
        named
    });
    note(mirror);
    synced
}

/// What cannot be noted is fetched again next time.
fn note(mirror: &Mirror) {
    let _ = mirror.state.write(&mirror.root);
}

/// One file.
struct One<'m, 'a> {
    mirror: &'m mut Mirror,
    feed: &'m Feed,
    download: &'m Download,
    fetching: &'m Fetching<'a>,
    synced: &'m mut Synced,
}

impl One<'_, '_> {
    /// Leaves the file in its place as its host has it now, or the one before and a reason.
    fn bring(&mut self, watch: &mut dyn FnMut(Step<'_>)) -> Result<(), String> {
        let path = &self.download.mirror_path;
        if !is_safe(path) {
            return Err("its name leads out of the mirror".into());
        }
        watch(Step::Asking { path });
        let url = match &self.fetching.base {
            Some(base) => format!("{base}/{path}"),
            None => self.download.url.clone(),
        };
        let place = self.mirror.root.join(path);
        let Some((part, version)) = self.receive(&url, &place, watch)? else {
            self.synced.unchanged += 1;
            if let Some(known) = self.mirror.state.files.get_mut(path) {
                known.checked = self.fetching.now;
            }
            return Ok(());
        };
        watch(Step::Checking { path });
        let checked = self.check(&part);
        let taken = checked.and_then(|known| {
            fs::rename(&part, &place).map_err(|error| error.to_string())?;
            Ok(Known { version, checked: self.fetching.now, ..known })
        });
        self.mirror.state.parts.remove(path);
        match taken {
            Ok(known) => {
                self.mirror.state.files.insert(path.clone(), known);
                self.synced.new += 1;
                Ok(())
            }
            Err(why) => {
                let _ = fs::remove_file(&part);
                Err(why)
            }
        }
    }

    /// The received file and its version; `None` where the one in place still is the host's.
    fn receive(
        &mut self,
        url: &str,
        place: &Path,
        watch: &mut dyn FnMut(Step<'_>),
    ) -> Result<Option<(PathBuf, Version)>, String> {
        let path = &self.download.mirror_path;
        let part = part_of(place);
        let begun = self.mirror.state.parts.get(path).cloned().unwrap_or_default();
        let at = part.metadata().map_or(0, |about| about.len());
        let conditional = begun.conditional(url);
        let client = self.fetching.client;
        let (rest, of) = if at > 0 && (conditional.etag.is_some() || conditional.last_modified.is_some()) {
            let rest = client.fetch_rest(url, at, &conditional, MAX_FILE_BYTES).map_err(|error| error.to_string())?;
            (rest, None)
        } else {
            let is_there = place.is_file();
            let known = self.mirror.state.files.get(path).filter(|_| is_there);
            let known = known.map(|known| known.version.conditional(url)).unwrap_or_default();
            match client.fetch(url, &known, MAX_FILE_BYTES).map_err(|error| error.to_string())? {
                Fetched::Unchanged => return Ok(None),
                Fetched::Body { reader, size_bytes, etag, last_modified } => {
                    (Rest { reader, starts_at: 0, etag, last_modified }, size_bytes)
                }
            }
        };
        let Rest { mut reader, starts_at, etag, last_modified } = rest;
        let version = Version { url: url.to_owned(), etag, last_modified };
        // Emptied before its new version is noted: the bytes of one never pass for another's.
        let mut file = open_part(&part, starts_at).map_err(|error| error.to_string())?;
        self.mirror.state.parts.insert(path.clone(), version.clone());
        note(self.mirror);
        let (mut there, mut window) = (starts_at, vec![0; 1 << 17]);
        loop {
            let length = match reader.read(&mut window) {
                Ok(0) => break,
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.to_string()),
            };
            file.write_all(&window[..length]).map_err(|error| error.to_string())?;
            there += length as u64;
            self.synced.received_bytes += length as u64;
            watch(Step::Received { bytes: there, of });
        }
        file.sync_all().map_err(|error| error.to_string())?;
        Ok(Some((part, version)))
    }

    /// Reads the whole file; an index is checked when it is followed.
    fn check(&self, part: &Path) -> Result<Known, String> {
        if self.download.is_index {
            return Ok(Known::default());
        }
        let file = File::open(part).map_err(|error| error.to_string())?;
        let mut bytes = BufReader::with_capacity(1 << 18, file);
        let summary = plimsoll_feeds::parse(self.feed, &self.download.mirror_path, &mut bytes, &mut |_| {})
            .map_err(|error| error.to_string())?;
        let before = self.mirror.state.files.get(&self.download.mirror_path);
        if let Some(before) = before.filter(|_| !self.fetching.accept_less) {
            less(before, &summary).map_or(Ok(()), Err)?;
        }
        Ok(Known { records: Some(summary.records), data_from: summary.data_from, ..Known::default() })
    }

    /// The files that the index in place names; none for a file of records.
    fn follow(&self) -> Result<Vec<Download>, String> {
        if !self.download.is_index {
            return Ok(Vec::new());
        }
        let place = self.mirror.root.join(&self.download.mirror_path);
        let file = File::open(place).map_err(|error| error.to_string())?;
        listed(self.feed, self.download, Box::new(file))
    }
}

/// Why a file is less than the one before, where it is.
fn less(before: &Known, now: &FeedSummary) -> Option<String> {
    let records = before.records.unwrap_or(0);
    if records >= FEW_RECORDS && now.records < records / 2 {
        return Some(format!("it has {} records and had {records}: more than half is gone", now.records));
    }
    match (before.data_from, now.data_from) {
        (Some(then), Some(now)) if now < then => {
            Some(format!("its newest record is of {}, older than that of {} there is", now.date(), then.date()))
        }
        _ => None,
    }
}

fn part_of(place: &Path) -> PathBuf {
    let mut name = place.file_name().unwrap_or_default().to_os_string();
    name.push(".part");
    place.with_file_name(name)
}

fn open_part(part: &Path, starts_at: u64) -> io::Result<File> {
    if let Some(folder) = part.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    if starts_at == 0 {
        return options.write(true).create(true).truncate(true).open(part);
    }
    options.append(true).open(part)
}

/// Names from an index are a stranger's.
fn is_safe(path: &str) -> bool {
    path.len() <= 1024
        && !path.contains('\\')
        && path.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && !part.contains(['\0', ':']))
}
