//! From what a builder has taken to shards.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use plimsoll_model::{Advisory, SeverityClaim, ShardName};

use super::cluster::{ClusterBuilder, Clusters};
use super::shard::{ShardWriter, WrittenShard};
use super::{BuildSummary, Builder, Placed};
use crate::format::Meta;
use crate::manifest::{seal, severities_shard, shard_file, without_malware};
use crate::{DbError, FeedMeta, Manifest, ShardKind, ShardRow};

/// Most scores of one vulnerability; the most severe stay.
const MAX_SCORES: usize = 64;

impl Builder {
    /// Makes every shard, one after the other, and hands it to `keep`.
    pub(super) fn assemble(
        mut self,
        mut keep: impl FnMut(&ShardRow, WrittenShard) -> Result<(), DbError>,
    ) -> Result<(Manifest, BuildSummary), DbError> {
        self.check_names()?;
        let clusters = self.clusters()?;
        self.sort();
        let mut rows = Vec::new();
        let mut keep_written = |written: WrittenShard| {
            let Meta { name, kind, feeds, .. } = written.meta.clone();
            let row = ShardRow {
                file: shard_file(&name, &written.digest),
                name,
                kind,
                digest: written.digest,
                seal: seal(written.seal),
                size_bytes: written.size_bytes(),
                keys: written.keys,
                records: written.records,
                feeds,
            };
            keep(&row, written)?;
            rows.push(row);
            Ok::<(), DbError>(())
        };
        let mut placed = self.placed.as_slice();
        for number in self.shards_by_name() {
            let (own, rest) = placed.split_at(placed.partition_point(|row| row.shard == number));
            placed = rest;
            keep_written(self.advisories(number, own, &clusters)?)?;
        }
        if let Some(written) = self.severities(&clusters)? {
            keep_written(written)?;
        }
        if let Some(written) = self.exploited()? {
            keep_written(written)?;
        }
        rows.sort_by(|left, right| left.name.cmp(&right.name));
        let mut summary = self.summary;
        summary.shards = rows.len() as u64;
        summary.size_bytes = rows.iter().map(|row| row.size_bytes).sum();
        summary.keys = rows.iter().map(|row| row.keys).sum();
        let manifest =
            Manifest { generation: self.info.generation, built: self.info.built, expires: None, shards: rows };
        Ok((manifest, summary))
    }

    fn check_names(&self) -> Result<(), DbError> {
        let own = [severities_shard(), ShardName::kev()];
        let reserved = self.shards.iter().find(|draft| {
            draft.kind == ShardKind::Advisories && (own.contains(&draft.name) || without_malware(&draft.name).is_some())
        });
        reserved.map_or(Ok(()), |draft| Err(DbError::Reserved(draft.name.clone())))
    }

    fn clusters(&self) -> Result<Clusters, DbError> {
        let mut clusters = ClusterBuilder::default();
        for record in 0..self.records.len() as u32 {
            clusters.hear(&self.record(record)?);
        }
        Ok(clusters.finish())
    }

    fn record(&self, number: u32) -> Result<Advisory, DbError> {
        postcard::from_bytes(self.records.get(number)).map_err(DbError::encode)
    }

    fn shards_by_name(&self) -> Vec<u32> {
        self.shard_numbers.iter().collect::<BTreeMap<_, _>>().into_values().copied().collect()
    }

    /// Sorts the rows by what they say, so that the order in which they came leaves no trace.
    fn sort(&mut self) {
        let mut shards = vec![0_u32; self.shards.len()];
        for (rank, number) in self.shards_by_name().into_iter().enumerate() {
            shards[number as usize] = rank as u32;
        }
        let (keys, records, rows) = (self.keys.ranks(), self.records.ranks(), self.rows.ranks());
        let rank = |row: &Placed| {
            let Placed { shard, key, record, row } = *row;
            (shards[shard as usize], keys[key as usize], records[record as usize], rows[row as usize])
        };
        self.placed.sort_unstable_by_key(rank);
        self.placed.dedup_by_key(|row| rank(row));
    }

    fn advisories(&self, number: u32, placed: &[Placed], clusters: &Clusters) -> Result<WrittenShard, DbError> {
        let draft = &self.shards[number as usize];
        let mut writer = ShardWriter::new(self.meta(draft.name.clone(), draft.kind, &draft.sources));
        let (mut records, mut rows) = (HashMap::new(), HashMap::new());
        for of_key in placed.chunk_by(|left, right| left.key == right.key) {
            let mut entry: Vec<(u32, u32)> = Vec::with_capacity(of_key.len());
            for placed in of_key {
                let record = match records.entry(placed.record) {
                    Entry::Occupied(known) => *known.get(),
                    Entry::Vacant(new) => {
                        let clusters = clusters.of(&self.record(placed.record)?);
                        let clusters = postcard::to_stdvec(&clusters).map_err(DbError::encode)?;
                        *new.insert(writer.record(&[&clusters, self.records.get(placed.record)])?)
                    }
                };
                let row = match rows.entry(placed.row) {
                    Entry::Occupied(known) => *known.get(),
                    Entry::Vacant(new) => *new.insert(writer.object(&[self.rows.get(placed.row)])?),
                };
                entry.push((record, row));
            }
            if let Some(first) = of_key.first() {
                writer.entry(self.keys.text(first.key), &entry)?;
            }
        }
        writer.finish(self.info.generation)
    }

    fn severities(&self, clusters: &Clusters) -> Result<Option<WrittenShard>, DbError> {
        let mut found: BTreeMap<u32, BTreeSet<SeverityClaim>> = BTreeMap::new();
        let mut sources = BTreeSet::new();
        for of_record in self.scores.iter().collect::<Vec<_>>().chunk_by(|left, right| left.0 == right.0) {
            let Some((record, _)) = of_record.first() else { continue };
            let advisory = self.record(*record)?;
            let Some(group) = clusters.group_of(&advisory) else { continue };
            let scores = found.entry(group).or_default();
            for (_, claim) in of_record {
                scores.insert(postcard::from_bytes(self.claims.get(*claim)).map_err(DbError::encode)?);
                if scores.len() > MAX_SCORES {
                    scores.pop_first();
                }
            }
            sources.insert(advisory.source);
        }
        if found.is_empty() {
            return Ok(None);
        }
        let by_key = found
            .iter()
            .flat_map(|(group, scores)| clusters.score_keys(*group).into_iter().map(move |key| (key, scores)));
        let mut writer = ShardWriter::new(self.meta(severities_shard(), ShardKind::Severities, &sources));
        for (key, scores) in by_key.collect::<BTreeMap<_, _>>() {
            writer.entry(key, scores)?;
        }
        writer.finish(self.info.generation).map(Some)
    }

    fn exploited(&self) -> Result<Option<WrittenShard>, DbError> {
        let name = ShardName::kev();
        if self.exploited.is_empty() && !self.feeds.contains_key(name.as_str()) {
            return Ok(None);
        }
        let sources = BTreeSet::from([name.as_str().to_owned()]);
        let mut writer = ShardWriter::new(self.meta(name, ShardKind::Exploited, &sources));
        for (cve, entry) in &self.exploited {
            writer.entry(cve, entry)?;
        }
        writer.finish(self.info.generation).map(Some)
    }

    /// The feeds are those whose advisories name the shard, whether [`Self::add_feed`] told of them
    /// or not.
    fn meta(&self, name: ShardName, kind: ShardKind, sources: &BTreeSet<String>) -> Meta {
        let feed = |id: &String| {
            self.feeds.get(id).cloned().unwrap_or_else(|| FeedMeta { id: id.clone(), data_from: None, records: 0 })
        };
        Meta { name, kind, built: self.info.built, feeds: sources.iter().map(feed).collect() }
    }
}
