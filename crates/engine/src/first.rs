//! The first scan, before there is a database: only the feeds that this image needs are fetched.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use plimsoll_feeds::{FEEDS, Feed};
use plimsoll_matching::{Advisories, MatchOptions, match_inventory};
use plimsoll_model::{Candidate, Gap, GapKind, Inventory, SeverityClaim, ShardName, Timestamp};
use plimsoll_transport::Client;
use plimsoll_vulndb::DbError;

use crate::{
    AdvisorySource, BuildError, Fetching, Mirror, Update, Wanted, java, open_database, reviewed, update_database,
};

/// The shards that a scan would ask for this inventory: those of matching, and of the index of Java
/// archives those of its own digests.
pub(crate) fn shards_of(inventory: &Inventory, options: &MatchOptions) -> Vec<ShardName> {
    let listening = Listening::default();
    let _ = match_inventory(inventory, &listening, options);
    let mut asked = listening.asked.into_inner().unwrap_or_else(PoisonError::into_inner);
    asked.extend(java::shards_of(inventory));
    asked.into_iter().collect()
}

/// Says that it has everything, knows nothing, and notes what it was asked.
#[derive(Default)]
struct Listening {
    asked: Mutex<BTreeSet<ShardName>>,
}

impl Listening {
    fn note(&self, shard: &ShardName) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(shard.clone());
    }
}

impl Advisories for Listening {
    fn has_shard(&self, shard: &ShardName) -> bool {
        self.note(shard);
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

    fn repository_channels(&self, _: &str) -> Result<Option<Vec<String>>, String> {
        self.note(&ShardName::redhat_repositories());
        Ok(None)
    }
}

/// What a first scan may fetch.
#[derive(Debug, Clone, Copy)]
pub struct FirstFetch<'a> {
    /// By this client.
    pub client: &'a Client,
    /// The base address of a mirror that is asked instead of the feeds' own hosts, without a slash at
    /// the end.
    pub mirror: Option<&'a str>,
    /// The database goes into this folder, the feeds' files beside it.
    pub folder: &'a Path,
    /// Also feeds that are too large to be fetched for a single scan without being asked for.
    pub large: bool,
    /// The time of the build.
    pub now: Option<Timestamp>,
}

impl FirstFetch<'_> {
    /// Fetches what fills these shards into a new database. What was left out or could not be had is
    /// named; where nothing could, the starter advisories have to do.
    pub(crate) fn fetch(&self, asked: &[ShardName]) -> Result<(AdvisorySource, Vec<Gap>), DbError> {
        let shards: BTreeSet<ShardName> = asked.iter().cloned().chain(enrichment()).collect();
        let shards: Vec<ShardName> = shards.into_iter().collect();
        let needed = || FEEDS.iter().filter(|feed| shards.iter().any(|shard| feed.shards.holds(shard)));
        let ids: Vec<String> =
            needed().filter(|feed| self.large || !feed.large).map(|feed| feed.id.to_owned()).collect();
        let left_out = needed().filter(|feed| feed.large && !self.large && !is_repeated(feed, &shards));
        let mut gaps: Vec<Gap> = left_out.map(left_out_gap).collect();
        let updated = Mirror::open(&feeds_beside(self.folder)).map_err(BuildError::Mirror).and_then(|mut mirror| {
            let fetching = Fetching {
                client: self.client,
                base: self.mirror.map(str::to_owned),
                accept_less: false,
                now: self.now,
            };
            let wanted = Wanted::FeedsFor(&ids, &shards);
            let update = Update { wanted, overlays: &[], fetching: &fetching, signing: None };
            update_database(&mut mirror, self.folder, update, &mut |_| {})
        });
        match updated {
            Ok(updated) => {
                for feed in updated.built.feeds {
                    let kind = weight_of(feed.feed, asked);
                    gaps.extend(feed.failures.into_iter().map(|(file, why)| Gap::new(kind, file, why)));
                }
                Ok((open_database(Some(self.folder))?, gaps))
            }
            Err(why) => {
                let detail = format!("there is no advisory database, and the feeds could not be fetched: {why}");
                gaps.push(Gap::new(GapKind::StarterOnly, "", detail));
                Ok((AdvisorySource::starter()?, gaps))
            }
        }
    }
}

/// The shards that tell of vulnerabilities and systems beside the advisories; each is small.
#[must_use]
pub fn enrichment() -> [ShardName; 4] {
    [ShardName::kev(), ShardName::epss(), ShardName::eol(), ShardName::cwe()]
}

/// What it means that a feed could not be had: without advisories nothing can be told, without the rest
/// it is only told less well. What channels repositories are of, their names tell too.
fn weight_of(id: &str, asked: &[ShardName]) -> GapKind {
    let feed = FEEDS.iter().find(|feed| feed.id == id);
    let mut advisories = asked.iter().filter(|shard| **shard != ShardName::redhat_repositories());
    let is_asked = feed.is_none_or(|feed| advisories.any(|shard| feed.shards.holds(shard)));
    if is_asked { GapKind::NoFeed } else { GapKind::NoEnrichment }
}

/// Whether feeds that are fetched say the same in each of the shards: OSV's hold the records of GitHub's
/// repository.
fn is_repeated(feed: &Feed, shards: &[ShardName]) -> bool {
    let is_of_osv = |shard: &ShardName| {
        FEEDS.iter().any(|other| other.id.starts_with("osv-") && !other.downloads_for(shard).is_empty() && !other.large)
    };
    feed.id == reviewed::REPOSITORY && shards.iter().filter(|shard| feed.shards.holds(shard)).all(is_of_osv)
}

fn left_out_gap(feed: &Feed) -> Gap {
    let detail = format!("{} is large and was not fetched; --fetch-large does", feed.title);
    Gap::new(GapKind::FeedLeftOut, feed.id, detail)
}

/// Where the feeds' files of a database are kept between updates: `feeds` beside its folder.
#[must_use]
pub fn feeds_beside(database: &Path) -> PathBuf {
    database.with_file_name("feeds")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn githubs_repository_is_missed_only_where_no_feed_of_osvs_repeats_it() {
        let is_repeated = |id: &str, shards: &[&str]| {
            let shards: Vec<ShardName> = shards.iter().map(|name| ShardName::clean(name)).collect();
            let feed = FEEDS.iter().find(|feed| feed.id == id).unwrap();
            is_repeated(feed, &shards)
        };
        assert!(is_repeated("ghsa", &["npm", "pypi", "debian-12", "kev"]));
        assert!(!is_repeated("ubuntu-tracker", &["ubuntu-22.04"]), "OSV's feed knows less");
        assert!(!is_repeated("redhat", &["rhel-9"]));
    }
}
