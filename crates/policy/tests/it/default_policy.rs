//! What fails by default.

use plimsoll_model::{Coverage, FixState, Severity, VerdictStatus};
use plimsoll_policy::Gate;

use crate::case::{Changed, finding, rules, status, verdict};

#[test]
fn critical_and_high_fail_and_what_is_below_does_not() {
    for (severity, expected) in [
        (Severity::Critical, VerdictStatus::Fail),
        (Severity::High, VerdictStatus::Fail),
        (Severity::Medium, VerdictStatus::Pass),
        (Severity::Low, VerdictStatus::Pass),
        (Severity::Negligible, VerdictStatus::Pass),
        (Severity::Unknown, VerdictStatus::Pass),
    ] {
        assert_eq!(status(&[finding("CVE-1", severity)], &Gate::default()), expected, "{severity}");
    }
}

#[test]
fn they_fail_fixable_or_not() {
    for fix in [FixState::NotFixed, FixState::WontFix, FixState::Deferred, FixState::EndOfLife] {
        let mut unfixed = finding("CVE-1", Severity::High);
        unfixed.fix = fix;
        assert_eq!(status(&[unfixed], &Gate::default()), VerdictStatus::Fail);
    }
}

#[test]
fn malware_and_anything_known_to_be_exploited_fail_whatever_their_severity() {
    let malware = finding("MAL-1", Severity::Critical).unfixed();
    let exploited = finding("CVE-1", Severity::Low).unfixed().exploited();
    let unscored = finding("CVE-2", Severity::Unknown).exploited();
    for (found, rule) in [(malware, "malware"), (exploited, "known-exploited"), (unscored, "known-exploited")] {
        let verdict = verdict(&[found], &Coverage::default(), &Gate::default());
        assert_eq!(verdict.status, VerdictStatus::Fail);
        assert_eq!(rules(&verdict)[0], rule);
    }
}

#[test]
fn nothing_found_and_everything_seen_passes_without_a_remark() {
    let verdict = verdict(&[], &Coverage::default(), &Gate::default());
    assert_eq!(verdict.status, VerdictStatus::Pass);
    assert!(verdict.reasons.is_empty() && verdict.user_choices.is_empty());
}
