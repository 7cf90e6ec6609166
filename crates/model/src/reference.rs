//! Image references: `[registry[:port]/]repository[:tag][@digest]` with Docker's familiar names.

use crate::Digest;

/// A fully resolved reference.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    /// Host and port: `docker.io`, `localhost:5000`, `[::1]:5000`.
    pub registry: String,
    /// Repository path: `library/debian`.
    pub repository: String,
    /// Tag; `latest` is filled in only where there is no digest either.
    pub tag: Option<String>,
    /// Digest; wins over the tag.
    pub digest: Option<Digest>,
}

/// Why a text is no reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Not of the grammar.
    #[error("`{0}` is no image reference")]
    Malformed(String),
}
