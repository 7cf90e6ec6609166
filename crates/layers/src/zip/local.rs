//! Local headers and directory records of an archive that is walked forward.

use plimsoll_facts::Unreadable;

use super::Measure;
use crate::chunks::{Passing, read_into};

pub(super) const LOCAL: [u8; 4] = *b"PK\x03\x04";
pub(super) const RECORD: [u8; 4] = *b"PK\x01\x02";
pub(super) const END: [u8; 4] = *b"PK\x05\x06";
pub(super) const LOCAL_BYTES: usize = 30;
const RECORD_BYTES: usize = 46;

const ENCRYPTED: u16 = 1;
const SIZES_FOLLOW: u16 = 1 << 3;
const MASKED: u16 = 1 << 13;

/// What stands before a member, or of it in the directory.
pub(super) struct Member {
    pub(super) name: Vec<u8>,
    pub(super) method: u16,
    pub(super) encrypted: bool,
    /// Checksum and sizes stand behind the data.
    pub(super) sizes_follow: bool,
    pub(super) measure: Measure,
}

impl Member {
    /// Reads a local header that begins here.
    pub(super) fn local(bytes: &mut dyn Passing) -> Result<Self, Unreadable> {
        let head: [u8; LOCAL_BYTES] = take(bytes)?;
        Self::read(&head[6..], u16_at(&head, 26), u16_at(&head, 28), 0, bytes)
    }

    /// Reads a record of the directory that begins here.
    pub(super) fn record(bytes: &mut dyn Passing) -> Result<Self, Unreadable> {
        let head: [u8; RECORD_BYTES] = take(bytes)?;
        Self::read(&head[8..], u16_at(&head, 28), u16_at(&head, 30), u16_at(&head, 32), bytes)
    }

    /// `fields` begins at the flags, from which on both forms are alike.
    fn read(fields: &[u8], name: u16, extra: u16, comment: u16, bytes: &mut dyn Passing) -> Result<Self, Unreadable> {
        let flags = u16_at(fields, 0);
        let (mut path, mut extras, mut rest) = (Vec::new(), Vec::new(), Vec::new());
        read_into(bytes, name.into(), &mut path)?;
        read_into(bytes, extra.into(), &mut extras)?;
        read_into(bytes, comment.into(), &mut rest)?;
        let mut measure =
            Measure { crc: u32_at(fields, 8), compressed: u32_at(fields, 12).into(), size: u32_at(fields, 16).into() };
        widen(&mut measure, &extras);
        Ok(Self {
            name: path,
            method: u16_at(fields, 2),
            encrypted: flags & (ENCRYPTED | MASKED) != 0,
            sizes_follow: flags & SIZES_FOLLOW != 0,
            measure,
        })
    }

    /// Whether nothing says how long it is before it has passed.
    pub(super) fn is_open(&self) -> bool {
        self.sizes_follow && self.measure.compressed == 0
    }
}

/// Whether this is a local header and not four bytes that look like one.
pub(super) fn is_local_header(head: &[u8]) -> bool {
    head.len() >= LOCAL_BYTES && head.starts_with(&LOCAL) && head[4] < 100 && head[5] < 20 && u16_at(head, 26) != 0
}

/// Sizes that do not fit 32 bits stand in a record of the extra field.
fn widen(measure: &mut Measure, mut extras: &[u8]) {
    const NARROW: u64 = u32::MAX as u64;
    while let [a, b, c, d, rest @ ..] = extras {
        let (id, length) = (u16::from_le_bytes([*a, *b]), usize::from(u16::from_le_bytes([*c, *d])));
        let Some((value, after)) = rest.split_at_checked(length) else { return };
        extras = after;
        if id != 1 {
            continue;
        }
        let mut wide = value.chunks_exact(8).map(|chunk| u64_at(chunk, 0));
        for size in [&mut measure.size, &mut measure.compressed] {
            if *size == NARROW {
                *size = wide.next().unwrap_or(NARROW);
            }
        }
    }
}

fn take<const N: usize>(bytes: &mut dyn Passing) -> Result<[u8; N], Unreadable> {
    let head = *bytes.peek(N)?.first_chunk().ok_or(Unreadable::Truncated)?;
    bytes.advance(N);
    Ok(head)
}

/// Little-endian numbers; zero where the bytes end before.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |pair| u16::from_le_bytes(*pair))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |four| u32::from_le_bytes(*four))
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |eight| u64::from_le_bytes(*eight))
}
