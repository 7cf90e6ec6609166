//! Writing one shard: objects into blocks, then the sums, the index and the header.

use std::io::{self, Write};

use plimsoll_model::Digest;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use xxhash_rust::xxh3::xxh3_64;
use zerocopy::IntoBytes;
use zerocopy::little_endian::{U32, U64};

use super::index::Index;
use crate::DbError;
use crate::format::{BLOCK_BYTES, FORMAT, HEADER_BYTES, Header, MAGIC, MAX_OBJECT_BYTES, Meta, Section};

/// A shard being written.
#[derive(Debug)]
pub(super) struct ShardWriter {
    meta: Meta,
    data: Vec<u8>,
    /// Where the keys lie in the data, and the addresses of their entries.
    keys: Vec<Key>,
    records: u32,
}

#[derive(Debug, Clone, Copy)]
struct Key {
    start: usize,
    end: usize,
    entry: u32,
}

/// A shard's bytes, in the order of the file.
#[derive(Debug)]
pub(super) struct WrittenShard {
    pub meta: Meta,
    pub digest: Digest,
    pub seal: u64,
    pub keys: u64,
    pub records: u64,
    parts: [Vec<u8>; 5],
}

impl ShardWriter {
    pub fn new(meta: Meta) -> Self {
        Self { meta, data: Vec::new(), keys: Vec::new(), records: 0 }
    }

    /// Adds an object; its address.
    pub fn object(&mut self, content: &[&[u8]]) -> Result<u32, DbError> {
        let too_large = || DbError::TooLarge {
            shard: self.meta.name.clone(),
            what: "the data of its packages",
            cap_bytes: u64::from(u32::MAX),
        };
        let length: usize = content.iter().map(|part| part.len()).sum();
        if length > MAX_OBJECT_BYTES {
            let (shard, cap_bytes) = (self.meta.name.clone(), MAX_OBJECT_BYTES as u64);
            return Err(DbError::TooLarge { shard, what: "what is known of one name", cap_bytes });
        }
        let address = u32::try_from(self.data.len()).map_err(|_| too_large())?;
        // The end too must be an address.
        let end = self.data.len().saturating_add(length).saturating_add(5);
        u32::try_from(end).map_err(|_| too_large())?;
        self.data = postcard::to_extend(&(length as u32), std::mem::take(&mut self.data)).map_err(DbError::encode)?;
        for part in content {
            self.data.extend_from_slice(part);
        }
        Ok(address)
    }

    pub fn record(&mut self, content: &[&[u8]]) -> Result<u32, DbError> {
        self.records += 1;
        self.object(content)
    }

    /// Adds the entry of a key; each key once.
    pub fn entry(&mut self, key: &str, value: &impl Serialize) -> Result<(), DbError> {
        let key_length = postcard::to_stdvec(&key.len()).map_err(DbError::encode)?;
        let value = postcard::to_stdvec(value).map_err(DbError::encode)?;
        let entry = self.object(&[&key_length, key.as_bytes(), &value])?;
        let end = self.data.len() - value.len();
        self.keys.push(Key { start: end - key.len(), end, entry });
        Ok(())
    }

    pub fn finish(self, generation: u64) -> Result<WrittenShard, DbError> {
        let Self { meta, data, keys, records } = self;
        let text = |key: &Key| data.get(key.start..key.end).and_then(|bytes| std::str::from_utf8(bytes).ok());
        let index: Vec<(&str, u32)> = keys.iter().map(|key| (text(key).unwrap_or_default(), key.entry)).collect();
        let index = Index::build(&index);
        let meta_bytes = postcard::to_stdvec(&meta).map_err(DbError::encode)?;
        let sums: Vec<U64> = data.chunks(BLOCK_BYTES).map(|block| U64::new(xxh3_64(block))).collect();
        let (sums, slots) = (sums.as_bytes().to_vec(), index.slots.as_bytes().to_vec());

        let mut content = Sha256::new();
        for part in [&meta_bytes, &sums, &slots, &data] {
            content.update(part);
        }
        let file_bytes = HEADER_BYTES + meta_bytes.len() + sums.len() + slots.len() + data.len();
        let mut header = Header {
            magic: MAGIC,
            format: U32::new(FORMAT),
            header_bytes: U32::new(HEADER_BYTES as u32),
            file_bytes: U64::new(file_bytes as u64),
            generation: U64::new(generation),
            seed: U64::new(index.seed),
            slots: U32::new(index.slots.len() as u32),
            probes: U32::new(index.probes),
            keys: U32::new(keys.len() as u32),
            records: U32::new(records),
            meta: Section::of(&meta_bytes),
            sums: Section::of(&sums),
            index: Section::of(&slots),
            data_bytes: U64::new(data.len() as u64),
            content: content.finalize().into(),
            signer: [0; 32],
            signature: [0; 64],
            reserved: [0; 16],
            checksum: U64::new(0),
        };
        let seal = header.sum();
        header.checksum = U64::new(seal);

        let parts = [header.as_bytes().to_vec(), meta_bytes, sums, slots, data];
        let mut whole = Sha256::new();
        for part in &parts {
            whole.update(part);
        }
        Ok(WrittenShard {
            meta,
            digest: Digest::Sha256(whole.finalize().into()),
            seal,
            keys: keys.len() as u64,
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
