//! What had to be seen and was not.

use plimsoll_model::{GapKind, GapWeight, Severity, VerdictStatus};
use plimsoll_policy::{FailOn, Gate};

use crate::case::{finding, gaps, rules, verdict};

#[test]
fn every_kind_of_gap_weighs_as_its_table_says() {
    for kind in GapKind::ALL {
        let found = verdict(&[], &gaps(&[*kind]), &Gate::default());
        let is_incomplete = kind.weight() == GapWeight::Incomplete;
        let expected = if is_incomplete { VerdictStatus::Incomplete } else { VerdictStatus::Pass };
        assert_eq!(found.status, expected, "{}", kind.name());
        assert_eq!(found.reasons.len(), usize::from(is_incomplete), "{}", kind.name());
    }
}

#[test]
fn no_feed_an_unreadable_database_starter_advisories_and_an_old_database_are_incomplete() {
    for kind in [
        GapKind::NoFeed,
        GapKind::DatabaseUnreadable,
        GapKind::StarterOnly,
        GapKind::DatabaseStale,
        GapKind::NoPackages,
        GapKind::UnknownSystem,
    ] {
        assert_eq!(verdict(&[], &gaps(&[kind]), &Gate::default()).status, VerdictStatus::Incomplete);
    }
    assert_eq!(verdict(&[], &gaps(&[GapKind::FileUnreadable]), &Gate::default()).status, VerdictStatus::Pass);
}

#[test]
fn fail_beats_incomplete_and_says_both() {
    let found = verdict(&[finding("CVE-1", Severity::High)], &gaps(&[GapKind::NoFeed]), &Gate::default());
    assert_eq!((found.status, rules(&found)), (VerdictStatus::Fail, vec!["severity", "coverage"]));
}

#[test]
fn incomplete_passes_where_the_user_accepts_it_and_still_says_why() {
    let gate = Gate { accept_incomplete: true, ..Gate::default() };
    let found = verdict(&[], &gaps(&[GapKind::NoFeed]), &gate);
    assert_eq!((found.status, rules(&found)), (VerdictStatus::Pass, vec!["coverage"]));
    assert_eq!(found.user_choices, ["--accept-incomplete"]);
}

#[test]
fn only_reporting_leaves_incomplete_as_it_is() {
    let gate = Gate { fail_on: FailOn::None, ..Gate::default() };
    let found = verdict(&[finding("MAL-1", Severity::Critical)], &gaps(&[GapKind::StarterOnly]), &gate);
    assert_eq!((found.status, rules(&found)), (VerdictStatus::Incomplete, vec!["coverage"]));
}

#[test]
fn gaps_of_one_kind_are_one_reason_that_counts_them() {
    let coverage = gaps(&[GapKind::NoFeed, GapKind::LayerUnreadable, GapKind::NoFeed, GapKind::NoFeed]);
    let details: Vec<String> =
        verdict(&[], &coverage, &Gate::default()).reasons.into_iter().map(|reason| reason.detail).collect();
    assert_eq!(details, ["no-feed: why; and 2 more like it", "layer-unreadable: why"]);
}
