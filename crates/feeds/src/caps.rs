//! A reader under two caps: one for the whole file, one for each record.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use crate::FeedError;

/// Largest file read as a stream, in bytes.
pub(crate) const FILE_CAP_BYTES: u64 = 4 << 30;
/// Largest single record, in bytes.
pub(crate) const RECORD_CAP_BYTES: u64 = 16 << 20;

/// The caps of one file, shared by the reader and whoever takes its records apart.
#[derive(Clone)]
pub(crate) struct Caps {
    /// How many bytes may still pass before the record has to end.
    record_left: Rc<Cell<u64>>,
    failure: Rc<Cell<Option<Failure>>>,
}

#[derive(Clone, Copy)]
enum Failure {
    File,
    Record,
}

impl Caps {
    /// A record has ended.
    pub fn renew(&self) {
        self.record_left.set(RECORD_CAP_BYTES);
    }

    /// The cap that made the reader fail, if one did.
    pub fn exceeded(&self) -> Option<FeedError> {
        self.failure.get().map(|failure| match failure {
            Failure::File => FeedError::TooLarge { what: "file", cap_bytes: FILE_CAP_BYTES },
            Failure::Record => FeedError::TooLarge { what: "record", cap_bytes: RECORD_CAP_BYTES },
        })
    }
}

/// Bytes from outside, which fail when a cap is reached.
pub(crate) struct Capped<'a> {
    source: &'a mut dyn Read,
    left: u64,
    caps: Caps,
}

impl<'a> Capped<'a> {
    pub fn new(source: &'a mut dyn Read) -> (Self, Caps) {
        let caps = Caps { record_left: Rc::new(Cell::new(RECORD_CAP_BYTES)), failure: Rc::default() };
        (Self { source, left: FILE_CAP_BYTES, caps: caps.clone() }, caps)
    }
}

impl Read for Capped<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        let count = read as u64;
        let failure = if count > self.left {
            Failure::File
        } else if count > self.caps.record_left.get() {
            Failure::Record
        } else {
            self.left -= count;
            self.caps.record_left.set(self.caps.record_left.get() - count);
            return Ok(read);
        };
        self.caps.failure.set(Some(failure));
        Err(io::ErrorKind::FileTooLarge.into())
    }
}
