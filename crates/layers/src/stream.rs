//! Windows over a file that passes, for inspectors that stream.

use plimsoll_facts::{RowIndex, Sink, Stream};

/// One inspector's stream over one file.
pub(crate) struct Streaming {
    pub(crate) row: RowIndex,
    pub(crate) sink: Sink,
    stream: Box<dyn Stream>,
    overlap: usize,
    /// The last bytes shown, at most `overlap`; with room for the start of the next piece.
    tail: Vec<u8>,
    /// Bytes shown so far.
    at: u64,
    failed: bool,
}

/// The largest overlap that is kept.
const OVERLAP_CAP_BYTES: usize = 1 << 20;

impl Streaming {
    pub(crate) fn new(row: RowIndex, sink: Sink, stream: Box<dyn Stream>, overlap: usize) -> Self {
        let overlap = overlap.min(OVERLAP_CAP_BYTES);
        Self { row, sink, stream, overlap, tail: Vec::new(), at: 0, failed: false }
    }

    /// Shows the next bytes. They are not copied, but for twice the overlap where they join the
    /// last ones: a short window spans the seam, then one shows the piece as it lies.
    pub(crate) fn show(&mut self, bytes: &[u8]) {
        if self.failed || bytes.is_empty() {
            return;
        }
        if self.tail.is_empty() {
            self.window(bytes, 0);
        } else {
            let shown = self.tail.len();
            let seam = bytes.len().min(self.overlap);
            let mut joined = std::mem::take(&mut self.tail);
            joined.extend_from_slice(&bytes[..seam]);
            self.window(&joined, shown);
            self.tail = joined;
            if bytes.len() > seam {
                self.window(bytes, seam);
            }
        }
        self.keep(bytes);
    }

    /// The file has ended.
    pub(crate) fn end(mut self) -> (RowIndex, Sink) {
        if !self.failed
            && let Err(why) = self.stream.end(&mut self.sink)
        {
            self.sink.unreadable(&why);
        }
        (self.row, self.sink)
    }

    fn window(&mut self, bytes: &[u8], new_from: usize) {
        if self.failed {
            return;
        }
        let begin = self.at - new_from as u64;
        if let Err(why) = self.stream.window(begin, bytes, new_from, &mut self.sink) {
            self.sink.unreadable(&why);
            self.failed = true;
        }
        self.at += (bytes.len() - new_from) as u64;
    }

    /// Keeps the last bytes; `tail` holds what was before the piece and the start of it.
    fn keep(&mut self, bytes: &[u8]) {
        if bytes.len() >= self.overlap {
            self.tail.clear();
            self.tail.extend_from_slice(&bytes[bytes.len() - self.overlap..]);
        } else if self.tail.is_empty() {
            self.tail.extend_from_slice(bytes);
        } else {
            let surplus = self.tail.len().saturating_sub(self.overlap);
            self.tail.drain(..surplus);
        }
    }
}
