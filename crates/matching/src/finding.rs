//! A finding from the evidence: severity, fix, exploitation, title.

use std::collections::BTreeSet;

use plimsoll_model::{
    Advisory, AdvisoryClass, Candidate, Evidence, Finding, FixState, Package, Severity, SeverityClaim,
};

use crate::evaluate::Comparing;
use crate::severity;
use crate::shelf::Shelf;

/// Ids asked for a severity before a vulnerability counts as unscored.
const IDS_ASKED: usize = 16;

/// The package that findings are about.
pub(crate) struct Subject<'p> {
    pub package: &'p Package,
    /// Its place in the inventory.
    pub index: u32,
    /// `ID` of the distribution, whose word on severity comes first.
    pub distribution: Option<&'static str>,
    pub how: Comparing,
}

/// The finding of one vulnerability from the rows that hold, at least one.
pub(crate) fn finding(
    id: &str,
    mut aliases: BTreeSet<&str>,
    evidence: Vec<(&Candidate, Evidence)>,
    subject: &Subject<'_>,
    shelf: &mut Shelf<'_>,
) -> Finding {
    aliases.remove(id);
    let ids = || std::iter::once(id).chain(aliases.iter().copied());
    let records = || evidence.iter().map(|(candidate, _)| &candidate.advisory);
    let malware =
        records().filter(|advisory| advisory.class == AdvisoryClass::Malware).min_by_key(|found| &found.source);

    let claims = evidence.iter().flat_map(|(_, evidence)| &evidence.severities);
    let mut claim = severity::choose(claims, subject.package.kind, subject.distribution).cloned();
    if claim.is_none() {
        let elsewhere = shelf.severities(ids().take(IDS_ASKED));
        claim = severity::choose(elsewhere.iter(), subject.package.kind, subject.distribution).cloned();
    }
    if let Some(malware) = malware {
        claim = Some(critical(claim, malware));
    }
    let known_exploited = ids().filter(|id| is_cve(id)).any(|cve| shelf.is_exploited(cve));
    Finding {
        id: id.to_owned(),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        package: subject.index,
        class: if malware.is_some() { AdvisoryClass::Malware } else { AdvisoryClass::Vulnerability },
        severity: claim.as_ref().map_or(Severity::Unknown, |claim| claim.severity),
        severity_source: claim.as_ref().map(|claim| claim.source.clone()),
        score: claim.as_ref().and_then(|claim| claim.score),
        vector: claim.and_then(|claim| claim.vector),
        fix: fix(evidence.iter().map(|(_, evidence)| &evidence.fix), subject.how),
        known_exploited,
        title: title(records()),
        published: records().filter_map(|advisory| advisory.published).min(),
        evidence: sorted(evidence),
    }
}

/// The CVEs that a finding is about, the displayed id first.
pub(crate) fn cves(finding: &Finding) -> impl Iterator<Item = &str> {
    std::iter::once(&finding.id).chain(&finding.aliases).map(String::as_str).filter(|id| is_cve(id))
}

fn is_cve(id: &str) -> bool {
    id.starts_with("CVE-")
}

/// Malware is critical, whatever anyone scored.
fn critical(claim: Option<SeverityClaim>, malware: &Advisory) -> SeverityClaim {
    claim.filter(|claim| claim.severity == Severity::Critical).unwrap_or_else(|| SeverityClaim {
        severity: Severity::Critical,
        score: None,
        vector: None,
        source: malware.source.clone(),
    })
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

fn title<'r>(records: impl Iterator<Item = &'r Advisory>) -> String {
    let titled = records.filter(|advisory| !advisory.title.is_empty());
    let first = titled.min_by_key(|advisory| (&advisory.id, &advisory.title));
    first.map(|advisory| advisory.title.clone()).unwrap_or_default()
}

fn sorted(evidence: Vec<(&Candidate, Evidence)>) -> Vec<Evidence> {
    let mut evidence: Vec<Evidence> = evidence.into_iter().map(|(_, evidence)| evidence).collect();
    evidence.sort_unstable();
    evidence.dedup();
    evidence
}
