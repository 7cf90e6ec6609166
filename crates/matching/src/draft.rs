//! The rows that hold for one package, folded by vulnerability.

use std::collections::{BTreeMap, BTreeSet};

use plimsoll_model::{AdvisoryClass, Affected, Candidate, Evidence, Finding, FixState, Package, Status};
use plimsoll_versions::Incomparable;

use crate::evaluate::{Answer, Comparing, evaluate};
use crate::finding::{Holding, Subject, finding};
use crate::ledger::Ledger;
use crate::names::Name;
use crate::scope;
use crate::shelf::Shelf;

/// What all rows say of one package, by the displayed id of each vulnerability.
#[derive(Default)]
pub(crate) struct Drafts<'c>(BTreeMap<&'c str, Draft<'c>>);

#[derive(Default)]
struct Draft<'c> {
    aliases: BTreeSet<&'c str>,
    /// The source says that this package is not affected: nobody else's word counts.
    is_safe: bool,
    holding: Vec<Holding<'c>>,
    /// The names by which it is undetermined, and the feeds that say so.
    undetermined: BTreeSet<(&'c str, &'c str)>,
    unreadable: BTreeSet<Unreadable<'c>>,
}

/// Why, which version, and the advisory that could not be compared for it.
type Unreadable<'c> = (&'static str, String, &'c str);

impl<'c> Drafts<'c> {
    /// Takes in what is known under one name of the package.
    pub fn add(&mut self, package: &Package, name: &'c Name<'_>, candidates: &'c [Candidate], how: Comparing) {
        for candidate in candidates {
            let answer = answer(candidate, package, name, how);
            if answer == Answer::Unaffected {
                continue;
            }
            let advisory = &candidate.advisory;
            for (id, aliases) in vulnerabilities(candidate) {
                let draft = self.0.entry(id).or_default();
                draft.aliases.extend(aliases.iter().map(String::as_str));
                match (candidate.affected.status, &answer) {
                    (_, Answer::Unaffected) | (Status::NotAffected, Answer::CouldNotTell(_)) => {}
                    (Status::NotAffected, Answer::Affected { .. }) => draft.is_safe = true,
                    (Status::Undetermined, _) => {
                        draft.undetermined.insert((&name.name, &advisory.source));
                    }
                    (_, Answer::CouldNotTell(Incomparable { version, why })) => {
                        draft.unreadable.insert((why, version.clone(), &advisory.id));
                    }
                    (_, Answer::Affected { range, fix }) => {
                        draft.holding.push(Holding { candidate, how, evidence: evidence(candidate, name, range, fix) });
                    }
                }
            }
        }
    }

    /// The findings. What stayed open goes into the ledger.
    pub fn finish(self, subject: &Subject<'_>, shelf: &mut Shelf<'_>, ledger: Option<&mut Ledger>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut undetermined = BTreeSet::new();
        let mut unreadable = BTreeSet::new();
        for (id, draft) in self.0 {
            if draft.is_safe {
                continue;
            }
            if draft.holding.is_empty() {
                undetermined.extend(draft.undetermined.into_iter().map(|(name, source)| (name, source, id)));
                unreadable.extend(draft.unreadable);
                continue;
            }
            findings.push(finding(id, draft.aliases, draft.holding, subject, shelf));
        }
        if let Some(ledger) = ledger {
            for (name, source, id) in undetermined {
                ledger.undetermined(name, source, id);
            }
            ledger_unreadable(subject.package, unreadable, ledger);
        }
        findings
    }
}

/// What a record's row says of the package; what is no vulnerability says nothing.
fn answer(candidate: &Candidate, package: &Package, name: &Name<'_>, how: Comparing) -> Answer {
    let advisory = &candidate.advisory;
    if advisory.withdrawn.is_some() || advisory.class == AdvisoryClass::Informational {
        return Answer::Unaffected;
    }
    answer_of_row(&candidate.affected, package, name.version, how)
}

/// What a row says of a package by one of its versions; if it is about other builds, nothing.
pub(crate) fn answer_of_row(row: &Affected, package: &Package, version: &str, how: Comparing) -> Answer {
    if !scope::speaks_of(row, package) {
        return Answer::Unaffected;
    }
    let names_no_version = row.ranges.is_empty() && row.versions.is_empty();
    match row.status {
        Status::NotAffected | Status::Undetermined if names_no_version => {
            Answer::Affected { range: String::new(), fix: FixState::NotFixed }
        }
        _ => evaluate(row, version, how),
    }
}

/// The displayed id of each vulnerability of a record, with the other ids.
fn vulnerabilities(candidate: &Candidate) -> impl Iterator<Item = (&str, &[String])> {
    // A database gives every record a cluster; one that does not must not hide the record.
    let alone =
        candidate.clusters.is_empty().then_some((candidate.advisory.id.as_str(), &candidate.advisory.aliases[..]));
    candidate.clusters.iter().map(|cluster| (cluster.id.as_str(), &cluster.aliases[..])).chain(alone)
}

fn evidence(candidate: &Candidate, name: &Name<'_>, range: &str, fix: &FixState) -> Evidence {
    let (advisory, row) = (&candidate.advisory, &candidate.affected);
    let severities = if row.severities.is_empty() { &advisory.severities } else { &row.severities };
    Evidence {
        advisory: advisory.id.clone(),
        source: advisory.source.clone(),
        matched_name: name.name.clone(),
        compared_version: name.version.to_owned(),
        range: range.to_owned(),
        fix: fix.clone(),
        severities: severities.clone(),
        urls: advisory.urls.clone(),
    }
}

/// One gap for each version that could not be read, with all advisories that it left open.
fn ledger_unreadable(package: &Package, unreadable: BTreeSet<Unreadable<'_>>, ledger: &mut Ledger) {
    let mut by_version: BTreeMap<(&'static str, String), Vec<&str>> = BTreeMap::new();
    for (why, version, advisory) in unreadable {
        by_version.entry((why, version)).or_default().push(advisory);
    }
    for ((why, version), advisories) in by_version {
        ledger.unreadable(package, &Incomparable { version, why }, &advisories);
    }
}
