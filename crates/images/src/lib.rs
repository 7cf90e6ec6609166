//! Sources: registries, archives, folders, standard input.
//!
//! [`SourceSpec::parse`] reads what the user names; [`open`] reads and verifies whatever says which
//! layers the image has, and hands them out as [`LayerBlob`]s that can be opened in any order and
//! several at once. A stream, which has no way back, is a [`StdinArchive`]: its layers are handed
//! out as they pass, and the image is known at the end.
//!
//! Digests of indexes, manifests and configurations are verified here, wherever they come from;
//! those of layers by whoever reads them. A local image is one of:
//!
//! | kind | what lists its images | digests of layers |
//! |---|---|---|
//! | OCI layout, archive or folder | `index.json` | of the blobs |
//! | docker-archive | `manifest.json` | of the plain layers, in the configuration |
//! | docker-archive since Docker 25 | both, which must agree | of the blobs |
//! | docker-archive before 1.10 | `repositories` | none |
//!
//! Nothing is ever written, names in an archive are keys and no paths, and addresses in an image
//! are not followed.

mod archive;
mod assemble;
mod blob;
mod blobs;
mod clean;
mod config;
mod docker;
mod error;
mod files;
mod folder;
mod image;
mod json;
mod layout;
mod legacy;
mod lists;
mod manifest;
mod media;
mod open;
mod provenance;
mod registry;
mod select;
mod spec;
mod stdin;
mod tags;
mod verify;

pub use error::ImageError;
pub use image::{BlobKind, Image, LayerBlob, Skip};
pub use open::{OpenOptions, Opened, open};
pub use spec::SourceSpec;
pub use stdin::{EachMember, StdinArchive};
