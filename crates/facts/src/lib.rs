//! What an inspector is, what a layer yields, and the pure file-first merge with its history.
//!
//! No I/O and no threads: the `layers` crate feeds bytes to the inspectors and fills a
//! [`LayerFacts`] for each layer; [`merge()`] lays the layers of one image over one another, file by
//! file, and says of each package where it came from and whether it is still there.
//!
//! A new kind of package is one [`Inspect`] implementation and one row in the catalog's table.

mod builder;
mod entries;
mod folders;
mod inspect;
mod layer;
mod licenses;
mod links;
mod listed;
mod merge;
mod notes;
mod owners;
mod plan;
mod programs;
mod relations;
mod sink;
mod timeline;
mod usage;
mod view;

pub use builder::{LayerBuilder, Limits};
pub use entries::{Compact, Entries, Entry, EntryKind, EntryRef};
pub use inspect::{
    FileMeta, Format, Inspect, Join, Limit, Magic, Pattern, Section, Stream, Unpacked, Unreadable, Want,
};
pub use layer::{DecodeError, FoundItem, LayerFacts, SectionFacts};
pub use merge::{Excludes, MergeOptions, merge};
pub use plan::{Plan, RowIndex, fingerprint};
pub use relations::{Relation, relations};
pub use sink::{Found, Sink};
pub use view::{Fragment, View};

/// The form of what is cached: raised whenever the layer reader notes other entries, [`merge()`] makes
/// another inventory of the same facts, or the encoded form of either changes.
pub const FORM: u32 = 16;

/// Hash by which paths are compared where keeping them would cost too much: XXH3 of the
/// normalised path's bytes.
#[must_use]
pub fn path_hash(path: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(path)
}
