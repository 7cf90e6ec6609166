//! A deflated member while it passes.

use flate2::{Crc, Decompress, FlushDecompress, Status};
use plimsoll_facts::Unreadable;

use super::{Allowance, Measure, take};
use crate::ReadOptions;
use crate::buffer::Buffer;
use crate::chunks::{Passing, Refill};

/// Bytes of members that are inflated at once.
pub(super) const ROOM_BYTES: usize = 64 << 10;

/// Buffers and inflaters that one member after another can use.
#[derive(Default)]
pub(crate) struct Inflaters {
    spare: Vec<(Buffer, Box<Decompress>)>,
}

impl Inflaters {
    pub(super) fn take(&mut self) -> (Buffer, Box<Decompress>) {
        self.spare.pop().unwrap_or_else(|| (Buffer::new(ROOM_BYTES), Box::new(Decompress::new(false))))
    }

    pub(super) fn put_back(&mut self, mut buffer: Buffer, mut inflater: Box<Decompress>) {
        buffer.clear();
        inflater.reset(false);
        self.spare.push((buffer, inflater));
    }
}

/// Inflates what passes.
pub(super) struct Inflating<'a> {
    deflated: &'a mut dyn Passing,
    inflater: &'a mut Decompress,
    crc: Crc,
    allowance: Allowance,
    options: &'a ReadOptions,
    ended: bool,
    fault: Option<Unreadable>,
}

impl<'a> Inflating<'a> {
    pub(super) fn new(
        deflated: &'a mut dyn Passing,
        inflater: &'a mut Decompress,
        allowance: Allowance,
        options: &'a ReadOptions,
    ) -> Self {
        Self { deflated, inflater, crc: Crc::new(), allowance, options, ended: false, fault: None }
    }

    /// What it turned out to be, once all was taken.
    pub(super) fn finish(self) -> Result<Measure, Unreadable> {
        let measure =
            Measure { crc: self.crc.sum(), compressed: self.inflater.total_in(), size: self.inflater.total_out() };
        self.fault.map_or(Ok(measure), Err)
    }

    fn step(&mut self, room: &mut [u8]) -> Result<usize, Unreadable> {
        if self.options.cancelled() {
            return Err(Unreadable::Truncated);
        }
        let hand = self.deflated.peek(1)?;
        if hand.is_empty() {
            return Err(Unreadable::Truncated);
        }
        let (seen, made) = (self.inflater.total_in(), self.inflater.total_out());
        let status = self.inflater.decompress(hand, room, FlushDecompress::None);
        let taken = (self.inflater.total_in() - seen) as usize;
        let count = (self.inflater.total_out() - made) as usize;
        self.deflated.advance(taken);
        match status {
            Ok(Status::StreamEnd) => self.ended = true,
            Ok(_) if taken + count > 0 => {}
            _ => return Err(Unreadable::Syntax { at: Some(seen), why: "it cannot be inflated".into() }),
        }
        take(&self.allowance, count as u64)?;
        Ok(count)
    }
}

impl Refill for Inflating<'_> {
    fn refill(&mut self, buffer: &mut Buffer) -> bool {
        let room = buffer.make_room();
        let mut filled = 0;
        while filled < room.len() && !self.ended && self.fault.is_none() {
            match self.step(&mut room[filled..]) {
                Ok(count) => filled += count,
                Err(fault) => self.fault = Some(fault),
            }
        }
        buffer.filled(filled);
        self.crc.update(buffer.fresh());
        filled > 0
    }

    fn fault(&self) -> Option<Unreadable> {
        self.fault.clone()
    }
}
