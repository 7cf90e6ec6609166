//! Writing and reading packed values, one after the other.

use serde::{Deserialize, Serialize};

/// What a list's element counts for beside its text: it takes more room once it is read.
const ELEMENT_COST_BYTES: u64 = 64;

/// Elements that a list has room for before the first has been read.
const LIST_ROOM: usize = 1024;

/// The result of reading what was packed.
pub(crate) type Packed<T> = Result<T, postcard::Error>;

/// Packed bytes being written.
#[derive(Debug, Default)]
pub(crate) struct Out(pub Vec<u8>);

impl Out {
    pub fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    /// A number of seven bits a byte.
    pub fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    pub fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    /// As postcard writes it.
    pub fn value(&mut self, value: &impl Serialize) -> Packed<()> {
        self.0 = postcard::to_extend(value, std::mem::take(&mut self.0))?;
        Ok(())
    }
}

/// Packed bytes being read. What reading them takes in memory is bounded: short bytes may stand for
/// long texts.
#[derive(Debug)]
pub(crate) struct In<'b> {
    pub rest: &'b [u8],
    /// What may still be read, in bytes of memory.
    pub left: u64,
    /// Whether it ended because nothing was left.
    pub is_spent: bool,
}

impl<'b> In<'b> {
    pub fn new(bytes: &'b [u8], left: u64) -> Self {
        Self { rest: bytes, left, is_spent: false }
    }

    #[inline]
    pub fn byte(&mut self) -> Packed<u8> {
        let (first, rest) = self.rest.split_first().ok_or(postcard::Error::DeserializeUnexpectedEnd)?;
        self.rest = rest;
        Ok(*first)
    }

    #[inline]
    pub fn number(&mut self) -> Packed<u64> {
        // Most are below 128.
        if let Some((first, rest)) = self.rest.split_first().filter(|(first, _)| **first < 0x80) {
            self.rest = rest;
            return Ok(u64::from(*first));
        }
        self.long_number()
    }

    fn long_number(&mut self) -> Packed<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(postcard::Error::DeserializeBadVarint)
    }

    /// A number of 32 bits.
    #[inline]
    pub fn small(&mut self) -> Packed<u32> {
        u32::try_from(self.number()?).map_err(|_| postcard::Error::DeserializeBadVarint)
    }

    #[inline]
    pub fn bytes(&mut self, length: usize) -> Packed<&'b [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(postcard::Error::DeserializeUnexpectedEnd)?;
        self.rest = rest;
        Ok(bytes)
    }

    pub fn text(&mut self) -> Packed<&'b str> {
        let length = self.small()? as usize;
        let bytes = self.bytes(length)?;
        self.spend(length as u64)?;
        std::str::from_utf8(bytes).map_err(|_| postcard::Error::DeserializeBadUtf8)
    }

    /// As postcard reads it.
    pub fn value<T: Deserialize<'b>>(&mut self) -> Packed<T> {
        let (value, rest) = postcard::take_from_bytes(self.rest)?;
        self.spend((self.rest.len() - rest.len()) as u64)?;
        self.rest = rest;
        Ok(value)
    }

    /// As many as a number says.
    pub fn list<T>(&mut self, next: impl FnMut(&mut Self) -> Packed<T>) -> Packed<Vec<T>> {
        let count = self.small()? as usize;
        self.list_of(count, next)
    }

    /// So many.
    pub fn list_of<T>(&mut self, count: usize, mut next: impl FnMut(&mut Self) -> Packed<T>) -> Packed<Vec<T>> {
        // None of them takes less than a byte.
        if count > self.rest.len() {
            return Err(postcard::Error::DeserializeUnexpectedEnd);
        }
        self.spend(ELEMENT_COST_BYTES * count as u64)?;
        let mut list = Vec::with_capacity(count.min(LIST_ROOM));
        for _ in 0..count {
            list.push(next(self)?);
        }
        Ok(list)
    }

    #[inline]
    pub fn spend(&mut self, bytes: u64) -> Packed<()> {
        let left = self.left.checked_sub(bytes);
        self.is_spent |= left.is_none();
        self.left = left.ok_or(postcard::Error::DeserializeBadEncoding)?;
        Ok(())
    }

    /// Nothing may be left over.
    pub fn end(&self) -> Packed<u64> {
        if self.rest.is_empty() { Ok(self.left) } else { Err(postcard::Error::DeserializeBadEncoding) }
    }
}
