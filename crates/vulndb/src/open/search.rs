//! Searching all shards for an id or a name.

use std::collections::HashMap;

use plimsoll_model::{Advisory, Candidate, Cluster, ShardName};

use super::Database;
use super::reader::{Pairs, Reader};
use crate::manifest::without_malware;
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
    /// shard, sorted by name.
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
                ShardKind::Severities | ShardKind::Exploited => continue,
            };
            self.search_shard(at, &shard, text, &mut hits)?;
        }
        Ok(hits)
    }

    fn search_shard(&self, at: usize, name: &ShardName, text: &str, hits: &mut Vec<Hit>) -> Result<(), DbError> {
        let shard = self.shard_at(at)?;
        // A record stands under many names; whether it has the id is asked once.
        let mut has_id: HashMap<u32, bool> = HashMap::new();
        for address in shard.entries() {
            let mut reader = Reader::new(shard, &self.cache);
            let (key, pairs): (String, Pairs) = reader.entry(address)?;
            let is_named = names(&key, text);
            for pair in pairs {
                let is_wanted = match has_id.get(&pair.0) {
                    _ if is_named => true,
                    Some(known) => *known,
                    None => {
                        let (clusters, advisory) = reader.record(pair.0)?;
                        let has = identifies(&clusters, &advisory, text);
                        has_id.insert(pair.0, has);
                        has
                    }
                };
                if is_wanted {
                    hits.push(Hit { shard: name.clone(), candidate: reader.candidate(pair, name, &key)? });
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
