//! The shortest way through a tar: from header to header.

use std::ops::AddAssign;

use anyhow::{Context, ensure};

pub const BLOCK: usize = 512;

/// How many entries a tar has, and how many bytes it is long.
#[derive(Default)]
pub struct Walked {
    pub entries: u64,
    pub bytes: u64,
}

impl AddAssign for Walked {
    fn add_assign(&mut self, other: Self) {
        self.entries += other.entries;
        self.bytes += other.bytes;
    }
}

/// What of a header matters for going on.
pub struct Header<'a> {
    block: &'a [u8; BLOCK],
    pub size: u64,
}

impl<'a> Header<'a> {
    /// `None` for the zeros at the end.
    pub fn read(block: &'a [u8; BLOCK]) -> anyhow::Result<Option<Self>> {
        if block.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        let size = number(&block[124..136])?;
        ensure!(size < 1 << 50, "a tar entry of {size} bytes");
        Ok(Some(Self { block, size }))
    }

    pub fn name(&self) -> String {
        let name = self.block[..100].split(|byte| *byte == 0).next().unwrap_or_default();
        String::from_utf8_lossy(name).trim_start_matches("./").to_owned()
    }

    pub fn padded_size(&self) -> u64 {
        self.size.next_multiple_of(BLOCK as u64)
    }

    /// Long names and PAX records describe the entry that follows them.
    fn is_entry(&self) -> bool {
        !matches!(self.block[156], b'x' | b'g' | b'L' | b'K')
    }
}

/// Octal digits, or base 256 where the first bit is set.
fn number(field: &[u8]) -> anyhow::Result<u64> {
    if field[0] & 0x80 != 0 {
        return Ok(field[4..].iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)));
    }
    let text = std::str::from_utf8(field).context("a size in a tar header")?;
    let digits = text.trim_matches(|letter: char| letter == ' ' || letter == '\0');
    if digits.is_empty() { Ok(0) } else { u64::from_str_radix(digits, 8).context("a size in a tar header") }
}

/// A walk through a tar that comes in pieces.
pub struct Walk {
    walked: Walked,
    /// Bytes to pass over before the next header.
    skip: u64,
    header: [u8; BLOCK],
    filled: usize,
}

impl Default for Walk {
    fn default() -> Self {
        Self { walked: Walked::default(), skip: 0, header: [0; BLOCK], filled: 0 }
    }
}

impl Walk {
    pub fn feed(&mut self, mut bytes: &[u8]) -> anyhow::Result<()> {
        self.walked.bytes += bytes.len() as u64;
        while !bytes.is_empty() {
            let skipped = usize::try_from(self.skip).map_or(bytes.len(), |skip| skip.min(bytes.len()));
            self.skip -= skipped as u64;
            bytes = &bytes[skipped..];
            let taken = bytes.len().min(BLOCK - self.filled);
            self.header[self.filled..self.filled + taken].copy_from_slice(&bytes[..taken]);
            self.filled += taken;
            bytes = &bytes[taken..];
            if self.filled == BLOCK {
                self.filled = 0;
                if let Some(header) = Header::read(&self.header)? {
                    self.skip = header.padded_size();
                    self.walked.entries += u64::from(header.is_entry());
                }
            }
        }
        Ok(())
    }

    pub fn finish(self) -> Walked {
        self.walked
    }
}
