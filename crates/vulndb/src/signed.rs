//! The manifest as it stands in its file: with a checksum, and with signatures.

use std::fs::File;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use plimsoll_model::{Timestamp, read_capped};
use plimsoll_signing::{KeyId, PrivateKey, PublicKey};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::format::FORMAT;
use crate::manifest::{MANIFEST_FILE, MAX_MANIFEST_BYTES, seal, shard_file};
use crate::{DbError, Manifest};

/// Most signatures of one manifest: two are enough to change a key.
const MAX_SIGNATURES: usize = 16;
/// What a signature is of begins with this, so that it can never be taken for one of something else.
const PURPOSE: &str = "plimsoll database manifest";

/// Who signs a database, and until when it may be installed.
#[derive(Debug, Clone, Copy)]
pub struct Signing<'k> {
    /// The key.
    pub key: &'k PrivateKey,
    /// From then on it is not installed any more.
    pub expires: Timestamp,
}

/// A manifest with its signatures, byte for byte as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedManifest {
    manifest: Manifest,
    signatures: Vec<Signature>,
    json: Vec<u8>,
}

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signature {
    key: KeyId,
    /// In base64.
    signature: String,
}

/// `manifest.json`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    format: u32,
    manifest: Manifest,
    /// The xxh3 of the manifest as compact JSON: damage is noticed without any key.
    checksum: String,
    signatures: Vec<Signature>,
}

/// What every format of the manifest has.
#[derive(Deserialize)]
struct Format {
    format: u32,
}

impl SignedManifest {
    /// A manifest that nobody has signed yet.
    pub(crate) fn unsigned(manifest: Manifest) -> Result<Self, DbError> {
        Self::new(manifest, Vec::new())
    }

    fn new(manifest: Manifest, signatures: Vec<Signature>) -> Result<Self, DbError> {
        let checksum = seal(xxh3_64(&manifest.canonical()?));
        let envelope = Envelope { format: FORMAT, manifest, checksum, signatures };
        let mut json = serde_json::to_vec_pretty(&envelope).map_err(DbError::encode)?;
        json.push(b'\n');
        let Envelope { manifest, signatures, .. } = envelope;
        Ok(Self { manifest, signatures, json })
    }

    /// Reads `manifest.json`. Whether its signatures hold is asked with [`Self::is_signed_by`].
    ///
    /// # Errors
    /// When it is of another format, or not exactly what was written.
    pub fn from_json(json: &[u8]) -> Result<Self, DbError> {
        let damaged = |why: &str| DbError::Manifest(why.to_owned());
        let no_manifest = |error: serde_json::Error| DbError::Manifest(error.to_string());
        let Format { format: found } = serde_json::from_slice(json).map_err(no_manifest)?;
        if found > FORMAT {
            return Err(DbError::NewerFormat { found, known: FORMAT });
        }
        if found < FORMAT {
            return Err(DbError::OlderFormat { found, known: FORMAT });
        }
        let Envelope { manifest, checksum, signatures, .. } = serde_json::from_slice(json).map_err(no_manifest)?;
        if checksum != seal(xxh3_64(&manifest.canonical()?)) {
            return Err(damaged("its checksum does not fit"));
        }
        if !manifest.shards.is_sorted_by(|left, right| left.name < right.name) {
            return Err(damaged("its shards are not sorted"));
        }
        if manifest.shards.iter().any(|row| row.file != shard_file(&row.name, &row.digest)) {
            return Err(damaged("a shard's file is not named by its digest"));
        }
        if signatures.len() > MAX_SIGNATURES {
            return Err(damaged("it has too many signatures"));
        }
        Ok(Self { manifest, signatures, json: json.to_vec() })
    }

    /// Reads the manifest of the database in a folder.
    ///
    /// # Errors
    /// When it cannot be read, is damaged, or is of another format.
    pub fn read(folder: &Path) -> Result<Self, DbError> {
        let path = folder.join(MANIFEST_FILE);
        let json =
            File::open(&path).and_then(|file| read_capped(file, MAX_MANIFEST_BYTES)).map_err(DbError::io(&path))?;
        Self::from_json(&json)
    }

    /// What the database holds.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The same, without signatures.
    #[must_use]
    pub fn into_manifest(self) -> Manifest {
        self.manifest
    }

    /// The file's bytes.
    #[must_use]
    pub fn json(&self) -> &[u8] {
        &self.json
    }

    /// The keys that it says it is signed by. A claim: [`Self::is_signed_by`] proves it.
    pub fn signers(&self) -> impl Iterator<Item = KeyId> + '_ {
        self.signatures.iter().map(|signature| signature.key)
    }

    /// Adds a signature, and says until when the manifest may be installed; `None` leaves that as it
    /// is. A new date ends the signatures that are there, since they are of the old one.
    ///
    /// # Errors
    /// When it has too many signatures already, or cannot be encoded.
    pub fn sign(self, key: &PrivateKey, expires: Option<Timestamp>) -> Result<Self, DbError> {
        let Self { mut manifest, mut signatures, .. } = self;
        if expires.is_some() && manifest.expires != expires {
            manifest.expires = expires;
            signatures.clear();
        }
        let id = key.public().id();
        signatures.retain(|signature| signature.key != id);
        if signatures.len() >= MAX_SIGNATURES {
            return Err(DbError::Manifest("it has too many signatures".into()));
        }
        let signature = key.sign(&message(&manifest)?).map_err(DbError::encode)?;
        signatures.push(Signature { key: id, signature: BASE64_STANDARD.encode(signature) });
        Self::new(manifest, signatures)
    }

    /// Whether one of its signatures is this key's and holds.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        let id = key.id();
        let Ok(message) = message(&self.manifest) else { return false };
        self.signatures.iter().filter(|signature| signature.key == id).any(|signature| {
            BASE64_STANDARD.decode(&signature.signature).is_ok_and(|bytes| key.verifies(&message, &bytes))
        })
    }
}

/// What a signature is of: the purpose, the format, and the manifest as compact JSON.
fn message(manifest: &Manifest) -> Result<Vec<u8>, DbError> {
    let start = format!("{PURPOSE}\n{FORMAT}\n");
    Ok([start.into_bytes(), manifest.canonical()?].concat())
}
