//! gzip: RFC 1952, any number of members.

use flate2::{Crc, Decompress, FlushDecompress, Status};

use crate::LayerError;
use crate::chunks::{Chunks, Refill};

const EXTRA: u8 = 1 << 2;
const NAME: u8 = 1 << 3;
const COMMENT: u8 = 1 << 4;
const HEADER_CRC: u8 = 1 << 1;
const RESERVED: u8 = 0xe0;

enum State {
    BeforeFirst,
    Between,
    Body,
    End,
}

pub(super) struct Gzip {
    raw: Decompress,
    crc: Crc,
    state: State,
}

impl Default for Gzip {
    fn default() -> Self {
        Self { raw: Decompress::new(false), crc: Crc::new(), state: State::BeforeFirst }
    }
}

impl Gzip {
    pub(super) fn decode<R: Refill>(&mut self, stored: &mut Chunks<R>, room: &mut [u8]) -> Result<usize, LayerError> {
        let mut filled = 0;
        while filled < room.len() {
            match self.state {
                State::BeforeFirst => self.begin(stored)?,
                State::Between => {
                    skip_zeros(stored);
                    if stored.peek(2).starts_with(&[0x1f, 0x8b]) {
                        self.begin(stored)?;
                    } else {
                        self.state = State::End;
                    }
                }
                State::Body => filled += self.inflate(stored, &mut room[filled..])?,
                State::End => break,
            }
        }
        Ok(filled)
    }

    fn begin<R: Refill>(&mut self, stored: &mut Chunks<R>) -> Result<(), LayerError> {
        let head = stored.peek(10);
        let &[_, _, method, flags, ..] = head else { return Err(truncated(stored)) };
        if head.len() < 10 {
            return Err(truncated(stored));
        }
        if method != 8 || flags & RESERVED != 0 {
            return Err(damaged(stored, "its header names an unknown method"));
        }
        stored.advance(10);
        if flags & EXTRA != 0 {
            let Some(length) = stored.peek(2).first_chunk().map(|pair| u16::from_le_bytes(*pair)) else {
                return Err(truncated(stored));
            };
            skip(stored, 2 + u64::from(length))?;
        }
        for flag in [NAME, COMMENT] {
            if flags & flag != 0 {
                skip_text(stored)?;
            }
        }
        if flags & HEADER_CRC != 0 {
            skip(stored, 2)?;
        }
        self.raw.reset(false);
        self.crc.reset();
        self.state = State::Body;
        Ok(())
    }

    fn inflate<R: Refill>(&mut self, stored: &mut Chunks<R>, room: &mut [u8]) -> Result<usize, LayerError> {
        let hand = stored.peek(1);
        if hand.is_empty() {
            return Err(truncated(stored));
        }
        let (seen, made) = (self.raw.total_in(), self.raw.total_out());
        let status = self.raw.decompress(hand, room, FlushDecompress::None);
        let count = (self.raw.total_out() - made) as usize;
        stored.advance((self.raw.total_in() - seen) as usize);
        self.crc.update(&room[..count]);
        match status {
            Ok(Status::StreamEnd) => self.end(stored)?,
            Ok(Status::Ok | Status::BufError) => {}
            Err(error) => return Err(damaged(stored, error.message().unwrap_or("it cannot be inflated"))),
        }
        Ok(count)
    }

    fn end<R: Refill>(&mut self, stored: &mut Chunks<R>) -> Result<(), LayerError> {
        let Some(&[a, b, c, d, e, f, g, h]) = stored.peek(8).first_chunk() else { return Err(truncated(stored)) };
        let (crc, length) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
        if crc != self.crc.sum() || length != self.raw.total_out() as u32 {
            return Err(damaged(stored, "what it inflates to has another checksum or length than it says"));
        }
        stored.advance(8);
        self.state = State::Between;
        Ok(())
    }
}

fn skip<R: Refill>(stored: &mut Chunks<R>, count: u64) -> Result<(), LayerError> {
    if stored.skip(count) { Ok(()) } else { Err(truncated(stored)) }
}

fn skip_text<R: Refill>(stored: &mut Chunks<R>) -> Result<(), LayerError> {
    loop {
        let hand = stored.peek(1);
        let (count, end) = match memchr::memchr(0, hand) {
            Some(at) => (at + 1, true),
            None => (hand.len(), false),
        };
        if count == 0 {
            return Err(truncated(stored));
        }
        stored.advance(count);
        if end {
            return Ok(());
        }
    }
}

fn skip_zeros<R: Refill>(stored: &mut Chunks<R>) {
    loop {
        let hand = stored.peek(1);
        let zeros = hand.iter().take_while(|&&byte| byte == 0).count();
        let more = zeros == hand.len() && zeros > 0;
        stored.advance(zeros);
        if !more {
            return;
        }
    }
}

fn truncated<R: Refill>(stored: &Chunks<R>) -> LayerError {
    LayerError::Truncated { what: "gzip data", at: stored.passed() }
}

fn damaged<R: Refill>(stored: &Chunks<R>, why: &str) -> LayerError {
    LayerError::Damaged { what: "gzip data", at: stored.passed(), why: why.into() }
}
