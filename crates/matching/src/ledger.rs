//! The coverage ledger while it is being written.

use std::collections::BTreeMap;

use plimsoll_model::{Coverage, FeedUse, Gap, GapKind, Package, ShardName};
use plimsoll_versions::Incomparable;

use crate::shelf::Shelf;

/// Advisories named in one gap; the rest is counted.
const NAMED: usize = 5;

/// What is seen and what is not, package by package.
#[derive(Default)]
pub(crate) struct Ledger {
    pub present: u32,
    pub matched: u32,
    /// Of those that are present, packages of a kind that no advisory speaks of.
    pub inventory_only: u32,
    /// Packages with a CVE, which was looked for on the list of exploited ones.
    pub with_cve: u32,
    asked: BTreeMap<ShardName, u32>,
    /// Gaps that concern many packages, with their number.
    unanswered: BTreeMap<Gap, u32>,
    gaps: Vec<Gap>,
}

impl Ledger {
    /// A package was looked up in a shard; `counts` where it is present.
    pub fn asked(&mut self, shard: &ShardName, counts: bool) {
        match self.asked.get_mut(shard) {
            Some(number) => *number += u32::from(counts),
            None => drop(self.asked.insert(shard.clone(), u32::from(counts))),
        }
    }

    /// Nothing answers for a package, for a reason that it shares with others.
    pub fn unanswered(&mut self, gap: Gap) {
        *self.unanswered.entry(gap).or_default() += 1;
    }

    /// Something that concerns the image as a whole.
    pub fn whole_image(&mut self, gap: Gap) {
        self.gaps.push(gap);
    }

    pub fn gap(&mut self, kind: GapKind, package: &Package, why: impl Into<String>) {
        self.gaps.push(Gap::new(kind, named(package), why));
    }

    /// The feed itself does not know yet.
    pub fn undetermined(&mut self, name: &str, source: &str, id: &str) {
        let why = format!("the feed {source} does not know yet whether {id} affects it");
        self.gaps.push(Gap::new(GapKind::Undetermined, name, why));
    }

    /// A version could not be compared, so that these advisories stay open.
    pub fn unreadable(&mut self, package: &Package, why: &Incomparable, advisories: &[&str]) {
        let mut list = advisories.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        if let Some(more) = advisories.len().checked_sub(NAMED).filter(|more| *more > 0) {
            list = format!("{list} and {more} more");
        }
        self.gap(GapKind::VersionUnreadable, package, format!("{why}; it may be affected by {list}"));
    }

    /// The finished coverage.
    pub fn close(mut self, shelf: Shelf<'_>) -> Coverage {
        for (mut gap, number) in self.unanswered {
            let packages = if number == 1 { "1 package was".into() } else { format!("{number} packages were") };
            gap.detail = format!("{}; {packages} not compared", gap.detail);
            self.gaps.push(gap);
        }
        let feed_use = |(shard, packages): (ShardName, u32)| {
            let (mut sources, data_from) = shelf.advisories().feed_use(&shard);
            sources.sort_unstable();
            FeedUse { shard: shard.to_string(), sources, data_from, packages }
        };
        let mut feeds: Vec<FeedUse> = self.asked.into_iter().map(feed_use).collect();
        if shelf.asked_exploited() {
            let list = feed_use((ShardName::kev(), self.with_cve));
            if list.sources.is_empty() {
                let why = "the database has no list of known exploited vulnerabilities, so none could be marked";
                self.gaps.push(Gap::new(GapKind::NoExploitedList, "", why));
            } else {
                feeds.push(list);
            }
        }
        self.gaps.extend(shelf.into_gaps());
        let mut coverage =
            Coverage { packages_present: self.present, packages_matched: self.matched, feeds, gaps: self.gaps };
        coverage.tidy();
        coverage
    }
}

/// `openssl 3.0.1-1`.
pub(crate) fn named(package: &Package) -> String {
    format!("{} {}", package.name, package.version)
}
