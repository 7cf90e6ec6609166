//! GitHub's records come by two ways, its own repository and OSV's zips: of each one is kept.

use std::collections::HashMap;

use plimsoll_feeds::Feed;
use plimsoll_model::Advisory;

/// The feed of the repository, which is read before OSV's.
pub(crate) const REPOSITORY: &str = "ghsa";

/// What the repository says, as far as OSV did not say it too. It holds some ten thousands of records.
#[derive(Debug, Default)]
pub(crate) struct Reviewed(HashMap<String, Advisory>);

impl Reviewed {
    /// Passes an advisory on, or keeps it until OSV's feeds were read.
    ///
    /// Of two records with one id the one that was changed last has the word, as OSV's schema says,
    /// and OSV's where both were changed at once. The word of an OSV feed is about its own shards.
    pub fn sift(&mut self, feed: &Feed, advisory: Advisory) -> Option<Advisory> {
        if feed.id == REPOSITORY {
            self.0.insert(advisory.id.clone(), advisory);
            return None;
        }
        if let Some(own) = self.0.get_mut(&advisory.id).filter(|_| feed.id.starts_with("osv-")) {
            if own.modified > advisory.modified {
                return None;
            }
            own.affected.retain(|row| !feed.shards.holds(&row.shard));
        }
        Some(advisory)
    }

    /// What only the repository says, or says later.
    pub fn rest(self) -> impl Iterator<Item = Advisory> {
        self.0.into_values().filter(|advisory| !advisory.affected.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use plimsoll_feeds::FEEDS;

    use super::*;

    #[test]
    fn the_repository_is_read_before_the_feeds_that_repeat_it() {
        assert_eq!(FEEDS.first().map(|feed| feed.id), Some(REPOSITORY));
    }
}
