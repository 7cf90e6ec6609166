//! An opened image: what it says of itself, and its layers.

use std::io::Read;

use plimsoll_model::{Digest, Gap, ImageInfo};

use crate::ImageError;
use crate::blob::Bytes;

/// An image whose manifest and configuration were read and verified.
#[derive(Debug)]
pub struct Image {
    /// What it says of itself; [`ImageInfo::layers`] goes with `layers`, one by one.
    pub info: ImageInfo,
    /// The layers, the lowest first.
    pub layers: Vec<LayerBlob>,
    /// What is no readable layer, and other oddities.
    pub gaps: Vec<Gap>,
    /// Digest of the index that led to the manifest, where one did.
    pub index_digest: Option<Digest>,
    /// Digests of manifests or indexes of images that it was built from, by the provenance beside it;
    /// read only where no annotation names the base.
    pub built_from: Vec<Digest>,
}

/// What the bytes of a layer are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlobKind {
    /// A blob with a digest of its own, compressed or not.
    Oci,
    /// A member of a docker-archive that is known by nothing but its diff-id.
    DockerPlain,
}

/// Why a layer is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skip {
    /// Its bytes are elsewhere, under addresses that the manifest gives.
    Foreign,
    /// It is encrypted.
    Encrypted,
    /// Its media type is not one of a layer.
    MediaType,
}

/// One layer as it is stored.
#[derive(Debug, Clone)]
pub struct LayerBlob {
    /// Digest of the bytes as stored: what the manifest or the member's name says, to be verified
    /// while reading.
    pub digest: Option<Digest>,
    /// Digest of the plain tar, by the configuration's word.
    pub diff_id: Option<Digest>,
    /// Size as stored, in bytes.
    pub size_bytes: u64,
    /// What the bytes are.
    pub kind: BlobKind,
    /// Whether the bytes are on this machine.
    pub local: bool,
    /// Why it must not be opened; a gap of the image says so too.
    pub skip: Option<Skip>,
    pub(crate) member: String,
    pub(crate) bytes: Bytes,
}

impl LayerBlob {
    /// The digest that reading it verifies: the blob's, or the diff-id where there is no other.
    #[must_use]
    pub fn identity(&self) -> Option<&Digest> {
        match self.kind {
            BlobKind::Oci => self.digest.as_ref(),
            BlobKind::DockerPlain => self.diff_id.as_ref(),
        }
    }

    /// A name for people: the shortened digest, or the member of the archive.
    #[must_use]
    pub fn name(&self) -> String {
        self.digest.as_ref().map_or_else(|| crate::clean::name(&self.member), Digest::short)
    }

    /// Its name within the archive, links resolved; the digest for a registry's.
    #[must_use]
    pub fn member(&self) -> &str {
        &self.member
    }

    /// A reader from the first byte. Each call makes a new one; several can be used at once.
    ///
    /// # Errors
    /// When the source cannot be reached or has passed by.
    pub fn open(&self) -> Result<Box<dyn Read + Send>, ImageError> {
        self.bytes.open()
    }
}
