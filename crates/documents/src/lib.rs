//! Documents about software as others write them: SBOMs, and the envelopes that carry them.
//!
//! Pure: bytes in, plain data out. Everything in a document is hostile: bytes, depth, counts and
//! lengths of texts are capped, references may point nowhere or in circles, and what one record
//! lacks never costs another.

pub mod envelope;
mod json;
pub mod sbom;
mod text;

/// Why bytes are no document that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Of no format that is known.
    #[error("it is of no format that is read")]
    Unrecognised,
    /// Larger than the cap.
    #[error("it is larger than the cap of {0} bytes")]
    TooLarge(usize),
    /// An envelope that cannot be opened.
    #[error("its envelope cannot be opened: {0}")]
    Envelope(String),
}
