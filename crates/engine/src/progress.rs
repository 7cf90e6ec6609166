//! How far a scan is: numbers that another thread may show.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

/// What the scan is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Finding the image and its manifest.
    Opening,
    /// Reading layers.
    Reading,
    /// Fetching the feeds that the image needs.
    Fetching,
    /// Merging, matching, judging.
    Matching,
}

/// Shared between the scan and whoever shows its progress.
#[derive(Debug, Default)]
pub struct Progress {
    phase: AtomicU8,
    total_bytes: AtomicU64,
    /// Stored bytes of layers read so far.
    pub read_bytes: Arc<AtomicU64>,
}

impl Progress {
    /// What the scan is doing.
    #[must_use]
    pub fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Relaxed) {
            0 => Phase::Opening,
            1 => Phase::Reading,
            2 => Phase::Fetching,
            _ => Phase::Matching,
        }
    }

    /// Stored bytes of all layers to read; 0 where that is not known.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        self.total_bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn enter(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Relaxed);
    }

    pub(crate) fn expect(&self, bytes: u64) {
        self.total_bytes.store(bytes, Ordering::Relaxed);
    }
}
