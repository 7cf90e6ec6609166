//! Decompress, hash, tar, archives inside archives, one budget: bytes to inspectors.
//!
//! [`read_layer`] takes the stored bytes of one layer, hashes each of them once, inflates them,
//! walks the tar archive and shows the files that somebody wants to the inspectors of a
//! [`plimsoll_facts::Plan`]. Bytes pass by in buffers of 256 KiB and are copied only where a file
//! that is wanted whole does not lie in one of them; files that nobody wants cost a header.
//! [`read_folder`] shows a directory tree in the same way.
//!
//! Everything a layer says of itself is hostile: each size, depth and count has a cap ([`Caps`]),
//! and what was not seen is an error or a gap in the facts.

mod budget;
mod buffer;
mod chunks;
mod compression;
mod decode;
mod error;
mod feed;
mod folder;
mod hasher;
mod held;
mod options;
mod read;
mod reader;
mod relink;
mod ring;
mod stream;
mod tar;
mod walk;
mod zip;

pub use budget::{Budget, Lease};
pub use compression::Compression;
pub use error::LayerError;
pub use folder::read_folder;
pub use options::{Caps, Digesting, ReadOptions, Threads};
pub use read::{LayerRead, read_layer};
pub use relink::reread_links;
