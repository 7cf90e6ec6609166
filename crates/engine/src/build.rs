//! Making an advisory database: from a mirror folder, or from the feeds over the network.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use plimsoll_feeds::{FEEDS, Feed, FeedSummary, feed_for_path};
use plimsoll_model::Timestamp;
use plimsoll_vulndb::{BuildInfo, BuildSummary, DbError, FeedMeta, ShardKind, ShardRow, Signing};

use crate::feed_files::{FeedFiles, fetch_all, mirror_files, read_file};
use crate::intake::{Intake, look_for};
use crate::jars::Jar;
use crate::overlay::OverlayResult;
use crate::status;
use crate::wanted::Wanted;

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

impl FeedResult {
    /// Counts in what came of a file.
    fn take(&mut self, path: String, outcome: Result<FeedSummary, String>) {
        match outcome {
            Ok(summary) => {
                self.files += 1;
                add(&mut self.summary, summary);
            }
            Err(why) => self.failures.push((path, why)),
        }
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

/// What a database is made of.
#[derive(Debug)]
pub struct Build<'a> {
    /// Where the feeds' files come from.
    pub files: &'a FeedFiles<'a>,
    /// Which part of them is wanted.
    pub wanted: Wanted<'a>,
    /// Folders or files of an organisation's own advisories.
    pub overlays: &'a [PathBuf],
    /// An index of Java archives; where it is empty, that of the database before stays.
    pub jars: Vec<Jar>,
    /// The number of the build, which must grow.
    pub generation: u64,
    /// The time of the build.
    pub built: Option<Timestamp>,
    /// By whom it is signed.
    pub signing: Option<Signing<'a>>,
}

impl<'a> Build<'a> {
    /// Everything that the files hold, as the first build, unsigned.
    #[must_use]
    pub fn of(files: &'a FeedFiles<'a>) -> Self {
        Self {
            files,
            wanted: Wanted::Everything,
            overlays: &[],
            jars: Vec::new(),
            generation: 1,
            built: None,
            signing: None,
        }
    }

    /// Makes it. How the feeds went is for the caller to note.
    pub(crate) fn make(self, out: &Path, report: &mut dyn FnMut(&str)) -> Result<Built, BuildError> {
        look_for(self.overlays)?;
        let mut intake = Intake::new(BuildInfo { generation: self.generation, built: self.built });
        intake.add_jars(self.jars);
        let mut files_of: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        if let FeedFiles::Folder(root) = self.files {
            for path in mirror_files(root) {
                if let Some(owner) = feed_for_path(&path) {
                    files_of.entry(owner.id).or_default().push(path);
                }
            }
        }
        let mut feeds = Vec::new();
        for feed in FEEDS.iter().filter(|feed| self.wanted.includes(feed)) {
            let mut result = FeedResult { feed: feed.id, ..FeedResult::default() };
            match self.files {
                FeedFiles::Folder(root) => {
                    for path in files_of.remove(feed.id).unwrap_or_default() {
                        report(&path);
                        let outcome = read_file(feed, &path, &root.join(&path), &mut intake);
                        result.take(path, outcome);
                    }
                }
                FeedFiles::Network { client, mirror } => {
                    let place = (*client, mirror.as_deref());
                    for (path, outcome) in fetch_all(feed, self.wanted.downloads(feed), place, &mut intake, report) {
                        result.take(path, outcome);
                    }
                }
            }
            if result.files > 0 {
                let FeedSummary { data_from, records, .. } = result.summary;
                intake.add_feed(FeedMeta { id: feed.id.into(), data_from, records });
            }
            if result.files > 0 || !result.failures.is_empty() {
                feeds.push(result);
            }
        }
        if feeds.iter().all(|feed| feed.files == 0) {
            let place = match self.files {
                FeedFiles::Folder(root) => root.display().to_string(),
                FeedFiles::Network { mirror, .. } => mirror.clone().unwrap_or_else(|| "the feeds' hosts".into()),
            };
            return Err(BuildError::Nothing(place));
        }
        let (builder, overlays) = intake.close(self.overlays)?;
        let database = builder.finish_keeping(out, &|row| is_kept(row, &feeds), self.signing)?;
        Ok(Built { feeds, overlays, database })
    }
}

/// Builds a database in `out`. One feed that cannot be read never stops the others: it stands in
/// [`FeedResult::failures`].
///
/// # Errors
/// When there is nothing to build from, an overlay is not there, or `out` cannot be written.
pub fn build_database(build: Build<'_>, out: &Path, report: &mut dyn FnMut(&str)) -> Result<Built, BuildError> {
    let built = build.make(out, report)?;
    status::write(out, &built.feeds).map_err(BuildError::Status)?;
    Ok(built)
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
