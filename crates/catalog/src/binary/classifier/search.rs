//! Looks for the versions of several classifiers in one file while it passes.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, Input, MatchKind};
use plimsoll_facts::{Limit, Sink, Stream, Unreadable};
use plimsoll_model::{EvidenceKind, Gap, GapKind, Position};

use super::Classifier;
use super::template::{MAX_AHEAD, MAX_BEFORE, Template};

/// Bytes of a file that are shown again, so that nothing is cut by a window's edge.
pub(super) const OVERLAP: usize = MAX_BEFORE + MAX_AHEAD;
/// Places of one file at which a version may stand.
const MAX_PLACES: u32 = 5_000_000;
/// Different versions of one classifier in one file.
const MAX_VERSIONS: usize = 64;

/// The classifiers of one file, and what they have found so far.
pub(super) struct Search {
    candidates: Vec<Candidate>,
    texts: Vec<Text>,
    /// All texts at once; each place at which one begins is found.
    engine: AhoCorasick,
    /// Where in the file to go on.
    next: u64,
    /// The last bytes seen, where something may stand that was not looked at yet.
    tail: Vec<u8>,
    tail_at: u64,
    places: u32,
}

struct Candidate {
    classifier: &'static Classifier,
    templates: Vec<Template>,
    /// For each template, the versions found, with the first place of each.
    found: Vec<BTreeMap<String, u64>>,
    confirmed: bool,
}

/// A text that is looked for: the anchor of a template, or what must stand beside.
struct Text {
    bytes: Vec<u8>,
    candidate: usize,
    /// `None` for what must stand beside.
    template: Option<usize>,
}

impl Search {
    /// A search for the versions of these classifiers, in a file whose name has these digits.
    pub(super) fn new(rows: &[(&'static Classifier, String)]) -> Option<Self> {
        let mut texts = Vec::new();
        let mut candidates = Vec::new();
        for (classifier, digits) in rows {
            let templates: Vec<Template> =
                classifier.versions.iter().filter_map(|text| Template::new(text, digits)).collect();
            let candidate = candidates.len();
            let anchors = templates
                .iter()
                .enumerate()
                .flat_map(|(at, template)| anchors(template).map(move |text| (text, Some(at))));
            let beside = classifier.beside.iter().map(|text| (text.as_bytes().to_vec(), None));
            texts.extend(anchors.chain(beside).map(|(bytes, template)| Text { bytes, candidate, template }));
            let found = vec![BTreeMap::new(); templates.len()];
            candidates.push(Candidate { classifier, templates, found, confirmed: classifier.beside.is_empty() });
        }
        let engine =
            AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(texts.iter().map(|text| &text.bytes));
        Some(Self { candidates, texts, engine: engine.ok()?, next: 0, tail: Vec::new(), tail_at: 0, places: 0 })
    }

    /// Looks at places up to `end`, in bytes that begin at `at`.
    fn look(&mut self, at: u64, bytes: &[u8], end: usize) {
        let mut from = usize::try_from(self.next.saturating_sub(at)).unwrap_or(usize::MAX);
        while from < end && self.places < MAX_PLACES {
            let Some(hit) = self.engine.find(Input::new(bytes).range(from..)) else { break };
            let place = hit.start();
            if place >= end {
                break;
            }
            self.places += 1;
            self.look_at(at, bytes, place);
            from = place + 1;
        }
        self.next = self.next.max(at + end as u64);
    }

    fn look_at(&mut self, at: u64, bytes: &[u8], place: usize) {
        for text in self.texts.iter().filter(|text| bytes[place..].starts_with(&text.bytes)) {
            let Some(candidate) = self.candidates.get_mut(text.candidate) else { continue };
            let Some(number) = text.template else {
                candidate.confirmed = true;
                continue;
            };
            let Some(hit) = candidate.templates[number].read(bytes, place) else { continue };
            let found = &mut candidate.found[number];
            if found.len() < MAX_VERSIONS {
                found.entry(hit.version).or_insert(at + hit.at as u64);
            }
        }
    }

    /// Bytes that are kept between windows.
    #[cfg(test)]
    pub(super) fn kept_bytes(&self) -> usize {
        let found = self.candidates.iter().flat_map(|candidate| &candidate.found).flatten();
        self.tail.capacity() + found.map(|(version, _)| version.capacity()).sum::<usize>()
    }
}

impl Stream for Search {
    fn window(&mut self, at: u64, bytes: &[u8], _: usize, _: &mut Sink) -> Result<(), Unreadable> {
        self.look(at, bytes, bytes.len().saturating_sub(MAX_AHEAD));
        let tail = bytes.len().saturating_sub(OVERLAP);
        self.tail.clear();
        self.tail.extend_from_slice(&bytes[tail..]);
        self.tail_at = at + tail as u64;
        Ok(())
    }

    fn end(&mut self, out: &mut Sink) -> Result<(), Unreadable> {
        let tail = std::mem::take(&mut self.tail);
        self.look(self.tail_at, &tail, tail.len());
        for candidate in self.candidates.iter().filter(|candidate| candidate.confirmed) {
            match candidate.version() {
                Told::Nothing => {}
                Told::One(version, at) => {
                    let compiled = !candidate.classifier.programs.is_empty();
                    let evidence = if compiled { EvidenceKind::BuildInfo } else { EvidenceKind::Metadata };
                    let mut package = candidate.classifier.package(version, evidence);
                    package.position = Some(Position::Offset(at));
                    out.package(package);
                }
                Told::Several(versions) => {
                    let detail = format!(
                        "it looks like {}, but several versions stand in it: {versions}",
                        candidate.classifier.name
                    );
                    out.gap(Gap::new(GapKind::VersionUnreadable, out.subject(), detail));
                }
            }
        }
        if self.places >= MAX_PLACES { Err(Unreadable::OverLimit(Limit::Count)) } else { Ok(()) }
    }
}

/// The texts by which a template is found. A short one begins at too many places: then each digit that a
/// version can begin with is added.
fn anchors(template: &Template) -> impl Iterator<Item = Vec<u8>> {
    const SHORT: usize = 3;
    let anchor = template.anchor();
    let digits = if anchor.len() < SHORT && template.begins_behind_anchor() { &b"0123456789"[..] } else { b"" };
    let plain = digits.is_empty().then(|| anchor.to_vec());
    plain.into_iter().chain(digits.iter().map(|digit| [anchor, &[*digit]].concat()).collect::<Vec<_>>())
}

enum Told<'a> {
    Nothing,
    One(&'a str, u64),
    Several(String),
}

impl Candidate {
    /// The version by the first template that found any. If it found several, those count that
    /// another template found too.
    fn version(&self) -> Told<'_> {
        let mut finders = self.found.iter().filter(|found| !found.is_empty());
        let Some(first) = finders.next() else { return Told::Nothing };
        let mut left: Vec<(&str, u64)> = first.iter().map(|(version, at)| (version.as_str(), *at)).collect();
        for other in finders {
            if left.len() > 1 && left.iter().any(|(version, _)| other.contains_key(*version)) {
                left.retain(|(version, _)| other.contains_key(*version));
            }
        }
        match left[..] {
            [(version, at)] => Told::One(version, at),
            _ => Told::Several(left.iter().take(4).map(|(version, _)| *version).collect::<Vec<_>>().join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use plimsoll_model::FilePath;

    use super::super::classifiers;
    use super::*;

    #[test]
    fn what_is_kept_of_a_file_is_bounded_however_long_it_is() {
        let nginx = classifiers().iter().find(|row| row.name == "nginx").unwrap();
        let mut search = Search::new(&[(nginx, String::new())]).unwrap();
        let mut out = Sink::new(FilePath::from("a"), Vec::new());
        let window_bytes = 256 << 10;
        for number in 0..256_u64 {
            let mut window = format!("nginx/1.{number}.0 ").repeat(20).into_bytes();
            window.resize(window_bytes, b'~');
            search.window(number * window_bytes as u64, &window, 0, &mut out).unwrap();
            assert!(search.kept_bytes() <= 2 * OVERLAP + MAX_VERSIONS * 64, "{} bytes", search.kept_bytes());
        }
        search.end(&mut out).unwrap();
        assert_eq!(out.into_items().len(), 1, "a gap");
    }
}
