//! Text databases of any length, line by line, in bounded memory.

use plimsoll_facts::{Limit, Sink, Stream, Unreadable};
use plimsoll_model::GapKind;

/// Takes the lines of one file, without their ends.
pub(crate) trait LineParser: Send {
    /// One line; the first is number 1.
    fn line(&mut self, number: u32, line: &[u8], out: &mut Sink);
    /// The file has ended; `whole_line` says whether its last line had an end.
    fn end(&mut self, whole_line: bool, out: &mut Sink);
}

/// Bytes of one line that are kept; a longer one is left out and a gap says so.
pub(crate) const MAX_LINE: usize = 1 << 20;

/// Cuts windows into lines.
pub(crate) struct Lines<P> {
    parser: P,
    number: u32,
    pending: Vec<u8>,
    overlong: bool,
    said: bool,
}

impl<P: LineParser> Lines<P> {
    pub(crate) fn new(parser: P) -> Self {
        Self { parser, number: 0, pending: Vec::new(), overlong: false, said: false }
    }

    fn keep(&mut self, part: &[u8]) {
        if self.overlong || self.pending.len() + part.len() > MAX_LINE {
            self.overlong = true;
            self.pending = Vec::new();
        } else {
            self.pending.extend_from_slice(part);
        }
    }

    fn give(&mut self, out: &mut Sink) {
        self.number = self.number.saturating_add(1);
        if std::mem::take(&mut self.overlong) {
            if !std::mem::replace(&mut self.said, true) {
                out.unreadable_as(GapKind::DatabaseUnreadable, &Unreadable::OverLimit(Limit::Size));
            }
            return;
        }
        let mut line = std::mem::take(&mut self.pending);
        self.parser.line(self.number, without_return(&line), out);
        line.clear();
        self.pending = line;
    }
}

fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

impl<P: LineParser> Stream for Lines<P> {
    fn window(&mut self, _at: u64, bytes: &[u8], new_from: usize, out: &mut Sink) -> Result<(), Unreadable> {
        let mut rest = bytes.get(new_from..).unwrap_or_default();
        while let Some(end) = memchr::memchr(b'\n', rest) {
            if self.pending.is_empty() && !self.overlong && end <= MAX_LINE {
                self.number = self.number.saturating_add(1);
                self.parser.line(self.number, without_return(&rest[..end]), out);
            } else {
                self.keep(&rest[..end]);
                self.give(out);
            }
            rest = &rest[end + 1..];
        }
        if !rest.is_empty() {
            self.keep(rest);
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Sink) -> Result<(), Unreadable> {
        let whole_line = self.pending.is_empty() && !self.overlong;
        if !whole_line {
            self.give(out);
        }
        self.parser.end(whole_line, out);
        Ok(())
    }
}
