//! The rows that hold for one package, folded by vulnerability into findings.

use std::collections::{BTreeMap, BTreeSet};

use plimsoll_model::{AdvisoryClass, Candidate, Evidence, Finding, FixState, Package, Severity, Status};
use plimsoll_versions::Incomparable;

use crate::evaluate::{Answer, Comparing, evaluate};
use crate::ledger::Ledger;
use crate::names::Name;
use crate::shelf::Shelf;
use crate::{scope, severity};

/// Ids asked for a severity before a vulnerability counts as unscored.
const IDS_ASKED: usize = 16;

/// What all rows say of one package, by the displayed id of each vulnerability.
#[derive(Default)]
pub(crate) struct Drafts<'c>(BTreeMap<&'c str, Draft<'c>>);

#[derive(Default)]
struct Draft<'c> {
    aliases: BTreeSet<&'c str>,
    /// The source says that this package is not affected: nobody else's word counts.
    is_safe: bool,
    evidence: Vec<(&'c Candidate, Evidence)>,
    /// The feed and name by which it is undetermined.
    undetermined: BTreeSet<(&'c str, &'c str)>,
    unreadable: BTreeMap<&'c str, Incomparable>,
}

impl<'c> Drafts<'c> {
    /// Takes in what is known under one name of the package.
    pub fn add(&mut self, package: &Package, name: &'c Name<'_>, candidates: &'c [Candidate], how: Comparing) {
        for candidate in candidates {
            let (advisory, row) = (&candidate.advisory, &candidate.affected);
            if advisory.withdrawn.is_some()
                || advisory.class == AdvisoryClass::Informational
                || !scope::speaks_of(row, package)
            {
                continue;
            }
            let names_no_version = row.ranges.is_empty() && row.versions.is_empty();
            let answer = match row.status {
                Status::NotAffected | Status::Undetermined if names_no_version => {
                    Answer::Affected { range: String::new(), fix: FixState::NotFixed }
                }
                _ => evaluate(row, name.version, how),
            };
            if answer == Answer::Unaffected {
                continue;
            }
            for (id, aliases) in vulnerabilities(candidate) {
                let draft = self.0.entry(id).or_default();
                draft.aliases.extend(aliases.iter().map(String::as_str));
                match (row.status, &answer) {
                    (_, Answer::Unaffected) | (Status::NotAffected, Answer::CouldNotTell(_)) => {}
                    (Status::NotAffected, Answer::Affected { .. }) => draft.is_safe = true,
                    (Status::Undetermined, _) => {
                        draft.undetermined.insert((&advisory.source, &name.name));
                    }
                    (_, Answer::CouldNotTell(why)) => {
                        draft.unreadable.insert(&advisory.id, why.clone());
                    }
                    (_, Answer::Affected { range, fix }) => {
                        draft.evidence.push((candidate, evidence(candidate, name, range, fix)));
                    }
                }
            }
        }
    }

    /// The findings of the package at `index`. What stayed open goes into the ledger.
    pub fn finish(
        self,
        package: &Package,
        index: u32,
        distribution: Option<&str>,
        how: Comparing,
        shelf: &mut Shelf<'_>,
        ledger: Option<&mut Ledger>,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut open = Open::default();
        for (id, draft) in self.0 {
            if draft.is_safe {
                continue;
            }
            if draft.evidence.is_empty() {
                open.undetermined.extend(draft.undetermined.into_iter().map(|(source, name)| (name, source, id)));
                open.unreadable.extend(draft.unreadable);
                continue;
            }
            findings.push(draft.finding(id, package, index, distribution, how, shelf));
        }
        if let Some(ledger) = ledger {
            open.write(package, ledger);
        }
        findings
    }
}

/// The displayed id of each vulnerability of a record, with the other ids.
fn vulnerabilities(candidate: &Candidate) -> impl Iterator<Item = (&str, &[String])> {
    // A database gives every record a cluster; one that does not must not hide the record.
    let alone =
        candidate.clusters.is_empty().then_some((candidate.advisory.id.as_str(), &candidate.advisory.aliases[..]));
    candidate.clusters.iter().map(|cluster| (cluster.id.as_str(), &cluster.aliases[..])).chain(alone)
}

/// The CVEs that a finding is about, the displayed id first.
pub(crate) fn cves(finding: &Finding) -> impl Iterator<Item = &str> {
    std::iter::once(&finding.id).chain(&finding.aliases).map(String::as_str).filter(|id| id.starts_with("CVE-"))
}

/// What could not be told of a package.
#[derive(Default)]
struct Open<'c> {
    undetermined: BTreeSet<(&'c str, &'c str, &'c str)>,
    unreadable: BTreeMap<&'c str, Incomparable>,
}

impl Open<'_> {
    fn write(self, package: &Package, ledger: &mut Ledger) {
        for (name, source, id) in self.undetermined {
            ledger.undetermined(name, source, id);
        }
        let mut by_reason: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        for (advisory, why) in &self.unreadable {
            by_reason.entry((&why.version, why.why)).or_default().push(advisory);
        }
        for advisories in by_reason.into_values() {
            if let Some(why) = advisories.first().and_then(|first| self.unreadable.get(first)) {
                ledger.unreadable(package, why, &advisories);
            }
        }
    }
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

impl Draft<'_> {
    fn finding(
        mut self,
        id: &str,
        package: &Package,
        index: u32,
        distribution: Option<&str>,
        how: Comparing,
        shelf: &mut Shelf<'_>,
    ) -> Finding {
        self.aliases.remove(id);
        let records = || self.evidence.iter().map(|(candidate, _)| &candidate.advisory);
        let is_malware = records().any(|advisory| advisory.class == AdvisoryClass::Malware);
        let ids = || std::iter::once(id).chain(self.aliases.iter().copied());

        let claims = || self.evidence.iter().flat_map(|(_, evidence)| &evidence.severities);
        let mut claim = severity::choose(claims(), package.kind, distribution).cloned();
        if claim.is_none() {
            let elsewhere = shelf.severities(ids().take(IDS_ASKED));
            claim = severity::choose(elsewhere.iter(), package.kind, distribution).cloned();
        }
        let (severity, source) = match &claim {
            _ if is_malware => (Severity::Critical, claim.as_ref().map(|claim| claim.source.clone())),
            Some(claim) => (claim.severity, Some(claim.source.clone())),
            None => (Severity::Unknown, None),
        };
        let malware_source = || {
            let record =
                records().filter(|advisory| advisory.class == AdvisoryClass::Malware).map(|found| &found.source);
            record.min().cloned()
        };
        let known_exploited = ids().filter(|id| id.starts_with("CVE-")).any(|cve| shelf.is_exploited(cve));
        let title = records()
            .filter(|advisory| !advisory.title.is_empty())
            .min_by_key(|advisory| (&advisory.id, &advisory.title));
        Finding {
            id: id.to_owned(),
            aliases: self.aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            package: index,
            class: if is_malware { AdvisoryClass::Malware } else { AdvisoryClass::Vulnerability },
            severity,
            severity_source: source.or_else(|| if is_malware { malware_source() } else { None }),
            score: claim.as_ref().and_then(|claim| claim.score),
            vector: claim.and_then(|claim| claim.vector),
            fix: fix(self.evidence.iter().map(|(_, evidence)| &evidence.fix), how),
            known_exploited,
            title: title.map(|advisory| advisory.title.clone()).unwrap_or_default(),
            published: records().filter_map(|advisory| advisory.published).min(),
            evidence: sorted(self.evidence),
        }
    }
}

fn sorted(evidence: Vec<(&Candidate, Evidence)>) -> Vec<Evidence> {
    let mut evidence: Vec<Evidence> = evidence.into_iter().map(|(_, evidence)| evidence).collect();
    evidence.sort_unstable();
    evidence.dedup();
    evidence
}

/// The smallest fixed version among the records that hold; each is above the installed one. Without
/// any, the most final word.
fn fix<'e>(states: impl Iterator<Item = &'e FixState>, how: Comparing) -> FixState {
    let rank = |state: &FixState| match state {
        FixState::Fixed(_) => 0,
        FixState::EndOfLife => 1,
        FixState::WontFix => 2,
        FixState::Deferred => 3,
        FixState::NotFixed => 4,
    };
    let best = states.min_by(|left, right| match (left, right) {
        (FixState::Fixed(left), FixState::Fixed(right)) => {
            how.compare(left, right).unwrap_or_else(|_| left.cmp(right)).then_with(|| left.cmp(right))
        }
        _ => rank(left).cmp(&rank(right)),
    });
    best.cloned().unwrap_or(FixState::NotFixed)
}
