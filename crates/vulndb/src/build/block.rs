//! Writing blocks: the rows or records of a block, each once, then the entries of its keys.
//!
//! | part | what it holds |
//! |---|---|
//! | base | the number of the first record that the block's entries may name |
//! | items | how many, their lengths, then they themselves |
//! | entries | key (what it shares with the one before, the rest), length, pairs or value |
//!
//! A pair is a record's distance from the one before and a row's number in the block.

use std::collections::HashMap;

use crate::stored::{Out, shared_bytes};

/// Bytes that stand in a block before its first item, at most.
const HEAD_BYTES: usize = 16;

/// A block being written.
#[derive(Debug, Default)]
pub(super) struct BlockWriter {
    base: u32,
    items: Vec<u8>,
    lengths: Vec<u32>,
    /// Where an item stands.
    known: HashMap<Vec<u8>, u32>,
    entries: Vec<u8>,
    last_key: String,
}

impl BlockWriter {
    /// The number of the first record.
    pub fn new(base: u32) -> Self {
        Self { base, ..Self::default() }
    }

    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty() && self.entries.is_empty()
    }

    /// Bytes that the block will have, or some less.
    pub fn size_bytes(&self) -> usize {
        HEAD_BYTES + self.items.len() + 2 * self.lengths.len() + self.entries.len()
    }

    /// Adds a record.
    pub fn record(&mut self, packed: &[u8]) {
        self.lengths.push(packed.len() as u32);
        self.items.extend_from_slice(packed);
    }

    fn row(&mut self, packed: &[u8]) -> u32 {
        if let Some(number) = self.known.get(packed) {
            return *number;
        }
        let number = self.lengths.len() as u32;
        self.known.insert(packed.to_vec(), number);
        self.record(packed);
        number
    }

    /// Adds a key with the numbers of its records and their rows.
    pub fn pairs(&mut self, key: &str, pairs: &[(u32, Vec<u8>)]) {
        let mut body = Out::default();
        let mut before = i64::from(self.base);
        for (record, row) in pairs {
            let distance = i64::from(*record) - before;
            body.number(((distance << 1) ^ (distance >> 63)) as u64);
            body.number(u64::from(self.row(row)));
            before = i64::from(*record) + 1;
        }
        self.value(key, &body.0);
    }

    /// Adds a key with its value.
    pub fn value(&mut self, key: &str, body: &[u8]) {
        let shared = shared_bytes(&self.last_key, key);
        let rest = &key[shared..];
        let mut out = Out(std::mem::take(&mut self.entries));
        out.number(shared as u64);
        out.text(rest);
        out.number(body.len() as u64);
        out.0.extend_from_slice(body);
        self.entries = out.0;
        self.last_key.truncate(shared);
        self.last_key.push_str(rest);
    }

    pub fn finish(self) -> Vec<u8> {
        let mut out = Out::default();
        out.number(u64::from(self.base));
        out.number(self.lengths.len() as u64);
        for length in self.lengths {
            out.number(u64::from(length));
        }
        out.0.extend_from_slice(&self.items);
        out.0.extend_from_slice(&self.entries);
        out.0
    }
}
