//! Records that lie on chains of pages, put together while the pages pass in the file's order.
//!
//! A page that an open record waits for is appended at once; one that nobody waits for yet is
//! held until somebody does. Every page passes once and is used once, so chains cannot loop.

use std::collections::HashMap;

use plimsoll_facts::{Limit, Unreadable};

use super::headers::MAX_PENDING_BYTES;

/// Open records by the page they wait for, and pages that wait for a record.
pub(super) struct Chains<K> {
    open: HashMap<u32, (K, Vec<u8>)>,
    held: HashMap<u32, (u32, Box<[u8]>)>,
    /// Records whose next page another record took.
    crossed: Vec<K>,
    bytes: usize,
}

impl<K> Default for Chains<K> {
    fn default() -> Self {
        Self { open: HashMap::new(), held: HashMap::new(), crossed: Vec::new(), bytes: 0 }
    }
}

impl<K> Chains<K> {
    /// A record that begins with `bytes` and goes on at page `next` (0: it does not). Gives it
    /// back if it is complete.
    pub(super) fn begin(&mut self, key: K, bytes: Vec<u8>, next: u32) -> Result<Option<(K, Vec<u8>)>, Unreadable> {
        self.count(bytes.len())?;
        Ok(self.go_on(key, bytes, next))
    }

    /// A page of some record, which goes on at `next` (0: it ends). Gives the record back if it
    /// is complete.
    pub(super) fn page(&mut self, number: u32, bytes: &[u8], next: u32) -> Result<Option<(K, Vec<u8>)>, Unreadable> {
        self.count(bytes.len())?;
        let Some((key, mut record)) = self.open.remove(&number) else {
            self.held.insert(number, (next, bytes.into()));
            return Ok(None);
        };
        record.extend_from_slice(bytes);
        Ok(self.go_on(key, record, next))
    }

    /// The records that never became complete.
    pub(super) fn unfinished(&mut self) -> Vec<K> {
        self.held.clear();
        self.bytes = 0;
        let mut unfinished = std::mem::take(&mut self.crossed);
        unfinished.extend(self.open.drain().map(|(_, (key, _))| key));
        unfinished
    }

    fn count(&mut self, bytes: usize) -> Result<(), Unreadable> {
        self.bytes += bytes;
        if self.bytes > MAX_PENDING_BYTES { Err(Unreadable::OverLimit(Limit::Size)) } else { Ok(()) }
    }

    fn go_on(&mut self, key: K, mut record: Vec<u8>, mut next: u32) -> Option<(K, Vec<u8>)> {
        while let Some((after, bytes)) = self.held.remove(&next) {
            record.extend_from_slice(&bytes);
            next = after;
        }
        if next == 0 {
            self.bytes = self.bytes.saturating_sub(record.len());
            return Some((key, record));
        }
        if let Some((crossed, bytes)) = self.open.insert(next, (key, record)) {
            self.bytes = self.bytes.saturating_sub(bytes.len());
            self.crossed.push(crossed);
        }
        None
    }
}
