//! A finding from the evidence: severity, fix, exploitation, title.

use std::collections::BTreeSet;

use plimsoll_model::{
    Advisory, AdvisoryClass, Candidate, Evidence, Finding, FixDate, FixDateKind, FixState, Package, PackageKind,
    Severity, SeverityClaim,
};

use crate::enrichment::Enrichment;
use crate::evaluate::{Answer, Comparing, evaluate};
use crate::reachability::Holders;
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
    /// The programs that hold it, if it is one of Go's.
    pub holders: Option<&'p Holders<'p>>,
}

/// A row that holds.
pub(crate) struct Holding<'c> {
    pub candidate: &'c Candidate,
    pub how: Comparing,
    pub evidence: Evidence,
}

/// The finding of one vulnerability from the rows that hold, at least one. Its aliases are the names of
/// the vulnerability, and the records that hold with what they name.
pub(crate) fn finding(
    id: &str,
    mut aliases: BTreeSet<&str>,
    holding: Vec<Holding<'_>>,
    subject: &Subject<'_>,
    shelf: &mut Shelf<'_>,
) -> Finding {
    let records = || holding.iter().map(|row| &row.candidate.advisory);
    aliases
        .retain(|alias| *alias != id && (names_vulnerability(alias) || records().any(|record| names(record, alias))));
    let ids = || std::iter::once(id).chain(aliases.iter().copied());
    let malware =
        records().filter(|advisory| advisory.class == AdvisoryClass::Malware).min_by_key(|found| &found.source);

    let claims = holding.iter().flat_map(|row| &row.evidence.severities);
    let mut claim = severity::choose(claims, subject.package.kind, subject.distribution);
    if claim.is_none() {
        let elsewhere = shelf.severities(ids().take(IDS_ASKED));
        claim = severity::choose(elsewhere.iter(), subject.package.kind, subject.distribution);
    }
    if let Some(malware) = malware {
        claim = Some(critical(claim, malware));
    }
    let known_exploited = ids().filter(|id| is_cve(id)).any(|cve| shelf.is_exploited(cve));
    let known = Enrichment::of(ids().filter(|id| is_cve(id)), shelf);
    let best = best(&holding, subject.how);
    Finding {
        id: id.to_owned(),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        package: subject.index,
        class: if malware.is_some() { AdvisoryClass::Malware } else { AdvisoryClass::Vulnerability },
        severity: claim.as_ref().map_or(Severity::Unknown, |claim| claim.severity),
        severity_source: claim.as_ref().map(|claim| claim.source.clone()),
        score: claim.as_ref().and_then(|claim| claim.score),
        vector: claim.and_then(|claim| claim.vector),
        fix: best.map_or(FixState::NotFixed, |row| row.evidence.fix.clone()),
        fix_date: best.and_then(|row| fix_date(row, subject.package.kind)),
        reachability: subject.holders.map(|holders| {
            holders.reach(holding.iter().map(|row| &row.candidate.affected.scope.imports[..]), subject.package)
        }),
        known_exploited,
        exploit_known: known.exploit,
        epss: known.epss,
        ssvc: known.ssvc,
        cwes: known.cwes,
        title: title(records()),
        published: records().filter_map(|advisory| advisory.published).chain(known.published).min(),
        modified: records().filter_map(|advisory| advisory.modified).chain(known.modified).max(),
        evidence: sorted(holding),
    }
}

/// The CVEs that a finding is about, the displayed id first.
pub(crate) fn cves(finding: &Finding) -> impl Iterator<Item = &str> {
    std::iter::once(&finding.id).chain(&finding.aliases).map(String::as_str).filter(|id| is_cve(id))
}

fn is_cve(id: &str) -> bool {
    id.starts_with("CVE-")
}

/// Whether an id is a name of the vulnerability itself, whatever has it. Errata and the like
/// (`ALSA-…`, `BIT-…`) are about one distribution's or product's fix of it, dozens for a popular CVE:
/// they are aliases only where they match.
fn names_vulnerability(id: &str) -> bool {
    ["CVE-", "GHSA-", "GO-", "MAL-", "OSV-", "PYSEC-", "RUSTSEC-"].iter().any(|prefix| id.starts_with(prefix))
}

fn names(record: &Advisory, id: &str) -> bool {
    record.id == id || record.aliases.iter().any(|alias| alias == id)
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

/// The row whose fix is shown: the smallest fixed version among the records that hold, which is above the installed one, and
/// which none of them holds any more: the finding is their union, so the fix must end it. Where each
/// is still held by another record, the smallest; without any, the most final word.
fn best<'h, 'c>(holding: &'h [Holding<'c>], how: Comparing) -> Option<&'h Holding<'c>> {
    let rank = |state: &FixState| match state {
        FixState::Fixed(_) => 0,
        FixState::InChannel { .. } => 1,
        FixState::EndOfLife => 2,
        FixState::WontFix => 3,
        FixState::Deferred => 4,
        FixState::NotFixed => 5,
    };
    let by_version = |left: &str, right: &str| {
        how.compare(left, right).unwrap_or_else(|_| left.cmp(right)).then_with(|| left.cmp(right))
    };
    let by_worth = |left: &&Holding<'_>, right: &&Holding<'_>| match (&left.evidence.fix, &right.evidence.fix) {
        (FixState::Fixed(left), FixState::Fixed(right)) => by_version(left, right),
        (
            FixState::InChannel { version: left, channel: left_channel },
            FixState::InChannel { version: right, channel: right_channel },
        ) => by_version(left, right).then_with(|| left_channel.cmp(right_channel)),
        (left, right) => rank(left).cmp(&rank(right)),
    };
    let ends_all = |row: &&Holding<'_>| row.evidence.fix.version().is_some_and(|fixed| ends_all(row, fixed, holding));
    holding.iter().filter(ends_all).min_by(by_worth).or_else(|| holding.iter().min_by(by_worth))
}

/// Since when the fix of a row can be had: by the source's own word; by the date of an erratum, which
/// announces the fix (an id that names a vulnerability is published without one); else since the
/// database has it.
fn fix_date(row: &Holding<'_>, kind: PackageKind) -> Option<FixDate> {
    let has_fix = matches!(row.evidence.fix, FixState::Fixed(_) | FixState::InChannel { .. });
    let Candidate { advisory, affected, observed, .. } = row.candidate;
    let is_erratum = kind.is_os() && !names_vulnerability(&advisory.id);
    let announced = advisory.published.filter(|_| is_erratum);
    affected
        .fix_date
        .or_else(|| announced.map(|at| FixDate { kind: FixDateKind::Advisory, at }))
        .or_else(|| observed.map(|at| FixDate { kind: FixDateKind::FirstObserved, at }))
        .filter(|_| has_fix)
}

/// Whether no record holds the fixed version of `row`, as far as they count by the same name.
fn ends_all(row: &Holding<'_>, fixed: &str, holding: &[Holding<'_>]) -> bool {
    let others = holding.iter().filter(|other| {
        other.evidence.matched_name == row.evidence.matched_name && !std::ptr::eq(other.candidate, row.candidate)
    });
    others.into_iter().all(|other| evaluate(&other.candidate.affected, fixed, other.how) == Answer::Unaffected)
}

fn title<'r>(records: impl Iterator<Item = &'r Advisory>) -> String {
    let titled = records.filter(|advisory| !advisory.title.is_empty());
    let first = titled.min_by_key(|advisory| (&advisory.id, &advisory.title));
    first.map(|advisory| advisory.title.clone()).unwrap_or_default()
}

fn sorted(holding: Vec<Holding<'_>>) -> Vec<Evidence> {
    let mut evidence: Vec<Evidence> = holding.into_iter().map(|row| row.evidence).collect();
    evidence.sort_unstable();
    evidence.dedup();
    evidence
}
