//! Buffers that go from one thread to the next and come back to be filled again.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use crate::buffer::{BUFFER_BYTES, Buffer};
use crate::chunks::Refill;

/// Buffers on their way at once; what bounds the memory of a pipeline.
const DEPTH: usize = 6;

/// The end that puts buffers in.
pub(crate) struct Filling {
    full: SyncSender<Buffer>,
    empty: Receiver<Buffer>,
    made: usize,
}

/// The end that takes them out.
pub(crate) struct Draining {
    full: Receiver<Buffer>,
    empty: Sender<Buffer>,
}

pub(crate) fn ring() -> (Filling, Draining) {
    let (full, taken) = sync_channel(DEPTH);
    let (back, empty) = channel();
    (Filling { full, empty, made: 0 }, Draining { full: taken, empty: back })
}

impl Filling {
    /// Moves all of a source over to the other thread, `first` before it. Ends when the source
    /// does, or when nobody takes the buffers any more.
    pub(crate) fn pump(mut self, first: Option<Buffer>, source: &mut dyn Refill) {
        if let Some(first) = first {
            self.made += 1;
            if self.full.send(first).is_err() {
                return;
            }
        }
        while let Some(mut buffer) = self.empty_buffer() {
            buffer.clear();
            if !source.refill(&mut buffer) || self.full.send(buffer).is_err() {
                return;
            }
        }
    }

    fn empty_buffer(&mut self) -> Option<Buffer> {
        if let Ok(buffer) = self.empty.try_recv() {
            return Some(buffer);
        }
        // Small layers need few buffers, so they are made on demand.
        if self.made < DEPTH {
            self.made += 1;
            return Some(Buffer::new(BUFFER_BYTES));
        }
        self.empty.recv().ok()
    }
}

impl Refill for Draining {
    fn refill(&mut self, buffer: &mut Buffer) -> bool {
        let Ok(mut next) = self.full.recv() else { return false };
        next.put_before(buffer.pending());
        let spent = std::mem::replace(buffer, next);
        // The other end may have no more to send and be gone.
        let _ = self.empty.send(spent);
        true
    }
}
