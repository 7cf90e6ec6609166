//! Reading every byte of a database and checking it.

use plimsoll_model::{Digest, SeverityClaim};
use sha2::{Digest as _, Sha256};

use super::reader::{Pairs, Reader};
use super::shard::Shard;
use super::{Database, Exploited};
use crate::{DbError, ShardKind, ShardRow};

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
        for block in 0..shard.block_count() {
            shard.read_block(block)?;
        }
        let entries = shard.entries();
        if entries.len() as u64 != row.keys || shard.key_count() as u64 != row.keys {
            return Err(shard.damaged(format!("it has {} keys, not {}", entries.len(), row.keys)));
        }
        for address in entries {
            self.verify_entry(shard, row.kind, address)?;
        }
        Ok(())
    }

    fn verify_entry(&self, shard: &Shard, kind: ShardKind, address: u32) -> Result<(), DbError> {
        let mut reader = Reader::new(shard, &self.cache);
        let key = match kind {
            ShardKind::Advisories | ShardKind::Malware => {
                let (key, pairs): (String, Pairs) = reader.entry(address)?;
                for (record, row) in pairs {
                    reader.record(record)?;
                    reader.row(row)?;
                }
                key
            }
            ShardKind::Severities => reader.entry::<Vec<SeverityClaim>>(address)?.0,
            ShardKind::Exploited => reader.entry::<Exploited>(address)?.0,
        };
        if shard.candidates(&key).any(|found| found == address) {
            return Ok(());
        }
        Err(shard.damaged(format!("its index does not find `{key}`")))
    }
}
