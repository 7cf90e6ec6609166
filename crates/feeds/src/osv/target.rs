//! What a record is read for: a feed's own shards, or an organisation's overlay.

use plimsoll_model::ShardName;

use super::ecosystem::Ecosystem;
use crate::feed::Feed;

/// Whose record it becomes, and which of its rows are wanted.
#[derive(Clone, Copy)]
pub(super) struct Target<'t> {
    /// [`plimsoll_model::Advisory::source`].
    pub source: &'t str,
    /// Who makes its severity claims; `None` where its id says so.
    pub claims_by: Option<&'t str>,
    /// Whether a row without a range or version is about every version.
    pub names_all: bool,
    rows: Rows<'t>,
}

#[derive(Clone, Copy)]
enum Rows<'t> {
    OfFeed(&'t Feed),
    OfAnyone(&'t dyn Fn(&str) -> Option<ShardName>),
}

impl<'t> Target<'t> {
    /// A feed, which keeps the rows of its own shards.
    pub fn feed(feed: &'t Feed) -> Self {
        Self { source: feed.id, claims_by: None, names_all: false, rows: Rows::OfFeed(feed) }
    }

    /// An overlay, which speaks of everything; `shard_of` knows ecosystems that OSV has no name for.
    pub fn overlay(source: &'t str, names_all: bool, shard_of: &'t dyn Fn(&str) -> Option<ShardName>) -> Self {
        Self { source, claims_by: Some(source), names_all, rows: Rows::OfAnyone(shard_of) }
    }

    /// The ecosystem of a row; `None` where the row belongs elsewhere.
    pub fn ecosystem(&self, name: &str) -> Option<Ecosystem> {
        let known = Ecosystem::read(name);
        match self.rows {
            Rows::OfFeed(feed) => known.filter(|found| feed.shards.holds(&found.shard)),
            Rows::OfAnyone(shard_of) => known.or_else(|| {
                let shard = shard_of(name)?;
                Some(Ecosystem { shard, kind: None, scheme: None, channel: None })
            }),
        }
    }
}
