//! Sparse files: only some runs of them are stored, the rest are zeros.

use plimsoll_facts::Unreadable;

use super::block::{BLOCK_BYTES, Block};
use super::field::number;
use super::pax::{MAX_RUNS, Pax, decimal};
use super::{damaged, truncated};
use crate::LayerError;
use crate::buffer::Buffer;
use crate::chunks::{Chunks, Passing, Refill};

/// Which runs of a file are stored: offset and length of each.
#[derive(Debug, Default)]
pub(crate) struct SparseMap {
    runs: Vec<(u64, u64)>,
    real_size: u64,
}

impl SparseMap {
    pub(crate) fn real_size(&self) -> u64 {
        self.real_size
    }

    /// Runs must be in order, inside the file, and together as long as what is stored.
    pub(super) fn check(&self, stored: u64) -> Result<(), &'static str> {
        let (mut end, mut sum) = (0_u64, 0_u64);
        for &(offset, length) in &self.runs {
            let run_end = offset.checked_add(length).filter(|_| offset >= end);
            end = run_end.ok_or("the runs of a sparse file overlap")?;
            sum += length;
        }
        if end > self.real_size || sum != stored {
            return Err("the runs of a sparse file do not fit its size");
        }
        Ok(())
    }

    fn push(&mut self, offset: u64, length: u64) -> bool {
        self.runs.push((offset, length));
        self.runs.len() <= MAX_RUNS
    }
}

/// GNU's old form: runs in the header and in blocks behind it.
pub(super) fn old_gnu<R: Refill>(block: &Block, plain: &mut Chunks<R>) -> Result<SparseMap, LayerError> {
    let at = plain.passed();
    let malformed = || damaged(at, "the map of a sparse file is malformed");
    let mut map = SparseMap { runs: Vec::new(), real_size: number(&block[483..495]).ok_or_else(malformed)? };
    let mut take = |fields: &[u8]| -> Result<(), LayerError> {
        for run in fields.chunks_exact(24).take_while(|run| run[0] != 0) {
            let (offset, length) = run.split_at(12);
            let (Some(offset), Some(length)) = (number(offset), number(length)) else { return Err(malformed()) };
            if !map.push(offset, length) {
                return Err(malformed());
            }
        }
        Ok(())
    };
    take(&block[386..482])?;
    let mut more = block[482] != 0;
    let mut blocks = 0;
    while more {
        let hand = plain.peek(BLOCK_BYTES);
        let Some(&next) = hand.first_chunk::<BLOCK_BYTES>() else {
            return Err(truncated(plain.passed()));
        };
        plain.advance(BLOCK_BYTES);
        take(&next[..504])?;
        more = next[504] != 0;
        blocks += 1;
        if blocks > MAX_RUNS / 21 {
            return Err(malformed());
        }
    }
    Ok(map)
}

/// The forms that came with extended headers; `stored` loses the bytes of a map that stands before
/// the data.
pub(super) fn pax<R: Refill>(
    pax: &Pax,
    plain: &mut Chunks<R>,
    stored: &mut u64,
) -> Result<Option<SparseMap>, LayerError> {
    let sparse = &pax.sparse;
    if !sparse.map_in_data && sparse.map.is_empty() {
        return Ok(None);
    }
    let at = plain.passed();
    let malformed = || damaged(at, "the map of a sparse file is malformed");
    let mut map = SparseMap { runs: Vec::new(), real_size: sparse.real_size.ok_or_else(malformed)? };
    if !sparse.map_in_data {
        for pair in sparse.map.chunks(2) {
            let &[offset, length] = pair else { return Err(malformed()) };
            map.push(offset, length);
        }
        return Ok(Some(map));
    }
    let mut numbers = MapReader { plain, left: stored, line: Vec::new(), block: Vec::new() };
    let count = numbers.next().ok_or_else(malformed)?;
    for _ in 0..count {
        let (Some(offset), Some(length)) = (numbers.next(), numbers.next()) else { return Err(malformed()) };
        if !map.push(offset, length) {
            return Err(malformed());
        }
    }
    Ok(Some(map))
}

/// Lines of decimal numbers in whole blocks.
struct MapReader<'a, R> {
    plain: &'a mut Chunks<R>,
    left: &'a mut u64,
    line: Vec<u8>,
    /// What was not read yet of the last block, the other way round.
    block: Vec<u8>,
}

impl<R: Refill> MapReader<'_, R> {
    fn next(&mut self) -> Option<u64> {
        self.line.clear();
        loop {
            match self.block.pop() {
                Some(b'\n') => return decimal(&self.line),
                Some(byte) if self.line.len() < 20 => self.line.push(byte),
                Some(_) => return None,
                None => {
                    let hand = self.plain.peek(BLOCK_BYTES).first_chunk::<BLOCK_BYTES>()?;
                    self.block.extend(hand.iter().rev());
                    *self.left = self.left.checked_sub(BLOCK_BYTES as u64)?;
                    self.plain.advance(BLOCK_BYTES);
                }
            }
        }
    }
}

/// A sparse file's bytes, zeros put in between.
pub(crate) struct Sparse<'a> {
    stored: &'a mut dyn Passing,
    map: SparseMap,
    run: usize,
    at: u64,
    fault: Option<Unreadable>,
}

impl<'a> Sparse<'a> {
    pub(crate) fn new(stored: &'a mut dyn Passing, map: SparseMap) -> Self {
        Self { stored, map, run: 0, at: 0, fault: None }
    }

    fn fill(&mut self, room: &mut [u8]) -> Result<usize, Unreadable> {
        let mut filled = 0;
        while filled < room.len() && self.at < self.map.real_size {
            let (offset, length) = self.map.runs.get(self.run).copied().unwrap_or((self.map.real_size, 0));
            let end = if self.at < offset { offset } else { offset + length };
            if self.at == end && self.run < self.map.runs.len() {
                self.run += 1;
                continue;
            }
            let mut count = (room.len() - filled).min(usize::try_from(end - self.at).unwrap_or(usize::MAX));
            if self.at < offset {
                room[filled..filled + count].fill(0);
            } else {
                let hand = self.stored.peek(1)?;
                count = count.min(hand.len());
                if count == 0 {
                    return Err(Unreadable::Truncated);
                }
                room[filled..filled + count].copy_from_slice(&hand[..count]);
                self.stored.advance(count);
            }
            self.at += count as u64;
            filled += count;
        }
        Ok(filled)
    }
}

impl Refill for Sparse<'_> {
    fn refill(&mut self, buffer: &mut Buffer) -> bool {
        let filled = match self.fill(buffer.make_room()) {
            Ok(filled) => filled,
            Err(fault) => {
                self.fault = Some(fault);
                0
            }
        };
        buffer.filled(filled);
        filled > 0
    }

    fn fault(&self) -> Option<Unreadable> {
        self.fault.clone()
    }
}
