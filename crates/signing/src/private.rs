//! The key that signs.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use plimsoll_model::read_capped;

use crate::{KeyError, PublicKey, SIGNATURE_BYTES, pem};

const NAME: &str = "PRIVATE KEY";
pub(crate) const MAX_FILE_BYTES: u64 = 64 << 10;

/// A private key. It is never shown: `Debug` names the public one.
pub struct PrivateKey(Ed25519KeyPair);

impl PrivateKey {
    /// A new key.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn generate() -> Result<Self, KeyError> {
        Ed25519KeyPair::generate().map(Self).map_err(|_| KeyError::NoRandom)
    }

    /// Reads a key in PEM (PKCS#8, not encrypted).
    ///
    /// # Errors
    /// When the text holds no such key.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let der = pem::decode(text, NAME)?;
        Ed25519KeyPair::from_pkcs8(&der).map(Self).map_err(|_| KeyError::NotEd25519)
    }

    /// Reads a key's file.
    ///
    /// # Errors
    /// When the file cannot be read or holds no such key.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        Self::from_pem(&text(path)?).map_err(|why| why.file(path))
    }

    /// Writes the key into a new file that only its owner may read. A file that is there stays.
    ///
    /// # Errors
    /// When there is a file already, or it cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), KeyError> {
        let der = self.0.to_pkcs8v1().map_err(|_| KeyError::NotEd25519)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let mut file = options.open(path).map_err(KeyError::io(path))?;
        file.write_all(pem::encode(NAME, der.as_ref()).as_bytes()).map_err(KeyError::io(path))?;
        file.sync_all().map_err(KeyError::io(path))
    }

    /// The key that verifies what this one signs.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        let mut raw = [0; 32];
        for (place, byte) in raw.iter_mut().zip(self.0.public_key().as_ref()) {
            *place = *byte;
        }
        PublicKey::from_raw(raw)
    }

    /// Signs a message.
    ///
    /// # Errors
    /// When the library refuses, which it does only without memory.
    pub fn sign(&self, message: &[u8]) -> Result<[u8; SIGNATURE_BYTES], KeyError> {
        let signature = self.0.try_sign(message).map_err(|_| KeyError::NotEd25519)?;
        signature.as_ref().try_into().map_err(|_| KeyError::NotEd25519)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "PrivateKey(of {})", self.public().id())
    }
}

/// A key's file as text.
pub(crate) fn text(path: &Path) -> Result<String, KeyError> {
    let bytes = File::open(path).and_then(|file| read_capped(file, MAX_FILE_BYTES)).map_err(KeyError::io(path))?;
    String::from_utf8(bytes).map_err(|_| KeyError::Damaged.file(path))
}
