//! Bringing a database up to date from the feeds: fetch what changed, then build.

use std::path::{Path, PathBuf};

use plimsoll_feeds::FEEDS;
use plimsoll_vulndb::{Database, Signing};

use crate::{Build, BuildError, Built, FeedFiles, FeedResult, Fetching, Mirror, Step, Wanted, status};

/// What an update brings.
#[derive(Debug, Clone, Copy)]
pub struct Update<'a> {
    /// Which part of the feeds is brought up to date.
    pub wanted: Wanted<'a>,
    /// Folders or files of an organisation's own advisories.
    pub overlays: &'a [PathBuf],
    /// How the feeds are fetched.
    pub fetching: &'a Fetching<'a>,
    /// By whom the database is signed.
    pub signing: Option<Signing<'a>>,
}

/// What an update did.
#[derive(Debug)]
pub struct Updated {
    /// What was built.
    pub built: Built,
    /// The number of the new database.
    pub generation: u64,
    /// Files that came.
    pub new_files: u64,
    /// Files that are as they were.
    pub unchanged_files: u64,
    /// Bytes that came.
    pub received_bytes: u64,
}

/// Brings the mirror up to date with what is wanted, then builds a database in `out` from all that
/// is in the mirror. A feed that cannot be had keeps the files it had, and its
/// [`FeedResult::failures`] say why.
///
/// # Errors
/// When there is nothing at all to build from, or `out` cannot be written; the database that was
/// there stays.
pub fn update_database(
    mirror: &mut Mirror,
    out: &Path,
    update: Update<'_>,
    watch: &mut dyn FnMut(Step<'_>),
) -> Result<Updated, BuildError> {
    let Update { wanted, overlays, fetching, signing } = update;
    let mut synced = Vec::new();
    for feed in FEEDS.iter().filter(|feed| wanted.includes(feed)) {
        synced.push((feed, mirror.sync(feed, wanted, fetching, watch)));
    }
    // The number must grow, whatever the clock says. The mirror's lock keeps other updates away.
    let generation = Database::open(out).map_or(0, |database| database.manifest().generation).saturating_add(1);
    let files = FeedFiles::Folder(mirror.root().to_path_buf());
    let build = Build { overlays, generation, built: fetching.now, signing, ..Build::of(&files) };
    let mut built = build.make(out, &mut |path| watch(Step::Checking { path }))?;
    for (feed, synced) in &synced {
        let at = built.feeds.iter().position(|result| result.feed == feed.id);
        if at.is_none() && synced.failures.is_empty() {
            continue;
        }
        let at = at.unwrap_or_else(|| {
            built.feeds.push(FeedResult { feed: feed.id, ..FeedResult::default() });
            built.feeds.len() - 1
        });
        built.feeds[at].failures.splice(0..0, synced.failures.iter().cloned());
    }
    for result in &mut built.feeds {
        let downloads = FEEDS.iter().filter(|feed| feed.id == result.feed).flat_map(plimsoll_feeds::Feed::downloads);
        result.checked = downloads.filter_map(|download| mirror.checked(&download.mirror_path)).min();
    }
    status::write(out, &built.feeds).map_err(BuildError::Status)?;
    Ok(Updated {
        built,
        generation,
        new_files: synced.iter().map(|(_, synced)| synced.new).sum(),
        unchanged_files: synced.iter().map(|(_, synced)| synced.unchanged).sum(),
        received_bytes: synced.iter().map(|(_, synced)| synced.received_bytes).sum(),
    })
}
