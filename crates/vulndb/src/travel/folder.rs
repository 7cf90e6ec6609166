//! A folder of this machine: a published one, or the folder of another database.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::TravelError;
use super::carrier::{Arrival, Carrier, Parcel};
use super::packed::PACKED;
use crate::{DbError, ShardRow, SignedManifest};

/// Takes a database from a folder.
#[derive(Debug)]
pub struct FolderCarrier {
    path: PathBuf,
}

impl FolderCarrier {
    /// A folder that holds `manifest.json` and shards, packed or not.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_path_buf() }
    }
}

impl Carrier for FolderCarrier {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn manifest(&self, _: Option<&str>) -> Result<Arrival, TravelError> {
        let json = SignedManifest::read(&self.path)?.json().to_vec();
        Ok(Arrival::Manifest { json, mark: None })
    }

    fn shard(&self, row: &ShardRow) -> Result<Parcel, TravelError> {
        let packed = self.path.join(format!("{}{PACKED}", row.file));
        let (path, packed, opened) = match File::open(&packed) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let plain = self.path.join(&row.file);
                let opened = File::open(&plain);
                (plain, false, opened)
            }
            opened => (packed, true, opened),
        };
        match opened {
            Ok(file) => Ok(Parcel { bytes: Box::new(file), packed }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(DbError::Missing { shard: row.name.clone(), file: row.file.clone() }.into())
            }
            Err(error) => Err(DbError::io(&path)(error).into()),
        }
    }
}
