//! Which fix is shown.

use plimsoll_model::{FixState, PackageKind, Status};

use crate::shelf::{Changed, Shelf, Told, apk, deb, inventory, package, row};

fn npm(ranges: &[&str], version: &str) -> FixState {
    let rows = ranges.iter().zip(1..).map(|(ranges, at)| row("npm", "a", &format!("GHSA-{at} CVE-2020-1"), ranges));
    let matched = Shelf::of(rows).matched(&inventory("scratch", [package(PackageKind::Npm, "a", version)]));
    matched.findings[0].fix.clone()
}

fn fixed(version: &str) -> FixState {
    FixState::Fixed(version.to_owned())
}

#[test]
fn the_fix_comes_from_a_range_that_held_so_it_is_on_the_installed_branch() {
    let branches = ["<1.2.5 || >=2.0.0 <2.3.1 || >=3.0.0 <3.0.2"];
    assert_eq!(npm(&branches, "1.0.0"), fixed("1.2.5"));
    assert_eq!(npm(&branches, "2.1.0"), fixed("2.3.1"));
    assert_eq!(npm(&branches, "3.0.1"), fixed("3.0.2"));
}

#[test]
fn of_several_records_that_hold_the_smallest_fix_that_ends_all_is_shown() {
    assert_eq!(npm(&["<10.0.0", "<9.0.0"], "1.0.0"), fixed("10.0.0"));
    assert_eq!(npm(&["<1.2.5", "<2.0.0"], "1.3.0"), fixed("2.0.0"));
    assert_eq!(npm(&["<1.2.5", ">=1.0.0 <1.2.7 || >=2.0.0 <2.3.0"], "1.0.0"), fixed("1.2.7"));
    assert_eq!(npm(&["<1.2.5 || >=2.0.0 <2.3.0", "<1.2.5 || >=2.0.0 <2.3.1"], "2.1.0"), fixed("2.3.1"));
}

#[test]
fn where_another_record_holds_every_fix_the_smallest_is_shown() {
    assert_eq!(npm(&["<2.0.0", "<3.0.0", "*"], "1.0.0"), fixed("2.0.0"));
    assert_eq!(npm(&["<2.0.0", "<=5.0.0"], "1.0.0"), fixed("2.0.0"));
}

#[test]
fn fixes_of_several_branches_with_one_beginning_show_the_nearest() {
    assert_eq!(npm(&["<6.6.0 || <5.21.5"], "5.20.0"), fixed("5.21.5"));
    assert_eq!(npm(&["<6.6.0 || <5.21.5"], "6.0.0"), fixed("6.6.0"));
}

#[test]
fn where_one_branch_ends_in_the_next_the_fix_is_the_end_of_the_last() {
    let each_branch = ["<2.1.0 || >=2.1.0 <2.2.0 || >=2.2.0 <2.3.0 || >=2.3.0 <2.3.19 || >=2.4.0 <2.4.9"];
    assert_eq!(npm(&each_branch, "2.0.5"), fixed("2.3.19"));
    assert_eq!(npm(&each_branch, "2.2.9"), fixed("2.3.19"));
    assert_eq!(npm(&each_branch, "2.4.1"), fixed("2.4.9"));
    assert_eq!(npm(&["<2.1.0 || >=2.1.0"], "2.0.5"), FixState::NotFixed);
}

#[test]
fn a_last_affected_version_or_another_branch_is_no_fix() {
    assert_eq!(npm(&["<=2.0.0"], "1.0.0"), FixState::NotFixed);
    assert_eq!(npm(&["<!2.0.0"], "1.0.0"), FixState::NotFixed);
    assert_eq!(npm(&["*"], "1.0.0"), FixState::NotFixed);
    assert_eq!(npm(&["=1.0.0"], "1.0.0"), FixState::NotFixed);
    assert_eq!(npm(&["<=2.0.0", "<1.5.0"], "1.0.0"), fixed("1.5.0"));
}

#[test]
fn alpine_needs_the_last_of_several_fixes() {
    let shelf = Shelf::of([row("alpine-3.20", "xen", "CVE-2020-1", "<4.1-r0 || <4.2-r1")]);
    let fix = |version| shelf.matched(&inventory("alpine 3.20.1", [apk("xen", version)])).found();
    assert_eq!(fix("4.0-r0"), ["CVE-2020-1 0 4.2-r1"]);
    assert_eq!(fix("4.1-r0"), ["CVE-2020-1 0 4.2-r1"]);
    assert!(fix("4.2-r1").is_empty());
}

#[test]
fn a_fix_of_any_record_wins_over_the_word_that_there_is_none() {
    let rows = [
        row("debian-12", "bash", "CVE-2020-1", "*").status(Status::WontFix),
        row("debian-12", "bash", "DSA-1 CVE-2020-1", "<5.3"),
    ];
    let matched = Shelf::of(rows).matched(&inventory("debian 12", [deb("bash", "5.2")]));
    assert_eq!(matched.findings[0].fix, fixed("5.3"));
    let states: Vec<&str> = matched.findings[0].evidence.iter().map(|row| row.fix.name()).collect();
    assert_eq!(states, ["wont-fix", "fixed"]);
}

#[test]
fn without_a_fix_the_most_final_word_is_shown() {
    let states = [Status::Affected, Status::Deferred, Status::WontFix, Status::EndOfLife];
    let expected = [FixState::NotFixed, FixState::Deferred, FixState::WontFix, FixState::EndOfLife];
    for (count, expected) in (1..).zip(expected) {
        let rows = states
            .iter()
            .take(count)
            .enumerate()
            .map(|(at, status)| row("debian-12", "bash", &format!("X-{at} CVE-2020-1"), "*").status(*status));
        let matched = Shelf::of(rows).matched(&inventory("debian 12", [deb("bash", "5.2")]));
        assert_eq!(matched.findings[0].fix, expected);
    }
}
