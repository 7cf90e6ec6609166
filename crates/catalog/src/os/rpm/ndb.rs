//! rpm's own database `Packages.db`: pages of slots, which say where each record lies, then the
//! records in blocks of 16 bytes. All numbers are little-endian.

use plimsoll_facts::{Limit, Unreadable};

use super::headers::{Database, Headers, MAX_PENDING_BYTES};

const PAGE_BYTES: usize = 4096;
const SLOT_BYTES: usize = 16;
const BLOCK_BYTES: u64 = 16;
/// The header takes the place of the first two slots.
const HEADER_BYTES: usize = 32;
const BLOB_HEAD_BYTES: usize = 16;
const BLOB_TAIL_BYTES: usize = 12;
/// A quarter of a million packages.
const MAX_SLOT_PAGES: usize = 1024;

/// The database as its bytes pass.
#[derive(Default)]
pub(super) struct Ndb {
    /// The slot pages, while they are not complete.
    head: Vec<u8>,
    /// In the order of the file; those before `next` have passed.
    slots: Option<Vec<Slot>>,
    next: usize,
    /// Bytes of the file that have passed.
    at: u64,
    blob: Vec<u8>,
}

struct Slot {
    package: u32,
    begin: u64,
    bytes: u64,
}

impl Database for Ndb {
    fn bytes(&mut self, mut bytes: &[u8], headers: &mut Headers) -> Result<(), Unreadable> {
        while !bytes.is_empty() {
            let taken = match &self.slots {
                None => self.take_head(bytes, headers)?,
                Some(_) => self.take_blob(bytes, headers)?,
            };
            self.at += taken as u64;
            bytes = bytes.get(taken..).unwrap_or_default();
        }
        Ok(())
    }

    fn end(&mut self, headers: &mut Headers) -> Result<(), Unreadable> {
        let Some(slots) = &self.slots else { return Err(Unreadable::Truncated) };
        for _ in slots.iter().skip(self.next) {
            headers.broken(Unreadable::Truncated);
        }
        Ok(())
    }
}

impl Ndb {
    fn take_head(&mut self, bytes: &[u8], headers: &mut Headers) -> Result<usize, Unreadable> {
        let needed = if self.head.len() < HEADER_BYTES { HEADER_BYTES } else { slot_pages(&self.head)? * PAGE_BYTES };
        let taken = bytes.len().min(needed - self.head.len());
        self.head.extend_from_slice(&bytes[..taken]);
        if needed > HEADER_BYTES && self.head.len() == needed {
            self.slots = Some(read_slots(&self.head, headers)?);
            self.head = Vec::new();
        }
        Ok(taken)
    }

    fn take_blob(&mut self, bytes: &[u8], headers: &mut Headers) -> Result<usize, Unreadable> {
        let Some(slot) = self.slots.as_ref().and_then(|slots| slots.get(self.next)) else { return Ok(bytes.len()) };
        let have = self.blob.len() as u64;
        if have == 0 && slot.begin > self.at {
            return Ok(bytes.len().min(usize::try_from(slot.begin - self.at).unwrap_or(usize::MAX)));
        }
        if slot.begin + have < self.at {
            headers.broken(Unreadable::syntax("two of its records overlap"));
            self.next += 1;
            return Ok(0);
        }
        let taken = bytes.len().min(usize::try_from(slot.bytes - have).unwrap_or(usize::MAX));
        self.blob.extend_from_slice(&bytes[..taken]);
        if self.blob.len() as u64 == slot.bytes {
            match read_blob(&self.blob, slot.package) {
                Ok(header) => headers.add(0, slot.begin, header)?,
                Err(why) => headers.broken(why),
            }
            self.blob.clear();
            self.next += 1;
        }
        Ok(taken)
    }
}

fn slot_pages(head: &[u8]) -> Result<usize, Unreadable> {
    if !head.starts_with(b"RpmP") {
        return Err(Unreadable::syntax("it is no package database of rpm"));
    }
    if let Some(version @ 1..) = number_at(head, 4) {
        return Err(Unreadable::syntax(format!("its version {version} is not known")));
    }
    match number_at(head, 12).unwrap_or(0) as usize {
        0 => Err(Unreadable::syntax("it has no slots")),
        pages if pages > MAX_SLOT_PAGES => Err(Unreadable::OverLimit(Limit::Count)),
        pages => Ok(pages),
    }
}

fn read_slots(head: &[u8], headers: &mut Headers) -> Result<Vec<Slot>, Unreadable> {
    let mut slots = Vec::new();
    for slot in head.get(HEADER_BYTES..).unwrap_or_default().chunks_exact(SLOT_BYTES) {
        if !slot.starts_with(b"Slot") {
            headers.broken(Unreadable::syntax("a damaged slot"));
            continue;
        }
        let field = |at| number_at(slot, at).unwrap_or(0);
        let (package, begin, blocks) = (field(4), u64::from(field(8)) * BLOCK_BYTES, field(12));
        if begin == 0 {
            continue;
        }
        let bytes = u64::from(blocks) * BLOCK_BYTES;
        if bytes < (BLOB_HEAD_BYTES + BLOB_TAIL_BYTES) as u64 || bytes > MAX_PENDING_BYTES as u64 {
            headers.broken(Unreadable::syntax(format!("a record of {bytes} bytes")));
            continue;
        }
        slots.push(Slot { package, begin, bytes });
    }
    slots.sort_unstable_by_key(|slot| slot.begin);
    Ok(slots)
}

/// The package's header out of its blocks: a head, the header, padding, a checksum over all of
/// these, the length again, an end mark.
fn read_blob(blob: &[u8], package: u32) -> Result<&[u8], Unreadable> {
    let damaged = || Unreadable::syntax("a record is damaged");
    let tail_at = blob.len().checked_sub(BLOB_TAIL_BYTES).ok_or_else(damaged)?;
    let (body, tail) = blob.split_at(tail_at);
    let length = number_at(body, 12).ok_or_else(damaged)?;
    let sound = body.starts_with(b"BlbS")
        && number_at(body, 4) == Some(package)
        && number_at(tail, 4) == Some(length)
        && tail.ends_with(b"BlbE")
        && number_at(tail, 0) == Some(adler32(body));
    if !sound {
        return Err(damaged());
    }
    body.get(BLOB_HEAD_BYTES..).and_then(|rest| rest.get(..length as usize)).ok_or_else(damaged)
}

/// RFC 1950.
fn adler32(bytes: &[u8]) -> u32 {
    let (mut low, mut high) = (1u32, 0u32);
    // So many sums fit 32 bits before they must be reduced.
    for chunk in bytes.chunks(5552) {
        for &byte in chunk {
            low += u32::from(byte);
            high += low;
        }
        low %= 65521;
        high %= 65521;
    }
    high << 16 | low
}

fn number_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}
