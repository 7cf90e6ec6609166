//! Findings, with all evidence; what was suppressed; what to do first.

use plimsoll_model::{
    Exploitation, Finding, FixState, Reachability, ScanReport, Ssvc, Suppressed, TechnicalImpact, Upgrade,
};
use serde::Serialize;

use super::location;

#[derive(Serialize)]
pub(crate) struct FindingRow<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    aliases: &'a [String],
    class: &'static str,
    package: u32,
    name: &'a str,
    version: &'a str,
    presence: &'static str,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity_source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vector: Option<&'a str>,
    fix_state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed_in: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix_channel: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix_date: Option<FixDateView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reachability: Option<ReachabilityView<'a>>,
    known_exploited: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    exploit_known: Option<ExploitView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    epss: Option<EpssView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ssvc: Option<SsvcView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cwes: Vec<CweView<'a>>,
    confidence: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified: Option<String>,
    evidence: Vec<EvidenceRow<'a>>,
}

#[derive(Serialize)]
struct FixDateView {
    kind: &'static str,
    at: String,
}

#[derive(Serialize)]
struct ReachabilityView<'a> {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    symbol: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    program: Option<String>,
}

#[derive(Serialize)]
struct ExploitView<'a> {
    source: &'a str,
    url: &'a str,
}

#[derive(Serialize)]
struct EpssView {
    score: String,
    percentile: String,
}

#[derive(Serialize)]
struct SsvcView {
    #[serde(skip_serializing_if = "Option::is_none")]
    exploitation: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    automatable: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    technical_impact: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
}

#[derive(Serialize)]
struct CweView<'a> {
    id: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
}

#[derive(Serialize)]
struct EvidenceRow<'a> {
    advisory: &'a str,
    source: &'a str,
    matched_by: &'static str,
    matched_name: &'a str,
    compared_version: &'a str,
    range: &'a str,
    fix_state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed_in: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix_channel: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    severities: Vec<Claim<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    urls: &'a [String],
}

#[derive(Serialize)]
struct Claim<'a> {
    source: &'a str,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vector: Option<&'a str>,
}

#[derive(Serialize)]
pub(crate) struct SuppressedRow<'a> {
    reason: &'a str,
    detail: &'a str,
    finding: FindingRow<'a>,
}

#[derive(Serialize)]
pub(crate) struct UpgradeRow<'a> {
    package: u32,
    name: &'a str,
    version: &'a str,
    to: &'a str,
    mends: &'a [u32],
}

pub(crate) fn finding<'a>(report: &'a ScanReport, finding: &'a Finding) -> FindingRow<'a> {
    let package = report.inventory.packages.get(finding.package as usize).map(|installed| &installed.package);
    FindingRow {
        id: &finding.id,
        aliases: &finding.aliases,
        class: match finding.class {
            plimsoll_model::AdvisoryClass::Vulnerability => "vulnerability",
            plimsoll_model::AdvisoryClass::Malware => "malware",
            plimsoll_model::AdvisoryClass::Informational => "informational",
        },
        package: finding.package,
        name: package.map_or("", |package| &package.name),
        version: package.map_or("", |package| &package.version),
        presence: report.presence(finding).map_or("", plimsoll_model::Presence::name),
        severity: finding.severity.name(),
        severity_source: finding.severity_source.as_deref(),
        score: finding.score.map(|score| score.to_string()),
        vector: finding.vector.as_deref(),
        fix_state: finding.fix.name(),
        fixed_in: fixed_in(&finding.fix),
        fix_channel: fix_channel(&finding.fix),
        fix_date: finding.fix_date.map(|date| FixDateView { kind: date.kind.name(), at: date.at.to_string() }),
        reachability: finding.reachability.as_ref().map(reachability),
        known_exploited: finding.known_exploited,
        exploit_known: finding
            .exploit_known
            .as_ref()
            .map(|known| ExploitView { source: &known.source, url: &known.url }),
        epss: finding
            .epss
            .map(|epss| EpssView { score: epss.score.to_string(), percentile: epss.percentile.to_string() }),
        ssvc: finding.ssvc.map(ssvc),
        cwes: finding.cwes.iter().map(|weakness| CweView { id: weakness.to_string(), name: &weakness.name }).collect(),
        confidence: if finding.is_less_sure() { "low" } else { "high" },
        title: &finding.title,
        published: finding.published.map(|at| at.to_string()),
        modified: finding.modified.map(|at| at.to_string()),
        evidence: finding.evidence.iter().map(evidence).collect(),
    }
}

fn reachability(reachability: &Reachability) -> ReachabilityView<'_> {
    let (symbol, program) = match reachability {
        Reachability::Reachable { symbol, program } => (Some(symbol.as_str()), Some(location(program))),
        _ => (None, None),
    };
    ReachabilityView { state: reachability.name(), symbol, program }
}

/// The fixed version, wherever it is to be had.
fn fixed_in(fix: &FixState) -> Option<&str> {
    match fix {
        FixState::Fixed(version) | FixState::InChannel { version, .. } => Some(version),
        _ => None,
    }
}

/// The channel that has it, where the image does not follow it.
fn fix_channel(fix: &FixState) -> Option<&str> {
    match fix {
        FixState::InChannel { channel, .. } => Some(channel),
        _ => None,
    }
}

fn ssvc(ssvc: Ssvc) -> SsvcView {
    SsvcView {
        exploitation: ssvc.exploitation.map(Exploitation::name),
        automatable: ssvc.automatable,
        technical_impact: ssvc.technical_impact.map(TechnicalImpact::name),
        at: ssvc.at.map(|at| at.to_string()),
    }
}

pub(crate) fn upgrade<'a>(report: &'a ScanReport, step: &'a Upgrade) -> UpgradeRow<'a> {
    let package = report.inventory.packages.get(step.package as usize).map(|installed| &installed.package);
    UpgradeRow {
        package: step.package,
        name: package.map_or("", |package| &package.name),
        version: package.map_or("", |package| &package.version),
        to: &step.to,
        mends: &step.mends,
    }
}

fn evidence(evidence: &plimsoll_model::Evidence) -> EvidenceRow<'_> {
    EvidenceRow {
        advisory: &evidence.advisory,
        source: &evidence.source,
        matched_by: evidence.matched_by.name(),
        matched_name: &evidence.matched_name,
        compared_version: &evidence.compared_version,
        range: &evidence.range,
        fix_state: evidence.fix.name(),
        fixed_in: fixed_in(&evidence.fix),
        fix_channel: fix_channel(&evidence.fix),
        severities: evidence
            .severities
            .iter()
            .map(|claim| Claim {
                source: &claim.source,
                severity: claim.severity.name(),
                score: claim.score.map(|score| score.to_string()),
                vector: claim.vector.as_deref(),
            })
            .collect(),
        urls: &evidence.urls,
    }
}

pub(crate) fn suppressed<'a>(report: &'a ScanReport, row: &'a Suppressed) -> SuppressedRow<'a> {
    SuppressedRow { reason: &row.reason, detail: &row.detail, finding: finding(report, &row.finding) }
}
