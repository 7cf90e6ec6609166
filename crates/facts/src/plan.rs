//! The plan of one pass: all inspectors' patterns in one matcher.

use std::collections::HashMap;

use plimsoll_model::path::{name_of, parent_of};

use crate::inspect::Magic;
use crate::{FORM, Inspect, Pattern, Section};

/// Index of an inspector in its plan.
pub type RowIndex = u16;

/// The fingerprint of a section: changes with the set of inspectors and any of their revisions.
#[must_use]
pub fn fingerprint(rows: &[&'static dyn Inspect], section: Section) -> u64 {
    let mut of_section: Vec<_> =
        rows.iter().filter(|row| row.section() == section).map(|row| (row.id(), row.revision())).collect();
    of_section.sort_unstable();
    let text = format!("{FORM} {} {of_section:?}", section.name());
    xxhash_rust::xxh3::xxh3_64(text.as_bytes())
}

/// The end of a name, in any folder or in those of one name.
struct Suffix {
    end: &'static [u8],
    folder: Option<&'static [u8]>,
    row: RowIndex,
}

/// Files below a folder whose paths end in some way.
struct Below {
    folder: &'static [u8],
    end: &'static [u8],
    row: RowIndex,
}

#[derive(Default)]
struct Matcher {
    paths: HashMap<&'static [u8], Vec<RowIndex>>,
    names: HashMap<&'static [u8], Vec<RowIndex>>,
    /// Suffixes by their last byte in lower case, so that most names are settled with one look; some only
    /// in folders of one name.
    suffixes: HashMap<u8, Vec<Suffix>>,
    /// Folders and ends by the folder's first byte, for the same reason.
    unders: HashMap<u8, Vec<Below>>,
    magics: Vec<(Magic, RowIndex)>,
}

impl Matcher {
    fn add(&mut self, pattern: Pattern, row: RowIndex) {
        match pattern {
            Pattern::Path(path) => self.paths.entry(path.as_bytes()).or_default().push(row),
            Pattern::Name(name) => self.names.entry(name.as_bytes()).or_default().push(row),
            Pattern::Suffix(suffix) => self.add_suffix(suffix.as_bytes(), None, row),
            Pattern::In(folder, suffix) => self.add_suffix(suffix.as_bytes(), Some(folder.as_bytes()), row),
            Pattern::Under(folder, end) => {
                let first = folder.bytes().next().unwrap_or(0);
                let below = Below { folder: folder.as_bytes(), end: end.as_bytes(), row };
                self.unders.entry(first).or_default().push(below);
            }
            Pattern::Magic(magic) => self.magics.push((magic, row)),
        }
    }

    fn add_suffix(&mut self, end: &'static [u8], folder: Option<&'static [u8]>, row: RowIndex) {
        let last = end.last().map_or(0, u8::to_ascii_lowercase);
        self.suffixes.entry(last).or_default().push(Suffix { end, folder, row });
    }

    fn by_path(&self, path: &[u8], into: &mut Vec<RowIndex>) {
        into.clear();
        if let Some(rows) = self.paths.get(path) {
            into.extend_from_slice(rows);
        }
        let name = name_of(path);
        if let Some(rows) = self.names.get(name) {
            into.extend_from_slice(rows);
        }
        if let Some(last) = name.last()
            && let Some(suffixes) = self.suffixes.get(&last.to_ascii_lowercase())
        {
            for Suffix { end, folder, row } in suffixes {
                let ends = name.len() >= end.len() && name[name.len() - end.len()..].eq_ignore_ascii_case(end);
                if ends && folder.is_none_or(|folder| name_of(parent_of(path)) == folder) {
                    into.push(*row);
                }
            }
        }
        let unders = path.first().and_then(|first| self.unders.get(first));
        for Below { folder, end, row } in unders.into_iter().flatten() {
            let below = path.len() > folder.len() && path.starts_with(folder) && path[folder.len()] == b'/';
            if below && path[folder.len() + 1..].ends_with(end) {
                into.push(*row);
            }
        }
        into.sort_unstable();
        into.dedup();
    }
}

/// What one pass over a layer must fill.
pub struct Plan {
    rows: Vec<&'static dyn Inspect>,
    sections: Vec<(Section, u64)>,
    files: Matcher,
    members: Matcher,
}

impl Plan {
    /// A plan that fills all sections of `rows` but those already `filled`.
    #[must_use]
    pub fn new(rows: &[&'static dyn Inspect], filled: &[Section]) -> Self {
        let active: Vec<&'static dyn Inspect> =
            rows.iter().copied().filter(|row| !filled.contains(&row.section())).collect();
        let mut sections: Vec<_> = active.iter().map(|row| row.section()).collect();
        sections.sort_unstable();
        sections.dedup();
        let sections = sections.into_iter().map(|section| (section, fingerprint(rows, section))).collect();
        let (mut files, mut members) = (Matcher::default(), Matcher::default());
        for (at, row) in active.iter().enumerate() {
            for pattern in row.patterns() {
                files.add(*pattern, at as RowIndex);
            }
            for pattern in row.patterns_inside() {
                members.add(*pattern, at as RowIndex);
            }
        }
        Self { rows: active, sections, files, members }
    }

    /// The inspectors of this pass; a [`RowIndex`] is a place in it.
    #[must_use]
    pub fn rows(&self) -> &[&'static dyn Inspect] {
        &self.rows
    }

    /// The sections that the pass fills, with their fingerprints.
    #[must_use]
    pub fn sections(&self) -> &[(Section, u64)] {
        &self.sections
    }

    /// Puts into `into` the rows that want to be asked about a file of the image, sorted.
    pub fn by_path(&self, path: &[u8], into: &mut Vec<RowIndex>) {
        self.files.by_path(path, into);
    }

    /// As [`Self::by_path`], for a member of an opened archive.
    pub fn by_member_path(&self, path: &[u8], into: &mut Vec<RowIndex>) {
        self.members.by_path(path, into);
    }

    /// Adds the rows that want a file beginning with `head`; keeps `into` sorted and unique.
    pub fn by_magic(&self, head: &[u8], into: &mut Vec<RowIndex>) {
        for (magic, row) in &self.files.magics {
            if magic.matches(head) && !into.contains(row) {
                into.push(*row);
            }
        }
        into.sort_unstable();
    }

    /// Whether any row looks at first bytes at all.
    #[must_use]
    pub fn looks_at_magic(&self) -> bool {
        !self.files.magics.is_empty()
    }
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ids: Vec<_> = self.rows.iter().map(|row| row.id()).collect();
        out.debug_struct("Plan").field("rows", &ids).field("sections", &self.sections).finish()
    }
}
