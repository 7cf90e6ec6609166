//! How a layer is read.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use plimsoll_facts::Limits;
use plimsoll_model::DigestAlgorithm;

/// Which digests are computed on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Digesting {
    /// Of the bytes as they are stored.
    pub blob: Option<DigestAlgorithm>,
    /// Of the plain tar archive.
    pub diff_id: Option<DigestAlgorithm>,
}

/// Where the work is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Threads {
    /// All on the calling thread: for small layers.
    Inline,
    /// Reading and hashing on the calling thread; inflating, and walking with inspecting, on two
    /// others.
    #[default]
    Pipelined,
}

/// Caps on one layer.
#[derive(Debug, Clone, Copy)]
pub struct Caps {
    /// Of the facts: entries, things found, gaps.
    pub facts: Limits,
    /// Plain bytes; beyond, the layer is refused. Members of archives may take as many again.
    pub plain_bytes: u64,
    /// Bytes of an archive that is held whole to be read by its directory; a larger one is walked
    /// forward as it passes.
    pub held_archive_bytes: u64,
    /// Members of one file of the layer, in all archives inside it.
    pub members: u64,
    /// Archives inside archives.
    pub depth: usize,
    /// Bytes that the members of one file of the layer may take together in any case.
    pub inflated_bytes: u64,
    /// A larger file's members may take as many times its size.
    pub inflated_ratio: u64,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            facts: Limits::default(),
            plain_bytes: 64 << 30,
            held_archive_bytes: 16 << 20,
            members: 1_000_000,
            depth: 8,
            inflated_bytes: 256 << 20,
            inflated_ratio: 32,
        }
    }
}

/// How one layer is read.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Which digests are computed.
    pub digest: Digesting,
    /// Where the work is done.
    pub threads: Threads,
    /// Ends the reading with [`crate::LayerError::Cancelled`] soon after it is raised.
    pub cancel: Option<Arc<AtomicBool>>,
    /// Grows by the stored bytes that were read, as they pass.
    pub progress: Option<Arc<AtomicU64>>,
    /// Caps.
    pub caps: Caps,
}

impl ReadOptions {
    pub(crate) fn cancelled(&self) -> bool {
        self.cancel.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed))
    }
}
