//! `go.mod`: the modules that a Go project requires, replacements applied.
//!
//! `go.sum` is not read: it also keeps sums of versions that were only considered.
//! <https://go.dev/ref/mod#go-mod-file>

use std::collections::HashMap;

use plimsoll_facts::{FileMeta, Inspect, Limit, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::PackageKind;

use super::decode_text;
use crate::listing::{Details, Listing, want_lock};
use crate::positions;

/// Reads `go.mod`.
pub struct GoMod;

impl Inspect for GoMod {
    fn id(&self) -> &'static str {
        "go-mod"
    }
    fn revision(&self) -> u32 {
        2
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("go.mod")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        let mut listing = Listing::declared(PackageKind::Go, out);
        let mut required: Vec<Required<'_>> = Vec::new();
        let mut replaced: HashMap<(&str, Option<&str>), Option<[&str; 2]>> = HashMap::new();
        each_statement(&text, |line, verb, words| {
            if required.len() >= MAX_STATEMENTS || replaced.len() >= MAX_STATEMENTS {
                return listing.broken(Unreadable::OverLimit(Limit::Count));
            }
            match (verb, words) {
                ("require", [path, version]) => required.push(Required { module: [path, version], line }),
                ("replace", [path, "=>", target @ ..]) => {
                    replaced.insert((path, None), module_of(target));
                }
                ("replace", [path, version, "=>", target @ ..]) => {
                    replaced.insert((path, Some(version)), module_of(target));
                }
                _ => {}
            }
        });
        for Required { module, line } in required {
            let [path, version] = module;
            let target = replaced.get(&(path, Some(version))).or_else(|| replaced.get(&(path, None)));
            if let Some([path, version]) = target.copied().unwrap_or(Some(module)) {
                let direct = Some(!line.is_indirect);
                let details = Details { direct, position: positions::line(line.index), ..Details::default() };
                listing.detailed(path, version, details);
            }
        }
        listing.finish()
    }
}

/// Requirements or replacements of one file; the largest known have 2,000.
const MAX_STATEMENTS: usize = 100_000;

/// A module that the project requires.
struct Required<'a> {
    module: [&'a str; 2],
    line: Line,
}

/// Where a statement stands.
#[derive(Clone, Copy)]
struct Line {
    index: usize,
    /// Whether Go noted that only other modules need what stands there.
    is_indirect: bool,
}

/// What a replacement leads to; `None` for a folder, which is the project's own code.
fn module_of<'a>(target: &[&'a str]) -> Option<[&'a str; 2]> {
    match target {
        [path, version] => Some([path, version]),
        _ => None,
    }
}

/// Calls `each` with the verb and the words of each line, those of blocks one by one; without
/// quotes and comments.
fn each_statement<'a>(text: &'a str, mut each: impl FnMut(Line, &'a str, &[&'a str])) {
    let mut block = None;
    for (index, line) in text.lines().enumerate() {
        let (statement, comment) = line.split_once("//").unwrap_or((line, ""));
        // A statement has six words at most.
        let words: Vec<&str> = statement.split_whitespace().take(7).map(|word| word.trim_matches(['"', '`'])).collect();
        let is_indirect = comment.split(';').next().is_some_and(|first| first.trim() == "indirect");
        let line = Line { index, is_indirect };
        match (block, words.as_slice()) {
            (_, []) => {}
            (Some(_), [")"]) => block = None,
            (None, [verb, "("]) => block = Some(*verb),
            (Some(verb), words) => each(line, verb, words),
            (None, [verb, words @ ..]) => each(line, verb, words),
        }
    }
}
