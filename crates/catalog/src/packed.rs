//! Documents that lie packed (deflate) somewhere in a program: found by their own form while the program
//! streams past.
//!
//! The tables that say where they lie stand at a program's end, when the bytes have gone by; and what
//! was stripped of its tables still has the document.

use std::marker::PhantomData;

use flate2::{Decompress, FlushDecompress, Status};
use plimsoll_facts::{Limit, Sink, Stream, Unreadable};

/// Documents of one file, each of a program inside another.
const MAX_DOCUMENTS: usize = 16;
/// Streams of one file that are tried.
const MAX_TRIES: u32 = 1_000_000;

/// A form of packed document.
pub(crate) trait Packed: Send {
    /// Whether zlib's two bytes come before the packed data; if not, these bytes are passed over.
    const BEFORE: Before;
    /// Bytes of a packed stream in which its beginning must show.
    const LOOK_AHEAD: usize;
    /// Letters of the document that its beginning takes.
    const BEGIN_BYTES: usize;
    /// Bytes of the document.
    const MAX_BYTES: usize;
    /// What is said of one that is damaged.
    const DAMAGED: &'static str;

    /// Where a stream may begin, at or after `from` and before `end`.
    fn find(bytes: &[u8], from: usize, end: usize) -> Option<usize>;
    /// Whether the first [`Self::BEGIN_BYTES`] bytes (fewer only of a short document) are such a document's.
    fn begins(plain: &[u8]) -> bool;
    /// Reads the document.
    fn read(document: &[u8], out: &mut Sink) -> Result<(), Unreadable>;
}

/// What stands before the packed data.
#[derive(Clone, Copy)]
pub(crate) enum Before {
    /// The header of zlib.
    Zlib,
    /// So many bytes.
    Bytes(usize),
}

/// Finds documents of one form in one program.
pub(crate) struct Unpacker<P> {
    /// Where in the file to go on.
    next: u64,
    /// The last bytes seen, where a stream may begin that was not tried yet.
    tail: Vec<u8>,
    tail_at: u64,
    trial: Decompress,
    tries: u32,
    documents: usize,
    unpacking: Option<Unpacking>,
    broken: Option<Unreadable>,
    form: PhantomData<P>,
}

impl<P: Packed> Unpacker<P> {
    pub(crate) fn new() -> Self {
        Self {
            next: 0,
            tail: Vec::new(),
            tail_at: 0,
            trial: inflater(P::BEFORE),
            tries: 0,
            documents: 0,
            unpacking: None,
            broken: None,
            form: PhantomData,
        }
    }

    fn is_full(&self) -> bool {
        self.tries >= MAX_TRIES || self.documents >= MAX_DOCUMENTS
    }

    /// Goes on in bytes that begin at `at`; a stream that begins behind `end` is left for later.
    fn search(&mut self, at: u64, bytes: &[u8], end: usize, out: &mut Sink) {
        loop {
            let from = usize::try_from(self.next.saturating_sub(at)).unwrap_or(usize::MAX).min(bytes.len());
            if let Some(mut unpacking) = self.unpacking.take() {
                match unpacking.feed::<P>(&bytes[from..]) {
                    Unpacked::Unfinished => {
                        self.next = at + bytes.len() as u64;
                        self.unpacking = Some(unpacking);
                        return;
                    }
                    Unpacked::Whole { used } => {
                        self.next = at + (from + used) as u64;
                        self.keep(P::read(&unpacking.document, out));
                    }
                    Unpacked::Broken(why) => {
                        self.next = at + from as u64 + 1;
                        self.keep(Err(why));
                    }
                }
                continue;
            }
            if self.is_full() {
                return;
            }
            let Some(begin) = P::find(bytes, from, end) else {
                self.next = at + from.max(end) as u64;
                return;
            };
            self.tries += 1;
            if self.begins(&bytes[begin..]) {
                self.documents += 1;
                self.next = at + (begin + skipped(P::BEFORE)) as u64;
                self.unpacking = Some(Unpacking { inflate: inflater(P::BEFORE), document: Vec::new() });
            } else {
                self.next = at + begin as u64 + 1;
            }
        }
    }

    fn begins(&mut self, bytes: &[u8]) -> bool {
        let mut plain = vec![0; P::BEGIN_BYTES];
        self.trial.reset(matches!(P::BEFORE, Before::Zlib));
        let packed = &bytes[..bytes.len().min(P::LOOK_AHEAD)];
        let packed = packed.get(skipped(P::BEFORE)..).unwrap_or_default();
        let is_packed = self.trial.decompress(packed, &mut plain, FlushDecompress::None).is_ok();
        is_packed && P::begins(&plain[..(self.trial.total_out() as usize).min(plain.len())])
    }

    fn keep(&mut self, result: Result<(), Unreadable>) {
        if let Err(why) = result {
            self.broken.get_or_insert(why);
        }
    }
}

impl<P: Packed> Stream for Unpacker<P> {
    fn window(&mut self, at: u64, bytes: &[u8], _: usize, out: &mut Sink) -> Result<(), Unreadable> {
        let tail = bytes.len().saturating_sub(P::LOOK_AHEAD);
        self.search(at, bytes, tail, out);
        self.tail.clear();
        self.tail.extend_from_slice(&bytes[tail..]);
        self.tail_at = at + tail as u64;
        Ok(())
    }

    fn end(&mut self, out: &mut Sink) -> Result<(), Unreadable> {
        let tail = std::mem::take(&mut self.tail);
        self.search(self.tail_at, &tail, tail.len(), out);
        if self.unpacking.is_some() {
            return Err(Unreadable::Truncated);
        }
        if self.is_full() {
            return Err(Unreadable::OverLimit(Limit::Count));
        }
        self.broken.take().map_or(Ok(()), Err)
    }
}

fn inflater(before: Before) -> Decompress {
    Decompress::new(matches!(before, Before::Zlib))
}

fn skipped(before: Before) -> usize {
    match before {
        Before::Zlib => 0,
        Before::Bytes(count) => count,
    }
}

/// One document while it is unpacked.
struct Unpacking {
    inflate: Decompress,
    document: Vec<u8>,
}

enum Unpacked {
    Unfinished,
    Whole { used: usize },
    Broken(Unreadable),
}

impl Unpacking {
    fn feed<P: Packed>(&mut self, packed: &[u8]) -> Unpacked {
        const STEP_BYTES: usize = 16 << 10;
        let before = self.inflate.total_in();
        loop {
            let used = (self.inflate.total_in() - before) as usize;
            if self.document.len() >= P::MAX_BYTES {
                return Unpacked::Broken(Unreadable::OverLimit(Limit::Size));
            }
            self.document.reserve(STEP_BYTES);
            match self.inflate.decompress_vec(&packed[used..], &mut self.document, FlushDecompress::None) {
                Ok(Status::StreamEnd) => {
                    return Unpacked::Whole { used: (self.inflate.total_in() - before) as usize };
                }
                // It would have filled the room that is left, had there been more to unpack.
                Ok(_) if self.document.len() < self.document.capacity() => return Unpacked::Unfinished,
                Ok(_) => {}
                Err(_) => return Unpacked::Broken(Unreadable::syntax(P::DAMAGED)),
            }
        }
    }
}
