//! Writing a shard of rows: its keys come sorted, and its records are numbered as keys need them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::shard::{ShardWriter, WrittenShard};
use crate::DbError;
use crate::format::Meta;
use crate::stored::{Out, StoredRecord, StoredRow, Words};

/// Most that is kept of one name in a shard, without its records.
pub(super) const MAX_NAME_BYTES: usize = 8 << 20;

/// A shard of rows being written. Whoever writes it has numbers of his own for keys and records.
#[derive(Debug)]
pub(crate) struct RowsWriter {
    writer: ShardWriter,
    words: Words,
    /// The key of each record; `None` of one that stands under several.
    names: HashMap<u32, Option<u32>>,
    /// The numbers that records were given.
    numbers: HashMap<u32, u32>,
}

impl RowsWriter {
    /// With the key and record of every row that will come.
    pub fn new(meta: Meta, rows: impl Iterator<Item = (u32, u32)>) -> Self {
        let mut names: HashMap<u32, Option<u32>> = HashMap::new();
        for (key, record) in rows {
            let name = names.entry(record).or_insert(Some(key));
            if *name != Some(key) {
                *name = None;
            }
        }
        let words = meta.words.clone();
        Self { writer: ShardWriter::new(meta), words, names, numbers: HashMap::new() }
    }

    /// Adds a key with its rows. The numbers of records whose rows had no room any more.
    pub fn key(
        &mut self,
        name: &str,
        rows: impl Iterator<Item = Result<(u32, StoredRow), DbError>>,
        read_record: &dyn Fn(u32) -> Result<StoredRecord, DbError>,
    ) -> Result<Vec<u32>, DbError> {
        let (mut pairs, mut left_out, mut size_bytes) = (Vec::new(), Vec::new(), 0);
        for row in rows {
            let (record, row) = row?;
            let mut packed = Out::default();
            row.pack(&self.words, &mut packed).map_err(DbError::encode)?;
            size_bytes += packed.0.len();
            if size_bytes > MAX_NAME_BYTES {
                left_out.push(record);
                continue;
            }
            let number = match self.numbers.entry(record) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(new) => {
                    let only_name = self.names.get(&record).is_some_and(Option::is_some).then_some(name);
                    let mut packed = Out::default();
                    read_record(record)?.pack(&self.words, only_name, &mut packed);
                    *new.insert(self.writer.record(&packed.0))
                }
            };
            pairs.push((number, packed.0));
        }
        self.writer.pairs(name, &pairs)?;
        Ok(left_out)
    }

    pub fn finish(self) -> Result<WrittenShard, DbError> {
        self.writer.finish()
    }
}
