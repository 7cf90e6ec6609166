//! The bytes of a shard file: header, blocks, index slots.

use plimsoll_model::ShardName;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};
use zerocopy::little_endian::{U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::manifest::ShardKind;
use crate::stored::Words;

/// The format of manifest, shards and of what is packed in them. It rises with every change to the
/// layout here, to [`Meta`], to how [`crate::stored`] packs, or to a type of the model that is packed;
/// and with another version of the library that compresses the blocks, if that makes other bytes.
pub(crate) const FORMAT: u32 = 6;
pub(crate) const MAGIC: [u8; 8] = *b"PLIMSOLL";
/// A block of keys ends with the one that reaches this length. Look-ups read a block for each name.
pub(crate) const KEY_BLOCK_BYTES: usize = 4 << 10;
/// A block of records ends with the one that reaches this length, before it is compressed.
pub(crate) const RECORD_BLOCK_BYTES: usize = 8 << 10;
/// Both, in shards of which the keys are compressed too.
pub(crate) const PACKED_BLOCK_BYTES: usize = 16 << 10;
/// Largest record or row that is taken into a database, before its clusters.
pub(crate) const MAX_TAKEN_BYTES: usize = 4 << 20;
/// Largest block, and so the most that is known of one name.
pub(crate) const MAX_BLOCK_BYTES: usize = 32 << 20;
/// Largest dictionary for the compressed blocks.
pub(crate) const MAX_DICTIONARY_BYTES: usize = 64 << 10;
/// Most blocks that hold keys: an index slot has room for no more.
pub(crate) const MAX_KEY_BLOCKS: usize = u16::MAX as usize;
/// Largest sum of the objects that one answer reads.
pub(crate) const MAX_ANSWER_BYTES: u64 = 256 << 20;
/// What an object counts for beside its length: it takes more room once it is read.
pub(crate) const OBJECT_COST_BYTES: u64 = 512;

/// Whether the keys of a shard are compressed: it is large, and hardly a look-up reads there.
pub(crate) fn packs_keys(kind: ShardKind) -> bool {
    matches!(kind, ShardKind::Malware | ShardKind::JavaDigests)
}

/// One part of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct Section {
    pub bytes: U64,
    pub checksum: U64,
}

impl Section {
    pub fn of(content: &[u8]) -> Self {
        Self { bytes: U64::new(content.len() as u64), checksum: U64::new(xxh3_64(content)) }
    }
}

/// The start of the file. The sections follow in the order of the fields, without gaps, and after them
/// the blocks: first those of the keys, then those of the records.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct Header {
    pub magic: [u8; 8],
    pub format: U32,
    pub header_bytes: U32,
    pub file_bytes: U64,
    pub seed: U64,
    pub slots: U32,
    pub probes: U32,
    pub keys: U32,
    pub records: U32,
    /// Pairs of a key and a record's row.
    pub pairs: U64,
    /// Blocks of keys, which come first.
    pub key_blocks: U32,
    pub reserved: U32,
    pub meta: Section,
    pub dictionary: Section,
    pub blocks: Section,
    pub index: Section,
    pub data_bytes: U64,
    /// SHA-256 of everything after the header.
    pub content: [u8; 32],
    /// The xxh3 of all before it.
    pub checksum: U64,
}

pub(crate) const HEADER_BYTES: usize = size_of::<Header>();

impl Header {
    /// The checksum that its bytes should end with.
    pub fn sum(&self) -> u64 {
        let bytes = self.as_bytes();
        xxh3_64(bytes.get(..HEADER_BYTES - size_of::<U64>()).unwrap_or_default())
    }
}

/// A block, in the order of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct BlockRow {
    /// Bytes in the file.
    pub stored: U32,
    /// Bytes once inflated; the same where it is not compressed.
    pub plain: U32,
    /// Of a block of records, the number of its first.
    pub first: U32,
    /// The xxh3 of the bytes in the file.
    pub checksum: U64,
}

/// A slot of the key index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct Slot {
    /// The low bits of the key's hash; the high half says where its search begins.
    pub tag: U16,
    /// The number of the key's block plus one; zero where the slot is empty.
    pub block: U16,
}

/// Where the search for a key begins, and its tag.
pub(crate) fn place(key: &str, seed: u64, slots: u32) -> (u32, u16) {
    let hash = xxh3_64_with_seed(key.as_bytes(), seed);
    // The high half scaled to the number of slots: no power of two is needed.
    let first = ((hash >> 32) * u64::from(slots)) >> 32;
    (first as u32, hash as u16)
}

/// The meta section. When the shard was built and from which feeds stands in the manifest alone: a
/// shard that says the same is the same file, however often it is built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Meta {
    pub name: ShardName,
    pub kind: ShardKind,
    pub words: Words,
}
