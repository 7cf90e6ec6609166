//! What is remembered of the fetched files.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use plimsoll_model::{Timestamp, read_capped};
use plimsoll_transport::Conditional;
use serde::{Deserialize, Serialize};

const STATE_FILE: &str = ".fetched.json";
const MAX_STATE_BYTES: u64 = 256 << 20;

/// All that is remembered; what cannot be read counts as nothing.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct State {
    /// By place in the mirror.
    pub files: BTreeMap<String, Known>,
    /// Downloads that broke off, by place in the mirror.
    pub parts: BTreeMap<String, Version>,
}

/// A file that is there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Known {
    pub version: Version,
    /// When its host last said that it is this.
    pub checked: Option<Timestamp>,
    /// Records in it; `None` for an index.
    pub records: Option<u64>,
    /// The newest date of change in it.
    pub data_from: Option<Timestamp>,
}

/// By what a host tells one version of a file from the next, and where it was had.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Version {
    pub url: String,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

impl Version {
    /// What to ask a host with; nothing where the file came from elsewhere.
    pub fn conditional(&self, url: &str) -> Conditional {
        if self.url != url {
            return Conditional::default();
        }
        Conditional { etag: self.etag.clone(), last_modified: self.last_modified.clone() }
    }
}

impl State {
    pub fn read(root: &Path) -> Self {
        let read = || -> io::Result<Self> {
            let bytes = read_capped(File::open(root.join(STATE_FILE))?, MAX_STATE_BYTES)?;
            Ok(serde_json::from_slice(&bytes)?)
        };
        read().unwrap_or_default()
    }

    /// Writes it beside its place and renames it into it.
    pub fn write(&self, root: &Path) -> io::Result<()> {
        let mut file = BufWriter::new(tempfile::Builder::new().prefix(".fetched-").tempfile_in(root)?);
        serde_json::to_writer(&mut file, self)?;
        file.flush()?;
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.persist(root.join(STATE_FILE)).map_err(|error| error.error)?;
        Ok(())
    }
}
