//! Bytes that pass by once: looked at in place, then let go.

use plimsoll_facts::Unreadable;

use crate::buffer::{Buffer, PEEK_BYTES};

/// Where the next bytes come from. What went wrong is kept by the source itself: to those who ask
/// for more, the bytes just end.
pub(crate) trait Refill {
    /// Puts the next bytes behind those pending in `buffer` (less than [`PEEK_BYTES`]); `false`
    /// when there are no more.
    fn refill(&mut self, buffer: &mut Buffer) -> bool;

    /// What ended the bytes too early, of a file inside the layer.
    fn fault(&self) -> Option<Unreadable> {
        None
    }
}

impl<R: Refill + ?Sized> Refill for &mut R {
    fn refill(&mut self, buffer: &mut Buffer) -> bool {
        (**self).refill(buffer)
    }

    fn fault(&self) -> Option<Unreadable> {
        (**self).fault()
    }
}

/// Bytes from a source, in buffers.
pub(crate) struct Chunks<R> {
    buffer: Buffer,
    source: R,
    ended: bool,
    passed: u64,
}

impl<R: Refill> Chunks<R> {
    pub(crate) fn new(buffer: Buffer, source: R) -> Self {
        Self { buffer, source, ended: false, passed: 0 }
    }

    /// What is at hand: at least `want` bytes (of [`PEEK_BYTES`] at most), fewer only at the end.
    pub(crate) fn peek(&mut self, want: usize) -> &[u8] {
        while self.buffer.pending().len() < want.min(PEEK_BYTES) && !self.ended {
            self.ended = !self.source.refill(&mut self.buffer);
        }
        self.buffer.pending()
    }

    /// Lets bytes go that were at hand.
    pub(crate) fn advance(&mut self, count: usize) {
        let before = self.buffer.pending().len();
        self.buffer.advance(count);
        self.passed += (before - self.buffer.pending().len()) as u64;
    }

    /// Lets bytes go unseen; `false` if there were not as many.
    pub(crate) fn skip(&mut self, mut count: u64) -> bool {
        while count > 0 {
            let hand = self.peek(1).len() as u64;
            if hand == 0 {
                return false;
            }
            let step = hand.min(count);
            self.advance(step as usize);
            count -= step;
        }
        true
    }

    /// Lets bytes go that only fill a block. Some writers leave the last of them away, and readers
    /// do not mind.
    pub(crate) fn skip_padding(&mut self, count: u64) {
        self.skip(count);
    }

    /// Lets all go.
    pub(crate) fn drain(&mut self) {
        loop {
            let hand = self.peek(1).len();
            if hand == 0 {
                return;
            }
            self.advance(hand);
        }
    }

    /// Bytes let go so far.
    pub(crate) fn passed(&self) -> u64 {
        self.passed
    }

    /// Whether the source has nothing more than what is at hand.
    pub(crate) fn ended(&self) -> bool {
        self.ended
    }

    pub(crate) fn into_parts(self) -> (Buffer, R, bool) {
        (self.buffer, self.source, self.ended)
    }
}

/// The bytes of one file as they pass.
pub(crate) trait Passing {
    /// As [`Chunks::peek`]; an empty slice is the end.
    fn peek(&mut self, want: usize) -> Result<&[u8], Unreadable>;
    /// Lets bytes go that were at hand.
    fn advance(&mut self, count: usize);
}

impl Passing for &[u8] {
    fn peek(&mut self, _: usize) -> Result<&[u8], Unreadable> {
        Ok(self)
    }

    fn advance(&mut self, count: usize) {
        *self = &self[count.min(self.len())..];
    }
}

impl<R: Refill> Passing for Chunks<R> {
    fn peek(&mut self, want: usize) -> Result<&[u8], Unreadable> {
        if Chunks::peek(self, want).is_empty()
            && let Some(fault) = self.source.fault()
        {
            return Err(fault);
        }
        Ok(self.buffer.pending())
    }

    fn advance(&mut self, count: usize) {
        Chunks::advance(self, count);
    }
}

/// The next so many bytes of something longer.
pub(crate) struct Limited<'a> {
    inner: &'a mut dyn Passing,
    left: u64,
}

impl<'a> Limited<'a> {
    pub(crate) fn new(inner: &'a mut dyn Passing, left: u64) -> Self {
        Self { inner, left }
    }

    pub(crate) fn left(&self) -> u64 {
        self.left
    }
}

impl Passing for Limited<'_> {
    fn peek(&mut self, want: usize) -> Result<&[u8], Unreadable> {
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        if left == 0 {
            return Ok(&[]);
        }
        let hand = self.inner.peek(want.min(left))?;
        if hand.is_empty() {
            return Err(Unreadable::Truncated);
        }
        Ok(&hand[..hand.len().min(left)])
    }

    fn advance(&mut self, count: usize) {
        self.inner.advance(count);
        self.left -= (count as u64).min(self.left);
    }
}

/// Lets bytes of a file go unseen; `Truncated` if there were not as many.
pub(crate) fn skip(bytes: &mut dyn Passing, mut count: u64) -> Result<(), Unreadable> {
    while count > 0 {
        let hand = bytes.peek(1)?.len() as u64;
        if hand == 0 {
            return Err(Unreadable::Truncated);
        }
        let step = hand.min(count);
        bytes.advance(step as usize);
        count -= step;
    }
    Ok(())
}

/// Appends so many bytes of a file to `into`; `Truncated` if there were not as many.
pub(crate) fn read_into(bytes: &mut dyn Passing, mut count: usize, into: &mut Vec<u8>) -> Result<(), Unreadable> {
    while count > 0 {
        let hand = bytes.peek(1)?;
        if hand.is_empty() {
            return Err(Unreadable::Truncated);
        }
        let step = hand.len().min(count);
        into.extend_from_slice(&hand[..step]);
        bytes.advance(step);
        count -= step;
    }
    Ok(())
}
