//! What is on one page of an SQLite database. <https://www.sqlite.org/fileformat2.html>

use plimsoll_facts::Unreadable;

/// Bytes before the first page's own header.
pub(crate) const FILE_HEADER_BYTES: usize = 100;
/// The first byte of an interior page of a table.
pub(crate) const INTERIOR: u8 = 5;
/// The first byte of a leaf of a table.
pub(crate) const LEAF: u8 = 13;

/// How long the pages of a database are.
pub(crate) struct Sizes {
    pub(crate) page_bytes: usize,
    /// Without the bytes that are reserved for extensions.
    pub(crate) usable: usize,
}

impl Sizes {
    /// By the first bytes of the file.
    pub(crate) fn read(first: &[u8]) -> Result<Self, Unreadable> {
        if !first.starts_with(b"SQLite format 3\0") {
            return Err(Unreadable::syntax("it is no SQLite database"));
        }
        let page_bytes = match u16_at(first, 16).unwrap_or(0) {
            1 => 1 << 16,
            bytes => usize::from(bytes),
        };
        let reserved = first.get(20).copied().map_or(0, usize::from);
        if !page_bytes.is_power_of_two() || !(512..=65536).contains(&page_bytes) || page_bytes - reserved < 480 {
            return Err(Unreadable::syntax(format!("pages of {page_bytes} bytes")));
        }
        Ok(Self { page_bytes, usable: page_bytes - reserved })
    }
}

/// The part of a row that its leaf holds.
pub(crate) struct Cell<'a> {
    /// The number by which SQLite knows the row.
    pub(crate) row: i64,
    /// The length of the whole row.
    pub(crate) payload: usize,
    pub(crate) local: &'a [u8],
    /// The page where it goes on, or 0.
    pub(crate) next: u32,
}

impl<'a> Cell<'a> {
    /// The row at this place of a page without its reserved bytes.
    pub(crate) fn read(page: &'a [u8], at: usize) -> Option<Self> {
        let (payload, length) = varint(page.get(at..)?)?;
        let (row, row_bytes) = varint(page.get(at + length..)?)?;
        let (row, from) = (row.cast_signed(), at + length + row_bytes);
        let payload = usize::try_from(payload).ok()?;
        let usable = page.len();
        if payload <= usable - 35 {
            return Some(Self { row, payload, local: page.get(from..)?.get(..payload)?, next: 0 });
        }
        let least = (usable - 12) * 32 / 255 - 23;
        let fitting = least + (payload - least) % (usable - 4);
        let local = if fitting <= usable - 35 { fitting } else { least };
        let rest = page.get(from..)?;
        Some(Self { row, payload, local: rest.get(..local)?, next: u32_at(rest, local)? })
    }
}

/// Child pages of an interior page of a table.
pub(crate) fn children(page: &[u8], header_at: usize) -> Vec<u32> {
    // A pointer that leads outside becomes page 0, which is in no tree.
    let left = cells(page, header_at, 12).map(|at| u32_at(page, at).unwrap_or(0));
    left.chain(u32_at(page, header_at + 8)).collect()
}

/// Where the cells of a page begin.
pub(crate) fn cells(page: &[u8], header_at: usize, header_bytes: usize) -> impl Iterator<Item = usize> {
    let count = usize::from(u16_at(page, header_at + 3).unwrap_or(0));
    (0..count).map(move |cell| usize::from(u16_at(page, header_at + header_bytes + 2 * cell).unwrap_or(u16::MAX)))
}

/// The types of a record's columns, and where its values begin; `None` where there are more than `most`.
pub(crate) fn columns(record: &[u8], most: usize) -> Option<(Vec<u64>, usize)> {
    let (header_bytes, mut at) = varint(record)?;
    let header_bytes = usize::try_from(header_bytes).ok()?;
    let mut types = Vec::new();
    while at < header_bytes && types.len() < most {
        let (kind, length) = varint(record.get(at..)?)?;
        types.push(kind);
        at += length;
    }
    (at == header_bytes).then_some((types, at))
}

/// The length of a column's value, by its type.
pub(crate) fn bytes_of(kind: u64) -> usize {
    match kind {
        0 | 8..=11 => 0,
        1..=4 => kind as usize,
        5 => 6,
        6 | 7 => 8,
        _ => usize::try_from((kind - 12) / 2).unwrap_or(usize::MAX),
    }
}

/// A number of seven bits a byte, the higher ones first; the ninth byte counts whole. With its length.
pub(crate) fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut number = 0u64;
    for (at, &byte) in bytes.iter().take(9).enumerate() {
        if at == 8 {
            return Some((number << 8 | u64::from(byte), 9));
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Some((number, at + 1));
        }
    }
    None
}

/// A number of two bytes.
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// A number of four bytes.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}
