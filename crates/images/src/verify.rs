//! Digests of documents that are small enough to lie in memory.

use plimsoll_model::Digest;
use sha2::{Digest as _, Sha256, Sha512};

use crate::ImageError;

/// Compares bytes with the digest that led to them.
pub(crate) fn digest(bytes: &[u8], expected: &Digest, what: &'static str) -> Result<(), ImageError> {
    let actual = match expected {
        Digest::Sha256(_) => sha256(bytes),
        Digest::Sha512(_) => Digest::Sha512(Sha512::digest(bytes).into()),
    };
    if actual != *expected {
        return Err(ImageError::DigestMismatch { what, expected: Box::new(*expected), actual: Box::new(actual) });
    }
    Ok(())
}

/// Compares a size with the manifest's word.
pub(crate) fn size(digest: &Digest, expected: u64, actual: u64) -> Result<(), ImageError> {
    if expected != actual {
        return Err(ImageError::SizeMismatch { digest: *digest, expected, actual });
    }
    Ok(())
}

/// The SHA-256 of bytes.
pub(crate) fn sha256(bytes: &[u8]) -> Digest {
    Digest::Sha256(Sha256::digest(bytes).into())
}
