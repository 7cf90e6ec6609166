//! The advisory database: build it from advisories, open it, look up, search, verify, send it and
//! fetch it.
//!
//! A database is a folder: `manifest.json` and one immutable shard file for each distribution
//! release, language ecosystem and kind of enrichment. A scan reads the manifest once and then only
//! the shards it needs.
//!
//! # A shard file
//!
//! | part | what it holds |
//! |---|---|
//! | header | magic, format, lengths, SHA-256 of what follows, checksum |
//! | meta | the shard's name and kind, the names of its sources |
//! | dictionary | what compressed blocks have in common |
//! | blocks | length, length once inflated, and xxh3 of every block |
//! | index | key → block: open addressing by xxh3, a seed per shard, bounded probes |
//! | keys | blocks of some 4 KiB: rows, each once in its block, and the entries of the keys |
//! | records | blocks of some 8 KiB, compressed: the advisories with their alias clusters |
//!
//! An *entry* lists, for one package name, pairs of a *record* and a *row* (ranges, status and
//! limits). Matching reads rows, which lie beside their entry, and the few records whose rows hold.
//! Records are numbered in the order in which keys need them, so those of one package lie together.
//!
//! # Travelling
//!
//! The manifest is signed as a whole, with Ed25519, and [`travel`] publishes databases, pulls them and
//! installs what is wanted of them. The manifest always names every shard of the database; of which
//! the files are here is asked with [`Database::missing`].
//!
//! # What damage can do
//!
//! The manifest names each file by its digest and repeats the checksum of its header; the header
//! has the checksums of the other parts, and these those of the blocks. So whatever is read is
//! checked from the manifest down, at every look-up: a shard that is cut, flipped, swapped or of
//! another generation is an error, never another answer. Files are read by position and never
//! mapped: one that is cut while it is open is an error too, not a crash. [`Database::verify`] also
//! compares the SHA-256 of every file.

mod build;
pub mod changes;
pub mod delta;
mod enrichment;
mod error;
mod folder;
mod format;
pub mod java;
mod manifest;
mod open;
mod signed;
mod stored;
pub mod travel;

pub use build::{BuildInfo, BuildSummary, Builder, LeftOut};
pub use error::DbError;
pub use manifest::{FeedMeta, MANIFEST_FILE, Manifest, ShardKind, ShardRow};
pub use open::{Database, Hit};
pub use signed::{SignedManifest, Signing};
pub use stored::Exploited;
