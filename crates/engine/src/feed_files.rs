//! Where a build's files come from, and reading one of them.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use plimsoll_feeds::{Download, Feed, FeedSummary, Record};
use plimsoll_transport::{Client, Conditional, Fetched};

use crate::follow::{each_file, listed};
use crate::intake::Intake;

/// No feed's file is larger than this.
pub(crate) const MAX_FILE_BYTES: u64 = 4 << 30;
/// A larger file is read twice, so that its records need not all be held.
const LARGE_FILE_BYTES: u64 = 64 << 20;
/// Folders of a mirror below its root.
const MAX_DEPTH: usize = 8;

/// Where the feeds' files come from.
#[derive(Debug)]
pub enum FeedFiles<'a> {
    /// A folder laid out as the mirror paths of [`plimsoll_feeds::FEEDS`] say.
    Folder(PathBuf),
    /// The network. With a base address, a mirror of such a folder is asked instead of the
    /// feeds' own hosts.
    Network {
        /// The client.
        client: &'a Client,
        /// Base address of the mirror, without a slash at the end.
        mirror: Option<String>,
    },
}

/// Reads a file of a folder. Of a large one the records are never all in memory: it is read once to see
/// whether it is whole, and once more for what it says.
pub(crate) fn read_file(feed: &Feed, path: &str, place: &Path, intake: &mut Intake) -> Result<FeedSummary, String> {
    let open = || -> Result<BufReader<File>, String> {
        let file = File::open(place).map_err(|error| error.to_string())?;
        Ok(BufReader::with_capacity(1 << 18, file))
    };
    let is_large = feed.large || place.metadata().is_ok_and(|about| about.len() > LARGE_FILE_BYTES);
    if !is_large {
        return read(feed, path, &mut open()?, intake);
    }
    parse(feed, path, &mut open()?, &mut |_| {})?;
    parse(feed, path, &mut open()?, &mut |record| intake.take(feed, record))
}

/// Fetches and reads what a feed publishes, below the mirror where there is one. Gives what each file
/// made, by its place in a mirror.
pub(crate) fn fetch_all(
    feed: &Feed,
    downloads: Vec<Download>,
    (client, mirror): (&Client, Option<&str>),
    intake: &mut Intake,
    report: &mut dyn FnMut(&str),
) -> Vec<(String, Result<FeedSummary, String>)> {
    let mut read_ones = Vec::new();
    let failures = each_file(downloads, &mut |download| {
        let url = mirror.map_or_else(|| download.url.clone(), |base| format!("{base}/{}", download.mirror_path));
        report(&url);
        let mut body = match client.fetch(&url, &Conditional::default(), MAX_FILE_BYTES) {
            Ok(Fetched::Body { reader, .. }) => reader,
            Ok(Fetched::Unchanged) => return Err("the server says that it is unchanged, which was not asked".into()),
            Err(error) => return Err(error.to_string()),
        };
        if download.is_index {
            return listed(feed, download, Box::new(body));
        }
        let summary = read(feed, &download.mirror_path, &mut body, intake)?;
        read_ones.push((download.mirror_path.clone(), Ok(summary)));
        Ok(Vec::new())
    });
    read_ones.extend(failures.into_iter().map(|(path, why)| (path, Err(why))));
    read_ones
}

/// Reads one file. Records are handed on only once the whole file was read: half a feed would
/// look like a feed that has become smaller.
fn read(feed: &Feed, path: &str, bytes: &mut dyn Read, intake: &mut Intake) -> Result<FeedSummary, String> {
    let mut records = Vec::new();
    let summary = parse(feed, path, bytes, &mut |record| records.push(record))?;
    for record in records {
        intake.take(feed, record);
    }
    Ok(summary)
}

fn parse(feed: &Feed, path: &str, bytes: &mut dyn Read, sink: &mut dyn FnMut(Record)) -> Result<FeedSummary, String> {
    plimsoll_feeds::parse(feed, path, &mut bytes.take(MAX_FILE_BYTES), sink).map_err(|error| error.to_string())
}

/// The files of a mirror folder, as paths with `/`, sorted.
pub(crate) fn mirror_files(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![(root.to_path_buf(), String::new(), 0)];
    while let Some((folder, prefix, depth)) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && depth < MAX_DEPTH => {
                    folders.push((entry.path(), format!("{path}/"), depth + 1));
                }
                Ok(kind) if !kind.is_dir() => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    found
}
