//! What can be wrong with a key, in words that never show one.

use std::io;
use std::path::{Path, PathBuf};

/// Why a key could not be made, read or kept.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// The file holds no such key.
    #[error("{}: {why}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: Box<KeyError>,
    },
    /// The text has no such block.
    #[error("there is no `{wanted}` in PEM{}", .found.as_ref().map_or_else(String::new, |found| format!(", but a `{found}`")))]
    NoPem {
        /// The block's name.
        wanted: &'static str,
        /// The name of a block that is there.
        found: Option<String>,
    },
    /// The block's bytes are none.
    #[error("the key's base64 is damaged")]
    Damaged,
    /// A key of another kind, or none.
    #[error("it is no Ed25519 key")]
    NotEd25519,
    /// The system gave no random numbers.
    #[error("no key could be made: the system gives no random numbers")]
    NoRandom,
}

impl KeyError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io { path, source }
    }

    pub(crate) fn file(self, path: &Path) -> Self {
        Self::File { path: path.to_path_buf(), why: Box::new(self) }
    }
}
