//! Files held whole: in a buffer that is used again and again, or under a lease.

use std::sync::Arc;

use plimsoll_facts::Unreadable;

use crate::buffer::BUFFER_BYTES;
use crate::chunks::{Passing, read_into};
use crate::{Budget, Lease};

/// Memory for the whole files of one layer.
pub(crate) struct Holding<'a> {
    budget: &'a Arc<Budget>,
    /// Leases that are held: files inside files.
    held: usize,
    /// Buffers for files that are too small for a lease.
    spare: Vec<Vec<u8>>,
}

impl<'a> Holding<'a> {
    pub(crate) fn new(budget: &'a Arc<Budget>) -> Self {
        Self { budget, held: 0, spare: Vec::new() }
    }

    /// Whether no lease is held.
    pub(crate) fn is_empty(&self) -> bool {
        self.held == 0
    }

    /// Memory for this many bytes; `None` if the budget will never allow as many.
    pub(crate) fn hold(&mut self, bytes: usize) -> Option<Held> {
        if bytes <= BUFFER_BYTES {
            return Some(Held { bytes: self.spare.pop().unwrap_or_default(), lease: None });
        }
        let lease = match self.held {
            0 => self.budget.lease(bytes)?,
            1 => self.budget.lease_inside(bytes)?,
            // Deeper, the budget's promise not to deadlock ends.
            _ => return None,
        };
        self.held += 1;
        Some(Held { bytes: Vec::with_capacity(bytes), lease: Some(lease) })
    }

    pub(crate) fn release(&mut self, held: Held) {
        if held.lease.is_some() {
            self.held -= 1;
        } else {
            let mut bytes = held.bytes;
            bytes.clear();
            self.spare.push(bytes);
        }
    }
}

/// A file held whole.
pub(crate) struct Held {
    bytes: Vec<u8>,
    lease: Option<Lease>,
}

impl Held {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Reads `count` bytes; where the length is not certain, one more than these at most.
    pub(crate) fn take(&mut self, bytes: &mut dyn Passing, count: usize, certain: bool) -> Result<(), Unreadable> {
        if certain {
            return read_into(bytes, count, &mut self.bytes);
        }
        while self.bytes.len() <= count {
            let hand = bytes.peek(1)?;
            let step = hand.len().min(count + 1 - self.bytes.len());
            if step == 0 {
                break;
            }
            self.bytes.extend_from_slice(&hand[..step]);
            bytes.advance(step);
        }
        Ok(())
    }
}

/// Bytes that were taken already, and those behind them.
pub(crate) struct Joined<'a> {
    pub(crate) first: &'a [u8],
    pub(crate) rest: &'a mut dyn Passing,
}

impl Passing for Joined<'_> {
    fn peek(&mut self, want: usize) -> Result<&[u8], Unreadable> {
        if self.first.is_empty() { self.rest.peek(want) } else { Ok(self.first) }
    }

    fn advance(&mut self, count: usize) {
        let first = count.min(self.first.len());
        self.first = &self.first[first..];
        self.rest.advance(count - first);
    }
}
