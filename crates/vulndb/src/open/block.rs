//! A block that has been read: its items and the entries of its keys. How it is laid out stands in
//! [`crate::build`]'s writer.

use std::ops::Range;

use crate::stored::{In, Packed};

/// A block, checked so far that every item lies within it.
#[derive(Debug)]
pub(super) struct Block {
    bytes: Vec<u8>,
    /// The number of the first record that it may name or that it holds.
    pub base: u32,
    /// Where each item ends.
    ends: Vec<u32>,
    first_item: usize,
}

/// What an entry says: the body of its key.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub key: String,
    pub body: Range<usize>,
}

impl Block {
    pub fn parse(bytes: Vec<u8>) -> Packed<Self> {
        let mut from = In::new(&bytes, u64::MAX);
        let base = from.small()?;
        let count = from.small()?;
        // None has a length of less than a byte.
        let mut ends = Vec::with_capacity((count as usize).min(from.rest.len()));
        let mut end = 0_u32;
        for _ in 0..count {
            let length = from.small()?;
            end = end.checked_add(length).ok_or(postcard::Error::DeserializeBadVarint)?;
            ends.push(end);
        }
        let first_item = bytes.len() - from.rest.len();
        from.bytes(end as usize)?;
        Ok(Self { base, ends, first_item, bytes })
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What it takes in memory.
    pub fn size_bytes(&self) -> usize {
        size_of::<Self>() + self.bytes.len() + self.ends.len() * size_of::<u32>()
    }

    pub fn item_count(&self) -> usize {
        self.ends.len()
    }

    /// A row or record by its number in the block.
    pub fn item(&self, number: usize) -> Option<&[u8]> {
        let start = number.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        let end = *self.ends.get(number)?;
        self.bytes.get(self.first_item + start as usize..self.first_item + end as usize)
    }

    /// The body of a key's entry.
    pub fn find(&self, wanted: &str) -> Packed<Option<Range<usize>>> {
        let mut entries = self.entries();
        // How much of the key before is the beginning of the wanted one.
        let mut equal = 0;
        while let Some((shared, rest, body)) = entries.step()? {
            if shared > equal {
                continue;
            }
            let wanted_rest = wanted.as_bytes().get(shared..).unwrap_or_default();
            equal = shared + rest.iter().zip(wanted_rest).take_while(|(left, right)| left == right).count();
            if equal == wanted.len() && rest.len() == wanted_rest.len() {
                return Ok(Some(body));
            }
        }
        Ok(None)
    }

    /// Every entry.
    pub fn all(&self) -> Packed<Vec<Entry>> {
        let mut entries = self.entries();
        let (mut all, mut key) = (Vec::new(), Vec::new());
        // A key may be long and the next ones say little more than that they are like it.
        let mut left = 64 * self.bytes.len().max(1 << 20);
        while let Some((shared, rest, body)) = entries.step()? {
            if shared > key.len() {
                return Err(postcard::Error::DeserializeBadEncoding);
            }
            key.truncate(shared);
            key.extend_from_slice(rest);
            left = left.checked_sub(key.len()).ok_or(postcard::Error::DeserializeBadEncoding)?;
            let key = String::from_utf8(key.clone()).map_err(|_| postcard::Error::DeserializeBadUtf8)?;
            all.push(Entry { key, body });
        }
        Ok(all)
    }

    fn entries(&self) -> Entries<'_> {
        let end = self.first_item + self.ends.last().copied().unwrap_or_default() as usize;
        Entries { whole: self.bytes.len(), from: In::new(self.bytes.get(end..).unwrap_or_default(), u64::MAX) }
    }
}

/// What a key shares with the one before, its rest, and where its body stands.
type Step<'b> = (usize, &'b [u8], Range<usize>);

/// Walks the entries of a block.
struct Entries<'b> {
    whole: usize,
    from: In<'b>,
}

impl<'b> Entries<'b> {
    fn step(&mut self) -> Packed<Option<Step<'b>>> {
        if self.from.rest.is_empty() {
            return Ok(None);
        }
        let shared = self.from.small()? as usize;
        let rest_bytes = self.from.small()? as usize;
        let rest = self.from.bytes(rest_bytes)?;
        let length = self.from.small()? as usize;
        let start = self.whole - self.from.rest.len();
        self.from.bytes(length)?;
        Ok(Some((shared, rest, start..start + length)))
    }
}
