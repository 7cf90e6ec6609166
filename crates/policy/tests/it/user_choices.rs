//! What the user chooses, and that it is shown.

use plimsoll_model::{Coverage, FixState, Severity, VerdictStatus};
use plimsoll_policy::{FailOn, Gate};

use crate::case::{Changed, finding, rules, status, verdict};

#[test]
fn a_severity_replaces_the_severity_line_only() {
    let gate = Gate { fail_on: FailOn::Severity(Severity::Critical), ..Gate::default() };
    assert_eq!(status(&[finding("CVE-1", Severity::High)], &gate), VerdictStatus::Pass);
    assert_eq!(status(&[finding("CVE-1", Severity::Critical)], &gate), VerdictStatus::Fail);
    assert_eq!(status(&[finding("CVE-1", Severity::Low).exploited()], &gate), VerdictStatus::Fail);
    assert_eq!(status(&[finding("MAL-1", Severity::Critical)], &gate), VerdictStatus::Fail);
    let low = Gate { fail_on: FailOn::Severity(Severity::Low), ..Gate::default() };
    assert_eq!(status(&[finding("CVE-1", Severity::Low)], &low), VerdictStatus::Fail);
    assert_eq!(status(&[finding("CVE-1", Severity::Negligible)], &low), VerdictStatus::Pass);
    let anything = Gate { fail_on: FailOn::Severity(Severity::Unknown), ..Gate::default() };
    assert_eq!(status(&[finding("CVE-1", Severity::Unknown)], &anything), VerdictStatus::Fail);
}

#[test]
fn none_only_reports() {
    let gate = Gate { fail_on: FailOn::None, ..Gate::default() };
    let findings = [
        finding("CVE-1", Severity::Critical).exploited(),
        finding("MAL-1", Severity::Critical),
        finding("CVE-2", Severity::Unknown),
    ];
    let found = verdict(&findings, &Coverage::default(), &gate);
    assert_eq!((found.status, rules(&found)), (VerdictStatus::Pass, vec!["unscored"]));
    assert_eq!(found.user_choices, ["--fail-on none"]);
}

#[test]
fn what_has_no_fix_can_be_left_out_but_never_malware() {
    let gate = Gate { ignore_unfixed: true, ..Gate::default() };
    assert_eq!(status(&[finding("CVE-1", Severity::Critical).unfixed()], &gate), VerdictStatus::Pass);
    assert_eq!(status(&[finding("CVE-1", Severity::Low).unfixed().exploited()], &gate), VerdictStatus::Pass);
    let mut paid = finding("CVE-1", Severity::Critical);
    paid.fix = FixState::InChannel { version: "2+esm1".into(), channel: "esm-infra".into() };
    assert_eq!(status(&[paid.clone()], &gate), VerdictStatus::Pass, "the image cannot have the fix as it is");
    assert_eq!(status(&[paid], &Gate::default()), VerdictStatus::Fail);
    assert_eq!(status(&[finding("CVE-1", Severity::Critical)], &gate), VerdictStatus::Fail);
    assert_eq!(status(&[finding("MAL-1", Severity::Critical).unfixed()], &gate), VerdictStatus::Fail);
}

#[test]
fn every_choice_is_shown_as_the_option_is_written() {
    let gate = Gate {
        fail_on: FailOn::Severity(Severity::Medium),
        ignore_unfixed: true,
        accept_incomplete: true,
        ..Gate::default()
    };
    let found = verdict(&[], &Coverage::default(), &gate);
    assert_eq!(found.user_choices, ["--fail-on medium", "--ignore-unfixed", "--accept-incomplete"]);
}
