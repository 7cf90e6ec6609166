//! One buffer of passing bytes, with room before them for the rest of the one before.

/// Bytes that a buffer takes at once.
pub(crate) const BUFFER_BYTES: usize = 256 << 10;
/// Bytes that can be looked at in one piece wherever a buffer ends.
pub(crate) const PEEK_BYTES: usize = 4 << 10;

/// Bytes of which those from `start` to `end` have not been taken yet.
pub(crate) struct Buffer {
    bytes: Box<[u8]>,
    start: usize,
    end: usize,
}

impl Buffer {
    /// An empty one that takes this many bytes at once.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { bytes: vec![0; PEEK_BYTES + capacity].into(), start: PEEK_BYTES, end: PEEK_BYTES }
    }

    pub(crate) fn pending(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// Takes bytes away from the front; no more than are pending.
    pub(crate) fn advance(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
    }

    /// Empties it.
    pub(crate) fn clear(&mut self) {
        (self.start, self.end) = (PEEK_BYTES, PEEK_BYTES);
    }

    /// Moves what is pending (at most [`PEEK_BYTES`]) to the front and returns the room behind it.
    pub(crate) fn make_room(&mut self) -> &mut [u8] {
        let kept = (self.end - self.start).min(PEEK_BYTES);
        self.bytes.copy_within(self.start..self.start + kept, PEEK_BYTES - kept);
        (self.start, self.end) = (PEEK_BYTES - kept, PEEK_BYTES);
        &mut self.bytes[PEEK_BYTES..]
    }

    /// Counts bytes that were written to the room.
    pub(crate) fn filled(&mut self, count: usize) {
        self.end = (self.end + count).min(self.bytes.len());
    }

    /// The bytes that were last filled in.
    pub(crate) fn fresh(&self) -> &[u8] {
        &self.bytes[PEEK_BYTES.min(self.end)..self.end]
    }

    /// Puts bytes (at most [`PEEK_BYTES`]) before those of a buffer of which none was taken.
    pub(crate) fn put_before(&mut self, rest: &[u8]) {
        let at = self.start.saturating_sub(rest.len());
        let rest = &rest[rest.len() - (self.start - at)..];
        self.bytes[at..self.start].copy_from_slice(rest);
        self.start = at;
    }
}
