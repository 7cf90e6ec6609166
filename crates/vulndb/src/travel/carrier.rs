//! Whoever brings the parts of a published database.

use std::io::Read;

use plimsoll_model::Digest;

use super::TravelError;
use crate::ShardRow;

/// A place that a published database is taken from. It is not trusted with anything: what it brings
/// is compared with the signed manifest.
pub trait Carrier: std::fmt::Debug + Sync {
    /// What the place is called, for people and to know it again.
    fn name(&self) -> String;

    /// The manifest. With the mark of an [`Arrival`] before, the place may say that nothing changed.
    ///
    /// # Errors
    /// When it cannot be had.
    fn manifest(&self, mark: Option<&str>) -> Result<Arrival, TravelError>;

    /// A shard, whole.
    ///
    /// # Errors
    /// When it cannot be had.
    fn shard(&self, row: &ShardRow) -> Result<Parcel, TravelError>;

    /// The delta that makes a shard of the one with the digest `old`; `None` where there is none, and
    /// then the shard comes whole.
    ///
    /// # Errors
    /// When it cannot be had.
    fn delta(&self, row: &ShardRow, old: &Digest) -> Result<Option<Parcel>, TravelError> {
        let _ = (row, old);
        Ok(None)
    }
}

/// An answer to the question for the manifest.
#[derive(Debug)]
pub enum Arrival {
    /// It is the one that the mark was given with.
    Unchanged,
    /// The bytes of `manifest.json`.
    Manifest {
        /// Those.
        json: Vec<u8>,
        /// What it can be known by next time.
        mark: Option<String>,
    },
}

/// Bytes on their way.
pub struct Parcel {
    /// The bytes; an error of reading is the place's own word.
    pub bytes: Box<dyn Read + Send>,
    /// Whether they are packed with zstd.
    pub packed: bool,
}

impl std::fmt::Debug for Parcel {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Parcel").field("packed", &self.packed).finish_non_exhaustive()
    }
}
