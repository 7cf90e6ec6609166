//! A set of names that is only ever asked whether a name is in it.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use xxhash_rust::xxh3::xxh3_64;

/// Names, each kept as 32 bits of its XXH3. That a name is not in it is certain; of a set of 100,000
/// names one answer in 40,000 is a wrong "yes".
///
/// In files the gaps between the sorted hashes are written, which takes some three bytes a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct NameSet {
    sorted: Vec<u32>,
}

impl NameSet {
    /// What is kept of a name.
    #[must_use]
    pub fn hash(name: &[u8]) -> u32 {
        (xxh3_64(name) >> 32) as u32
    }

    /// The set of the names with these hashes, in any order.
    #[must_use]
    pub fn of_hashes(mut hashes: Vec<u32>) -> Self {
        hashes.sort_unstable();
        hashes.dedup();
        hashes.shrink_to_fit();
        Self { sorted: hashes }
    }

    /// Whether a name is in it.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.sorted.binary_search(&Self::hash(name.as_bytes())).is_ok()
    }

    /// How many names.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }
}

impl<'n> FromIterator<&'n str> for NameSet {
    fn from_iter<I: IntoIterator<Item = &'n str>>(names: I) -> Self {
        Self::of_hashes(names.into_iter().map(|name| Self::hash(name.as_bytes())).collect())
    }
}

impl Serialize for NameSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut before = 0;
        serializer.collect_seq(self.sorted.iter().map(|hash| hash.wrapping_sub(std::mem::replace(&mut before, *hash))))
    }
}

impl<'de> Deserialize<'de> for NameSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut sorted = Vec::<u32>::deserialize(deserializer)?;
        let mut before = 0_u32;
        for gap in &mut sorted {
            before = before.wrapping_add(*gap);
            *gap = before;
        }
        Ok(Self { sorted })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_again_and_others_are_not() {
        let set: NameSet = ["net/http.Server.Serve", "main.main", "main.main", "bytes.Equal"].into_iter().collect();
        assert_eq!(set.len(), 3);
        assert!(set.contains("net/http.Server.Serve") && set.contains("main.main"));
        assert!(!set.contains("main") && !set.contains(""));
    }
}
