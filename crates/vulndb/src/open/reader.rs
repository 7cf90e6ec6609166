//! Reading objects out of a shard's blocks.

use plimsoll_model::{Advisory, Affected, Candidate, Cluster, ShardName};
use serde::de::{Deserialize, DeserializeOwned};

use super::cache::{Block, BlockCache};
use super::shard::Shard;
use super::stored::StoredRow;
use crate::DbError;
use crate::format::{BLOCK_BYTES, MAX_ANSWER_BYTES, MAX_OBJECT_BYTES, OBJECT_COST_BYTES};

/// The addresses of an entry's pairs of a record and a row.
pub(super) type Pairs = Vec<(u32, u32)>;

/// Reads the objects that one answer needs.
#[derive(Debug)]
pub(super) struct Reader<'s> {
    shard: &'s Shard,
    cache: &'s BlockCache,
    /// The block read last.
    block: Option<(u32, Block)>,
    /// What lies across blocks.
    joined: Vec<u8>,
    /// What the answer may still read.
    left: u64,
}

impl<'s> Reader<'s> {
    pub fn new(shard: &'s Shard, cache: &'s BlockCache) -> Self {
        Self { shard, cache, block: None, joined: Vec::new(), left: MAX_ANSWER_BYTES }
    }

    /// The value of a key.
    pub fn find<T: DeserializeOwned>(&mut self, key: &str) -> Result<Option<T>, DbError> {
        let shard = self.shard;
        for address in shard.candidates(key) {
            let (found, value) = take::<&str>(shard, self.object(address)?, address)?;
            if found == key {
                return whole(shard, value, address).map(Some);
            }
        }
        Ok(None)
    }

    /// The key and the value of the entry at an address.
    pub fn entry<T: DeserializeOwned>(&mut self, address: u32) -> Result<(String, T), DbError> {
        let shard = self.shard;
        let (key, value) = take::<String>(shard, self.object(address)?, address)?;
        Ok((key, whole(shard, value, address)?))
    }

    /// The record at an address, with its clusters.
    pub fn record(&mut self, address: u32) -> Result<(Vec<Cluster>, Advisory), DbError> {
        let shard = self.shard;
        whole(shard, self.object(address)?, address)
    }

    pub fn row(&mut self, address: u32) -> Result<StoredRow, DbError> {
        let shard = self.shard;
        whole(shard, self.object(address)?, address)
    }

    /// What a pair of an entry says.
    pub fn candidate(&mut self, pair: (u32, u32), shard: &ShardName, name: &str) -> Result<Candidate, DbError> {
        let (clusters, advisory) = self.record(pair.0)?;
        let affected = self.row(pair.1)?.into_affected(shard.clone(), name.to_owned());
        Ok(Candidate { clusters, advisory, affected, observed: None })
    }

    /// The wanted rows of a key, with their records.
    pub fn candidates(
        &mut self,
        shard: &ShardName,
        key: &str,
        is_wanted: &mut dyn FnMut(&Affected) -> bool,
        found: &mut Vec<Candidate>,
    ) -> Result<(), DbError> {
        let pairs: Pairs = self.find(key)?.unwrap_or_default();
        // What an unwanted row leaves for the next one.
        let mut labels = None;
        for (record, row) in pairs {
            let (shard, name) = labels.take().unwrap_or_else(|| (shard.clone(), key.to_owned()));
            let affected = self.row(row)?.into_affected(shard, name);
            if is_wanted(&affected) {
                let (clusters, advisory) = self.record(record)?;
                found.push(Candidate { clusters, advisory, affected, observed: None });
            } else {
                labels = Some((affected.shard, affected.name));
            }
        }
        Ok(())
    }

    fn object(&mut self, address: u32) -> Result<&[u8], DbError> {
        let shard = self.shard;
        let start = u64::from(address);
        // A length takes at most five bytes; the last object of a shard may be shorter.
        let prefix = shard.data_bytes().saturating_sub(start).min(5);
        let bytes = self.bytes(start, prefix as usize)?;
        let (length, rest) = take::<u32>(shard, bytes, address)?;
        let prefix = prefix - rest.len() as u64;
        if length as usize > MAX_OBJECT_BYTES {
            return Err(shard.damaged(format!("the object at {address} is too long")));
        }
        let left = self.left.checked_sub(u64::from(length) + OBJECT_COST_BYTES);
        self.left = left.ok_or_else(|| shard.too_large("what is known of one name", MAX_ANSWER_BYTES))?;
        self.bytes(start + prefix, length as usize)
    }

    fn bytes(&mut self, start: u64, length: usize) -> Result<&[u8], DbError> {
        let end = start.checked_add(length as u64).filter(|end| *end <= self.shard.data_bytes());
        let end = end.ok_or_else(|| self.shard.damaged(format!("the object at {start} ends beyond the data")))?;
        let within = (start % BLOCK_BYTES as u64) as usize;
        if within + length <= BLOCK_BYTES {
            let shard = self.shard;
            let block = self.load((start / BLOCK_BYTES as u64) as u32)?;
            return block
                .get(within..within + length)
                .ok_or_else(|| shard.damaged(format!("the object at {start} ends beyond its block")));
        }
        let mut joined = std::mem::take(&mut self.joined);
        joined.clear();
        let mut at = start;
        while at < end {
            let within = (at % BLOCK_BYTES as u64) as usize;
            let block = self.load((at / BLOCK_BYTES as u64) as u32)?;
            let wanted = usize::try_from(end - at).map_or(BLOCK_BYTES, |wanted| wanted.min(BLOCK_BYTES - within));
            joined.extend_from_slice(block.get(within..within + wanted).unwrap_or_default());
            at += wanted as u64;
        }
        self.joined = joined;
        Ok(&self.joined)
    }

    fn load(&mut self, number: u32) -> Result<&[u8], DbError> {
        let block = match self.block.take() {
            Some((last, block)) if last == number => block,
            _ => self.shard.block(number, self.cache)?,
        };
        Ok(&self.block.insert((number, block)).1)
    }
}

fn take<'b, T: Deserialize<'b>>(shard: &Shard, bytes: &'b [u8], address: u32) -> Result<(T, &'b [u8]), DbError> {
    postcard::take_from_bytes(bytes).map_err(|error| shard.damaged(format!("the object at {address}: {error}")))
}

/// A value that takes all the bytes.
fn whole<T: DeserializeOwned>(shard: &Shard, bytes: &[u8], address: u32) -> Result<T, DbError> {
    match take(shard, bytes, address)? {
        (value, []) => Ok(value),
        _ => Err(shard.damaged(format!("the object at {address} is too long"))),
    }
}
