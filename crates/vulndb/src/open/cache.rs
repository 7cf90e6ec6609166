//! The blocks read last, for all shards of a database together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Blocks kept: 4 MiB.
const BLOCKS: usize = 256;

/// A block's bytes, already checked.
pub(super) type Block = Arc<Vec<u8>>;

/// Which block: the shard's number in its database and the block's in its shard.
pub(super) type BlockPlace = (u32, u32);

/// A cache that gives every block a second chance before it goes.
#[derive(Debug, Default)]
pub(super) struct BlockCache(Mutex<Slots>);

#[derive(Debug, Default)]
struct Slots {
    slots: Vec<Slot>,
    places: HashMap<BlockPlace, usize>,
    hand: usize,
}

#[derive(Debug)]
struct Slot {
    place: BlockPlace,
    block: Block,
    was_used: bool,
}

impl BlockCache {
    pub fn get(&self, place: BlockPlace) -> Option<Block> {
        let mut cache = self.lock();
        let at = *cache.places.get(&place)?;
        let slot = cache.slots.get_mut(at)?;
        slot.was_used = true;
        Some(Arc::clone(&slot.block))
    }

    pub fn put(&self, place: BlockPlace, block: Block) {
        let mut cache = self.lock();
        let cache = &mut *cache;
        if cache.places.contains_key(&place) {
            return;
        }
        let new = Slot { place, block, was_used: false };
        if cache.slots.len() < BLOCKS {
            cache.places.insert(place, cache.slots.len());
            cache.slots.push(new);
            return;
        }
        loop {
            let at = cache.hand;
            cache.hand = (at + 1) % BLOCKS;
            let slot = &mut cache.slots[at];
            if std::mem::take(&mut slot.was_used) {
                continue;
            }
            cache.places.remove(&slot.place);
            cache.places.insert(place, at);
            *slot = new;
            return;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Slots> {
        // Nothing in here can be left half done by a panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        let cache = BlockCache::default();
        for number in 0..BLOCKS as u32 {
            cache.put((0, number), Arc::new(vec![number as u8]));
        }
        for number in 0..2 * BLOCKS as u32 {
            assert_eq!(cache.get((0, 7)).unwrap()[0], 7);
            cache.put((1, number), Arc::new(Vec::new()));
        }
        assert!(cache.get((0, 8)).is_none());
        assert!(cache.get((1, 2 * BLOCKS as u32 - 1)).is_some());
        assert_eq!(cache.lock().places.len(), BLOCKS);
    }
}
