//! Reading a layer again for hard links whose later name is wanted though the first was not.

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::sync::Arc;

use plimsoll_facts::{Entry, EntryKind, FileMeta, LayerBuilder, LayerFacts, Plan, RowIndex, SectionFacts};
use plimsoll_model::{FilePath, Gap, GapKind};

use crate::chunks::{Chunks, Limited, Passing};
use crate::feed::Feed;
use crate::read::{Plain, pass};
use crate::tar::{Header, Kind, Tar, normalise, truncated};
use crate::{Budget, Digesting, LayerError, ReadOptions};

/// Links to links that are followed.
const MAX_STEPS: usize = 8;

/// Reads a layer again, and shows the files behind these links ([`crate::LayerRead::relink`]) to
/// the inspectors that want the links' names; what they find goes into `facts`, under the links'
/// paths.
///
/// # Errors
/// As for [`crate::read_layer`]. The facts are unchanged then.
pub fn reread_links(
    source: impl Read,
    plan: &Plan,
    budget: &Arc<Budget>,
    relink: &[FilePath],
    facts: &mut LayerFacts,
) -> Result<(), LayerError> {
    let links = links_by_file(relink, facts);
    let options = ReadOptions::default();
    let found = pass(source, &options, Digesting::default(), |plain| show(plain, &links, plan, budget, &options))?;
    add(facts, found.outcome);
    Ok(())
}

/// For each file, the links to it that are to be shown.
fn links_by_file(relink: &[FilePath], facts: &LayerFacts) -> HashMap<Vec<u8>, Vec<FilePath>> {
    let links = facts.entries.iter().filter(|entry| entry.entry.kind == EntryKind::Hardlink);
    let targets: HashMap<&[u8], &[u8]> = links.map(|entry| (entry.path, entry.link)).collect();
    let mut by_file: HashMap<Vec<u8>, Vec<FilePath>> = HashMap::new();
    let mut seen = HashSet::new();
    for link in relink.iter().filter(|link| seen.insert(link.as_bytes())) {
        let mut at = link.as_bytes();
        for _ in 0..MAX_STEPS {
            match targets.get(at) {
                Some(target) => at = target,
                None => break,
            }
        }
        by_file.entry(at.to_vec()).or_default().push(link.clone());
    }
    by_file
}

fn show(
    plain: &mut Chunks<Plain<'_>>,
    links: &HashMap<Vec<u8>, Vec<FilePath>>,
    plan: &Plan,
    budget: &Arc<Budget>,
    options: &ReadOptions,
) -> Result<LayerFacts, LayerError> {
    let mut again = Again {
        links,
        plan,
        builder: LayerBuilder::new(plan, options.caps.facts),
        feed: Feed::new(plan, budget, options),
    };
    let (mut tar, mut path) = (Tar::default(), Vec::new());
    while let Some(header) = tar.next(plain)? {
        let end = plain.passed() + header.stored;
        normalise(tar.path(), &mut path);
        if header.kind == Kind::File {
            again.file(&path, &header, &mut Limited::new(plain, header.stored));
        }
        if !plain.skip(end.saturating_sub(plain.passed())) {
            return Err(truncated(plain.passed()));
        }
        plain.skip_padding(header.padding);
    }
    Ok(again.builder.finish())
}

struct Again<'a> {
    links: &'a HashMap<Vec<u8>, Vec<FilePath>>,
    plan: &'a Plan,
    builder: LayerBuilder<'a>,
    feed: Feed<'a>,
}

impl Again<'_> {
    fn file(&mut self, path: &[u8], header: &Header, bytes: &mut dyn Passing) {
        match self.links.get(path).map(Vec::as_slice) {
            None | Some([]) => {}
            Some(links) if header.sparse.is_some() => self.unread(links),
            Some([link]) => self.show(link, path, header, bytes),
            Some(links) => {
                // Bytes that pass once must be held to be shown under several names.
                let held = usize::try_from(header.size).ok().and_then(|size| self.feed.holding.hold(size));
                let Some(mut held) = held else { return self.unread(links) };
                if held.take(bytes, header.size as usize, true).is_ok() {
                    for link in links {
                        self.show(link, path, header, &mut held.bytes());
                    }
                }
                self.feed.holding.release(held);
            }
        }
    }

    fn show(&mut self, link: &FilePath, path: &[u8], header: &Header, bytes: &mut dyn Passing) {
        let rows = self.rows(link.as_bytes(), path);
        let entry = Entry::new(EntryKind::File, header.size, header.mode, header.owner, header.capabilities);
        if !self.builder.entry(link.as_bytes(), b"", entry, true) {
            return;
        }
        let file = FileMeta {
            path: link.as_bytes(),
            inside: &[],
            kind: EntryKind::File,
            mode: header.mode.into(),
            owner: header.owner,
            size: header.size,
        };
        self.feed.file(&file, &rows, bytes, &mut self.builder);
    }

    fn unread(&mut self, links: &[FilePath]) {
        for link in links {
            let detail = "another name of this file is of interest, but the file is too large or sparse to read it so";
            self.builder.gap(Gap::file(GapKind::LinkUnread, link, detail));
        }
    }

    /// Those who want the link's name and were not asked about the file's own.
    fn rows(&self, link: &[u8], path: &[u8]) -> Vec<RowIndex> {
        let (mut rows, mut asked) = (Vec::new(), Vec::new());
        self.plan.by_path(link, &mut rows);
        self.plan.by_path(path, &mut asked);
        rows.retain(|row| !asked.contains(row));
        rows
    }
}

fn add(facts: &mut LayerFacts, more: LayerFacts) {
    facts.gaps.extend(more.gaps);
    for more in more.sections {
        match facts.sections.iter_mut().find(|section| section.section == more.section) {
            Some(section) => add_section(section, more),
            None => facts.sections.push(more),
        }
    }
}

fn add_section(section: &mut SectionFacts, more: SectionFacts) {
    let by: Vec<u16> = more
        .inspectors
        .into_iter()
        .map(|id| {
            let known = section.inspectors.iter().position(|other| *other == id);
            known.unwrap_or_else(|| {
                section.inspectors.push(id);
                section.inspectors.len() - 1
            }) as u16
        })
        .collect();
    section.gaps.extend(more.gaps);
    for mut item in more.found {
        item.by = by.get(usize::from(item.by)).copied().unwrap_or(item.by);
        section.found.push(item);
    }
}
