//! The JSON report's own shape, kept apart from the model so that the one can change without the
//! other. Documented in docs/report-json.md; a field is only ever added within one schema version.

mod coverage;
mod finding;
mod image;
mod license;
mod package;

use plimsoll_model::{FixState, ScanReport};
use serde::Serialize;

use self::coverage::{CoverageView, EndOfLifeRow, coverage, end_of_life};
use self::finding::{FindingRow, SuppressedRow, UpgradeRow, finding, suppressed, upgrade};
use self::license::{LicenseRow, license};

pub(crate) use coverage::{GapRow, gap};
pub(crate) use image::{Image, System, image, owner_name, system};
pub(crate) use package::{Package, location, packages};

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
