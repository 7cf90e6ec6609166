//! Which part of the feeds is wanted.

use std::collections::BTreeSet;

use plimsoll_feeds::{Download, Feed};
use plimsoll_model::ShardName;

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
                let mut seen = BTreeSet::new();
                all.retain(|download| seen.insert(download.mirror_path.clone()));
                all
            }
        }
    }
}
