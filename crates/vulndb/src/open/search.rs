//! Searching all shards for an id or a name.

use std::collections::HashSet;

use plimsoll_model::{Advisory, Candidate, Cluster, ShardName};

use super::Database;
use super::block::Entry;
use super::reader::{Pairs, Reader};
use crate::format::MAX_ANSWER_BYTES;
use crate::manifest::without_malware;
use crate::stored::{In, StoredRecord, start_of_day};
use crate::{DbError, ShardKind};

/// Something that a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The shard that answers for it.
    pub shard: ShardName,
    /// What it says.
    pub candidate: Candidate,
}

impl Database {
    /// Everything that is known of a vulnerability, by any of its ids, or of a package, by its name
    /// or the last part of it (`log4j-core`, `lodash`); upper and lower case are one. Shard by
    /// shard, sorted by name; only those that are here ([`Self::missing`] names the others).
    ///
    /// # Errors
    /// When a shard cannot be read.
    pub fn search(&self, text: &str) -> Result<Vec<Hit>, DbError> {
        let text = text.trim();
        let mut hits = Vec::new();
        if text.is_empty() {
            return Ok(hits);
        }
        for (at, row) in self.manifest().shards.iter().enumerate() {
            let shard = match row.kind {
                ShardKind::Advisories => row.name.clone(),
                ShardKind::Malware => without_malware(&row.name).unwrap_or_else(|| row.name.clone()),
                _ => continue,
            };
            if !self.is_here(at) {
                continue;
            }
            self.search_shard(at, &shard, text, &mut hits)?;
        }
        Ok(hits)
    }

    fn search_shard(&self, at: usize, name: &ShardName, text: &str, hits: &mut Vec<Hit>) -> Result<(), DbError> {
        let shard = self.shard_at(at)?;
        // First the records that have the id, then the keys that name them.
        let mut with_id = HashSet::new();
        for number in shard.record_blocks() {
            let block = shard.read_block(number, &self.cache.inflaters)?;
            for (item, record) in (0..block.item_count()).zip(block.base..) {
                let mut from = In::new(block.item(item).unwrap_or_default(), MAX_ANSWER_BYTES);
                let read = StoredRecord::unpack(shard.words(), "", &mut from);
                let read = read.map_err(|error| shard.damaged(format!("record {record}: {error}")))?;
                if identifies(&read.clusters, &read.advisory, text) {
                    with_id.insert(record);
                }
            }
        }
        for number in shard.key_blocks() {
            let block = shard.read_block(number, &self.cache.inflaters)?;
            let damaged = |error: postcard::Error| shard.damaged(format!("block {number}: {error}"));
            for Entry { key, body } in block.all().map_err(damaged)? {
                let is_named = names(&key, text);
                let mut reader = Reader::new(shard, &self.cache);
                for (record, row) in Pairs::of(&block, block.bytes().get(body).unwrap_or_default()).map_err(damaged)? {
                    if is_named || with_id.contains(&record) {
                        let StoredRecord { clusters, advisory } = reader.record(record, &key)?;
                        let row = reader.row(&block, row)?;
                        let observed = row.observed.map(start_of_day);
                        let affected = row.into_affected(name.clone(), key.clone());
                        let candidate = Candidate { clusters, advisory, affected, observed };
                        hits.push(Hit { shard: name.clone(), candidate });
                    }
                }
            }
        }
        Ok(())
    }
}

fn names(key: &str, text: &str) -> bool {
    key.eq_ignore_ascii_case(text) || key.rsplit([':', '/']).next().is_some_and(|last| last.eq_ignore_ascii_case(text))
}

fn identifies(clusters: &[Cluster], advisory: &Advisory, text: &str) -> bool {
    let own = std::iter::once(&advisory.id).chain(&advisory.aliases).map(String::as_str);
    clusters.iter().flat_map(Cluster::ids).chain(own).any(|id| id.eq_ignore_ascii_case(text))
}
