//! Byte strings kept once and named by a number.

use std::hash::{BuildHasher as _, RandomState};

use hashbrown::HashTable;

/// Byte strings, each once, numbered in the order they came.
#[derive(Debug, Default)]
pub(super) struct Interner {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    numbers: HashTable<u32>,
    /// Not one that a feed could know: it might choose strings that all collide.
    hasher: RandomState,
}

impl Interner {
    /// The number of a byte string.
    pub fn add(&mut self, wanted: &[u8]) -> u32 {
        let Self { bytes, ends, numbers, hasher } = self;
        let hash = hasher.hash_one(wanted);
        if let Some(number) = numbers.find(hash, |number| get(bytes, ends, *number) == wanted) {
            return *number;
        }
        let number = ends.len() as u32;
        bytes.extend_from_slice(wanted);
        ends.push(bytes.len());
        numbers.insert_unique(hash, number, |number| hasher.hash_one(get(bytes, ends, *number)));
        number
    }

    /// The number of a byte string that may not be there.
    pub fn find(&self, wanted: &[u8]) -> Option<u32> {
        self.numbers.find(self.hasher.hash_one(wanted), |number| self.get(*number) == wanted).copied()
    }

    /// The byte string of a number that this interner gave; empty for any other.
    pub fn get(&self, number: u32) -> &[u8] {
        get(&self.bytes, &self.ends, number)
    }

    /// As [`Self::get`], for what was added as text.
    pub fn text(&self, number: u32) -> &str {
        std::str::from_utf8(self.get(number)).unwrap_or_default()
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The place of each number in the order of the byte strings.
    pub fn ranks(&self) -> Vec<u32> {
        let mut sorted: Vec<u32> = (0..self.ends.len() as u32).collect();
        sorted.sort_unstable_by(|left, right| self.get(*left).cmp(self.get(*right)));
        let mut ranks = vec![0; sorted.len()];
        for (rank, number) in sorted.into_iter().enumerate() {
            if let Some(place) = ranks.get_mut(number as usize) {
                *place = rank as u32;
            }
        }
        ranks
    }
}

fn get<'b>(bytes: &'b [u8], ends: &[usize], number: u32) -> &'b [u8] {
    let at = number as usize;
    let start = at.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    ends.get(at).and_then(|end| bytes.get(start..*end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_strings_have_one_number_and_ranks_sort_them() {
        let mut interner = Interner::default();
        let words = ["b", "", "a", "b", "ab", ""];
        let numbers = words.map(|word| interner.add(word.as_bytes()));
        assert_eq!(numbers, [0, 1, 2, 0, 3, 1]);
        assert_eq!(numbers.map(|number| interner.text(number)), words);
        assert_eq!(interner.ranks(), [3, 0, 1, 2]);
        assert_eq!((interner.find(b"ab"), interner.find(b"c")), (Some(3), None));
        assert_eq!(interner.get(9), b"");
    }
}
