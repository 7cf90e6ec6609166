//! The key that verifies.

use std::path::Path;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

use crate::private::text;
use crate::{KeyError, KeyId, pem};

const NAME: &str = "PUBLIC KEY";
/// What stands before the raw key: a sequence of the algorithm 1.3.101.112 and a string of 32 bytes
/// (RFC 8410).
const SPKI_START: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// A public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// A key by its 32 bytes.
    #[must_use]
    pub fn from_raw(raw: [u8; 32]) -> Self {
        Self(raw)
    }

    /// Reads a key in PEM (SPKI).
    ///
    /// # Errors
    /// When the text holds no such key.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let der = pem::decode(text, NAME)?;
        let raw = der.strip_prefix(&SPKI_START).ok_or(KeyError::NotEd25519)?;
        raw.try_into().map(Self).map_err(|_| KeyError::NotEd25519)
    }

    /// Reads a key's file.
    ///
    /// # Errors
    /// When the file cannot be read or holds no such key.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        Self::from_pem(&text(path)?).map_err(|why| why.file(path))
    }

    /// The key in PEM.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::encode(NAME, &[&SPKI_START[..], &self.0].concat())
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> KeyId {
        KeyId::of(&self.0)
    }

    /// Whether the signature is this key's, of exactly this message.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.0).verify(message, signature).is_ok()
    }
}
