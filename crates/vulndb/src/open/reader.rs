//! Reading rows and records out of a shard's blocks.

use std::ops::Range;
use std::sync::Arc;

use plimsoll_model::{Affected, Candidate, ShardName};

use super::block::Block;
use super::cache::BlockCache;
use super::shard::Shard;
use crate::DbError;
use crate::format::{MAX_ANSWER_BYTES, OBJECT_COST_BYTES, PACKED_BLOCK_BYTES};
use crate::stored::{In, Packed, StoredRecord, StoredRow, start_of_day};

/// A block no longer than this costs an answer nothing but time.
const FREE_BYTES: u64 = 4 * PACKED_BLOCK_BYTES as u64;

/// An entry's pairs of a record and a row of its block, by numbers.
pub(super) struct Pairs;

impl Pairs {
    pub fn of(block: &Block, body: &[u8]) -> Packed<Vec<(u32, usize)>> {
        let mut from = In::new(body, u64::MAX);
        let mut pairs = Vec::new();
        let mut before = i64::from(block.base);
        while !from.rest.is_empty() {
            let distance = from.number()?;
            let distance = (distance >> 1) as i64 ^ -((distance & 1) as i64);
            let record = before.checked_add(distance).and_then(|record| u32::try_from(record).ok());
            let record = record.ok_or(postcard::Error::DeserializeBadVarint)?;
            pairs.push((record, from.small()? as usize));
            before = i64::from(record) + 1;
        }
        Ok(pairs)
    }
}

/// A block and where the body of a key's entry stands in it.
type Found = (Arc<Block>, Range<usize>);

/// Reads what one answer needs.
#[derive(Debug)]
pub(super) struct Reader<'s> {
    shard: &'s Shard,
    cache: &'s BlockCache,
    /// The block of records read last.
    records: Option<(u32, Arc<Block>)>,
    /// What the answer may still take.
    left: u64,
}

impl<'s> Reader<'s> {
    pub fn new(shard: &'s Shard, cache: &'s BlockCache) -> Self {
        Self { shard, cache, records: None, left: MAX_ANSWER_BYTES }
    }

    /// The value of a key.
    pub fn find<T>(&mut self, key: &str, read: impl FnOnce(&mut In<'_>) -> Packed<T>) -> Result<Option<T>, DbError> {
        let Some((block, body)) = self.entry(key)? else { return Ok(None) };
        self.read(block.bytes().get(body).unwrap_or_default(), key, read).map(Some)
    }

    /// The wanted rows of a key, with their records.
    pub fn candidates(
        &mut self,
        shard: &ShardName,
        key: &str,
        is_wanted: &mut dyn FnMut(&Affected) -> bool,
        found: &mut Vec<Candidate>,
    ) -> Result<(), DbError> {
        let Some((block, body)) = self.entry(key)? else { return Ok(()) };
        let pairs = Pairs::of(&block, block.bytes().get(body).unwrap_or_default());
        let pairs = pairs.map_err(|error| self.shard.damaged(format!("the entry of `{key}`: {error}")))?;
        // What an unwanted row leaves for the next one.
        let mut labels = None;
        for (record, row) in pairs {
            let (shard, name) = labels.take().unwrap_or_else(|| (shard.clone(), key.to_owned()));
            let row = self.row(&block, row)?;
            let observed = row.observed.map(start_of_day);
            let affected = row.into_affected(shard, name);
            if is_wanted(&affected) {
                let StoredRecord { advisory, clusters } = self.record(record, key)?;
                found.push(Candidate { clusters, advisory, affected, observed });
            } else {
                labels = Some((affected.shard, affected.name));
            }
        }
        Ok(())
    }

    /// A row by its number in a block.
    pub fn row(&mut self, block: &Block, number: usize) -> Result<StoredRow, DbError> {
        let bytes = block.item(number).ok_or_else(|| self.shard.damaged(format!("a block has no row {number}")))?;
        let words = self.shard.words();
        self.read(bytes, "a row", |from| StoredRow::unpack(words, from))
    }

    /// A record by its number, and a name under which it stands.
    pub fn record(&mut self, number: u32, name: &str) -> Result<StoredRecord, DbError> {
        let missing = || self.shard.damaged(format!("it has no record {number}"));
        let place = self.shard.block_of(number).ok_or_else(missing)?;
        let block = match self.records.take() {
            Some((last, block)) if last == place => block,
            _ => self.block(place)?,
        };
        let missing = || self.shard.damaged(format!("it has no record {number}"));
        let at = number.checked_sub(block.base).ok_or_else(missing)?;
        let words = self.shard.words();
        let bytes = block.item(at as usize).ok_or_else(missing)?;
        let record = self.read(bytes, "a record", |from| StoredRecord::unpack(words, name, from))?;
        self.records = Some((place, block));
        Ok(record)
    }

    fn entry(&mut self, key: &str) -> Result<Option<Found>, DbError> {
        let shard = self.shard;
        for number in shard.candidates(key) {
            let block = self.block(number)?;
            let found = block.find(key).map_err(|error| shard.damaged(format!("block {number}: {error}")))?;
            if let Some(body) = found {
                return Ok(Some((block, body)));
            }
        }
        Ok(None)
    }

    fn block(&mut self, number: u32) -> Result<Arc<Block>, DbError> {
        self.spend(self.shard.plain_bytes(number).saturating_sub(FREE_BYTES))?;
        self.shard.block(number, self.cache)
    }

    fn read<T>(&mut self, bytes: &[u8], what: &str, read: impl FnOnce(&mut In<'_>) -> Packed<T>) -> Result<T, DbError> {
        self.spend(bytes.len() as u64 + OBJECT_COST_BYTES)?;
        let mut from = In::new(bytes, self.left);
        let read = read(&mut from).and_then(|value| Ok((value, from.end()?)));
        match read {
            Ok((value, left)) => {
                self.left = left;
                Ok(value)
            }
            Err(_) if from.is_spent => Err(self.shard.too_large("what is known of one name", MAX_ANSWER_BYTES)),
            Err(error) => Err(self.shard.damaged(format!("{what}: {error}"))),
        }
    }

    fn spend(&mut self, bytes: u64) -> Result<(), DbError> {
        let left = self.left.checked_sub(bytes);
        self.left = left.ok_or_else(|| self.shard.too_large("what is known of one name", MAX_ANSWER_BYTES))?;
        Ok(())
    }
}
