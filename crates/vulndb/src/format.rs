//! The bytes of a shard file: header, index slots, and what is in the sections.

use plimsoll_model::{ShardName, Timestamp};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};
use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::manifest::{FeedMeta, ShardKind};

/// The format of manifest, shards and of what is encoded in them. It rises with every change to the
/// layout here, to [`Meta`], or to a type of the model that an object holds.
pub(crate) const FORMAT: u32 = 2;
pub(crate) const MAGIC: [u8; 8] = *b"PLIMSOLL";
/// Bytes of a data block; the last one of a shard may be shorter.
pub(crate) const BLOCK_BYTES: usize = 16 << 10;
/// Largest record or row that is taken into a database, before its clusters.
pub(crate) const MAX_TAKEN_BYTES: usize = 4 << 20;
/// Largest object.
pub(crate) const MAX_OBJECT_BYTES: usize = 32 << 20;
/// Largest sum of the objects that one answer reads.
pub(crate) const MAX_ANSWER_BYTES: u64 = 256 << 20;
/// What an object counts for beside its length: it takes more room once it is decoded.
pub(crate) const OBJECT_COST_BYTES: u64 = 512;

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

/// The start of the file. The sections follow in the order of the fields, without gaps, and the data
/// blocks after them.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct Header {
    pub magic: [u8; 8],
    pub format: U32,
    pub header_bytes: U32,
    pub file_bytes: U64,
    pub generation: U64,
    pub seed: U64,
    pub slots: U32,
    pub probes: U32,
    pub keys: U32,
    pub records: U32,
    pub meta: Section,
    pub sums: Section,
    pub index: Section,
    pub data_bytes: U64,
    /// SHA-256 of everything after the header.
    pub content: [u8; 32],
    /// Zero: the key that signed, once shards are signed.
    pub signer: [u8; 32],
    /// Zero: an Ed25519 signature of the bytes before it, once shards are signed.
    pub signature: [u8; 64],
    pub reserved: [u8; 16],
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

/// A slot of the key index.
#[derive(Debug, Clone, Copy, Default, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct Slot {
    /// The low half of the key's hash; the high half says where its search begins.
    pub tag: U32,
    /// The entry's address plus one; zero where the slot is empty.
    pub entry: U32,
}

/// Where the search for a key begins, and its tag.
pub(crate) fn place(key: &str, seed: u64, slots: u32) -> (u32, u32) {
    let hash = xxh3_64_with_seed(key.as_bytes(), seed);
    // The high half scaled to the number of slots: no power of two is needed.
    let first = ((hash >> 32) * u64::from(slots)) >> 32;
    (first as u32, hash as u32)
}

/// The meta section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Meta {
    pub name: ShardName,
    pub kind: ShardKind,
    pub built: Option<Timestamp>,
    pub feeds: Vec<FeedMeta>,
}
