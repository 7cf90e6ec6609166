//! From lists of product ids to rows: one for each package, release and channel.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use plimsoll_model::{Affected, FixDate, FixDateKind, RangeEnd, Scope, SeverityClaim, Status, Timestamp, VersionRange};

use super::publisher::Place;
use super::raw::{List, RawStatus, Text, each};
use super::tree::{Tree, Unresolved};
use super::word::{Word, Words};
use crate::text;

/// Who builds for all of these builds for every processor of the release: the row then limits nothing.
const PROCESSORS: [&str; 4] = ["aarch64", "ppc64le", "s390x", "x86_64"];
/// The architecture that marks the row of a source package.
const SOURCE: &str = "src";

/// A package in a release and channel.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Subject {
    place: Place,
    name: String,
    is_source: bool,
    module: Option<String>,
}

/// What is said of it.
#[derive(Debug, Default)]
struct Said {
    fixes: BTreeSet<String>,
    /// Names of the sources of what is fixed.
    sources: BTreeSet<String>,
    fixed_at: Option<Timestamp>,
    architectures: BTreeSet<String>,
    unfixed: BTreeSet<Status>,
    is_unaffected: bool,
    is_undetermined: bool,
    word: Word,
}

/// The rows of one vulnerability, and what became of the ids that gave none.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub affected: Vec<Affected>,
    /// Ids of what no shard holds.
    pub foreign: u64,
    /// Ids that had to be left out.
    pub broken: u64,
    /// The first of them, with the reason.
    pub first_broken: Option<String>,
}

/// What a list of ids says.
#[derive(Debug, Clone, Copy)]
enum Meaning {
    Fixed,
    Affected,
    Unaffected,
    Undetermined,
}

/// Makes the rows. Severities that are those of `general` are not repeated.
pub(super) fn rows<'d>(
    raw: &RawStatus<'d>,
    tree: &mut Tree<'d>,
    words: &Words,
    general: &[SeverityClaim],
) -> Result<Rows, String> {
    let mut rows = Rows::default();
    let mut subjects: BTreeMap<Subject, Said> = BTreeMap::new();
    for (list, meaning) in [
        (raw.fixed, Meaning::Fixed),
        (raw.first_fixed, Meaning::Fixed),
        // A build that is recommended has the fix.
        (raw.recommended, Meaning::Fixed),
        (raw.known_affected, Meaning::Affected),
        (raw.first_affected, Meaning::Affected),
        (raw.last_affected, Meaning::Affected),
        (raw.known_not_affected, Meaning::Unaffected),
        (raw.under_investigation, Meaning::Undetermined),
    ] {
        rows.hear(list, meaning, tree, words, &mut subjects)?;
    }
    if tree.names_binaries() {
        forget_before_fixes(&mut subjects);
    }
    for (subject, said) in subjects {
        rows.add(&subject, said, words, general);
    }
    Ok(rows)
}

impl Rows {
    fn hear<'d>(
        &mut self,
        list: List<'d>,
        meaning: Meaning,
        tree: &mut Tree<'d>,
        words: &Words,
        subjects: &mut BTreeMap<Subject, Said>,
    ) -> Result<(), String> {
        each(list, |id: Text<'d>| {
            match self.subject(&id, meaning, tree, words, subjects) {
                Ok(()) => {}
                Err(Unresolved::Foreign) => self.foreign += 1,
                Err(Unresolved::Broken(why)) => {
                    self.broken += 1;
                    if self.first_broken.is_none() {
                        self.first_broken = Some(format!("{} {why}", text::one_line(&id, 120)));
                    }
                }
            }
            Ok(())
        })
    }

    fn subject(
        &self,
        id: &str,
        meaning: Meaning,
        tree: &mut Tree<'_>,
        words: &Words,
        subjects: &mut BTreeMap<Subject, Said>,
    ) -> Result<(), Unresolved> {
        let Some(number) = tree.number(id) else {
            let known = tree.is_product(id);
            return Err(if known { Unresolved::Foreign } else { Unresolved::Broken("is not in the product tree") });
        };
        let word = words.of(number);
        let is_fix = matches!(meaning, Meaning::Fixed);
        let resolved = tree.resolve(number, is_fix)?;
        let component = resolved.component;
        if holds_debugging_symbols(&component.name) {
            return Err(Unresolved::Foreign);
        }
        let fix = match meaning {
            Meaning::Fixed => {
                let version = component.version.ok_or(Unresolved::Broken("is fixed, but in no version"))?;
                text::version(&version).map_err(|_| Unresolved::Broken("is fixed in what is no version"))?;
                Some(version)
            }
            _ => None,
        };
        let is_source = component.architecture.as_deref() == Some(SOURCE);
        let subject =
            Subject { place: resolved.place, name: component.name.into_owned(), is_source, module: component.module };
        let said = subjects.entry(subject).or_default();
        said.word = said.word.or_graver(word);
        match meaning {
            Meaning::Fixed => {
                said.fixes.extend(fix);
                said.sources.extend(component.source.map(Cow::into_owned));
                said.fixed_at = said.fixed_at.into_iter().chain(word.fixed_at).min();
                // A build without a processor is one for all.
                said.architectures.insert(component.architecture.map_or("noarch".to_owned(), Into::into));
            }
            Meaning::Affected => drop(said.unfixed.insert(word.unfixed.unwrap_or(Status::Affected))),
            Meaning::Unaffected => said.is_unaffected = true,
            Meaning::Undetermined => said.is_undetermined = true,
        }
        Ok(())
    }

    /// Adds the rows of a package. Where a document contradicts itself, affected counts before not
    /// affected, and both before not known.
    fn add(&mut self, subject: &Subject, said: Said, words: &Words, general: &[SeverityClaim]) {
        let mut severities = words.claims(said.word);
        if severities == general {
            severities.clear();
        }
        let mut add = |status, ends: Vec<RangeEnd>, fix_date, architectures| {
            self.affected.push(Affected {
                shard: subject.place.shard.clone(),
                name: subject.name.clone(),
                status,
                ranges: ends.into_iter().map(|end| VersionRange { introduced: None, end }).collect(),
                versions: Vec::new(),
                severities: severities.clone(),
                fix_date,
                scope: Scope {
                    architectures,
                    module: subject.module.clone(),
                    channel: subject.place.channel.clone(),
                    ..Scope::default()
                },
            });
        };
        let marked = || if subject.is_source { vec![SOURCE.to_owned()] } else { Vec::new() };
        let is_affected = !said.fixes.is_empty() || !said.unfixed.is_empty();
        if !said.fixes.is_empty() {
            let limits = if subject.is_source { marked() } else { limits(said.architectures) };
            let fix_date = said.fixed_at.map(|at| FixDate { kind: FixDateKind::Advisory, at });
            add(Status::Affected, said.fixes.into_iter().map(RangeEnd::Fixed).collect(), fix_date, limits);
        }
        if let Some(status) = said.unfixed.first() {
            add(*status, vec![RangeEnd::Open], None, marked());
        }
        if said.is_unaffected && !is_affected {
            add(Status::NotAffected, Vec::new(), None, marked());
        }
        if said.is_undetermined && !is_affected && !said.is_unaffected {
            add(Status::Undetermined, Vec::new(), None, marked());
        }
    }
}

/// Leaves out what a document still says of a package that is fixed by now, and, under the name of its
/// source, of all that is built from that: a row by that name would speak for the fixed builds too.
/// Where no fix will come under that name, that stands.
fn forget_before_fixes(subjects: &mut BTreeMap<Subject, Said>) {
    let mut fixed = BTreeSet::new();
    for (subject, said) in subjects.iter() {
        fixed.extend(said.sources.iter().map(|source| (subject.place.clone(), source.clone())));
    }
    for (subject, said) in subjects.iter_mut() {
        if !said.fixes.is_empty() {
            said.unfixed.clear();
        } else if fixed.contains(&(subject.place.clone(), subject.name.clone())) {
            said.unfixed.remove(&Status::Affected);
            (said.is_unaffected, said.is_undetermined) = (false, false);
        }
    }
}

/// Packages with nothing but debugging symbols: their program's row speaks for them by its source.
fn holds_debugging_symbols(name: &str) -> bool {
    name.ends_with("-debuginfo") || name.ends_with("-debugsource") || name.contains("-debuginfo-")
}

fn limits(architectures: BTreeSet<String>) -> Vec<String> {
    let is_for_all =
        architectures.contains("noarch") || PROCESSORS.iter().all(|processor| architectures.contains(*processor));
    if is_for_all { Vec::new() } else { architectures.into_iter().collect() }
}
