//! The stored bytes: read, counted and hashed as they come.

use std::io::{ErrorKind, Read};
use std::sync::atomic::Ordering;

use plimsoll_model::{Digest, DigestAlgorithm};

use crate::buffer::Buffer;
use crate::chunks::Refill;
use crate::hasher::Hasher;
use crate::{LayerError, ReadOptions};

/// Reads from a source until it ends, fails, or is cancelled.
pub(crate) struct Reader<'a, S> {
    source: S,
    hashers: Vec<Hasher>,
    options: &'a ReadOptions,
    bytes: u64,
    failed: Option<LayerError>,
}

impl<'a, S: Read> Reader<'a, S> {
    pub(crate) fn new(source: S, options: &'a ReadOptions) -> Self {
        Self { source, hashers: Vec::new(), options, bytes: 0, failed: None }
    }

    /// Computes one more digest; `seen` are the bytes that were read before.
    pub(crate) fn digest(&mut self, algorithm: DigestAlgorithm, seen: &[u8]) {
        let mut hasher = Hasher::new(algorithm);
        hasher.update(seen);
        self.hashers.push(hasher);
    }

    /// Digests in the order asked for, and the number of bytes.
    pub(crate) fn finish(self) -> Result<(Vec<Digest>, u64), LayerError> {
        match self.failed {
            Some(error) => Err(error),
            None => Ok((self.hashers.into_iter().map(Hasher::finish).collect(), self.bytes)),
        }
    }

    fn read(&mut self, room: &mut [u8]) -> usize {
        let mut filled = 0;
        while filled < room.len() {
            if self.options.cancelled() {
                self.failed = Some(LayerError::Cancelled);
                return 0;
            }
            match self.source.read(&mut room[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count.min(room.len() - filled),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failed = Some(LayerError::Read(error));
                    return 0;
                }
            }
        }
        filled
    }
}

impl<S: Read> Refill for Reader<'_, S> {
    fn refill(&mut self, buffer: &mut Buffer) -> bool {
        if self.failed.is_some() {
            return false;
        }
        let count = self.read(buffer.make_room());
        buffer.filled(count);
        self.hashers.iter_mut().for_each(|hasher| hasher.update(buffer.fresh()));
        self.bytes += count as u64;
        if let Some(progress) = &self.options.progress {
            progress.fetch_add(count as u64, Ordering::Relaxed);
        }
        count > 0
    }
}
