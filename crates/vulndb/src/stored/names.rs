//! The ids that a record speaks of, each once: the rest of it names them by number.

use super::bytes::{In, Packed};
use super::id;

/// About what an id takes.
pub(super) const ID_BYTES: usize = 20;
/// Ids that there is room for before the first has been read.
const IDS_EXPECTED: usize = 8;

/// Ids, one after the other, the record's own first.
#[derive(Debug, Default)]
pub(super) struct Names {
    text: String,
    /// Where each but the last ends.
    ends: Vec<usize>,
}

impl Names {
    /// A single one.
    pub fn unpack_one(from: &mut In<'_>) -> Packed<Self> {
        let mut text = String::with_capacity(ID_BYTES);
        id::unpack_onto(&mut text, from)?;
        Ok(Self { text, ends: Vec::new() })
    }

    pub fn unpack(from: &mut In<'_>) -> Packed<Self> {
        let count = from.small()? as usize;
        let mut text = String::with_capacity(ID_BYTES * count.min(IDS_EXPECTED));
        let mut ends = from.list_of(count, |from| {
            id::unpack_onto(&mut text, from)?;
            Ok(text.len())
        })?;
        ends.pop().ok_or(postcard::Error::DeserializeBadEncoding)?;
        Ok(Self { text, ends })
    }

    pub fn get(&self, at: usize) -> Option<&str> {
        let start = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(start..self.ends.get(at).copied().unwrap_or(self.text.len()))
    }

    /// The id that a number stands for.
    pub fn numbered(&self, from: &mut In<'_>) -> Packed<String> {
        let name = self.get(from.small()? as usize).ok_or(postcard::Error::DeserializeBadEncoding)?;
        from.spend(name.len() as u64)?;
        Ok(name.to_owned())
    }

    /// The record's own.
    pub fn into_first(self) -> String {
        match self.ends.first() {
            Some(end) => self.text.get(..*end).unwrap_or_default().to_owned(),
            None => self.text,
        }
    }
}
