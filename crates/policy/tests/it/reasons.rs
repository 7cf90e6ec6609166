//! A denial names policy, rule, finding and package, the gravest first.

use plimsoll_model::{GapKind, Severity};
use plimsoll_policy::Gate;

use crate::case::{Changed, finding, gaps, rules, verdict};

#[test]
fn the_gravest_reason_comes_first() {
    let findings = [
        finding("CVE-1", Severity::Unknown),
        finding("CVE-2", Severity::High),
        finding("CVE-3", Severity::Critical),
        finding("CVE-4", Severity::High).exploited(),
        finding("MAL-1", Severity::Critical),
    ];
    let found = verdict(&findings, &gaps(&[GapKind::NoFeed]), &Gate::default());
    assert_eq!(rules(&found), ["malware", "known-exploited", "severity", "coverage", "unscored"]);
    assert!(found.reasons.iter().all(|reason| reason.policy == "default"));
    let indexes: Vec<_> = found.reasons.iter().map(|reason| reason.findings.clone()).collect();
    assert_eq!(indexes, [vec![4], vec![3], vec![1, 2, 3], vec![], vec![0]]);
}

#[test]
fn details_name_the_first_findings_with_their_packages_and_count_the_rest() {
    let findings: Vec<_> = (1..=5).map(|number| finding(&format!("CVE-{number}"), Severity::High)).collect();
    let found = verdict(&findings, &gaps(&[]), &Gate::default());
    assert_eq!(
        found.reasons[0].detail,
        "5 high vulnerabilities at or above high: CVE-1 in present, CVE-2 in present, CVE-3 in present and 2 more"
    );
    let mixed = [finding("CVE-1", Severity::Critical), finding("CVE-2", Severity::High)];
    let found = verdict(&mixed, &gaps(&[]), &Gate::default());
    assert!(found.reasons[0].detail.starts_with("1 critical, 1 high vulnerabilities"), "{}", found.reasons[0].detail);
    let one = verdict(&findings[..1], &gaps(&[]), &Gate::default());
    assert!(one.reasons[0].detail.starts_with("1 high vulnerability at"), "{}", one.reasons[0].detail);
}
