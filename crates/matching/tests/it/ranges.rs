//! Ranges and listed versions: in, out, or could not tell.

use plimsoll_model::{GapKind, PackageKind};

use crate::shelf::{Shelf, Told, deb, inventory, package, row};

fn is_found(ranges: &str, version: &str) -> bool {
    let shelf = Shelf::of([row("npm", "lodash", "CVE-2019-1", ranges)]);
    let matched = shelf.matched(&inventory("scratch", [package(PackageKind::Npm, "lodash", version)]));
    assert!(matched.gaps(GapKind::VersionUnreadable).is_empty(), "{ranges} {version}");
    !matched.findings.is_empty()
}

#[test]
fn a_version_is_affected_in_any_of_the_ranges_up_to_their_ends() {
    for (ranges, inside, outside) in [
        ("<1.2.0", vec!["0.1.0", "1.1.9", "1.2.0-rc.1"], vec!["1.2.0", "2.0.0"]),
        (">=1.0.0 <1.2.0", vec!["1.0.0", "1.1.0"], vec!["0.9.0", "1.0.0-rc.1", "1.2.0"]),
        (">=1.0.0 <=1.2.0", vec!["1.0.0", "1.2.0"], vec!["1.2.1"]),
        ("<!2.0.0", vec!["1.9.9"], vec!["2.0.0"]),
        (">=3.0.0", vec!["3.0.0", "99.0.0"], vec!["2.9.9"]),
        ("*", vec!["0.0.1", "99.0.0"], vec![]),
        ("<1.2.0 || >=2.0.0 <2.3.0", vec!["1.1.0", "2.2.0"], vec!["1.2.0", "1.9.0", "2.3.0"]),
        ("=1.1.0 || =1.3.0", vec!["1.1.0", "v1.3.0"], vec!["1.2.0"]),
        ("<1.0.0 || =1.1.0", vec!["0.9.0", "1.1.0"], vec!["1.0.0"]),
        (">=2.0.0 <1.0.0", vec![], vec!["0.5.0", "1.5.0", "2.5.0"]),
    ] {
        for version in inside {
            assert!(is_found(ranges, version), "{version} in {ranges}");
        }
        for version in outside {
            assert!(!is_found(ranges, version), "{version} in {ranges}");
        }
    }
}

#[test]
fn whoever_has_the_fix_of_the_own_branch_is_safe_and_branches_without_one_are_not() {
    let branches = "<2.0.18 || <3.0.16 || <3.1.6 || <4.0.8";
    for version in ["2.0.17", "2.1.0", "3.0.15", "3.1.5", "3.2.0", "4.0.7"] {
        assert!(is_found(branches, version), "{version}");
    }
    for version in ["2.0.18", "2.0.19", "3.0.16", "3.1.6", "4.0.8", "4.1.0", "5.0.0"] {
        assert!(!is_found(branches, version), "{version}");
    }
    // The first of two fixes in one branch was not enough, and other beginnings are other faults.
    assert!(is_found("<1.2.3 || <1.2.5", "1.2.4"));
    assert!(is_found("<1.2.3 || >=1.2.0 <1.4.0", "1.2.3"));
    // What is open, or ends without a fix, is no branch.
    assert!(is_found("<1.2.3 || *", "1.2.3"));
    assert!(is_found("<1.2.3 || <=1.4.0", "1.2.3"));
}

#[test]
fn the_evidence_says_which_range_held() {
    for (ranges, version, expected) in [
        ("<1.2.0 || >=2.0.0 <2.3.0", "2.1.0", ">= 2.0.0, < 2.3.0"),
        ("*", "2.1.0", "all versions"),
        ("<1.0.0 || =2.1.0", "2.1.0", "= 2.1.0"),
        (">=1.0.0 <=3.0.0", "2.1.0", ">= 1.0.0, <= 3.0.0"),
    ] {
        let shelf = Shelf::of([row("npm", "lodash", "CVE-2019-1", ranges)]);
        let matched = shelf.matched(&inventory("scratch", [package(PackageKind::Npm, "lodash", version)]));
        assert_eq!(matched.findings[0].evidence[0].range, expected);
    }
}

#[test]
fn an_installed_version_that_cannot_be_read_is_a_gap_and_never_not_vulnerable() {
    let shelf = Shelf::of([
        row("debian-12", "bash", "CVE-2023-1", "<5.3"),
        row("debian-12", "bash", "CVE-2023-2", "=5.1"),
        row("debian-12", "zsh", "CVE-2023-3", "<5.3"),
    ]);
    let matched = shelf.matched(&inventory("debian 12", [deb("bash", "not a version")]));
    assert!(matched.findings.is_empty());
    let gaps = matched.gaps(GapKind::VersionUnreadable);
    assert_eq!(gaps.len(), 1);
    assert!(gaps[0].starts_with("bash not a version: version \"not a version\" cannot be compared"), "{gaps:?}");
    assert!(gaps[0].ends_with("it may be affected by CVE-2023-1, CVE-2023-2"), "{gaps:?}");
}

#[test]
fn an_advisorys_version_that_cannot_be_read_is_a_gap_that_names_it() {
    let shelf = Shelf::of([row("debian-12", "bash", "CVE-2023-1", "<what ever")]);
    let gaps = shelf.matched(&inventory("debian 12", [deb("bash", "5.2")])).gaps(GapKind::VersionUnreadable);
    assert_eq!(gaps.len(), 1);
    assert!(gaps[0].contains("what ever") && gaps[0].contains("CVE-2023-1"), "{gaps:?}");
}

#[test]
fn what_one_readable_end_rules_out_is_no_gap() {
    assert!(!is_found(">=what <1.0.0", "2.0.0"));
    assert!(!is_found(">=3.0.0 <what", "2.0.0"));
    assert!(!is_found("=what", "2.0.0"));
}

#[test]
fn what_another_source_found_or_ruled_out_is_no_gap() {
    use crate::shelf::Changed;
    use plimsoll_model::Status;
    let unreadable = || row("npm", "lodash", "GHSA-1 CVE-2019-1", "<what");
    let lodash = inventory("scratch", [package(PackageKind::Npm, "lodash", "4.17.11")]);
    let found = Shelf::of([unreadable(), row("npm", "lodash", "CVE-2019-1", "<5.0.0")]).matched(&lodash);
    assert_eq!((found.findings.len(), found.gap_kinds()), (1, vec![]));
    let safe = row("npm", "lodash", "CVE-2019-1", "").status(Status::NotAffected);
    let ruled_out = Shelf::of([unreadable(), safe]).matched(&lodash);
    assert_eq!((ruled_out.findings.len(), ruled_out.gap_kinds()), (0, vec![]));
}

#[test]
fn a_range_of_all_versions_needs_no_version() {
    assert!(is_found("*", "workspace:local"));
    assert!(is_found("*", ""));
}

#[test]
fn many_open_advisories_are_one_gap_that_counts_them() {
    let rows = (10..20).map(|number| row("npm", "lodash", &format!("GHSA-{number}"), "<5.0.0"));
    let matched = Shelf::of(rows).matched(&inventory("scratch", [package(PackageKind::Npm, "lodash", "(local)")]));
    let gaps = matched.gaps(GapKind::VersionUnreadable);
    assert_eq!(gaps.len(), 1);
    assert!(gaps[0].ends_with("GHSA-10, GHSA-11, GHSA-12, GHSA-13, GHSA-14 and 5 more"), "{gaps:?}");
}

#[test]
fn a_debian_rebuild_for_a_stable_release_has_the_fixes_of_what_was_rebuilt() {
    let is_found = |fixed: &str, version: &str| {
        let shelf = Shelf::of([row("debian-12", "spreadsheet", "CVE-2011-1", fixed)]);
        !shelf.matched(&inventory("debian 12", [deb("spreadsheet", version)])).findings.is_empty()
    };
    assert!(!is_found("<0.34-4", "0.34-4~deb12u1"));
    assert!(is_found("<0.34-5", "0.34-4~deb12u1"));
    assert!(is_found("<0.34-4~deb12u2", "0.34-4~deb12u1"), "a fix of the rebuild itself is still missing");
    assert!(!is_found("<0.34-4~deb12u2", "0.34-4~deb12u2"));
    assert!(is_found("<0.34-4", "0.34-4~rc1"), "any other suffix sorts before as always");
    assert!(is_found("<0.34-4", "0.34-4~deb12"));
}
