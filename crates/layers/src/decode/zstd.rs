//! zstd: RFC 8878, any number of frames, skippable ones among them.

use zstd::stream::raw::{DParameter, Decoder, Operation};

use crate::chunks::{Chunks, Refill};
use crate::{Compression, LayerError};

/// The largest window that is held: 32 MiB.
const WINDOW_LOG_MAX: u32 = 25;

pub(super) struct Zstd {
    raw: Decoder<'static>,
    between: bool,
    ended: bool,
}

impl Zstd {
    pub(super) fn new() -> Result<Self, LayerError> {
        let mut raw = Decoder::new().map_err(LayerError::Read)?;
        raw.set_parameter(DParameter::WindowLogMax(WINDOW_LOG_MAX)).map_err(LayerError::Read)?;
        Ok(Self { raw, between: true, ended: false })
    }

    pub(super) fn decode<R: Refill>(&mut self, stored: &mut Chunks<R>, room: &mut [u8]) -> Result<usize, LayerError> {
        let mut filled = 0;
        while filled < room.len() && !self.ended {
            if self.between && !matches!(Compression::of(stored.peek(4)), Ok(Compression::Zstd)) {
                self.ended = true;
                break;
            }
            let hand = stored.peek(1);
            let starved = hand.is_empty();
            let status = self.raw.run_on_buffers(hand, &mut room[filled..]);
            let status = status.map_err(|error| fault(stored.passed(), &error))?;
            stored.advance(status.bytes_read);
            filled += status.bytes_written;
            self.between = status.remaining == 0;
            if starved && status.bytes_written == 0 && !self.between {
                return Err(LayerError::Truncated { what: "zstd data", at: stored.passed() });
            }
        }
        Ok(filled)
    }
}

fn fault(at: u64, error: &std::io::Error) -> LayerError {
    let why = error.to_string();
    // The library's error codes come as their texts.
    if why.contains("too much memory") {
        return LayerError::ZstdWindow(1 << WINDOW_LOG_MAX);
    }
    LayerError::Damaged { what: "zstd data", at, why }
}
