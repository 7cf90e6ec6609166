//! The image that was scanned: its layers, and where its base ends.

use serde::{Deserialize, Serialize};

use crate::{Digest, Platform, Timestamp};

/// Whether a layer came with the base image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum LayerOwner {
    /// Of the base image.
    Base,
    /// Added on top of the base image.
    Own,
    /// The boundary is not known.
    #[default]
    Unknown,
}

/// How the end of the base image is known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BaseBoundary {
    /// How many layers are the base's; `None` where unknown.
    pub layers: Option<u32>,
    /// The base image's name or digest, where known.
    pub name: Option<String>,
    /// The digest of its manifest, where the image says one.
    pub digest: Option<Digest>,
    /// By what it is known: `option`, `annotation`, `provenance`, `base-index`, or empty.
    pub by: String,
}

/// One layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerInfo {
    /// The digest of the blob as it is stored, or of the plain bytes where only these exist.
    pub digest: Option<Digest>,
    /// The digest of the plain tar as the image's configuration claims it.
    pub diff_id: Option<Digest>,
    /// The media type, or what the bytes showed.
    pub media_type: String,
    /// Size as stored, in bytes.
    pub size_bytes: u64,
    /// The instruction of *this* image's history that made it; control characters removed.
    pub instruction: Option<String>,
    /// Base or own.
    pub owner: LayerOwner,
    /// Whether the digest was computed over the bytes in this run.
    pub verified: bool,
}

/// The image as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageInfo {
    /// What the user asked for.
    pub name: String,
    /// Kind of source: `registry`, `oci-archive`, `docker-archive`, `oci-dir`, `dir`, …
    pub source: String,
    /// Digest of the platform's manifest.
    pub manifest_digest: Option<Digest>,
    /// Digest of the configuration: the image id.
    pub config_digest: Option<Digest>,
    /// Tags that the source gives it.
    pub tags: Vec<String>,
    /// The platform.
    pub platform: Option<Platform>,
    /// When it was made, by its own word.
    pub created: Option<Timestamp>,
    /// The layers, lowest first.
    pub layers: Vec<LayerInfo>,
    /// Where the base ends.
    pub base: BaseBoundary,
}
