//! The JSON report's own shape, kept apart from the model so that the one can change without the
//! other. Documented in docs/report-json.md; a field is only ever added within one schema version.

use plimsoll_model::{
    Coverage, EndOfLife, Exploitation, Finding, FixState, Gap, GapWeight, How, Identity, ImageInfo, Inventory,
    LayerOwner, LicenseFinding, LicenseSource, Location, Reachability, ScanReport, Ssvc, Support, Suppressed,
    TechnicalImpact, Upgrade,
};
use serde::Serialize;

/// Name and version of the schema.
pub const SCHEMA: &str = "plimsoll.report/1";

#[derive(Serialize)]
pub(crate) struct Report<'a> {
    schema: &'static str,
    plimsoll: &'a str,
    scanners: &'a [String],
    image: Image<'a>,
    system: System<'a>,
    database: Database,
    verdict: Verdict<'a>,
    summary: Summary,
    packages: Vec<Package<'a>>,
    findings: Vec<FindingRow<'a>>,
    upgrades: Vec<UpgradeRow<'a>>,
    suppressed: Vec<SuppressedRow<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    licenses: Vec<LicenseRow<'a>>,
    end_of_life: Vec<EndOfLifeRow<'a>>,
    coverage: CoverageView<'a>,
}

#[derive(Serialize)]
pub(crate) struct Image<'a> {
    name: &'a str,
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    manifest_digest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    config_digest: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<String>,
    base: Base<'a>,
    layers: Vec<Layer<'a>>,
}

#[derive(Serialize)]
struct Base<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    layers: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    by: &'a str,
}

#[derive(Serialize)]
struct Layer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff_id: Option<String>,
    media_type: &'a str,
    size_bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    instruction: Option<&'a str>,
    owner: &'static str,
    verified: bool,
}

#[derive(Serialize)]
pub(crate) struct System<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

#[derive(Serialize)]
struct Database {
    generation: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    built: Option<String>,
    starter: bool,
}

#[derive(Serialize)]
struct Verdict<'a> {
    status: &'static str,
    exit_code: u8,
    reasons: Vec<Reason<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    user_choices: &'a [String],
}

#[derive(Serialize)]
struct Reason<'a> {
    policy: &'a str,
    rule: &'a str,
    detail: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    findings: &'a [u32],
}

#[derive(Serialize)]
struct Summary {
    packages_present: u32,
    packages_matched: u32,
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
    negligible: usize,
    unknown: usize,
    fixable: usize,
    known_exploited: usize,
    shadowed: usize,
}

#[derive(Serialize)]
pub(crate) struct Package<'a> {
    kind: &'static str,
    name: &'a str,
    version: &'a str,
    purl: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    architecture: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vendor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<&'a str>,
    evidence: &'static str,
    presence: &'static str,
    introduced_in: u32,
    version_since: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<EndedView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<u32>,
    layer_owner: &'static str,
    locations: Vec<String>,
}

#[derive(Serialize)]
struct EndedView<'a> {
    layer: u32,
    how: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
}

#[derive(Serialize)]
struct FindingRow<'a> {
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
struct EndOfLifeRow<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<u32>,
    product: &'a str,
    release: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extended_until: Option<String>,
    source: &'a str,
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
struct LicenseRow<'a> {
    package: u32,
    class: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expression: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    confidence: u8,
}

#[derive(Serialize)]
struct SuppressedRow<'a> {
    reason: &'a str,
    detail: &'a str,
    finding: FindingRow<'a>,
}

#[derive(Serialize)]
struct CoverageView<'a> {
    feeds: Vec<FeedRow<'a>>,
    gaps: Vec<GapRow<'a>>,
}

#[derive(Serialize)]
struct FeedRow<'a> {
    shard: &'a str,
    sources: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    data_from: Option<String>,
    packages: u32,
}

#[derive(Serialize)]
pub(crate) struct GapRow<'a> {
    kind: &'static str,
    weight: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    subject: &'a str,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    layer: Option<u32>,
    count: u64,
}

#[derive(Serialize)]
struct UpgradeRow<'a> {
    package: u32,
    name: &'a str,
    version: &'a str,
    to: &'a str,
    mends: &'a [u32],
}

impl<'a> Report<'a> {
    pub(crate) fn new(report: &'a ScanReport) -> Self {
        Self {
            schema: SCHEMA,
            plimsoll: &report.plimsoll_version,
            scanners: &report.scanners,
            image: image(&report.image),
            system: system(&report.inventory.identity),
            database: Database {
                generation: report.database.generation,
                built: report.database.built.map(|at| at.to_string()),
                starter: report.database.starter,
            },
            verdict: Verdict {
                status: report.verdict.status.name(),
                exit_code: report.verdict.status.exit_code(),
                reasons: report.verdict.reasons.iter().map(reason).collect(),
                user_choices: &report.verdict.user_choices,
            },
            summary: summary(report),
            packages: packages(&report.inventory),
            findings: report.findings.iter().map(|found| finding(report, found)).collect(),
            upgrades: report.upgrades.iter().map(|step| upgrade(report, step)).collect(),
            suppressed: report.suppressed.iter().map(|row| suppressed(report, row)).collect(),
            licenses: report.licenses.iter().map(license).collect(),
            end_of_life: report.end_of_life.iter().map(end_of_life).collect(),
            coverage: coverage(&report.coverage),
        }
    }
}

pub(crate) fn system(identity: &Identity) -> System<'_> {
    let distro = identity.distro();
    System {
        kind: match identity {
            Identity::Distro(_) => "distribution",
            Identity::Unknown => "unknown",
            Identity::Scratch => "scratch",
        },
        id: distro.map(|distro| distro.id.as_str()),
        version: distro.and_then(|distro| distro.version.as_deref()),
        name: distro.and_then(|distro| distro.pretty_name.as_deref()),
    }
}

pub(crate) fn image(info: &ImageInfo) -> Image<'_> {
    let layer = |layer: &'_ plimsoll_model::LayerInfo| {
        (layer.digest.map(|d| d.to_string()), layer.diff_id.map(|d| d.to_string()))
    };
    Image {
        name: &info.name,
        source: &info.source,
        manifest_digest: info.manifest_digest.map(|digest| digest.to_string()),
        config_digest: info.config_digest.map(|digest| digest.to_string()),
        tags: &info.tags,
        platform: info.platform.as_ref().map(ToString::to_string),
        created: info.created.map(|at| at.to_string()),
        base: Base {
            layers: info.base.layers,
            name: info.base.name.as_deref(),
            digest: info.base.digest.map(|digest| digest.to_string()),
            by: &info.base.by,
        },
        layers: info
            .layers
            .iter()
            .map(|row| {
                let (digest, diff_id) = layer(row);
                Layer {
                    digest,
                    diff_id,
                    media_type: &row.media_type,
                    size_bytes: row.size_bytes,
                    instruction: row.instruction.as_deref(),
                    owner: owner_name(row.owner),
                    verified: row.verified,
                }
            })
            .collect(),
    }
}

pub(crate) fn owner_name(owner: LayerOwner) -> &'static str {
    match owner {
        LayerOwner::Base => "base",
        LayerOwner::Own => "own",
        LayerOwner::Unknown => "unknown",
    }
}

fn reason(reason: &plimsoll_model::Reason) -> Reason<'_> {
    Reason { policy: &reason.policy, rule: &reason.rule, detail: &reason.detail, findings: &reason.findings }
}

fn summary(report: &ScanReport) -> Summary {
    use plimsoll_model::Severity;
    let of = |severity: Severity| report.visible_findings().filter(|finding| finding.severity == severity).count();
    Summary {
        packages_present: report.coverage.packages_present,
        packages_matched: report.coverage.packages_matched,
        critical: of(Severity::Critical),
        high: of(Severity::High),
        medium: of(Severity::Medium),
        low: of(Severity::Low),
        negligible: of(Severity::Negligible),
        unknown: of(Severity::Unknown),
        fixable: report.visible_findings().filter(|finding| matches!(finding.fix, FixState::Fixed(_))).count(),
        known_exploited: report.visible_findings().filter(|finding| finding.known_exploited).count(),
        shadowed: report.shadowed_findings().count(),
    }
}

pub(crate) fn packages(inventory: &Inventory) -> Vec<Package<'_>> {
    let distro = inventory.identity.distro();
    let (id, version) = (distro.map(|distro| distro.id.as_str()), distro.and_then(|distro| distro.version.as_deref()));
    let row = |installed: &'_ plimsoll_model::InstalledPackage| installed.package.purl(id, version);
    inventory
        .packages
        .iter()
        .map(|installed| {
            let package = &installed.package;
            Package {
                kind: package.kind.name(),
                name: &package.name,
                version: &package.version,
                purl: row(installed),
                architecture: package.architecture.as_deref(),
                source_name: package.source.as_ref().map(|source| source.name.as_str()),
                source_version: package.source.as_ref().map(|source| source.version.as_str()),
                module: package.module.as_deref(),
                vendor: package.vendor.as_deref(),
                license: package.license.as_deref(),
                evidence: package.evidence.name(),
                presence: installed.presence.name(),
                introduced_in: installed.introduced_in,
                version_since: installed.version_since,
                ended: installed.ended.as_ref().map(|ended| match &ended.how {
                    How::Upgraded { to } => EndedView { layer: ended.layer, how: "upgraded", to: Some(to) },
                    How::Removed => EndedView { layer: ended.layer, how: "removed", to: None },
                    How::Replaced => EndedView { layer: ended.layer, how: "replaced", to: None },
                }),
                owner: installed.owner,
                layer_owner: owner_name(installed.layer_owner),
                locations: installed.locations().map(location).collect(),
            }
        })
        .collect()
}

/// `path`, or `path!member!member` inside archives.
pub(crate) fn location(location: &Location) -> String {
    let mut text = location.path.to_string();
    for part in &location.inside {
        text.push('!');
        text.push_str(&part.to_string());
    }
    text
}

fn finding<'a>(report: &'a ScanReport, finding: &'a Finding) -> FindingRow<'a> {
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

fn end_of_life(end: &EndOfLife) -> EndOfLifeRow<'_> {
    let day = |support: Support| match support {
        Support::Until(last) => Some(last.date()),
        Support::Open | Support::Ended => None,
    };
    let cycle = &end.cycle;
    EndOfLifeRow {
        package: end.package,
        product: &cycle.product,
        release: &cycle.release,
        ended: day(cycle.support),
        extended_until: cycle.extended.and_then(day),
        source: &cycle.source,
    }
}

fn upgrade<'a>(report: &'a ScanReport, step: &'a Upgrade) -> UpgradeRow<'a> {
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

fn license(found: &LicenseFinding) -> LicenseRow<'_> {
    LicenseRow {
        package: found.package,
        class: found.class.name(),
        expression: Some(found.expression.as_str()).filter(|text| !text.is_empty()),
        file: match &found.source {
            LicenseSource::Declared => None,
            LicenseSource::File(at) => Some(location(at)),
        },
        confidence: found.confidence,
    }
}

fn suppressed<'a>(report: &'a ScanReport, row: &'a Suppressed) -> SuppressedRow<'a> {
    SuppressedRow { reason: &row.reason, detail: &row.detail, finding: finding(report, &row.finding) }
}

fn coverage(coverage: &Coverage) -> CoverageView<'_> {
    CoverageView {
        feeds: coverage
            .feeds
            .iter()
            .map(|feed| FeedRow {
                shard: &feed.shard,
                sources: &feed.sources,
                data_from: feed.data_from.map(|at| at.to_string()),
                packages: feed.packages,
            })
            .collect(),
        gaps: coverage.gaps.iter().map(gap).collect(),
    }
}

pub(crate) fn gap(gap: &Gap) -> GapRow<'_> {
    GapRow {
        kind: gap.kind.name(),
        weight: match gap.kind.weight() {
            GapWeight::Note => "note",
            GapWeight::Warning => "warning",
            GapWeight::Incomplete => "incomplete",
        },
        subject: &gap.subject,
        detail: &gap.detail,
        layer: gap.layer,
        count: gap.count,
    }
}
