//! From what a builder has taken to shards.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use plimsoll_model::{Advisory, SeverityClaim, ShardName};

use super::cluster::{ClusterBuilder, Clusters};
use super::enrichment::Drawn;
use super::previous::{Carried, Previous};
use super::rows::{MAX_NAME_BYTES, RowsWriter};
use super::shard::{ShardWriter, WrittenShard};
use super::{BuildSummary, Builder, Placed};
use crate::changes::{Values, compare_values, values};
use crate::format::Meta;
use crate::manifest::{seal, severities_shard, shard_file, without_malware};
use crate::stored::{Out, StoredRecord, Words, pack_claims};
use crate::{DbError, FeedMeta, Manifest, ShardKind, ShardRow, java};

/// Most scores of one vulnerability; the most severe stay.
const MAX_SCORES: usize = 64;

impl Builder {
    /// Makes every shard, one after the other, and hands it to `keep`.
    pub(super) fn assemble(
        mut self,
        mut previous: Option<&mut Previous>,
        mut keep: impl FnMut(&ShardRow, WrittenShard) -> Result<(), DbError>,
    ) -> Result<(Manifest, BuildSummary), DbError> {
        self.check_names()?;
        let deleted = self.take_back()?;
        let clusters = self.clusters(&deleted)?;
        self.sort();
        let mut rows = Vec::new();
        let mut keep_written = |feeds: Vec<FeedMeta>, written: WrittenShard| {
            let Meta { name, kind, .. } = written.meta.clone();
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
        let all = std::mem::take(&mut self.placed);
        let mut placed = all.as_slice();
        for number in self.shards_by_name() {
            let (own, rest) = placed.split_at(placed.partition_point(|row| row.shard == number));
            placed = rest;
            if is_kept(previous.as_deref(), &self.shards[number as usize].name) {
                continue;
            }
            let written = self.advisories(number, own, &clusters, previous.as_deref_mut())?;
            keep_written(self.feeds_of(number), written)?;
        }
        if let Some((sources, written)) = self.severities(&clusters, previous.as_deref_mut())? {
            keep_written(self.feeds(&sources), written)?;
        }
        if let Some(written) = self.exploited(previous.as_deref_mut())? {
            keep_written(self.feeds(&BTreeSet::from([ShardName::kev().to_string()])), written)?;
        }
        for Drawn { name, kind, sources, entries } in self.enrichment()?.into_iter().chain(self.jars()) {
            if let Some(previous) = previous.as_deref_mut() {
                let stored = entries.iter().map(|(key, value)| (key.as_str(), value.as_slice()));
                if let Some(meanings) = values(kind, stored) {
                    note_values(previous, &name, kind, &meanings);
                }
            }
            let mut writer = ShardWriter::new(Meta { name, kind, words: Words::default() });
            for (key, value) in entries {
                writer.value(&key, &value)?;
            }
            keep_written(self.feeds(&sources), writer.finish()?)?;
        }
        rows.sort_by(|left, right| left.name.cmp(&right.name));
        if let Some(previous) = previous {
            previous.note_removed(&rows);
        }
        let mut summary = self.summary;
        summary.count(&rows);
        let manifest =
            Manifest { generation: self.info.generation, built: self.info.built, expires: None, shards: rows };
        Ok((manifest, summary))
    }

    fn check_names(&self) -> Result<(), DbError> {
        let own = [
            severities_shard(),
            ShardName::kev(),
            ShardName::epss(),
            ShardName::facts(),
            ShardName::eol(),
            ShardName::cwe(),
            ShardName::redhat_repositories(),
        ];
        let reserved = self.shards.iter().find(|draft| {
            let is_own = own.contains(&draft.name) || java::is_own(&draft.name);
            draft.kind == ShardKind::Advisories && (is_own || without_malware(&draft.name).is_some())
        });
        reserved.map_or(Ok(()), |draft| Err(DbError::Reserved(draft.name.clone())))
    }

    /// Takes out what was deleted; the numbers of those records.
    fn take_back(&mut self) -> Result<BTreeSet<u32>, DbError> {
        let mut deleted = BTreeSet::new();
        if self.deletions.is_empty() {
            return Ok(deleted);
        }
        for record in 0..self.records.len() as u32 {
            if self.deletions.hold(&self.record(record)?) {
                deleted.insert(record);
            }
        }
        self.placed.retain(|row| !deleted.contains(&row.record));
        self.scores.retain(|(record, _)| !deleted.contains(record));
        self.summary.deleted = deleted.len() as u64;
        Ok(deleted)
    }

    fn clusters(&self, deleted: &BTreeSet<u32>) -> Result<Clusters, DbError> {
        let mut clusters = ClusterBuilder::default();
        for record in (0..self.records.len() as u32).filter(|record| !deleted.contains(record)) {
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

    fn advisories(
        &mut self,
        number: u32,
        placed: &[Placed],
        clusters: &Clusters,
        previous: Option<&mut Previous>,
    ) -> Result<WrittenShard, DbError> {
        let draft = &self.shards[number as usize];
        let shard = draft.name.clone();
        let words = draft.sources.iter().cloned().collect();
        let meta = Meta { name: draft.name.clone(), kind: draft.kind, words };
        let mut writer = RowsWriter::new(meta, placed.iter().map(|row| (row.key, row.record)));
        let read_record = |record: u32| {
            let advisory = self.record(record)?;
            Ok(StoredRecord { clusters: clusters.of(&advisory), advisory })
        };
        let mut carried = Carried::on(previous, &shard)?;
        let mut left_out = Vec::new();
        for of_key in placed.chunk_by(|left, right| left.key == right.key) {
            let Some(first) = of_key.first() else { continue };
            let name = self.keys.text(first.key);
            let rows = of_key.iter().map(|placed| {
                let mut row = postcard::from_bytes(self.rows.get(placed.row)).map_err(DbError::encode)?;
                carried.row(name, placed.record, &mut row, self.info.built, &read_record)?;
                Ok((placed.record, row))
            });
            for record in writer.key(name, rows, &read_record)? {
                left_out.push((self.record(record)?.id, name.to_owned()));
            }
        }
        carried.finish(&shard, &|known| self.withdrawn.contains(&(known.source.clone(), known.id.clone())));
        for (id, name) in left_out {
            self.leave_out(&id, format!("more is known of `{name}` than {MAX_NAME_BYTES} bytes"));
        }
        writer.finish()
    }

    fn severities(
        &self,
        clusters: &Clusters,
        previous: Option<&mut Previous>,
    ) -> Result<Option<(BTreeSet<String>, WrittenShard)>, DbError> {
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
        let mut by_key: BTreeMap<&str, BTreeSet<SeverityClaim>> = BTreeMap::new();
        for (group, scores) in found {
            by_key.extend(clusters.score_keys(group).into_iter().map(|key| (key, scores.clone())));
        }
        for (cve, claims) in self.other_severities() {
            sources.extend(claims.iter().map(|(source, _)| source.clone()));
            let scores = by_key.entry(cve).or_default();
            scores.extend(claims.iter().map(|(_, claim)| claim.clone()));
            while scores.len() > MAX_SCORES {
                scores.pop_first();
            }
        }
        by_key.retain(|_, scores| !scores.is_empty());
        if by_key.is_empty() {
            return Ok(None);
        }
        let words: Words = by_key.values().flatten().map(|claim| claim.source.clone()).collect();
        let meta = Meta { name: severities_shard(), kind: ShardKind::Severities, words: words.clone() };
        let mut writer = ShardWriter::new(meta);
        let mut plain = HashMap::new();
        for (key, scores) in &by_key {
            let mut value = Out::default();
            pack_claims(scores.iter(), &words, &mut value);
            writer.value(key, &value.0)?;
            if previous.is_some() {
                let scores: Vec<&SeverityClaim> = scores.iter().collect();
                plain.insert((*key).to_owned(), postcard::to_stdvec(&scores).map_err(DbError::encode)?);
            }
        }
        if let Some(previous) = previous {
            note_values(previous, &severities_shard(), ShardKind::Severities, &plain);
        }
        Ok(Some((sources, writer.finish()?)))
    }

    fn exploited(&self, previous: Option<&mut Previous>) -> Result<Option<WrittenShard>, DbError> {
        let name = ShardName::kev();
        if self.exploited.is_empty() && !self.feeds.contains_key(name.as_str()) {
            return Ok(None);
        }
        let mut writer = ShardWriter::new(Meta { name, kind: ShardKind::Exploited, words: Words::default() });
        let mut plain = HashMap::new();
        for (cve, entry) in &self.exploited {
            let value = postcard::to_stdvec(entry).map_err(DbError::encode)?;
            writer.value(cve, &value)?;
            plain.insert(cve.clone(), value);
        }
        if let Some(previous) = previous {
            note_values(previous, &ShardName::kev(), ShardKind::Exploited, &plain);
        }
        writer.finish().map(Some)
    }

    fn jars(&self) -> impl Iterator<Item = Drawn> {
        let (kind, sources) = (ShardKind::JavaDigests, BTreeSet::from(["java-digests".to_owned()]));
        java::shards(&self.java).map(move |(name, entries)| Drawn { name, kind, sources: sources.clone(), entries })
    }

    fn feeds_of(&self, shard: u32) -> Vec<FeedMeta> {
        self.shards.get(shard as usize).map_or_else(Vec::new, |draft| self.feeds(&draft.sources))
    }

    /// The feeds are those whose advisories name the shard, whether [`Self::add_feed`] told of them
    /// or not.
    fn feeds(&self, sources: &BTreeSet<String>) -> Vec<FeedMeta> {
        let feed = |id: &String| {
            self.feeds.get(id).cloned().unwrap_or_else(|| FeedMeta { id: id.clone(), data_from: None, records: 0 })
        };
        sources.iter().map(feed).collect()
    }
}

fn is_kept(previous: Option<&Previous>, shard: &ShardName) -> bool {
    previous.is_some_and(|previous| previous.kept.contains(shard))
}

/// Tells the log how the values of a shard changed.
fn note_values(previous: &mut Previous, shard: &ShardName, kind: ShardKind, new: &Values) {
    if !previous.kept.contains(shard)
        && let Some(old) = previous.contents(shard)
    {
        previous.changes.extend(compare_values(shard, kind, &old, new));
    }
}
