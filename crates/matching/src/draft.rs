//! The rows that hold for one package, folded by vulnerability.

use std::collections::{BTreeMap, BTreeSet};

use plimsoll_model::{
    AdvisoryClass, Affected, Candidate, Evidence, Finding, FixState, MatchedBy, Package, Reachability, ShardName,
    Status, Suppressed,
};
use plimsoll_versions::Incomparable;

use crate::channels::Standing;
use crate::cpe;
use crate::dismissed::Dismissed;
use crate::evaluate::{Answer, Comparing, evaluate};
use crate::finding::{Holding, Subject, finding};
use crate::ledger::Ledger;
use crate::names::Name;
use crate::scope;
use crate::shelf::{Lookup, Shelf};

/// What all rows say of one package.
#[derive(Default)]
pub(crate) struct Drafts<'c> {
    /// By the displayed id of each vulnerability.
    by_id: BTreeMap<&'c str, Draft<'c>>,
    dismissed: Dismissed<'c>,
}

/// What comes of the drafts.
#[derive(Default)]
pub(crate) struct Found {
    pub findings: Vec<Finding>,
    pub suppressed: Vec<Suppressed>,
}

#[derive(Default)]
struct Draft<'c> {
    aliases: BTreeSet<&'c str>,
    words: BTreeMap<Standing, Word<'c>>,
}

/// What the rows of one standing say of one vulnerability.
#[derive(Default)]
pub(crate) struct Word<'c> {
    /// Some row compared the version and found it unaffected.
    is_past: bool,
    /// The source says that this package is not affected: nobody else's word counts.
    is_safe: bool,
    pub holding: Vec<Holding<'c>>,
    /// The names by which it is undetermined, and the feeds that say so.
    undetermined: BTreeSet<(&'c str, &'c str)>,
    unreadable: BTreeSet<Unreadable<'c>>,
    /// Of an overlay: who speaks, and why.
    reasons: BTreeSet<(&'c str, &'c str)>,
}

/// Why, which version, and the advisory that could not be compared for it.
type Unreadable<'c> = (&'static str, String, &'c str);

impl<'c> Drafts<'c> {
    /// Takes in what is known under one name of the package.
    pub fn add(&mut self, package: &Package, lookup: &'c Lookup<'_>, candidates: &'c [Candidate]) {
        let name = &lookup.name;
        for candidate in candidates {
            let (advisory, row) = (&candidate.advisory, &candidate.affected);
            if advisory.withdrawn.is_some() || advisory.class == AdvisoryClass::Informational {
                continue;
            }
            let Some(standing) = lookup.following.standing(row) else { continue };
            let Some(answer) = answer_of_row(row, package, name.version, lookup.how) else { continue };
            let is_affected = matches!(answer, Answer::Affected { .. });
            if standing == Standing::Overlay && row.status == Status::NotAffected && is_affected {
                self.dismissed.hear(candidate);
            }
            for (id, aliases) in vulnerabilities(candidate) {
                let draft = self.by_id.entry(id).or_default();
                draft.aliases.extend(aliases.iter().map(String::as_str));
                let word = draft.words.entry(standing).or_default();
                let silences = is_affected == (row.status == Status::NotAffected);
                if silences && standing == Standing::Overlay {
                    word.reasons.insert((&advisory.source, &advisory.title));
                }
                match (row.status, &answer) {
                    (Status::NotAffected, Answer::Affected { .. }) => word.is_safe = true,
                    (Status::NotAffected, _) | (Status::Undetermined, Answer::Unaffected) => {}
                    (Status::Undetermined, _) => drop(word.undetermined.insert((&name.name, &advisory.source))),
                    (_, Answer::Unaffected) => word.is_past = true,
                    (_, Answer::CouldNotTell(Incomparable { version, why })) => {
                        word.unreadable.insert((why, version.clone(), &advisory.id));
                    }
                    (_, Answer::Affected { range, fix }) => {
                        let fix = if standing == Standing::Aside { fix_aside(row, fix) } else { fix.clone() };
                        let evidence = evidence(candidate, name, range, fix);
                        word.holding.push(Holding { candidate, how: lookup.how, evidence });
                    }
                }
            }
        }
    }

    /// The findings, and what an overlay silences. What stayed open goes into the ledger.
    pub fn finish(self, subject: &Subject<'_>, shelf: &mut Shelf<'_>, ledger: Option<&mut Ledger>) -> Found {
        let mut found = Found::default();
        let mut undetermined = BTreeSet::new();
        let mut unreadable = BTreeSet::new();
        for (id, mut draft) in self.by_id {
            let silence = draft.words.get(&Standing::Overlay).and_then(Word::silence);
            let silence = silence.or_else(|| self.dismissed.silence(draft.words.values()));
            if silence.is_some() {
                draft.words.remove(&Standing::Overlay);
            }
            let word = decide(draft.words);
            if word.holding.is_empty() {
                if silence.is_some() {
                    continue;
                }
                undetermined.extend(word.undetermined.into_iter().map(|(name, source)| (name, source, id)));
                unreadable.extend(word.unreadable);
                continue;
            }
            let finding = finding(id, draft.aliases, word.holding, subject, shelf);
            match silence.or_else(|| not_linked(&finding, subject)) {
                Some((reason, detail)) => found.suppressed.push(Suppressed { finding, reason: reason.into(), detail }),
                None => found.findings.push(finding),
            }
        }
        if let Some(ledger) = ledger {
            for (name, source, id) in undetermined {
                ledger.undetermined(name, source, id);
            }
            ledger_unreadable(subject.package, unreadable, ledger);
        }
        found
    }
}

impl Word<'_> {
    /// The reason, and its sentence, where an overlay's word is that there is no finding.
    fn silence(&self) -> Option<(&'static str, String)> {
        let (reason, says) = match self {
            _ if self.is_safe => ("dismissed-by-overlay", "says that it is not affected"),
            _ if self.is_past && self.holding.is_empty() => {
                ("narrowed-by-overlay", "has other ranges, which do not hold this version")
            }
            _ => return None,
        };
        let speakers: Vec<String> =
            self.reasons.iter().map(|(source, reason)| format!("{source} {says}: {reason}")).collect();
        Some((reason, speakers.join("; ")))
    }
}

/// The reason, and its sentence, where nothing that the records name is in any program.
fn not_linked(finding: &Finding, subject: &Subject<'_>) -> Option<(&'static str, String)> {
    let holders = subject.holders?;
    let counts = finding.class == AdvisoryClass::Vulnerability;
    (counts && finding.reachability == Some(Reachability::PackageNotLinked)).then(|| {
        let why = "the packages of the module that the advisory names are not linked into";
        ("package-not-linked", format!("{why} {}", holders.named()))
    })
}

/// The word that counts: of the highest standing that can tell. What only a channel knows that is not
/// followed counts where nobody else can tell, and shows a fix where nobody else has one.
fn decide(mut words: BTreeMap<Standing, Word<'_>>) -> Word<'_> {
    let aside = words.remove(&Standing::Aside).unwrap_or_default();
    let mut open = Word::default();
    for mut word in words.into_values().rev() {
        if word.is_safe {
            return Word::default();
        }
        if !word.holding.is_empty() {
            if !word.holding.iter().any(|row| matches!(row.evidence.fix, FixState::Fixed(_))) {
                let fixed = |row: &Holding<'_>| matches!(row.evidence.fix, FixState::InChannel { .. });
                word.holding.extend(aside.holding.into_iter().filter(fixed));
            }
            return word;
        }
        open.undetermined.append(&mut word.undetermined);
        open.unreadable.append(&mut word.unreadable);
        if word.is_past {
            return open;
        }
    }
    open.holding = aside.holding;
    open.undetermined.extend(aside.undetermined);
    open.unreadable.extend(aside.unreadable);
    open
}

/// What a row says of a package by one of its versions; `None` where it is about other builds.
pub(crate) fn answer_of_row(row: &Affected, package: &Package, version: &str, how: Comparing) -> Option<Answer> {
    if !scope::speaks_of(row, package, how) {
        return None;
    }
    let names_no_version = row.ranges.is_empty() && row.versions.is_empty();
    Some(match row.status {
        Status::NotAffected | Status::Undetermined if names_no_version => {
            Answer::Affected { range: String::new(), fix: FixState::NotFixed }
        }
        _ => evaluate(row, version, how),
    })
}

/// The fix of a row whose channel is not followed.
fn fix_aside(row: &Affected, fix: &FixState) -> FixState {
    match (fix, &row.scope.channel) {
        (FixState::Fixed(version), Some(channel)) => {
            FixState::InChannel { version: version.clone(), channel: channel.clone() }
        }
        _ => fix.clone(),
    }
}

/// The displayed id of each vulnerability of a record, with the other ids.
fn vulnerabilities(candidate: &Candidate) -> impl Iterator<Item = (&str, &[String])> {
    // A database gives every record a cluster; one that does not must not hide the record.
    let alone =
        candidate.clusters.is_empty().then_some((candidate.advisory.id.as_str(), &candidate.advisory.aliases[..]));
    candidate.clusters.iter().map(|cluster| (cluster.id.as_str(), &cluster.aliases[..])).chain(alone)
}

fn evidence(candidate: &Candidate, name: &Name<'_>, range: &str, fix: FixState) -> Evidence {
    let (advisory, row) = (&candidate.advisory, &candidate.affected);
    let severities = if row.severities.is_empty() { &advisory.severities } else { &row.severities };
    Evidence {
        advisory: advisory.id.clone(),
        source: advisory.source.clone(),
        matched_by: if row.shard == ShardName::cpe() { MatchedBy::Cpe } else { MatchedBy::Name },
        matched_name: name.name.clone(),
        compared_version: name.version.to_owned(),
        range: format!("{range}{}", cpe::condition(row.scope.cpe.as_ref())),
        fix,
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
