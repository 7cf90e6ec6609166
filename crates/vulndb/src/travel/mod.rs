//! Databases that travel: published, pulled, carried over an air gap, and installed so that at every
//! moment a whole one is there.
//!
//! A published database is its `manifest.json`, signed, and each shard packed with zstd. It lies in a
//! registry ([`RegistryCarrier`]), in a folder that any web server gives out ([`WebCarrier`]), in a
//! folder of this machine ([`FolderCarrier`]) or in one file ([`ArchiveCarrier`]). [`pull`] takes what
//! is [`Wanted`] from any of these, checks it against the signed manifest on the way and puts it into
//! the database's folder.

mod archive;
mod artifact;
mod carrier;
mod error;
mod export;
mod folder;
mod mark;
mod packed;
mod patch;
mod pull;
mod registry;
mod trust;
mod wanted;
mod web;

pub use archive::ArchiveCarrier;
pub use carrier::{Arrival, Carrier, Parcel};
pub use error::TravelError;
pub use export::{Exported, export_file, export_folder};
pub use folder::FolderCarrier;
pub use pull::{Pulled, Refusal, pull};
pub use registry::{Pushed, RegistryCarrier, push};
pub use trust::{Rules, Trust, sign};
pub use wanted::Wanted;
pub use web::WebCarrier;
