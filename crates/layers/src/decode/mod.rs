//! From stored bytes to plain ones.

mod gzip;
mod zstd;

use crate::buffer::Buffer;
use crate::chunks::{Chunks, Refill};
use crate::{Compression, LayerError};

/// What stands behind the end of the compressed data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Tail {
    /// Nothing but zeros.
    #[default]
    Clean,
    /// Something that no reader looks at.
    Garbage,
}

/// Inflates one layer.
pub(crate) struct Decoder<R> {
    stored: Chunks<R>,
    format: Format,
    outcome: Result<Tail, LayerError>,
    ended: bool,
}

enum Format {
    None,
    Gzip(Box<gzip::Gzip>),
    Zstd(zstd::Zstd),
}

impl<R: Refill> Decoder<R> {
    pub(crate) fn new(stored: Chunks<R>, compression: Compression) -> Result<Self, LayerError> {
        let format = match compression {
            Compression::None | Compression::Folder => Format::None,
            Compression::Gzip => Format::Gzip(Box::default()),
            Compression::Zstd => Format::Zstd(zstd::Zstd::new()?),
        };
        Ok(Self { stored, format, outcome: Ok(Tail::Clean), ended: false })
    }

    /// How it ended.
    pub(crate) fn finish(self) -> Result<Tail, LayerError> {
        self.outcome
    }

    /// Fills `room`, less only at the end.
    fn decode(&mut self, room: &mut [u8]) -> Result<usize, LayerError> {
        match &mut self.format {
            Format::None => Ok(copy(&mut self.stored, room)),
            Format::Gzip(gzip) => gzip.decode(&mut self.stored, room),
            Format::Zstd(zstd) => zstd.decode(&mut self.stored, room),
        }
    }

    /// Reads on to the end of what is stored, since its digest covers all of it.
    fn end(&mut self) {
        self.ended = true;
        loop {
            let hand = self.stored.peek(1);
            if hand.is_empty() {
                return;
            }
            if hand.iter().any(|&byte| byte != 0) && self.outcome.is_ok() {
                self.outcome = Ok(Tail::Garbage);
            }
            let count = hand.len();
            self.stored.advance(count);
        }
    }
}

impl<R: Refill> Refill for Decoder<R> {
    fn refill(&mut self, buffer: &mut Buffer) -> bool {
        if self.ended {
            return false;
        }
        match self.decode(buffer.make_room()) {
            Ok(0) => self.end(),
            Ok(count) => {
                buffer.filled(count);
                return true;
            }
            Err(error) => {
                self.outcome = Err(error);
                self.ended = true;
            }
        }
        false
    }
}

fn copy<R: Refill>(from: &mut Chunks<R>, room: &mut [u8]) -> usize {
    let mut filled = 0;
    while filled < room.len() {
        let hand = from.peek(1);
        let count = hand.len().min(room.len() - filled);
        if count == 0 {
            break;
        }
        room[filled..filled + count].copy_from_slice(&hand[..count]);
        from.advance(count);
        filled += count;
    }
    filled
}
