//! The blocks read last, for all shards of a database together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::block::Block;
use super::inflate::Inflaters;

/// Bytes of blocks kept.
const CACHE_BYTES: usize = 6 << 20;
/// A longer block is not kept: it would push out too many others.
const MAX_KEPT_BYTES: usize = 1 << 20;

/// Which block: the shard's number in its database and the block's in its shard.
pub(super) type BlockPlace = (u32, u32);

/// A cache that gives every block a second chance before it goes.
#[derive(Debug, Default)]
pub(super) struct BlockCache {
    slots: Mutex<Slots>,
    /// For the blocks that are not in it.
    pub inflaters: Inflaters,
}

#[derive(Debug, Default)]
struct Slots {
    slots: Vec<Slot>,
    places: HashMap<BlockPlace, usize>,
    hand: usize,
    bytes: usize,
}

#[derive(Debug)]
struct Slot {
    place: BlockPlace,
    block: Arc<Block>,
    was_used: bool,
}

impl BlockCache {
    pub fn get(&self, place: BlockPlace) -> Option<Arc<Block>> {
        let mut cache = self.lock();
        let at = *cache.places.get(&place)?;
        let slot = cache.slots.get_mut(at)?;
        slot.was_used = true;
        Some(Arc::clone(&slot.block))
    }

    pub fn put(&self, place: BlockPlace, block: Arc<Block>) {
        let size_bytes = block.size_bytes();
        let mut cache = self.lock();
        if size_bytes > MAX_KEPT_BYTES || cache.places.contains_key(&place) {
            return;
        }
        while cache.bytes + size_bytes > CACHE_BYTES {
            cache.drop_one();
        }
        let at = cache.slots.len();
        cache.bytes += size_bytes;
        cache.places.insert(place, at);
        cache.slots.push(Slot { place, block, was_used: false });
    }

    fn lock(&self) -> MutexGuard<'_, Slots> {
        // Nothing in here can be left half done by a panic.
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slots {
    fn drop_one(&mut self) {
        while let Some(count) = Some(self.slots.len()).filter(|count| *count > 0) {
            let at = self.hand % count;
            self.hand = at + 1;
            if std::mem::take(&mut self.slots[at].was_used) {
                continue;
            }
            // The last one takes the place of the one that goes.
            let gone = self.slots.swap_remove(at);
            self.places.remove(&gone.place);
            if let Some(moved) = self.slots.get(at) {
                self.places.insert(moved.place, at);
            }
            self.bytes -= gone.block.size_bytes();
            return;
        }
        self.bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(first: u8) -> Arc<Block> {
        let mut bytes = vec![0; 64 << 10];
        bytes[10] = first;
        Arc::new(Block::parse(bytes).unwrap())
    }

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        let cache = BlockCache::default();
        let room = (CACHE_BYTES / block(0).size_bytes()) as u32;
        for number in 0..room {
            cache.put((0, number), block(number as u8));
        }
        for number in 0..2 * room {
            assert_eq!(cache.get((0, 7)).unwrap().bytes()[10], 7);
            cache.put((1, number), block(0));
        }
        assert!(cache.get((0, 8)).is_none());
        assert!(cache.get((1, 2 * room - 1)).is_some());
        let cache = cache.lock();
        assert_eq!((cache.places.len(), cache.slots.len()), (room as usize, room as usize));
        assert!(cache.bytes <= CACHE_BYTES);
    }
}
