//! What nobody scored: never safe, and on a line of its own.

use plimsoll_model::{Coverage, Severity, VerdictStatus};
use plimsoll_policy::{FailOn, Gate};

use crate::case::{Changed, finding, rules, verdict};

#[test]
fn unscored_counts_as_medium_stands_on_its_own_line_and_says_who_would_score_it() {
    let findings = [
        finding("CVE-1", Severity::Unknown),
        finding("GHSA-1", Severity::Unknown),
        finding("CVE-2", Severity::Unknown),
        finding("CVE-3", Severity::Medium),
    ];
    let verdict = verdict(&findings, &Coverage::default(), &Gate::default());
    assert_eq!((verdict.status, rules(&verdict)), (VerdictStatus::Pass, vec!["unscored"]));
    assert_eq!(
        verdict.reasons[0].detail,
        "3 unscored vulnerabilities count as medium (GitHub or the NVD would score them): CVE-1 in present, \
         GHSA-1 in present, CVE-2 in present"
    );
    assert_eq!(verdict.reasons[0].findings, [0, 1, 2]);
}

#[test]
fn a_line_at_medium_fails_on_them_and_keeps_them_on_their_own_line() {
    let findings = [finding("CVE-1", Severity::Unknown), finding("CVE-3", Severity::Medium)];
    let gate = Gate { fail_on: FailOn::Severity(Severity::Medium), ..Gate::default() };
    let found = verdict(&findings, &Coverage::default(), &gate);
    assert_eq!((found.status, rules(&found)), (VerdictStatus::Fail, vec!["severity", "unscored"]));
    let alone = verdict(&findings[..1], &Coverage::default(), &gate);
    assert_eq!((alone.status, rules(&alone)), (VerdictStatus::Fail, vec!["unscored"]));
    assert!(alone.reasons[0].detail.contains("at or above medium"), "{}", alone.reasons[0].detail);
}

#[test]
fn what_they_count_as_can_be_chosen_and_the_choice_is_shown() {
    let gate = Gate { unscored_as: Severity::High, ..Gate::default() };
    let found = verdict(&[finding("CVE-1", Severity::Unknown)], &Coverage::default(), &gate);
    assert_eq!((found.status, rules(&found)), (VerdictStatus::Fail, vec!["unscored"]));
    assert_eq!(found.user_choices, ["unscored_as high"]);
}

#[test]
fn without_a_fix_they_are_left_out_where_the_user_says_so() {
    let gate = Gate { ignore_unfixed: true, ..Gate::default() };
    let found = verdict(&[finding("CVE-1", Severity::Unknown).unfixed()], &Coverage::default(), &gate);
    assert!(found.reasons.is_empty());
}
