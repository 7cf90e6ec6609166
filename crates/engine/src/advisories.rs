//! The advisories that a scan asks: a database, or the starter advisories inside the program.

use std::path::Path;

use plimsoll_matching::{Advisories, MatchOptions};
use plimsoll_model::{
    Affected, Candidate, Coverage, DatabaseInfo, Epss, Facts, Gap, GapKind, Inventory, LifeCycle, SeverityClaim,
    ShardName, Timestamp,
};
use plimsoll_vulndb::travel::Wanted;
use plimsoll_vulndb::{Database, DbError, ShardRow};

use crate::{FeedStatus, feed_status, first, starter};

/// An opened database, and whether it is only the starter advisories.
#[derive(Debug)]
pub struct AdvisorySource {
    database: Database,
    starter: bool,
    /// A database built before this is too old.
    stale_before: Option<Timestamp>,
    /// A database that is to be used no longer than until now has expired.
    now: Option<Timestamp>,
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
        Some(folder) if folder.join("manifest.json").exists() => {
            let database = AdvisorySource::of(Database::open(folder)?);
            Ok(AdvisorySource { feeds: feed_status(folder), ..database })
        }
        _ => AdvisorySource::starter(),
    }
}

impl AdvisorySource {
    /// The starter advisories.
    ///
    /// # Errors
    /// When they cannot be put into a database, which a test rules out.
    pub fn starter() -> Result<Self, DbError> {
        Ok(Self { starter: true, ..Self::of(starter::database()?) })
    }

    /// A database.
    pub(crate) fn of(database: Database) -> Self {
        Self { database, starter: false, stale_before: None, now: None, feeds: Vec::new() }
    }

    /// The same, but a scan says that it is too old if it was built before `at`.
    #[must_use]
    pub fn stale_before(self, at: Timestamp) -> Self {
        Self { stale_before: Some(at), ..self }
    }

    /// The same, but a scan says where the database has expired by now.
    #[must_use]
    pub fn as_of(self, now: Timestamp) -> Self {
        Self { now: Some(now), ..self }
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
        if let (Some(expires), Some(now)) = (self.database.manifest().expires, self.now)
            && expires <= now
        {
            let detail = format!("its publisher says that the database is to be used until {}", expires.date());
            coverage.gaps.push(Gap::new(GapKind::DatabaseStale, "", detail));
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
    /// Shards that would have been asked, that the database knows and that have not been pulled.
    pub(crate) fn not_pulled(&self, inventory: &Inventory, matching: &MatchOptions) -> Vec<Gap> {
        let missing: Vec<&ShardRow> = self.database.missing().collect();
        if missing.is_empty() {
            return Vec::new();
        }
        let wanted = first::shards_of(inventory, matching);
        let wanted = Wanted::ForScan(wanted).of(self.database.manifest());
        let missing = missing.into_iter().filter(|row| wanted.contains(row));
        let why = "it is a part of the database that has not been pulled";
        missing.map(|row| Gap::new(GapKind::ShardMissing, row.name.to_string(), why)).collect()
    }

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

    fn epss(&self, cve: &str) -> Result<Option<Epss>, String> {
        self.database.epss(cve).map_err(|error| error.to_string())
    }

    fn facts(&self, cve: &str) -> Result<Vec<Facts>, String> {
        self.database.facts(cve).map_err(|error| error.to_string())
    }

    fn weakness(&self, number: u32) -> Result<Option<String>, String> {
        self.database.weakness(number).map_err(|error| error.to_string())
    }

    fn life_cycles(&self, product: &str) -> Result<Vec<LifeCycle>, String> {
        self.database.life_cycles(product).map_err(|error| error.to_string())
    }

    fn repository_channels(&self, repository: &str) -> Result<Option<Vec<String>>, String> {
        self.database.repository_channels(repository).map_err(|error| error.to_string())
    }
}
