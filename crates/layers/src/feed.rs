//! One file and those who want something of it: asks them, and gives each what it wants while the
//! bytes pass once.

use std::sync::Arc;

use plimsoll_facts::{FileMeta, Format, LayerBuilder, Limit, Plan, RowIndex, Sink, Unreadable, Want};

use crate::buffer::PEEK_BYTES;
use crate::chunks::Passing;
use crate::held::{Holding, Joined};
use crate::stream::Streaming;
use crate::zip::{Bounds, Inflaters};
use crate::{Budget, Caps, ReadOptions};

/// Feeds inspectors; keeps what one file after another can use again.
pub(crate) struct Feed<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) options: &'a ReadOptions,
    pub(crate) holding: Holding<'a>,
    pub(crate) inflaters: Inflaters,
    /// Of the file of the layer that is being shown.
    pub(crate) bounds: Bounds,
    /// Bytes that members of archives may still take, in the whole layer.
    member_bytes: u64,
}

/// Rows by what they want of one file.
#[derive(Default)]
struct Wanted {
    whole: Vec<(RowIndex, usize)>,
    unpack: Vec<RowIndex>,
    streams: Vec<(RowIndex, usize)>,
}

impl<'a> Feed<'a> {
    pub(crate) fn new(plan: &'a Plan, budget: &'a Arc<Budget>, options: &'a ReadOptions) -> Self {
        Self {
            plan,
            options,
            holding: Holding::new(budget),
            inflaters: Inflaters::default(),
            bounds: Bounds::default(),
            member_bytes: options.caps.plain_bytes,
        }
    }

    pub(crate) fn caps(&self) -> &Caps {
        &self.options.caps
    }

    /// Shows a file of the layer, whose entry `out` has noted, to `rows`.
    pub(crate) fn file(
        &mut self,
        file: &FileMeta<'_>,
        rows: &[RowIndex],
        bytes: &mut dyn Passing,
        out: &mut LayerBuilder<'_>,
    ) {
        self.bounds = Bounds::new(self.caps(), file.size, self.member_bytes);
        let before = self.bounds.bytes();
        self.show(file, rows, Some(file.size), bytes, out);
        self.member_bytes -= before - self.bounds.bytes();
    }

    /// Shows a file, or a member of one. `size` is its length, where that is certain.
    pub(crate) fn show(
        &mut self,
        file: &FileMeta<'_>,
        rows: &[RowIndex],
        size: Option<u64>,
        bytes: &mut dyn Passing,
        out: &mut LayerBuilder<'_>,
    ) {
        let wanted = match self.ask(file, rows, size, bytes, out) {
            Ok(wanted) => wanted,
            Err(why) => return self.unreadable(file, rows, &why, out),
        };
        let cap = match size {
            Some(size) => usize::try_from(size).unwrap_or(usize::MAX),
            None => wanted.whole.iter().map(|(_, max)| *max).max().unwrap_or(0),
        };
        // What lies in one buffer needs no copy and no lease.
        match bytes.peek(cap.min(PEEK_BYTES)) {
            Ok(hand) if size.is_some() && hand.len() >= cap => {
                return self.whole(file, wanted, &hand[..cap], out);
            }
            Ok(_) => {}
            Err(why) => return self.unreadable(file, rows, &why, out),
        }
        // An archive in one that is held is walked forward: a lease inside a lease is for files.
        let by_directory = !wanted.unpack.is_empty()
            && self.holding.is_empty()
            && size.is_some_and(|size| size <= self.caps().held_archive_bytes);
        if wanted.whole.is_empty() && !by_directory {
            return self.pass(file, &wanted, bytes, out);
        }
        match self.holding.hold(cap) {
            Some(mut held) => {
                match held.take(bytes, cap, size.is_some()) {
                    Ok(()) if held.bytes().len() <= cap => self.whole(file, wanted, held.bytes(), out),
                    Ok(()) => {
                        let mut all = Joined { first: held.bytes(), rest: bytes };
                        self.pass_too_long(file, wanted, &mut all, out);
                    }
                    Err(why) => self.unreadable(file, rows, &why, out),
                }
                self.holding.release(held);
            }
            None => self.pass_too_long(file, wanted, bytes, out),
        }
    }

    fn pass_too_long(
        &mut self,
        file: &FileMeta<'_>,
        mut wanted: Wanted,
        bytes: &mut dyn Passing,
        out: &mut LayerBuilder<'_>,
    ) {
        for (row, _) in std::mem::take(&mut wanted.whole) {
            self.unreadable(file, &[row], &Unreadable::OverLimit(Limit::Size), out);
        }
        self.pass(file, &wanted, bytes, out);
    }

    fn ask(
        &self,
        file: &FileMeta<'_>,
        rows: &[RowIndex],
        size: Option<u64>,
        bytes: &mut dyn Passing,
        out: &mut LayerBuilder<'_>,
    ) -> Result<Wanted, Unreadable> {
        let head = bytes.peek(PEEK_BYTES)?;
        let head = &head[..head.len().min(PEEK_BYTES)];
        let mut wanted = Wanted::default();
        for &row in rows {
            let inspect = self.plan.rows()[usize::from(row)];
            match inspect.want(file, head) {
                Want::No => {}
                Want::Meta => self.run(file, row, out, |sink| inspect.whole(file, &[], sink)),
                Want::Whole { max } if size.is_some_and(|size| size > max as u64) => {
                    self.unreadable(file, &[row], &Unreadable::OverLimit(Limit::Size), out);
                }
                Want::Whole { max } => wanted.whole.push((row, max)),
                Want::Stream { overlap } => wanted.streams.push((row, overlap)),
                Want::Unpack(Format::Zip) => wanted.unpack.push(row),
            }
        }
        Ok(wanted)
    }

    /// Gives a file that lies in one piece to all.
    fn whole(&mut self, file: &FileMeta<'_>, wanted: Wanted, bytes: &[u8], out: &mut LayerBuilder<'_>) {
        for (row, max) in wanted.whole {
            let inspect = self.plan.rows()[usize::from(row)];
            self.run(file, row, out, |sink| {
                if bytes.len() > max {
                    Err(Unreadable::OverLimit(Limit::Size))
                } else {
                    inspect.whole(file, bytes, sink)
                }
            });
        }
        for mut streaming in self.streams(file, &wanted.streams) {
            streaming.show(bytes);
            let (row, sink) = streaming.end();
            give(row, sink, out);
        }
        if wanted.unpack.is_empty() {
            return;
        }
        if bytes.len() as u64 <= self.caps().held_archive_bytes {
            self.unpack_slice(file, &wanted.unpack, bytes, out);
        } else {
            // Nothing can end too early in a slice.
            let _ = self.unpack_passing(file, &wanted.unpack, &mut &*bytes, &mut [], out);
        }
    }

    /// Lets a file pass by those who stream or unpack it.
    fn pass(&mut self, file: &FileMeta<'_>, wanted: &Wanted, bytes: &mut dyn Passing, out: &mut LayerBuilder<'_>) {
        let mut streams = self.streams(file, &wanted.streams);
        let outcome = if wanted.unpack.is_empty() {
            if streams.is_empty() {
                return;
            }
            pass_by(bytes, &mut streams)
        } else {
            self.unpack_passing(file, &wanted.unpack, bytes, &mut streams, out)
        };
        for streaming in streams {
            let row = streaming.row;
            let sink = match &outcome {
                Ok(()) => streaming.end().1,
                Err(why) => {
                    let mut sink = streaming.sink;
                    sink.unreadable(why);
                    sink
                }
            };
            give(row, sink, out);
        }
    }

    fn streams(&self, file: &FileMeta<'_>, rows: &[(RowIndex, usize)]) -> Vec<Streaming> {
        let start = |&(row, overlap): &(RowIndex, usize)| {
            let stream = self.plan.rows()[usize::from(row)].stream(file)?;
            Some(Streaming::new(row, sink(file), stream, overlap))
        };
        rows.iter().filter_map(start).collect()
    }

    fn run(
        &self,
        file: &FileMeta<'_>,
        row: RowIndex,
        out: &mut LayerBuilder<'_>,
        read: impl FnOnce(&mut Sink) -> Result<(), Unreadable>,
    ) {
        let mut sink = sink(file);
        if let Err(why) = read(&mut sink) {
            sink.unreadable(&why);
        }
        give(row, sink, out);
    }

    /// Says of a file that rows wanted that it could not be read.
    pub(crate) fn unreadable(
        &self,
        file: &FileMeta<'_>,
        rows: &[RowIndex],
        why: &Unreadable,
        out: &mut LayerBuilder<'_>,
    ) {
        // One gap is enough, however many asked.
        if let Some(&row) = rows.first() {
            self.run(file, row, out, |sink| {
                sink.unreadable(why);
                Ok(())
            });
        }
    }
}

/// Shows all that passes to streams.
pub(crate) fn pass_by(bytes: &mut dyn Passing, streams: &mut [Streaming]) -> Result<(), Unreadable> {
    loop {
        let hand = bytes.peek(1)?;
        let count = hand.len();
        if count == 0 {
            return Ok(());
        }
        streams.iter_mut().for_each(|streaming| streaming.show(hand));
        bytes.advance(count);
    }
}

pub(crate) fn sink(file: &FileMeta<'_>) -> Sink {
    Sink::new(plimsoll_model::FilePath::new(file.path), file.inside.to_vec())
}

pub(crate) fn give(row: RowIndex, sink: Sink, out: &mut LayerBuilder<'_>) {
    if !sink.is_empty() {
        out.found(row, sink);
    }
}
