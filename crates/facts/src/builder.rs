//! Collects one layer's facts while it is walked.

use std::collections::{HashMap, HashSet};

use plimsoll_model::{FilePath, Gap, GapKind};

use crate::entries::Compact;
use crate::{Entries, Entry, EntryKind, FoundItem, LayerFacts, Plan, RowIndex, SectionFacts, Sink, path_hash};

/// Caps on one layer.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Entries kept in full; beyond, plain files that nobody wants keep 16 bytes each.
    pub full_entries: usize,
    /// Entries at all; beyond, the layer is cut and a gap says so.
    pub entries: u64,
    /// Things found in one layer.
    pub found: usize,
    /// Bytes of all things found in one layer, as [`crate::Found::size_bytes`] counts them.
    pub found_bytes: usize,
    /// Gaps of one layer.
    pub gaps: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { full_entries: 200_000, entries: 10_000_000, found: 1_000_000, found_bytes: 64 << 20, gaps: 1_000 }
    }
}

/// Collects one layer's facts; fed by the layer reader in the archive's order.
#[derive(Debug)]
pub struct LayerBuilder<'a> {
    plan: &'a Plan,
    limits: Limits,
    facts: LayerFacts,
    /// Hashes of the paths in which something was found: a second entry of the same path takes
    /// the place of the first, with all that was found in it.
    found_in: HashSet<u64>,
    /// Entry number from which on what was found in a path counts, where the path stands twice.
    counts_from: HashMap<u64, u64>,
    /// For each section, the entry number at which each of its items was found.
    found_at: Vec<Vec<u64>>,
    found: usize,
    found_bytes: usize,
    /// A cap on what is found was reached, and that was said.
    is_full: bool,
}

impl<'a> LayerBuilder<'a> {
    /// An empty layer.
    #[must_use]
    pub fn new(plan: &'a Plan, limits: Limits) -> Self {
        let sections: Vec<_> = plan
            .sections()
            .iter()
            .map(|&(section, fingerprint)| SectionFacts {
                section,
                fingerprint,
                inspectors: Vec::new(),
                found: Vec::new(),
                gaps: Vec::new(),
            })
            .collect();
        let facts = LayerFacts { entries: Entries::default(), gaps: Vec::new(), sections };
        let found_at = vec![Vec::new(); plan.sections().len()];
        Self {
            plan,
            limits,
            facts,
            found_in: HashSet::new(),
            counts_from: HashMap::new(),
            found_at,
            found: 0,
            found_bytes: 0,
            is_full: false,
        }
    }

    /// Notes an entry. `path` is normalised; `link` is a symbolic link's target as written, or a
    /// hard link's normalised target; `wanted` says whether any inspector asked about it.
    /// Returns `false` when the layer has more entries than the limit: stop walking it.
    pub fn entry(&mut self, path: &[u8], link: &[u8], entry: Entry, wanted: bool) -> bool {
        if self.facts.entries.total() >= self.limits.entries {
            self.gap(Gap::new(
                GapKind::LayerUnreadable,
                "",
                format!("more than {} entries; the rest was not read", self.limits.entries),
            ));
            return false;
        }
        if !self.found_in.is_empty() {
            let hash = path_hash(path);
            if self.found_in.remove(&hash) {
                self.counts_from.insert(hash, self.facts.entries.total());
                let detail = "it stands twice in the layer; the later one counts";
                self.gap(Gap::file(GapKind::ArchiveOddity, &FilePath::new(path), detail));
            }
        }
        let plain = entry.kind == EntryKind::File && !wanted && entry.mode & 0o6000 == 0 && !entry.capabilities;
        if plain && self.facts.entries.len() >= self.limits.full_entries {
            self.facts.entries.push_compact(Compact { path: path_hash(path), size: entry.size });
            return true;
        }
        if !self.facts.entries.push(path, link, entry) {
            self.gap(Gap::new(
                GapKind::LayerUnreadable,
                "",
                "the names of its files are too long together; the rest was not read",
            ));
            return false;
        }
        true
    }

    /// Takes what an inspector found in a file that was noted before.
    pub fn found(&mut self, row: RowIndex, sink: Sink) {
        let Some(inspect) = self.plan.rows().get(usize::from(row)) else { return };
        let Some(at) = self.facts.sections.iter().position(|facts| facts.section == inspect.section()) else { return };
        let entry_number = self.facts.entries.total().saturating_sub(1);
        let section = &mut self.facts.sections[at];
        let by = section.inspectors.iter().position(|id| id == inspect.id()).unwrap_or_else(|| {
            section.inspectors.push(inspect.id().to_owned());
            section.inspectors.len() - 1
        });
        for (location, found) in sink.into_items() {
            if self.is_full {
                return;
            }
            self.found += 1;
            self.found_bytes = self.found_bytes.saturating_add(found.size_bytes() + location.size_bytes());
            if self.found > self.limits.found || self.found_bytes > self.limits.found_bytes {
                let Limits { found, found_bytes, .. } = self.limits;
                let detail = format!("more than {found} items or {found_bytes} bytes of them; the rest was dropped");
                section.gaps.push(Gap::new(GapKind::LimitReached, "", detail));
                self.is_full = true;
                return;
            }
            self.found_in.insert(path_hash(location.path.as_bytes()));
            section.found.push(FoundItem { location, by: by as u16, found });
            self.found_at[at].push(entry_number);
        }
    }

    /// Something about the archive itself that was not as it should be.
    pub fn gap(&mut self, gap: Gap) {
        let gaps = &mut self.facts.gaps;
        if gaps.len() >= self.limits.gaps {
            // The cap itself is visible: the last gap says that there were more.
            if let Some(last) = gaps.last_mut() {
                last.kind = last.kind.max_weight(gap.kind);
                last.detail = "and others, too many to list".into();
                last.subject.clear();
                last.count += gap.count;
            }
            return;
        }
        match gaps.iter_mut().find(|seen| seen.is_like(&gap)) {
            Some(alike) => alike.count += gap.count,
            None => gaps.push(gap),
        }
    }

    /// The facts.
    #[must_use]
    pub fn finish(mut self) -> LayerFacts {
        self.facts.entries.shrink();
        for (section, found_at) in self.facts.sections.iter_mut().zip(&self.found_at) {
            if !self.counts_from.is_empty() {
                let mut entry_numbers = found_at.iter();
                section.found.retain(|item| {
                    let from = self.counts_from.get(&path_hash(item.location.path.as_bytes()));
                    entry_numbers.next().is_none_or(|number| from.is_none_or(|from| number >= from))
                });
            }
            section.found.shrink_to_fit();
        }
        self.facts
    }
}
