//! The advisories that a scan asks: a database, or the starter advisories inside the program.

use std::path::Path;

use plimsoll_matching::Advisories;
use plimsoll_model::{Affected, Candidate, Coverage, DatabaseInfo, Gap, GapKind, SeverityClaim, ShardName, Timestamp};
use plimsoll_vulndb::{Database, DbError};

use crate::{FeedStatus, feed_status, starter};

/// An opened database, and whether it is only the starter advisories.
#[derive(Debug)]
pub struct AdvisorySource {
    database: Database,
    starter: bool,
    /// A database built before this is too old.
    stale_before: Option<Timestamp>,
    /// How its feeds stood when it was built, as far as that is known.
    feeds: Vec<FeedStatus>,
}

/// Opens the database in a folder; without a folder, or where it holds none, the starter
/// advisories.
///
/// # Errors
/// When there is a database but it cannot be read: it is never passed over in silence.
pub fn open_database(folder: Option<&Path>) -> Result<AdvisorySource, DbError> {
    match folder {
        Some(folder) if folder.join("manifest.json").exists() => Ok(AdvisorySource {
            database: Database::open(folder)?,
            starter: false,
            stale_before: None,
            feeds: feed_status(folder),
        }),
        _ => AdvisorySource::starter(),
    }
}

impl AdvisorySource {
    /// The starter advisories.
    ///
    /// # Errors
    /// When they cannot be put into a database, which a test rules out.
    pub fn starter() -> Result<Self, DbError> {
        Ok(Self { database: starter::database()?, starter: true, stale_before: None, feeds: Vec::new() })
    }

    /// The same, but a scan says that it is too old if it was built before `at`.
    #[must_use]
    pub fn stale_before(self, at: Timestamp) -> Self {
        Self { stale_before: Some(at), ..self }
    }

    /// What the report says of it.
    #[must_use]
    pub fn info(&self) -> DatabaseInfo {
        let manifest = self.database.manifest();
        DatabaseInfo { generation: manifest.generation, built: manifest.built, starter: self.starter }
    }

    /// The database itself.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Adds what must be said of the advisories as a whole.
    pub(crate) fn describe(&self, coverage: &mut Coverage) {
        if self.starter {
            let detail = "only the starter advisories inside the program were used: some hundreds of well-known ones; `plimsoll db build` makes a real database";
            coverage.gaps.push(Gap::new(GapKind::StarterOnly, "", detail));
            return;
        }
        let Some(limit) = self.stale_before else { return };
        for feed in self.stale_feeds(coverage, limit) {
            coverage.gaps.push(feed);
        }
        let detail = match self.database.manifest().built {
            Some(built) if built >= limit => return,
            Some(built) => {
                format!("the database was built on {}, too long ago: what came since is not in it", built.date())
            }
            None => "the database does not say when it was built, so it may be too old".into(),
        };
        coverage.gaps.push(Gap::new(GapKind::DatabaseStale, "", detail));
    }
}

impl AdvisorySource {
    /// The feeds that this scan asked, but whose hosts could not be asked for too long: the database is
    /// new, and yet what it says of them is old.
    fn stale_feeds(&self, coverage: &Coverage, limit: Timestamp) -> Vec<Gap> {
        let is_asked = |id: &str| coverage.feeds.iter().any(|shard| shard.sources.iter().any(|source| source == id));
        let stale = self.feeds.iter().filter(|feed| is_asked(&feed.feed) && !feed.problems.is_empty());
        let stale = stale.filter_map(|feed| feed.checked.filter(|checked| *checked < limit).map(|at| (feed, at)));
        stale
            .map(|(feed, at)| {
                let why = feed.problems.first().map_or("", |problem| problem.why.as_str());
                Gap::new(
                    GapKind::FeedStale,
                    feed.feed.clone(),
                    format!("last brought up to date on {}: {why}", at.date()),
                )
            })
            .collect()
    }
}

impl Advisories for AdvisorySource {
    fn has_shard(&self, shard: &ShardName) -> bool {
        self.database.has_shard(shard)
    }

    fn feed_use(&self, shard: &ShardName) -> (Vec<String>, Option<Timestamp>) {
        let row = self.database.manifest().shards.iter().find(|row| row.name == *shard);
        row.map_or_else(Default::default, |row| {
            (
                row.feeds.iter().map(|feed| feed.id.clone()).collect(),
                row.feeds.iter().filter_map(|feed| feed.data_from).max(),
            )
        })
    }

    fn candidates(&self, shard: &ShardName, name: &str) -> Result<Vec<Candidate>, String> {
        self.database.lookup(shard, name).map_err(|error| error.to_string())
    }

    fn candidates_where(
        &self,
        shard: &ShardName,
        name: &str,
        is_wanted: &mut dyn FnMut(&Affected) -> bool,
    ) -> Result<Vec<Candidate>, String> {
        self.database.lookup_where(shard, name, is_wanted).map_err(|error| error.to_string())
    }

    fn severities(&self, id: &str) -> Result<Vec<SeverityClaim>, String> {
        self.database.severities(id).map_err(|error| error.to_string())
    }

    fn known_exploited(&self, cve: &str) -> Result<bool, String> {
        self.database.exploited(cve).map(|entry| entry.is_some()).map_err(|error| error.to_string())
    }
}
