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
//! | header | magic, version, length, sections, generation, SHA-256 of what follows, room for a signature, checksum |
//! | meta | the shard's name and kind, when it was built, its feeds and the dates of their data |
//! | sums | the xxh3 of every block |
//! | index | key → entry: open addressing by xxh3, a seed per shard, bounded probes |
//! | data | objects in blocks of 16 KiB, each with a sum above |
//!
//! An *entry* lists, for one package name, pairs of a *record* (an advisory with its alias clusters,
//! stored once per shard) and a *row* (ranges, status and limits, stored once per shard too). They
//! lie beside the entry that first needs them, so that a look-up reads one block or two.
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
mod error;
mod folder;
mod format;
mod manifest;
mod open;
mod signed;
pub mod travel;

pub use build::{BuildInfo, BuildSummary, Builder, LeftOut};
pub use error::DbError;
pub use manifest::{FeedMeta, MANIFEST_FILE, Manifest, ShardKind, ShardRow};
pub use open::{Database, Exploited, Hit};
pub use signed::SignedManifest;
