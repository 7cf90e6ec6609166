//! Opening one shard and finding keys in it: every length, offset and checksum is checked before it
//! is believed.

use std::io;
use std::sync::Arc;

use plimsoll_model::ShardName;
use xxhash_rust::xxh3::xxh3_64;
use zerocopy::FromBytes;
use zerocopy::little_endian::U64;

use super::cache::{Block, BlockCache};
use super::source::Source;
use crate::format::{BLOCK_BYTES, FORMAT, HEADER_BYTES, Header, MAGIC, Meta, Section, Slot, place};
use crate::manifest::seal;
use crate::{DbError, ShardRow};

/// An open shard.
#[derive(Debug)]
pub(super) struct Shard {
    name: ShardName,
    /// Its place in the manifest, for the cache of blocks.
    number: u32,
    source: Source,
    header: Header,
    sums: Vec<U64>,
    slots: Vec<Slot>,
    data_start: u64,
}

impl Shard {
    /// Reads all but the data.
    pub fn open(source: Source, row: &ShardRow, number: u32) -> Result<Self, DbError> {
        let damaged = |part: String| DbError::Damaged { shard: row.name.clone(), part };
        let unreadable = |error: io::Error| damaged(format!("{}: {error}", row.file));
        let file_bytes = source.len().map_err(unreadable)?;
        if file_bytes != row.size_bytes {
            return Err(damaged(format!("{} has {file_bytes} bytes, not {}", row.file, row.size_bytes)));
        }
        let mut bytes = [0; HEADER_BYTES];
        source.read_at(0, &mut bytes).map_err(unreadable)?;
        let header = Header::read_from_bytes(&bytes).map_err(|_| damaged("its header".into()))?;
        if header.magic != MAGIC || header.checksum.get() != header.sum() {
            return Err(damaged("the checksum of its header does not fit".into()));
        }
        if seal(header.checksum.get()) != row.seal {
            return Err(damaged(format!("{} is another shard, or of another build", row.file)));
        }
        if header.format.get() != FORMAT || header.header_bytes.get() as usize != HEADER_BYTES {
            return Err(damaged(format!("it has format {}, its manifest {FORMAT}", header.format)));
        }

        if header.file_bytes.get() != file_bytes {
            return Err(damaged(format!("it should have {} bytes", header.file_bytes)));
        }
        let data_start = file_bytes.checked_sub(header.data_bytes.get());
        let parts_bytes = data_start.and_then(|start| start.checked_sub(HEADER_BYTES as u64));
        // No longer than the file, whose length has just been seen.
        let parts_bytes = parts_bytes.and_then(|bytes| usize::try_from(bytes).ok());
        let (Some(data_start), Some(parts_bytes)) = (data_start, parts_bytes) else {
            return Err(damaged("its data are longer than itself".into()));
        };
        let mut bytes = vec![0; parts_bytes];
        source.read_at(HEADER_BYTES as u64, &mut bytes).map_err(unreadable)?;
        let parts = Parts::read(&bytes, &header).map_err(|part| damaged(format!("{part} do not fit")))?;
        if (&parts.meta.name, parts.meta.kind, &parts.meta.feeds) != (&row.name, row.kind, &row.feeds) {
            return Err(damaged(format!("it calls itself `{}`", parts.meta.name)));
        }
        let Parts { sums, slots, .. } = parts;
        Ok(Self { name: row.name.clone(), number, source, header, sums, slots, data_start })
    }

    /// How many keys it has, as its header says.
    pub fn key_count(&self) -> u32 {
        self.header.keys.get()
    }

    /// The addresses of entries that may be the key's: nearly always one or none.
    pub fn candidates<'s>(&'s self, key: &str) -> impl Iterator<Item = u32> + use<'s> {
        let count = self.slots.len();
        let (first, tag) = place(key, self.header.seed.get(), count as u32);
        (0..self.header.probes.get() as usize)
            .map_while(move |step| self.slots.get((first as usize + step).checked_rem(count)?))
            .map_while(move |slot| Some((slot.tag.get(), slot.entry.get().checked_sub(1)?)))
            .filter_map(move |(found, entry)| (found == tag).then_some(entry))
    }

    /// The addresses of all entries, in their order.
    pub fn entries(&self) -> Vec<u32> {
        let mut entries: Vec<u32> = self.slots.iter().filter_map(|slot| slot.entry.get().checked_sub(1)).collect();
        entries.sort_unstable();
        entries
    }

    pub fn data_bytes(&self) -> u64 {
        self.header.data_bytes.get()
    }

    /// A block of the data, checked.
    pub fn block(&self, block: u32, cache: &BlockCache) -> Result<Block, DbError> {
        let place = (self.number, block);
        if let Some(block) = cache.get(place) {
            return Ok(block);
        }
        let read = Arc::new(self.read_block(block)?);
        cache.put(place, Arc::clone(&read));
        Ok(read)
    }

    /// As [`Self::block`], past the cache.
    pub fn read_block(&self, block: u32) -> Result<Vec<u8>, DbError> {
        let start = u64::from(block) * BLOCK_BYTES as u64;
        let length = self.data_bytes().saturating_sub(start).min(BLOCK_BYTES as u64);
        let mut bytes = vec![0; length as usize];
        self.source
            .read_at(self.data_start + start, &mut bytes)
            .map_err(|error| self.damaged(format!("block {block}: {error}")))?;
        let sum = self.sums.get(block as usize).map(|sum| sum.get());
        if sum != Some(xxh3_64(&bytes)) {
            return Err(self.damaged(format!("the checksum of block {block} does not fit")));
        }
        Ok(bytes)
    }

    /// Reads the whole file once more, in pieces.
    pub fn read_all(&self, sink: &mut dyn FnMut(&[u8])) -> Result<(), DbError> {
        let (mut at, end) = (0, self.header.file_bytes.get());
        let mut buffer = vec![0; 1 << 18];
        while at < end {
            let length = buffer.len().min(usize::try_from(end - at).unwrap_or(usize::MAX));
            let piece = buffer.split_at_mut(length).0;
            self.source.read_at(at, piece).map_err(|error| self.damaged(format!("byte {at}: {error}")))?;
            sink(piece);
            at += length as u64;
        }
        Ok(())
    }

    pub fn block_count(&self) -> u32 {
        self.sums.len() as u32
    }

    pub fn damaged(&self, part: String) -> DbError {
        DbError::Damaged { shard: self.name.clone(), part }
    }

    pub fn too_large(&self, what: &'static str, cap_bytes: u64) -> DbError {
        DbError::TooLarge { shard: self.name.clone(), what, cap_bytes }
    }
}

/// The sections before the data.
struct Parts {
    meta: Meta,
    sums: Vec<U64>,
    slots: Vec<Slot>,
}

impl Parts {
    /// Fails with the name of the section that is wrong.
    fn read(bytes: &[u8], header: &Header) -> Result<Self, &'static str> {
        let mut rest = bytes;
        let mut section = |section: Section| {
            let (part, after) = rest.split_at_checked(usize::try_from(section.bytes.get()).ok()?)?;
            rest = after;
            (Section::of(part) == section).then_some(part)
        };
        let meta = section(header.meta).ok_or("its meta data")?;
        let sums = section(header.sums).ok_or("its sums")?;
        let index = section(header.index).ok_or("its index")?;
        if !rest.is_empty() {
            return Err("its parts");
        }
        let meta = postcard::from_bytes(meta).map_err(|_| "its meta data")?;
        let sums = <[U64]>::ref_from_bytes(sums).map_err(|_| "its sums")?.to_vec();
        let slots = <[Slot]>::ref_from_bytes(index).map_err(|_| "its index")?.to_vec();
        if sums.len() as u64 != header.data_bytes.get().div_ceil(BLOCK_BYTES as u64) {
            return Err("its sums");
        }
        if slots.len() as u64 != u64::from(header.slots.get()) || header.probes.get() > header.slots.get() {
            return Err("its index");
        }
        Ok(Self { meta, sums, slots })
    }
}
