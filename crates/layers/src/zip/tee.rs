//! An archive's bytes while they pass: hashed, and shown to streams, on the way to the reader.

use plimsoll_facts::Unreadable;
use sha1::{Digest, Sha1};

use crate::chunks::Passing;
use crate::stream::Streaming;

pub(super) struct Tee<'a> {
    inner: &'a mut dyn Passing,
    sha1: Sha1,
    streams: &'a mut [Streaming],
}

impl<'a> Tee<'a> {
    pub(super) fn new(inner: &'a mut dyn Passing, streams: &'a mut [Streaming]) -> Self {
        Self { inner, sha1: Sha1::new(), streams }
    }

    /// Passes over the rest, and returns the hash of all.
    pub(super) fn finish(mut self) -> Result<[u8; 20], Unreadable> {
        loop {
            let count = self.peek(1)?.len();
            if count == 0 {
                return Ok(self.sha1.finalize().into());
            }
            self.advance(count);
        }
    }
}

impl Passing for Tee<'_> {
    fn peek(&mut self, want: usize) -> Result<&[u8], Unreadable> {
        self.inner.peek(want)
    }

    fn advance(&mut self, count: usize) {
        // These bytes were at hand just now.
        if let Ok(hand) = self.inner.peek(1) {
            let taken = &hand[..count.min(hand.len())];
            self.sha1.update(taken);
            self.streams.iter_mut().for_each(|streaming| streaming.show(taken));
        }
        self.inner.advance(count);
    }
}
