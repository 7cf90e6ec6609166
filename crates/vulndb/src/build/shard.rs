//! Writing one shard: records and keys into blocks, then the index and the header.

use std::io::{self, Write};

use plimsoll_model::Digest;
use sha2::{Digest as _, Sha256};
use xxhash_rust::xxh3::xxh3_64;
use zerocopy::IntoBytes;
use zerocopy::little_endian::{U32, U64};

use super::block::BlockWriter;
use super::compress::Compressor;
use super::index::Index;
use crate::DbError;
use crate::format::{
    BlockRow, FORMAT, HEADER_BYTES, Header, KEY_BLOCK_BYTES, MAGIC, MAX_BLOCK_BYTES, MAX_KEY_BLOCKS, Meta,
    PACKED_BLOCK_BYTES, RECORD_BLOCK_BYTES, Section, packs_keys,
};

/// A shard being written. Keys come sorted; records are numbered as they come.
#[derive(Debug)]
pub(crate) struct ShardWriter {
    meta: Meta,
    key_block_bytes: usize,
    record_block_bytes: usize,
    key_blocks: Vec<Vec<u8>>,
    record_blocks: Vec<(u32, Vec<u8>)>,
    open_keys: BlockWriter,
    open_records: BlockWriter,
    first_record: u32,
    records: u32,
    pairs: u64,
    /// All keys, one after the other, where each ends, and its block.
    keys: String,
    ends: Vec<(usize, u16)>,
}

/// A shard's bytes, in the order of the file.
#[derive(Debug)]
pub(crate) struct WrittenShard {
    pub meta: Meta,
    pub digest: Digest,
    pub seal: u64,
    pub keys: u64,
    pub records: u64,
    parts: [Vec<u8>; 6],
}

impl ShardWriter {
    pub fn new(meta: Meta) -> Self {
        let (key_block_bytes, record_block_bytes) = match packs_keys(meta.kind) {
            true => (PACKED_BLOCK_BYTES, PACKED_BLOCK_BYTES),
            false => (KEY_BLOCK_BYTES, RECORD_BLOCK_BYTES),
        };
        Self {
            meta,
            key_block_bytes,
            record_block_bytes,
            key_blocks: Vec::new(),
            record_blocks: Vec::new(),
            open_keys: BlockWriter::default(),
            open_records: BlockWriter::default(),
            first_record: 0,
            records: 0,
            pairs: 0,
            keys: String::new(),
            ends: Vec::new(),
        }
    }

    /// Adds a record; its number.
    pub fn record(&mut self, packed: &[u8]) -> u32 {
        if self.open_records.size_bytes() >= self.record_block_bytes {
            self.close_records();
        }
        let number = self.records;
        self.open_records.record(packed);
        self.records += 1;
        number
    }

    /// Adds the rows of a key, with the numbers of their records.
    pub fn pairs(&mut self, key: &str, pairs: &[(u32, Vec<u8>)]) -> Result<(), DbError> {
        let first = pairs.iter().map(|(record, _)| *record).min().unwrap_or_default();
        self.key(key, first)?;
        self.open_keys.pairs(key, pairs);
        self.pairs += pairs.len() as u64;
        self.check(self.open_keys.size_bytes())
    }

    /// Adds the value of a key.
    pub fn value(&mut self, key: &str, value: &[u8]) -> Result<(), DbError> {
        self.key(key, 0)?;
        self.open_keys.value(key, value);
        self.check(self.open_keys.size_bytes())
    }

    fn key(&mut self, key: &str, first_record: u32) -> Result<(), DbError> {
        if self.open_keys.size_bytes() >= self.key_block_bytes {
            self.close_keys();
        }
        if self.open_keys.is_empty() {
            self.open_keys = BlockWriter::new(first_record);
        }
        if self.key_blocks.len() >= MAX_KEY_BLOCKS {
            let what = "the data of its packages";
            let cap_bytes = (MAX_KEY_BLOCKS * self.key_block_bytes) as u64;
            return Err(DbError::TooLarge { shard: self.meta.name.clone(), what, cap_bytes });
        }
        self.keys.push_str(key);
        self.ends.push((self.keys.len(), self.key_blocks.len() as u16));
        Ok(())
    }

    fn check(&self, size_bytes: usize) -> Result<(), DbError> {
        // Lengths of items may take some bytes more than is reckoned.
        if size_bytes > MAX_BLOCK_BYTES / 2 {
            let (shard, cap_bytes) = (self.meta.name.clone(), MAX_BLOCK_BYTES as u64 / 2);
            return Err(DbError::TooLarge { shard, what: "what is known of one name", cap_bytes });
        }
        Ok(())
    }

    fn close_keys(&mut self) {
        self.key_blocks.push(std::mem::take(&mut self.open_keys).finish());
    }

    fn close_records(&mut self) {
        let block = std::mem::replace(&mut self.open_records, BlockWriter::new(self.records));
        self.record_blocks.push((self.first_record, block.finish()));
        self.first_record = self.records;
    }

    pub fn finish(mut self) -> Result<WrittenShard, DbError> {
        if !self.open_keys.is_empty() {
            self.close_keys();
        }
        if !self.open_records.is_empty() {
            self.close_records();
        }
        let Self { meta, key_blocks, record_blocks, records, pairs, keys, ends, .. } = self;
        let starts = std::iter::once(0).chain(ends.iter().map(|(end, _)| *end));
        let index: Vec<(&str, u16)> = starts
            .zip(&ends)
            .map(|(start, (end, block))| (keys.get(start..*end).unwrap_or_default(), *block))
            .collect();
        let index = Index::build(&index);
        let slots = index.slots.as_bytes().to_vec();
        let meta_bytes = postcard::to_stdvec(&meta).map_err(DbError::encode)?;

        let samples: Vec<&[u8]> = record_blocks.iter().map(|(_, block)| block.as_slice()).collect();
        let mut compressor = Compressor::train(&samples);
        let packs_keys = packs_keys(meta.kind);
        let key_count = key_blocks.len() as u32;
        let (mut rows, mut data) = (Vec::new(), Vec::new());
        let blocks = key_blocks.into_iter().map(|block| (0, block, packs_keys));
        for (first, block, packs) in blocks.chain(record_blocks.into_iter().map(|(first, block)| (first, block, true)))
        {
            let packed = if packs { compressor.compress(&block)? } else { None };
            let stored = packed.as_deref().unwrap_or(&block);
            rows.push(BlockRow {
                stored: U32::new(stored.len() as u32),
                plain: U32::new(block.len() as u32),
                first: U32::new(first),
                checksum: U64::new(xxh3_64(stored)),
            });
            data.extend_from_slice(stored);
        }
        let (blocks, dictionary) = (rows.as_bytes().to_vec(), compressor.into_dictionary());

        let mut content = Sha256::new();
        for part in [&meta_bytes, &dictionary, &blocks, &slots, &data] {
            content.update(part);
        }
        let file_bytes = HEADER_BYTES + meta_bytes.len() + dictionary.len() + blocks.len() + slots.len() + data.len();
        let mut header = Header {
            magic: MAGIC,
            format: U32::new(FORMAT),
            header_bytes: U32::new(HEADER_BYTES as u32),
            file_bytes: U64::new(file_bytes as u64),
            seed: U64::new(index.seed),
            slots: U32::new(index.slots.len() as u32),
            probes: U32::new(index.probes),
            keys: U32::new(ends.len() as u32),
            records: U32::new(records),
            pairs: U64::new(pairs),
            key_blocks: U32::new(key_count),
            reserved: U32::new(0),
            meta: Section::of(&meta_bytes),
            dictionary: Section::of(&dictionary),
            blocks: Section::of(&blocks),
            index: Section::of(&slots),
            data_bytes: U64::new(data.len() as u64),
            content: content.finalize().into(),
            checksum: U64::new(0),
        };
        let seal = header.sum();
        header.checksum = U64::new(seal);

        let parts = [header.as_bytes().to_vec(), meta_bytes, dictionary, blocks, slots, data];
        let mut whole = Sha256::new();
        for part in &parts {
            whole.update(part);
        }
        Ok(WrittenShard {
            meta,
            digest: Digest::Sha256(whole.finalize().into()),
            seal,
            keys: ends.len() as u64,
            records: u64::from(records),
            parts,
        })
    }
}

impl WrittenShard {
    pub fn size_bytes(&self) -> u64 {
        self.parts.iter().map(|part| part.len() as u64).sum()
    }

    pub fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        self.parts.iter().try_for_each(|part| out.write_all(part))
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.parts.concat()
    }
}
