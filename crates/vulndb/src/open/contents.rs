//! Everything that a shard says, at once.

use super::inflate::Inflaters;
use super::reader::Pairs;
use super::shard::Shard;
use super::source::Source;
use crate::format::Meta;
use crate::stored::{In, Packed, StoredRecord, StoredRow, unpack_claims};
use crate::{DbError, ShardKind, ShardRow};

/// Most that the contents of one shard may take in memory, about.
const MAX_CONTENTS_BYTES: u64 = 4 << 30;

/// What a shard says, in the order of its file.
#[derive(Debug)]
pub(crate) struct Contents {
    pub meta: Meta,
    pub keys: Vec<Key>,
    pub records: Vec<StoredRecord>,
    /// What compressed blocks have in common.
    pub dictionary: Vec<u8>,
}

/// A key and what is known of it.
#[derive(Debug)]
pub(crate) struct Key {
    pub name: String,
    pub body: Body,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Body {
    /// Numbers of records, and their rows.
    Pairs(Vec<(u32, StoredRow)>),
    /// A value, as postcard writes it, whatever the shard's words are.
    Value(Vec<u8>),
}

impl Contents {
    /// Reads a shard's file, each byte checked.
    pub fn of_bytes(bytes: Vec<u8>, row: &ShardRow) -> Result<Self, DbError> {
        Self::read(&Shard::open(Source::Memory(bytes), row, 0)?)
    }

    pub(super) fn read(shard: &Shard) -> Result<Self, DbError> {
        let inflaters = Inflaters::default();
        let mut left = MAX_CONTENTS_BYTES;
        let mut keys = Vec::new();
        // A name under which each record stands.
        let mut names = vec![u32::MAX; shard.record_count() as usize];
        for number in shard.key_blocks() {
            let block = shard.read_block(number, &inflaters)?;
            let damaged = |error: postcard::Error| shard.damaged(format!("block {number}: {error}"));
            for entry in block.all().map_err(damaged)? {
                let bytes = block.bytes().get(entry.body).unwrap_or_default();
                let body = match shard.meta().kind {
                    ShardKind::Advisories | ShardKind::Malware => {
                        let mut rows = Vec::new();
                        for (record, row) in Pairs::of(&block, bytes).map_err(damaged)? {
                            let name = names.get_mut(record as usize).filter(|_| row < block.item_count());
                            let name = name.ok_or_else(|| shard.damaged("it names what is not there".into()))?;
                            *name = (*name).min(keys.len() as u32);
                            let item = block.item(row).unwrap_or_default();
                            let read = whole(item, &mut left, |from| StoredRow::unpack(&shard.meta().words, from));
                            rows.push((record, read.map_err(damaged)?));
                        }
                        Body::Pairs(rows)
                    }
                    kind => Body::Value(plain_value(kind, shard, bytes, &mut left).map_err(damaged)?),
                };
                keys.push(Key { name: entry.key, body });
            }
        }
        let mut records = Vec::new();
        for number in shard.record_blocks() {
            let block = shard.read_block(number, &inflaters)?;
            for item in 0..block.item_count() {
                let name = names.get(records.len()).and_then(|key| keys.get(*key as usize));
                let name = name.map_or("", |key| key.name.as_str());
                let bytes = block.item(item).unwrap_or_default();
                let read = whole(bytes, &mut left, |from| StoredRecord::unpack(&shard.meta().words, name, from));
                records.push(read.map_err(|error| shard.damaged(format!("block {number}: {error}")))?);
            }
        }
        if records.len() != names.len() {
            return Err(shard.damaged(format!("it has {} records, not {}", records.len(), names.len())));
        }
        Ok(Self { meta: shard.meta().clone(), keys, records, dictionary: shard.dictionary().to_vec() })
    }
}

fn plain_value(kind: ShardKind, shard: &Shard, packed: &[u8], left: &mut u64) -> Packed<Vec<u8>> {
    match kind {
        ShardKind::Severities => {
            postcard::to_stdvec(&whole(packed, left, |from| unpack_claims(&shard.meta().words, from))?)
        }
        _ => Ok(packed.to_vec()),
    }
}

fn whole<T>(bytes: &[u8], left: &mut u64, read: impl FnOnce(&mut In<'_>) -> Packed<T>) -> Packed<T> {
    let mut from = In::new(bytes, *left);
    let value = read(&mut from)?;
    *left = from.end()?;
    Ok(value)
}
