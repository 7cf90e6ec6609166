//! Blobs by digest, wherever they are kept.

use plimsoll_model::Digest;

use crate::ImageError;
use crate::config::MAX_CONFIG;
use crate::files::{Files, Located};
use crate::manifest::{Descriptor, MAX_MANIFEST};
use crate::verify;

/// A store of blobs.
pub(crate) trait Blobs {
    /// A manifest or index, its size and digest verified.
    fn manifest(&self, wanted: &Descriptor) -> Result<Vec<u8>, ImageError>;

    /// A configuration, its size and digest verified.
    fn config(&self, wanted: &Descriptor) -> Result<Vec<u8>, ImageError>;

    /// Where a layer's bytes are, if they are there. A registry says yes without asking.
    fn layer(&self, wanted: &Descriptor) -> Result<Option<Located>, ImageError>;

    /// Whether a blob is there. A registry says yes without asking.
    fn holds(&self, digest: &Digest) -> Result<bool, ImageError>;

    /// Whether the blobs are on this machine.
    fn is_local(&self) -> bool;
}

/// The blobs of an OCI layout.
pub(crate) struct LayoutBlobs<'a>(pub(crate) &'a dyn Files);

impl LayoutBlobs<'_> {
    fn document(&self, wanted: &Descriptor, what: &'static str, max_bytes: u64) -> Result<Vec<u8>, ImageError> {
        let digest = &wanted.digest;
        let missing = || ImageError::MissingBlob { what, digest: *digest };
        let bytes = self.0.small(&blob_name(digest), max_bytes)?.ok_or_else(missing)?;
        verify::size(digest, wanted.size, bytes.len() as u64)?;
        verify::digest(&bytes, digest, what)?;
        Ok(bytes)
    }
}

impl Blobs for LayoutBlobs<'_> {
    fn manifest(&self, wanted: &Descriptor) -> Result<Vec<u8>, ImageError> {
        self.document(wanted, "the manifest", MAX_MANIFEST)
    }

    fn config(&self, wanted: &Descriptor) -> Result<Vec<u8>, ImageError> {
        self.document(wanted, "the configuration", MAX_CONFIG)
    }

    fn layer(&self, wanted: &Descriptor) -> Result<Option<Located>, ImageError> {
        let found = self.0.locate(&blob_name(&wanted.digest))?;
        if let Some(found) = &found {
            verify::size(&wanted.digest, wanted.size, found.size_bytes)?;
        }
        Ok(found)
    }

    fn holds(&self, digest: &Digest) -> Result<bool, ImageError> {
        Ok(self.0.locate(&blob_name(digest))?.is_some())
    }

    fn is_local(&self) -> bool {
        true
    }
}

fn blob_name(digest: &Digest) -> String {
    format!("blobs/{}/{}", digest.algorithm().name(), digest.hex())
}

/// The digest that a member's name claims: `blobs/sha256/<hex>`.
pub(crate) fn claimed_digest(name: &str) -> Option<Digest> {
    let (algorithm, hex) = name.strip_prefix("blobs/")?.split_once('/')?;
    format!("{algorithm}:{hex}").parse().ok()
}
