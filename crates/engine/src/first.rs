//! The first scan, before there is a database: only the feeds that this image needs are fetched.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use plimsoll_matching::{Advisories, MatchOptions, match_inventory};
use plimsoll_model::{Candidate, Gap, GapKind, Inventory, SeverityClaim, ShardName, Timestamp};
use plimsoll_transport::Client;
use plimsoll_vulndb::DbError;

use crate::{AdvisorySource, FeedFiles, Wanted, build_database, open_database};

/// The shards that matching would ask for this inventory.
pub(crate) fn shards_of(inventory: &Inventory, options: &MatchOptions) -> Vec<ShardName> {
    let listening = Listening::default();
    let _ = match_inventory(inventory, &listening, options);
    listening.asked.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().collect()
}

/// Says that it has everything, knows nothing, and notes what it was asked.
#[derive(Default)]
struct Listening {
    asked: Mutex<BTreeSet<ShardName>>,
}

impl Advisories for Listening {
    fn has_shard(&self, shard: &ShardName) -> bool {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(shard.clone());
        true
    }

    fn feed_use(&self, _: &ShardName) -> (Vec<String>, Option<Timestamp>) {
        Default::default()
    }

    fn candidates(&self, _: &ShardName, _: &str) -> Result<Vec<Candidate>, String> {
        Ok(Vec::new())
    }

    fn severities(&self, _: &str) -> Result<Vec<SeverityClaim>, String> {
        Ok(Vec::new())
    }

    fn known_exploited(&self, _: &str) -> Result<bool, String> {
        Ok(false)
    }
}

/// Fetches what fills these shards into a new database in `folder`. What could not be fetched is
/// named; where nothing could, the starter advisories have to do.
pub(crate) fn fetch(
    client: &Client,
    folder: &Path,
    mut shards: Vec<ShardName>,
    built: Option<Timestamp>,
) -> Result<(AdvisorySource, Vec<Gap>), DbError> {
    shards.push(ShardName::kev());
    shards.sort();
    shards.dedup();
    let files = FeedFiles::Network { client, mirror: None };
    let made = build_database(&files, folder, Wanted::Shards(&shards), 1, built, &mut |_| {});
    match made {
        Ok(made) => {
            let failures = made.feeds.iter().flat_map(|feed| &feed.failures);
            let gaps = failures.map(|(file, why)| Gap::new(GapKind::NoFeed, file.clone(), why.clone())).collect();
            Ok((open_database(Some(folder))?, gaps))
        }
        Err(why) => {
            let detail = format!("there is no advisory database, and the feeds could not be fetched: {why}");
            Ok((AdvisorySource::starter()?, vec![Gap::new(GapKind::StarterOnly, "", detail)]))
        }
    }
}
