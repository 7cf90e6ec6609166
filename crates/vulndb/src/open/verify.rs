//! Reading every byte of a database and checking it.

use plimsoll_model::Digest;
use sha2::{Digest as _, Sha256};

use super::Database;
use super::inflate::Inflaters;
use super::reader::Pairs;
use super::shard::Shard;
use crate::enrichment::unpack_any;
use crate::format::MAX_ANSWER_BYTES;
use crate::stored::{Exploited, In, StoredRecord, StoredRow, unpack_claims};
use crate::{DbError, ShardKind, ShardRow, java};

impl Database {
    /// Reads every byte: the digests of the files, all checksums, that every key is found by its
    /// index, and that every record can be read. One line for each problem; empty means that what is
    /// here of the database is as it was written. [`Self::missing`] says what is not here.
    #[must_use]
    pub fn verify(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for (at, row) in self.manifest().shards.iter().enumerate().filter(|(at, _)| self.is_here(*at)) {
            if let Err(problem) = self.verify_shard(at, row) {
                problems.push(problem.to_string());
            }
        }
        problems
    }

    fn verify_shard(&self, at: usize, row: &ShardRow) -> Result<(), DbError> {
        let shard = self.shard_at(at)?;
        let mut hash = Sha256::new();
        shard.read_all(&mut |bytes| hash.update(bytes))?;
        if Digest::Sha256(hash.finalize().into()) != row.digest {
            return Err(shard.damaged("its digest is not that of the manifest".into()));
        }
        shard.verify(row, row.kind)
    }
}

impl Shard {
    /// Reads every object as one of a shard of this kind.
    pub(super) fn verify(&self, row: &ShardRow, kind: ShardKind) -> Result<(), DbError> {
        let shard = self;
        let inflaters = Inflaters::default();
        let mut seen = Counts::default();
        for number in shard.key_blocks() {
            let block = shard.read_block(number, &inflaters)?;
            let damaged = |error: postcard::Error| shard.damaged(format!("block {number}: {error}"));
            for item in 0..block.item_count() {
                let row = block.item(item).unwrap_or_default();
                let mut from = In::new(row, MAX_ANSWER_BYTES);
                StoredRow::unpack(shard.words(), &mut from).and_then(|_| from.end()).map_err(damaged)?;
            }
            for entry in block.all().map_err(damaged)? {
                seen.keys += 1;
                let body = block.bytes().get(entry.body).unwrap_or_default();
                match kind {
                    ShardKind::Advisories | ShardKind::Malware => {
                        let pairs = Pairs::of(&block, body).map_err(damaged)?;
                        let is_there =
                            |pair: &(u32, usize)| pair.0 < shard.record_count() && pair.1 < block.item_count();
                        if !pairs.iter().all(is_there) {
                            return Err(shard.damaged(format!("`{}` names what is not there", entry.key)));
                        }
                        seen.pairs += pairs.len() as u64;
                    }
                    ShardKind::Severities => {
                        let mut from = In::new(body, MAX_ANSWER_BYTES);
                        unpack_claims(shard.words(), &mut from).and_then(|_| from.end()).map_err(damaged)?;
                    }
                    ShardKind::Exploited => {
                        let mut from = In::new(body, MAX_ANSWER_BYTES);
                        Exploited::unpack(&mut from).and_then(|_| from.end()).map_err(damaged)?;
                    }
                    ShardKind::JavaDigests => {
                        let mut from = In::new(body, MAX_ANSWER_BYTES);
                        java::unpack(&entry.key, &mut from).and_then(|()| from.end()).map_err(damaged)?;
                    }
                    ShardKind::Epss
                    | ShardKind::Facts
                    | ShardKind::LifeCycles
                    | ShardKind::Weaknesses
                    | ShardKind::Repositories => {
                        let mut from = In::new(body, MAX_ANSWER_BYTES);
                        unpack_any(kind, &mut from).and_then(|()| from.end()).map_err(damaged)?;
                    }
                }
                if !shard.candidates(&entry.key).any(|found| found == number) {
                    return Err(shard.damaged(format!("its index does not find `{}`", entry.key)));
                }
            }
        }
        for number in shard.record_blocks() {
            let block = shard.read_block(number, &inflaters)?;
            for item in 0..block.item_count() {
                let record = block.item(item).unwrap_or_default();
                let mut from = In::new(record, MAX_ANSWER_BYTES);
                let whole = StoredRecord::unpack(shard.words(), "", &mut from).and_then(|_| from.end());
                whole.map_err(|error| shard.damaged(format!("block {number}: {error}")))?;
                seen.records += 1;
            }
        }
        let said = Counts { keys: row.keys, records: row.records, pairs: shard.pair_count() };
        if seen != said || u64::from(shard.key_count()) != row.keys || u64::from(shard.record_count()) != row.records {
            return Err(shard.damaged(format!("it has {seen:?}, not {said:?}")));
        }
        Ok(())
    }
}

/// What a shard holds.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    keys: u64,
    records: u64,
    pairs: u64,
}
