//! Making an advisory database: from a mirror folder, or from the feeds over the network.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use plimsoll_feeds::{Download, FEEDS, Feed, FeedSummary, Record, feed_for_path};
use plimsoll_model::{ShardName, Timestamp};
use plimsoll_transport::{Client, Conditional, Fetched};
use plimsoll_vulndb::{BuildInfo, BuildSummary, DbError, FeedMeta, ShardKind, ShardRow};

use crate::intake::{Intake, look_for};
use crate::jars::Jar;
use crate::overlay::OverlayResult;
use crate::status;

/// No feed's file is larger than this.
pub(crate) const MAX_FILE_BYTES: u64 = 4 << 30;
/// A larger file is read twice, so that its records need not all be held.
const LARGE_FILE_BYTES: u64 = 64 << 20;
/// No index is larger than this, unpacked.
const MAX_INDEX_BYTES: u64 = 64 << 20;
/// Most files that one index names.
const MAX_LISTED: usize = 1_000_000;
/// Folders of a mirror below its root.
const MAX_DEPTH: usize = 8;

/// Where the feeds' files come from.
#[derive(Debug)]
pub enum FeedFiles<'a> {
    /// A folder laid out as the mirror paths of [`FEEDS`] say.
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

/// Which part of the feeds is wanted.
#[derive(Debug, Clone, Copy)]
pub enum Wanted<'a> {
    /// All of it.
    Everything,
    /// The feeds of these ids.
    Feeds(&'a [String]),
    /// The feeds of these ids; of a feed with files for each release, those of these shards.
    FeedsFor(&'a [String], &'a [ShardName]),
    /// What fills these shards, as far as it is not too large to be fetched for a single scan.
    Shards(&'a [ShardName]),
}

impl Wanted<'_> {
    /// Whether it includes a feed.
    #[must_use]
    pub fn includes(self, feed: &Feed) -> bool {
        match self {
            Self::Everything => true,
            Self::Feeds(ids) | Self::FeedsFor(ids, _) => ids.iter().any(|id| id == feed.id),
            Self::Shards(shards) => !feed.large && shards.iter().any(|shard| feed.shards.holds(shard)),
        }
    }

    pub(crate) fn downloads(self, feed: &Feed) -> Vec<Download> {
        match self {
            Self::Everything | Self::Feeds(_) => feed.downloads(),
            Self::FeedsFor(_, shards) if !shards.iter().any(|shard| feed.shards.holds(shard)) => feed.downloads(),
            Self::FeedsFor(_, shards) | Self::Shards(shards) => {
                let mut all: Vec<Download> = shards.iter().flat_map(|shard| feed.downloads_for(shard)).collect();
                let mut seen = std::collections::BTreeSet::new();
                all.retain(|download| seen.insert(download.mirror_path.clone()));
                all
            }
        }
    }
}

/// How one feed went.
#[derive(Debug, Default)]
pub struct FeedResult {
    /// Its id.
    pub feed: &'static str,
    /// Files read.
    pub files: u64,
    /// Their sum.
    pub summary: FeedSummary,
    /// Files that could not be had or read, with the reason; their records are left out whole.
    pub failures: Vec<(String, String)>,
    /// When its hosts were last asked with success; `None` where it was read from a folder.
    pub checked: Option<Timestamp>,
}

/// What a build made.
#[derive(Debug)]
pub struct Built {
    /// Each feed that had files.
    pub feeds: Vec<FeedResult>,
    /// Each overlay.
    pub overlays: Vec<OverlayResult>,
    /// The shards.
    pub database: BuildSummary,
}

/// Why nothing was built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// There was not one file of any feed.
    #[error("no file of any feed was found in {0}")]
    Nothing(String),
    /// The database could not be written.
    #[error(transparent)]
    Database(#[from] DbError),
    /// An overlay is not there, or could not be listed.
    #[error("the overlay {0} could not be read: {1}")]
    Overlay(String, #[source] std::io::Error),
    /// The folder of the feeds' files could not be opened.
    #[error("the feeds' files cannot be kept: {0}")]
    Mirror(#[source] std::io::Error),
    /// How the feeds went could not be noted.
    #[error("the state of the feeds could not be written: {0}")]
    Status(#[source] std::io::Error),
}

/// Builds a database in `out` from what is wanted of the feeds. One feed that cannot be
/// read never stops the others: it stands in [`FeedResult::failures`]. `overlays` are folders or files
/// of an organisation's own advisories.
///
/// `built` is the time of the build and `generation` its number, which must grow.
///
/// # Errors
/// When there is nothing to build from, an overlay is not there, or `out` cannot be written.
pub fn build_database(
    files: &FeedFiles<'_>,
    out: &Path,
    wanted: Wanted<'_>,
    overlays: &[PathBuf],
    generation: u64,
    built: Option<Timestamp>,
    report: &mut dyn FnMut(&str),
) -> Result<Built, BuildError> {
    build_with_jars(files, out, wanted, overlays, Vec::new(), (generation, built), report)
}

/// As [`build_database`], with an index of Java archives; without any that of the database before stays.
///
/// # Errors
/// As [`build_database`].
pub fn build_with_jars(
    files: &FeedFiles<'_>,
    out: &Path,
    wanted: Wanted<'_>,
    overlays: &[PathBuf],
    jars: Vec<Jar>,
    (generation, built): (u64, Option<Timestamp>),
    report: &mut dyn FnMut(&str),
) -> Result<Built, BuildError> {
    look_for(overlays)?;
    let mut intake = Intake::new(BuildInfo { generation, built });
    intake.add_jars(jars);
    let mut feeds = Vec::new();
    let mut files_of: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    if let FeedFiles::Folder(root) = files {
        for path in mirror_files(root) {
            if let Some(owner) = feed_for_path(&path) {
                files_of.entry(owner.id).or_default().push(path);
            }
        }
    }
    for feed in FEEDS.iter().filter(|feed| wanted.includes(feed)) {
        let mut result = FeedResult { feed: feed.id, ..FeedResult::default() };
        match files {
            FeedFiles::Folder(root) => {
                for path in files_of.get(feed.id).into_iter().flatten() {
                    report(path);
                    read_file(feed, path, &root.join(path), &mut intake, &mut result);
                }
            }
            FeedFiles::Network { client, mirror } => {
                let mut waiting: Vec<Download> = wanted.downloads(feed);
                waiting.reverse();
                while let Some(download) = waiting.pop() {
                    let url = mirror
                        .as_ref()
                        .map_or_else(|| download.url.clone(), |base| format!("{base}/{}", download.mirror_path));
                    report(&url);
                    let fetched = client.fetch(&url, &Conditional::default(), MAX_FILE_BYTES);
                    let body = match fetched {
                        Ok(Fetched::Body { reader, .. }) => Ok(reader as Box<dyn Read>),
                        Ok(Fetched::Unchanged) => {
                            Err("the server says that it is unchanged, which was not asked".into())
                        }
                        Err(error) => Err(error.to_string()),
                    };
                    if download.is_index {
                        match body.and_then(|body| listed(feed, &download, body)) {
                            Ok(files) => waiting.extend(files.into_iter().rev()),
                            Err(why) => result.failures.push((download.mirror_path, why)),
                        }
                        continue;
                    }
                    read(feed, &download.mirror_path, body, &mut intake, &mut result);
                }
            }
        }
        if result.files > 0 {
            let summary = &result.summary;
            intake.add_feed(FeedMeta { id: feed.id.into(), data_from: summary.data_from, records: summary.records });
        }
        if result.files > 0 || !result.failures.is_empty() {
            feeds.push(result);
        }
    }
    if feeds.iter().all(|feed| feed.files == 0) {
        let place = match files {
            FeedFiles::Folder(root) => root.display().to_string(),
            FeedFiles::Network { mirror, .. } => mirror.clone().unwrap_or_else(|| "the feeds' hosts".into()),
        };
        return Err(BuildError::Nothing(place));
    }
    let (builder, overlays) = intake.close(overlays)?;
    let database = builder.finish_keeping(out, &|row| is_kept(row, &feeds))?;
    status::write(out, &feeds).map_err(BuildError::Status)?;
    Ok(Built { feeds, overlays, database })
}

/// Whether a shard of the database before stays: where a file that fills it could not be read, what
/// there was of it is better than what is left. The shard of scores has a little of every feed and is
/// always made anew.
fn is_kept(row: &ShardRow, feeds: &[FeedResult]) -> bool {
    let fills = |feed: &Feed, path: &str| {
        let is_of_a_release = feed.downloads().iter().any(|download| download.mirror_path == path);
        !is_of_a_release || feed.downloads_for(&row.name).iter().any(|download| download.mirror_path == path)
    };
    let has_failed = |id: &str| {
        let result = feeds.iter().find(|result| result.feed == id);
        let feed = FEEDS.iter().find(|feed| feed.id == id);
        result.zip(feed).is_some_and(|(result, feed)| result.failures.iter().any(|(path, _)| fills(feed, path)))
    };
    row.kind != ShardKind::Severities && row.feeds.iter().any(|feed| has_failed(&feed.id))
}

/// The files that an index names; with their addresses below the mirror, where one is used.
pub(crate) fn listed(feed: &Feed, index: &Download, mut body: Box<dyn Read + '_>) -> Result<Vec<Download>, String> {
    let mut plain = plimsoll_feeds::unpack::reader(&mut body).map_err(|error| error.to_string())?;
    let bytes = plimsoll_model::read_capped(&mut plain, MAX_INDEX_BYTES).map_err(|error| error.to_string())?;
    let files = feed.listed(index, &bytes).map_err(|error| error.to_string())?;
    if files.len() > MAX_LISTED {
        return Err(format!("it names more than {MAX_LISTED} files"));
    }
    Ok(files)
}

/// Reads a file of a folder. Of a large one the records are never all in memory: it is read once to see
/// whether it is whole, and once more for what it says.
fn read_file(feed: &'static Feed, path: &str, place: &Path, intake: &mut Intake, result: &mut FeedResult) {
    let open = || -> Result<Box<dyn Read>, String> {
        let file = File::open(place).map_err(|error| error.to_string())?;
        Ok(Box::new(BufReader::with_capacity(1 << 18, file)))
    };
    let is_large = feed.large || place.metadata().is_ok_and(|about| about.len() > LARGE_FILE_BYTES);
    if !is_large {
        return read(feed, path, open(), intake, result);
    }
    let parse = |sink: &mut dyn FnMut(Record)| {
        let mut capped = open()?.take(MAX_FILE_BYTES);
        plimsoll_feeds::parse(feed, path, &mut capped, sink).map_err(|error| error.to_string())
    };
    match parse(&mut |_| {}).and_then(|_| parse(&mut |record| intake.take(feed, record))) {
        Ok(summary) => {
            result.files += 1;
            add(&mut result.summary, summary);
        }
        Err(why) => result.failures.push((path.into(), why)),
    }
}

/// Reads one file. Records are handed on only once the whole file was read: half a feed would
/// look like a feed that has become smaller.
fn read(
    feed: &'static Feed,
    path: &str,
    bytes: Result<Box<dyn Read + '_>, String>,
    intake: &mut Intake,
    result: &mut FeedResult,
) {
    let mut records = Vec::new();
    let parsed = bytes.and_then(|mut bytes| {
        let mut capped = (&mut bytes).take(MAX_FILE_BYTES);
        plimsoll_feeds::parse(feed, path, &mut capped, &mut |record| records.push(record))
            .map_err(|error| error.to_string())
    });
    match parsed {
        Ok(summary) => {
            for record in records {
                intake.take(feed, record);
            }
            result.files += 1;
            add(&mut result.summary, summary);
        }
        Err(why) => result.failures.push((path.into(), why)),
    }
}

fn add(sum: &mut FeedSummary, one: FeedSummary) {
    sum.records += one.records;
    sum.withdrawn += one.withdrawn;
    sum.foreign += one.foreign;
    sum.foreign_rows += one.foreign_rows;
    sum.broken_count += one.broken_count;
    let room = FeedSummary::BROKEN_LISTED.saturating_sub(sum.broken.len());
    sum.broken.extend(one.broken.into_iter().take(room));
    sum.data_from = sum.data_from.max(one.data_from);
}

/// The files of a mirror folder, as paths with `/`, sorted.
fn mirror_files(root: &Path) -> Vec<String> {
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
