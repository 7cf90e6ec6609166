//! What to do first, and that the order of the advisories changes nothing.

use std::cmp::Ordering;

use bolero::generator::TypeGenerator;
use plimsoll_model::{PackageKind, Severity, Status};
use plimsoll_versions::Scheme;

use crate::shelf::{Changed, Shelf, Told, inventory, package, row, scored};

#[test]
fn malware_then_exploited_then_severity_then_fixable_then_package_then_id() {
    let mut shelf = Shelf::of([
        row("npm", "a", "CVE-2020-1", "<9.0.0").claim("ghsa", Severity::High),
        row("npm", "a", "CVE-2020-2", "*").claim("ghsa", Severity::High),
        row("npm", "b", "CVE-2020-3", "<9.0.0").claim("ghsa", Severity::High),
        row("npm", "b", "CVE-2020-4", "*").claim("ghsa", Severity::Critical),
        row("npm", "b", "CVE-2020-5", "*"),
        row("npm", "b", "CVE-2020-6", "*").claim("ghsa", Severity::Low),
        row("npm", "b", "MAL-1", "*"),
        row("npm", "a", "CVE-2020-0", "*").claim("ghsa", Severity::High),
    ]);
    shelf.exploited = vec!["CVE-2020-6"];
    let image =
        inventory("scratch", [package(PackageKind::Npm, "a", "1.0.0"), package(PackageKind::Npm, "b", "1.0.0")]);
    let ids: Vec<String> =
        shelf.matched(&image).findings.iter().map(|finding| format!("{} {}", finding.id, finding.package)).collect();
    assert_eq!(
        ids,
        [
            "MAL-1 1",
            "CVE-2020-6 1",
            "CVE-2020-4 1",
            "CVE-2020-1 0",
            "CVE-2020-3 1",
            "CVE-2020-0 0",
            "CVE-2020-2 0",
            "CVE-2020-5 1"
        ]
    );
}

/// The findings' ids in their order.
fn ordered(shelf: &Shelf) -> Vec<String> {
    let image = inventory("scratch", [package(PackageKind::Npm, "a", "1.0.0")]);
    shelf.matched(&image).findings.into_iter().map(|finding| finding.id).collect()
}

#[test]
fn probability_times_severity_comes_before_severity() {
    let mut shelf = Shelf::of([
        row("npm", "a", "CVE-2020-1", "*").claim("ghsa", Severity::Critical),
        row("npm", "a", "CVE-2020-2", "*").claim("ghsa", Severity::Medium),
        row("npm", "a", "CVE-2020-3", "*").claim("ghsa", Severity::High),
    ]);
    assert_eq!(ordered(&shelf), ["CVE-2020-1", "CVE-2020-3", "CVE-2020-2"]);
    shelf.epss = vec![("CVE-2020-1", 0.05), ("CVE-2020-2", 80.0), ("CVE-2020-3", 10.0)];
    assert_eq!(ordered(&shelf), ["CVE-2020-2", "CVE-2020-3", "CVE-2020-1"]);
}

#[test]
fn an_unknown_probability_is_not_zero() {
    let mut shelf = Shelf::of([
        row("npm", "a", "CVE-2020-1", "*").claim("ghsa", Severity::High),
        row("npm", "a", "CVE-2020-2", "*").claim("ghsa", Severity::High),
    ]);
    shelf.epss = vec![("CVE-2020-1", 0.1)];
    assert_eq!(ordered(&shelf), ["CVE-2020-2", "CVE-2020-1"]);
    let image = inventory("scratch", [package(PackageKind::Npm, "a", "1.0.0")]);
    assert_eq!(shelf.matched(&image).findings[0].epss, None);
}

#[test]
fn of_two_that_are_alike_in_risk_the_one_that_can_be_mended_comes_first() {
    let mut shelf = Shelf::of([
        row("npm", "a", "CVE-2020-1", "*").claim("ghsa", Severity::High),
        row("npm", "a", "CVE-2020-2", "<9.0.0").claim("ghsa", Severity::High),
    ]);
    shelf.epss = vec![("CVE-2020-1", 50.0), ("CVE-2020-2", 45.0)];
    assert_eq!(ordered(&shelf), ["CVE-2020-2", "CVE-2020-1"]);
}

#[derive(Debug, TypeGenerator)]
struct Written {
    cluster: u8,
    record: u8,
    ranges: u8,
    status: u8,
    score: u8,
    source: u8,
}

impl Written {
    fn row(&self) -> plimsoll_model::Candidate {
        let ranges = ["<1.5.0", "<2.0.0 || <1.2.0", "*", "=1.0.0", "<what", ">=1.0.0 <=1.1.0", "<0.9.0"];
        let statuses = [
            Status::Affected,
            Status::Affected,
            Status::Affected,
            Status::WontFix,
            Status::Deferred,
            Status::Undetermined,
            Status::NotAffected,
        ];
        let id = format!("GHSA-{} CVE-2020-{}", self.record % 8, self.cluster % 4);
        let mut row = row("npm", "a", &id, ranges[usize::from(self.ranges) % ranges.len()])
            .status(statuses[usize::from(self.status) % statuses.len()])
            .source(["osv-npm", "written", "z"][usize::from(self.source) % 3])
            .title(&format!("title {}", self.source % 5));
        let score = f64::from(self.score % 101) / 10.0;
        row.advisory.severities.push(scored(["ghsa", "nvd", "z"][usize::from(self.source) % 3], score));
        row
    }
}

#[test]
fn the_order_of_advisories_and_sources_never_changes_the_result() {
    plimsoll_fuzzing::check().with_type::<(Vec<Written>, usize)>().with_iterations(1_000).for_each(
        |(written, turn)| {
            let image = inventory("scratch", [package(PackageKind::Npm, "a", "1.0.0")]);
            let mut rows: Vec<_> = written.iter().map(Written::row).collect();
            let matched = Shelf::of(rows.clone()).with_shard("npm").matched(&image);
            let turn = if rows.is_empty() { 0 } else { turn % rows.len() };
            rows.rotate_left(turn);
            rows.reverse();
            assert_eq!(Shelf::of(rows).with_shard("npm").matched(&image), matched);
            for finding in &matched.findings {
                let fix = finding.fix.version();
                assert!(fix.is_none_or(|fix| Scheme::Npm.compare(fix, "1.0.0").is_ok_and(Ordering::is_gt)), "{fix:?}");
            }
            let mut ids: Vec<_> = matched.found();
            ids.dedup_by(|left, right| left.split(' ').next() == right.split(' ').next());
            assert_eq!(ids.len(), matched.findings.len(), "one finding for each vulnerability");
        },
    );
}
