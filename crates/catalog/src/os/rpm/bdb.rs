//! BerkeleyDB's hash table `Packages`, of either byte order.
//!
//! Page 0 describes the table. Hash pages hold pairs of key and value; a value too large for its
//! page stands on a chain of overflow pages, whose first has no page before it. So each chain is
//! read as it passes, and counts if a hash page of the file points to it.

use std::collections::HashSet;

use plimsoll_facts::Unreadable;

use super::chains::Chains;
use super::headers::{Database, Headers};
use super::pages::{PageReader, Pages};

const HASH_MAGIC: u32 = 0x0006_1561;
const PAGE_HEADER_BYTES: usize = 26;

const HASH_UNSORTED: u8 = 2;
const OVERFLOW: u8 = 7;
const HASH: u8 = 13;

const KEY_DATA: u8 = 1;
const OFF_PAGE: u8 = 3;

/// The table as its bytes pass.
#[derive(Default)]
pub(super) struct Bdb {
    pages: Pages,
    table: Table,
}

#[derive(Default)]
struct Table {
    big_endian: bool,
    page_bytes: u32,
    last_page: u32,
    /// Keyed by their first page.
    chains: Chains<u32>,
    /// First pages of chains that hash pages point to, and hash pages with values of their own.
    live: HashSet<u32>,
    read: HashSet<u32>,
}

impl Database for Bdb {
    fn bytes(&mut self, bytes: &[u8], headers: &mut Headers) -> Result<(), Unreadable> {
        self.pages.feed(bytes, &mut Reader { table: &mut self.table, headers })
    }

    fn end(&mut self, headers: &mut Headers) -> Result<(), Unreadable> {
        let table = &mut self.table;
        for first in table.chains.unfinished() {
            table.read.insert(first);
            headers.add_broken(first, Unreadable::Truncated)?;
        }
        for first in table.live.difference(&table.read) {
            headers.add_broken(*first, Unreadable::syntax("a record points to a page that does not begin one"))?;
        }
        headers.retain(&table.live);
        let (pages, whole) = self.pages.end();
        if pages <= table.last_page || !whole { Err(Unreadable::Truncated) } else { Ok(()) }
    }
}

struct Reader<'a> {
    table: &'a mut Table,
    headers: &'a mut Headers,
}

impl PageReader for Reader<'_> {
    fn page_bytes(&mut self, first: &[u8]) -> Result<usize, Unreadable> {
        let table = &mut *self.table;
        table.big_endian = match table.u32_at(first, 12) {
            Some(HASH_MAGIC) => false,
            Some(magic) if magic.swap_bytes() == HASH_MAGIC => true,
            _ => return Err(Unreadable::syntax("it is no BerkeleyDB hash table")),
        };
        let (encryption, flags) = (first.get(24), first.get(26));
        if encryption.is_some_and(|byte| *byte != 0) {
            return Err(Unreadable::Encrypted);
        }
        if flags.is_some_and(|flags| flags & 1 != 0) {
            return Err(Unreadable::syntax("its pages carry checksums, which rpm never uses"));
        }
        table.last_page = table.u32_at(first, 32).unwrap_or(0);
        let page_bytes = table.u32_at(first, 20).unwrap_or(0);
        if !page_bytes.is_power_of_two() || !(512..=65536).contains(&page_bytes) {
            return Err(Unreadable::syntax(format!("pages of {page_bytes} bytes")));
        }
        table.page_bytes = page_bytes;
        Ok(page_bytes as usize)
    }

    fn page(&mut self, number: u32, page: &[u8]) -> Result<(), Unreadable> {
        let kind = page.get(25).copied().unwrap_or(0);
        if number == 0 || number > self.table.last_page || !matches!(kind, HASH | HASH_UNSORTED | OVERFLOW) {
            return Ok(());
        }
        if self.table.u32_at(page, 8) != Some(number) {
            self.headers.broken(Unreadable::syntax(format!("page {number} is not what it should be")));
            return Ok(());
        }
        if kind == OVERFLOW { self.overflow_page(number, page) } else { self.hash_page(number, page) }
    }
}

impl Reader<'_> {
    fn overflow_page(&mut self, number: u32, page: &[u8]) -> Result<(), Unreadable> {
        let table = &mut *self.table;
        let before = table.u32_at(page, 12).unwrap_or(0);
        let next = table.u32_at(page, 16).unwrap_or(0);
        let used = usize::from(table.u16_at(page, 22).unwrap_or(0));
        let Some(bytes) = page.get(PAGE_HEADER_BYTES..).and_then(|rest| rest.get(..used)) else {
            self.headers.broken(Unreadable::syntax(format!("page {number} is longer than it can be")));
            return Ok(());
        };
        let complete = if before == 0 {
            table.chains.begin(number, bytes.to_vec(), next)?
        } else {
            table.chains.page(number, bytes, next)?
        };
        if let Some((first, record)) = complete {
            table.read.insert(first);
            let at = table.place_of(first);
            self.headers.add(first, at, &record)?;
        }
        Ok(())
    }

    fn hash_page(&mut self, number: u32, page: &[u8]) -> Result<(), Unreadable> {
        let items = usize::from(self.table.u16_at(page, 20).unwrap_or(0));
        // Together the values cannot be longer than their page: those of a damaged one may overlap.
        let mut left = page.len();
        for at in (1..items).step_by(2) {
            match self.table.value(page, at) {
                Some(Value::Here(bytes)) if bytes.len() <= left => {
                    left -= bytes.len();
                    self.table.live.insert(number);
                    self.table.read.insert(number);
                    self.headers.add(number, self.table.place_of(number), bytes)?;
                }
                Some(Value::Chain(first)) => {
                    self.table.live.insert(first);
                }
                Some(Value::Counter) => {}
                _ => {
                    self.headers.broken(Unreadable::syntax(format!("page {number} is damaged")));
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

enum Value<'a> {
    Here(&'a [u8]),
    Chain(u32),
    /// Key 0 holds the number of the next package.
    Counter,
}

impl Table {
    /// The byte of the file at which a page begins.
    fn place_of(&self, page: u32) -> u64 {
        u64::from(page) * u64::from(self.page_bytes)
    }

    /// Item `at` of a hash page, a value; its key stands before it. Items grow from the page's end.
    fn value<'p>(&self, page: &'p [u8], at: usize) -> Option<Value<'p>> {
        let (key, value) = (self.item(page, at.checked_sub(1)?)?, self.item(page, at)?);
        if key.first() == Some(&KEY_DATA) && key.get(1..) == Some(&[0; 4]) {
            return Some(Value::Counter);
        }
        match *value.first()? {
            KEY_DATA => Some(Value::Here(&value[1..])),
            OFF_PAGE => self.u32_at(value, 4).filter(|first| *first != 0).map(Value::Chain),
            _ => None,
        }
    }

    fn item<'p>(&self, page: &'p [u8], at: usize) -> Option<&'p [u8]> {
        let begin = self.u16_at(page, PAGE_HEADER_BYTES + 2 * at)?;
        let end = match at.checked_sub(1) {
            Some(before) => usize::from(self.u16_at(page, PAGE_HEADER_BYTES + 2 * before)?),
            None => page.len(),
        };
        page.get(usize::from(begin)..end)
    }

    fn u16_at(&self, bytes: &[u8], at: usize) -> Option<u16> {
        let bytes = *bytes.get(at..)?.first_chunk()?;
        Some(if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn u32_at(&self, bytes: &[u8], at: usize) -> Option<u32> {
        let bytes = *bytes.get(at..)?.first_chunk()?;
        Some(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }
}
