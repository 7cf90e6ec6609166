//! The key index: open addressing in which no key lies far from where its search begins.

use zerocopy::little_endian::U16;

use crate::format::{Slot, place};

/// Probes that a seed should do with, before the next one is tried.
const WANTED_PROBES: u32 = 24;
/// Seeds tried; the best is taken.
const SEEDS: u64 = 8;

/// An index.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub seed: u64,
    /// Slots that a search looks at, at most.
    pub probes: u32,
    pub slots: Vec<Slot>,
}

impl Index {
    /// Builds the index of keys and the numbers of their blocks.
    pub fn build(keys: &[(&str, u16)]) -> Self {
        if keys.is_empty() {
            return Self::default();
        }
        // A load of four fifths.
        let slots = (keys.len() + keys.len() / 4 + 1) as u32;
        let mut best: Option<Self> = None;
        for seed in 0..SEEDS {
            let tried = Self::with_seed(keys, seed, slots);
            if best.as_ref().is_none_or(|best| tried.probes < best.probes) {
                best = Some(tried);
            }
            if best.as_ref().is_some_and(|best| best.probes <= WANTED_PROBES) {
                break;
            }
        }
        best.unwrap_or_default()
    }

    /// A key that is farther from its beginning takes the slot of one that is nearer to its own, so
    /// that all are about equally far.
    fn with_seed(keys: &[(&str, u16)], seed: u64, count: u32) -> Self {
        let mut slots = vec![Slot::default(); count as usize];
        let mut distances = vec![0_u32; count as usize];
        let mut probes = 1;
        for (key, block) in keys.iter().copied() {
            let (first, tag) = place(key, seed, count);
            let mut slot = Slot { tag: U16::new(tag), block: U16::new(block + 1) };
            let (mut at, mut distance) = (first as usize, 0);
            loop {
                probes = probes.max(distance + 1);
                if slots[at].block.get() == 0 {
                    slots[at] = slot;
                    distances[at] = distance;
                    break;
                }
                if distances[at] < distance {
                    std::mem::swap(&mut slots[at], &mut slot);
                    std::mem::swap(&mut distances[at], &mut distance);
                }
                at = (at + 1) % slots.len();
                distance += 1;
            }
        }
        Self { seed, probes, slots }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_within_the_probes() {
        for count in [1, 2, 3, 10, 1000, 20_000] {
            let keys: Vec<String> = (0..count).map(|number| format!("package-{number}")).collect();
            let index = Index::build(&keys.iter().map(String::as_str).zip((0..1000).cycle()).collect::<Vec<_>>());
            assert!(index.probes <= 64, "{count}: {}", index.probes);
            for (key, block) in keys.iter().zip((0_u16..1000).cycle()) {
                let (first, tag) = place(key, index.seed, index.slots.len() as u32);
                let found = (0..index.probes as usize).any(|step| {
                    let slot = index.slots[(first as usize + step) % index.slots.len()];
                    slot.tag.get() == tag && slot.block.get() == block + 1
                });
                assert!(found, "{key}");
            }
        }
    }
}
