//! Why a scan could not be made: exit code 2.

use plimsoll_images::ImageError;
use plimsoll_layers::LayerError;
use plimsoll_model::Digest;
use plimsoll_vulndb::DbError;

/// Why a scan could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The source could not be opened.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// A layer could not be read.
    #[error("layer {number} ({name}): {why}")]
    Layer {
        /// Counted from 1, the lowest.
        number: usize,
        /// Its digest, or its name in the archive.
        name: String,
        /// Why.
        why: LayerError,
    },
    /// A layer's bytes are not what the image says they are.
    #[error("layer {number} is {actual}, but the image says {expected}: the image is damaged or was tampered with")]
    DigestMismatch {
        /// Counted from 1, the lowest.
        number: usize,
        /// What the image says.
        expected: Box<Digest>,
        /// What the bytes are.
        actual: Box<Digest>,
    },
    /// The advisory database could not be opened.
    #[error("the advisory database: {0}")]
    Database(#[from] DbError),
    /// A pattern of `--exclude` is no glob.
    #[error("`{pattern}` is no pattern: {why}")]
    Exclude {
        /// The pattern.
        pattern: String,
        /// Why.
        why: String,
    },
    /// What the user calls the base image has no layers to compare.
    #[error("{0} cannot be the base: it has no layers whose digests are known")]
    NoBase(String),
    /// What the user calls the base image is another image.
    #[error("{0} is not the base of this image: its layers are not this image's lowest ones")]
    NotTheBase(String),
    /// The time given was over.
    #[error("the scan was stopped after {0} seconds")]
    TimedOut(u64),
    /// A folder could not be read.
    #[error("{path}: {why}")]
    Folder {
        /// The folder.
        path: String,
        /// Why.
        why: LayerError,
    },
}

impl ScanError {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Image(error) => error.hint(),
            Self::Layer { why, .. } | Self::Folder { why, .. } => why.hint(),
            Self::DigestMismatch { .. } => Some("pull or export the image again".into()),
            Self::Database(_) => Some("build it again with `plimsoll db build`".into()),
            Self::Exclude { .. } => {
                Some("patterns are globs over paths without a leading slash: usr/share/doc/**".into())
            }
            Self::NoBase(_) => Some("name an image in a registry or an archive with --base".into()),
            Self::NotTheBase(_) => {
                Some("a rebuilt base has new layers: name the one that this image was built from".into())
            }
            Self::TimedOut(_) => Some("give more time with --timeout".into()),
        }
    }
}
