//! Opening one shard and finding keys in it: every length, offset and checksum is checked before it
//! is believed.

use std::io;
use std::sync::Arc;

use plimsoll_model::ShardName;
use xxhash_rust::xxh3::xxh3_64;
use zerocopy::FromBytes;

use super::block::Block;
use super::cache::BlockCache;
use super::inflate::{Dictionary, Inflaters};
use super::source::Source;
use crate::format::{
    BlockRow, FORMAT, HEADER_BYTES, Header, MAGIC, MAX_BLOCK_BYTES, MAX_DICTIONARY_BYTES, Meta, Section, Slot, place,
};
use crate::manifest::seal;
use crate::stored::Words;
use crate::{DbError, ShardRow};

/// An open shard.
#[derive(Debug)]
pub(super) struct Shard {
    name: ShardName,
    /// Its place in the manifest, for the cache of blocks.
    number: u32,
    source: Source,
    header: Header,
    meta: Meta,
    slots: Vec<Slot>,
    blocks: Vec<BlockRow>,
    /// Where each block begins in the file.
    starts: Vec<u64>,
    dictionary: Dictionary,
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
        if (&parts.meta.name, parts.meta.kind) != (&row.name, row.kind) {
            return Err(damaged(format!("it calls itself `{}`", parts.meta.name)));
        }
        let mut at = data_start;
        let mut starts = Vec::with_capacity(parts.blocks.len());
        for block in &parts.blocks {
            starts.push(at);
            at = at.saturating_add(u64::from(block.stored.get()));
        }
        let Parts { meta, dictionary, blocks, slots } = parts;
        let (name, dictionary) = (row.name.clone(), Dictionary::new(dictionary));
        Ok(Self { name, number, source, header, meta, slots, blocks, starts, dictionary })
    }

    /// How many keys it has, as its header says.
    pub fn key_count(&self) -> u32 {
        self.header.keys.get()
    }

    pub fn record_count(&self) -> u32 {
        self.header.records.get()
    }

    pub fn pair_count(&self) -> u64 {
        self.header.pairs.get()
    }

    pub fn words(&self) -> &Words {
        &self.meta.words
    }

    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    pub fn dictionary(&self) -> &[u8] {
        self.dictionary.bytes()
    }

    /// The numbers of the blocks that may hold the key: nearly always one or none.
    pub fn candidates<'s>(&'s self, key: &str) -> impl Iterator<Item = u32> + use<'s> {
        let count = self.slots.len();
        let (first, tag) = place(key, self.header.seed.get(), count as u32);
        (0..self.header.probes.get() as usize)
            .map_while(move |step| self.slots.get((first as usize + step).checked_rem(count)?))
            .map_while(move |slot| Some((slot.tag.get(), slot.block.get().checked_sub(1)?)))
            .filter_map(move |(found, block)| (found == tag).then_some(u32::from(block)))
    }

    /// The blocks that hold keys.
    pub fn key_blocks(&self) -> std::ops::Range<u32> {
        0..self.header.key_blocks.get()
    }

    pub fn record_blocks(&self) -> std::ops::Range<u32> {
        self.header.key_blocks.get()..self.blocks.len() as u32
    }

    /// The block that holds a record.
    pub fn block_of(&self, record: u32) -> Option<u32> {
        let first = self.header.key_blocks.get();
        let of_records = self.blocks.get(first as usize..)?;
        let after = of_records.partition_point(|block| block.first.get() <= record);
        after.checked_sub(1).map(|at| first + at as u32)
    }

    /// Bytes of a block once it is inflated.
    pub fn plain_bytes(&self, block: u32) -> u64 {
        self.blocks.get(block as usize).map_or(0, |row| u64::from(row.plain.get()))
    }

    /// A block of the data, checked.
    pub fn block(&self, block: u32, cache: &BlockCache) -> Result<Arc<Block>, DbError> {
        let place = (self.number, block);
        if let Some(block) = cache.get(place) {
            return Ok(block);
        }
        let read = Arc::new(self.read_block(block, &cache.inflaters)?);
        cache.put(place, Arc::clone(&read));
        Ok(read)
    }

    /// As [`Self::block`], past the cache.
    pub fn read_block(&self, block: u32, inflaters: &Inflaters) -> Result<Block, DbError> {
        let (Some(row), Some(start)) = (self.blocks.get(block as usize), self.starts.get(block as usize)) else {
            return Err(self.damaged(format!("it has no block {block}")));
        };
        let wrong = |error: io::Error| self.damaged(format!("block {block}: {error}"));
        let read = |bytes: &mut [u8]| {
            self.source.read_at(*start, bytes).map_err(wrong)?;
            match xxh3_64(bytes) == row.checksum.get() {
                true => Ok(()),
                false => Err(self.damaged(format!("the checksum of block {block} does not fit"))),
            }
        };
        let (stored, plain) = (row.stored.get() as usize, row.plain.get() as usize);
        let bytes = if stored == plain {
            let mut bytes = vec![0; plain];
            read(&mut bytes)?;
            bytes
        } else {
            let mut inflater = inflaters.take().map_err(wrong)?;
            read(inflater.packed(stored))?;
            let inflated = inflater.inflate(plain, &self.dictionary);
            inflaters.give_back(inflater);
            inflated.map_err(wrong)?
        };
        Block::parse(bytes).map_err(|error| self.damaged(format!("block {block}: {error}")))
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

    pub fn damaged(&self, part: String) -> DbError {
        DbError::Damaged { shard: self.name.clone(), part }
    }

    pub fn too_large(&self, what: &'static str, cap_bytes: u64) -> DbError {
        DbError::TooLarge { shard: self.name.clone(), what, cap_bytes }
    }
}

/// The sections before the data.
struct Parts<'b> {
    meta: Meta,
    dictionary: &'b [u8],
    blocks: Vec<BlockRow>,
    slots: Vec<Slot>,
}

impl<'b> Parts<'b> {
    /// Fails with the name of the section that is wrong.
    fn read(bytes: &'b [u8], header: &Header) -> Result<Self, &'static str> {
        let mut rest = bytes;
        let mut section = |section: Section| {
            let (part, after) = rest.split_at_checked(usize::try_from(section.bytes.get()).ok()?)?;
            rest = after;
            (Section::of(part) == section).then_some(part)
        };
        let meta = section(header.meta).ok_or("its meta data")?;
        let dictionary = section(header.dictionary).ok_or("its dictionary")?;
        let blocks = section(header.blocks).ok_or("its blocks")?;
        let index = section(header.index).ok_or("its index")?;
        if !rest.is_empty() {
            return Err("its parts");
        }
        let meta = postcard::from_bytes(meta).map_err(|_| "its meta data")?;
        let blocks = <[BlockRow]>::ref_from_bytes(blocks).map_err(|_| "its blocks")?.to_vec();
        let slots = <[Slot]>::ref_from_bytes(index).map_err(|_| "its index")?.to_vec();
        if dictionary.len() > MAX_DICTIONARY_BYTES {
            return Err("its dictionary");
        }
        let stored: u64 = blocks.iter().map(|block| u64::from(block.stored.get())).sum();
        let is_whole = |block: &BlockRow| block.plain >= block.stored && block.plain.get() as usize <= MAX_BLOCK_BYTES;
        if stored != header.data_bytes.get()
            || header.key_blocks.get() as usize > blocks.len()
            || !blocks.iter().all(is_whole)
        {
            return Err("its blocks");
        }
        if slots.len() as u64 != u64::from(header.slots.get()) || header.probes.get() > header.slots.get() {
            return Err("its index");
        }
        Ok(Self { meta, dictionary, blocks, slots })
    }
}
