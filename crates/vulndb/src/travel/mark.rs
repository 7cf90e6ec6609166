//! What a database was pulled from and known by there, so that an unchanged one is not sent again.

use std::fs::File;
use std::path::Path;

use plimsoll_model::{Digest, read_capped};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::folder::Folder;
use crate::{DbError, SignedManifest};

const FILE: &str = ".pulled.json";
const MAX_BYTES: u64 = 64 << 10;

/// The contents of the file.
#[derive(Debug, Serialize, Deserialize)]
struct Pulled {
    from: String,
    mark: String,
    /// SHA-256 of the manifest that came with the mark.
    manifest: Digest,
}

fn digest(manifest: &SignedManifest) -> Digest {
    Digest::Sha256(Sha256::digest(manifest.json()).into())
}

/// The mark that the installed manifest came with from this place.
pub(super) fn read(folder: &Path, from: &str, installed: Option<&SignedManifest>) -> Option<String> {
    let bytes = read_capped(File::open(folder.join(FILE)).ok()?, MAX_BYTES).ok()?;
    let pulled: Pulled = serde_json::from_slice(&bytes).ok()?;
    (pulled.from == from && pulled.manifest == digest(installed?)).then_some(pulled.mark)
}

/// Keeps a mark.
pub(super) fn write(folder: &Folder, from: &str, mark: &str, installed: &SignedManifest) -> Result<(), DbError> {
    let pulled = Pulled { from: from.into(), mark: mark.into(), manifest: digest(installed) };
    let json = serde_json::to_vec(&pulled).map_err(DbError::encode)?;
    folder.write(FILE, |out| out.write(&json))
}
