//! The ledger: what was seen, by which feeds, and what was not.

use plimsoll_matching::{MatchOptions, match_inventory};
use plimsoll_model::{GapKind, GapWeight, PackageKind, Presence, ShardName, Status, Timestamp};

use crate::shelf::{Changed, Shelf, Told, With, apk, deb, inventory, package, row, rpm};

#[test]
fn the_feeds_that_were_asked_stand_there_with_their_age_and_packages() {
    let shelf = Shelf::of([]).with_shard("debian-12").with_shard("npm").with_shard("pypi");
    let image = inventory(
        "debian 12",
        [
            deb("bash", "5"),
            deb("zsh", "5"),
            package(PackageKind::Npm, "lodash", "4.17.11"),
            package(PackageKind::Npm, "old", "1.0.0").presence(Presence::Shadowed),
        ],
    );
    let coverage = shelf.matched(&image).coverage;
    let feeds: Vec<_> = coverage.feeds.iter().map(|feed| (feed.shard.as_str(), feed.packages)).collect();
    assert_eq!(feeds, [("debian-12", 2), ("npm", 1)]);
    assert_eq!(coverage.feeds[0].sources, ["written"]);
    assert_eq!(coverage.feeds[0].data_from, Some(Timestamp(0)));
    assert_eq!((coverage.packages_present, coverage.packages_matched), (3, 3));
    assert!(coverage.gaps.is_empty());
}

#[test]
fn an_image_without_any_package_is_incomplete_and_never_a_silent_pass() {
    let shelf = Shelf::of([]).with_shard("npm");
    let declared = package(PackageKind::Npm, "lodash", "4.17.11").presence(Presence::Declared);
    let shadowed = package(PackageKind::Npm, "lodash", "4.17.11").presence(Presence::Shadowed);
    for packages in [vec![], vec![declared.clone()], vec![shadowed]] {
        let coverage = shelf.matched(&inventory("scratch", packages)).coverage;
        assert_eq!(coverage.gaps[0].kind, GapKind::NoPackages);
        assert_eq!(coverage.weight(), Some(GapWeight::Incomplete));
    }
    let folder = MatchOptions { include_declared: true, ..MatchOptions::default() };
    let matched = match_inventory(&inventory("scratch", [declared]), &shelf, &folder);
    assert_eq!((matched.coverage.packages_present, matched.gap_kinds()), (1, vec![]));
}

#[test]
fn no_kind_of_package_is_passed_by_in_silence() {
    let shelf = Shelf::of([]);
    for system in ["debian 12", "arch", "gentoo", "bottlerocket 1.19.2", "void", "scratch"] {
        for kind in PackageKind::ALL {
            let coverage = shelf.matched(&inventory(system, [package(*kind, "a", "1")])).coverage;
            assert_eq!(coverage.packages_matched, 0);
            let named = coverage.gaps.iter().filter(|gap| gap.kind != GapKind::NoPackages).count();
            assert_eq!(named, 1, "{} on {system}: {:?}", kind.name(), coverage.gaps);
        }
    }
}

#[test]
fn declared_packages_are_matched_only_where_they_count() {
    let shelf = Shelf::of([row("npm", "lodash", "CVE-2019-1", "<4.17.12")]);
    let image = inventory("scratch", [package(PackageKind::Npm, "lodash", "4.17.11").presence(Presence::Declared)]);
    assert!(shelf.matched(&image).findings.is_empty());
    let folder = MatchOptions { include_declared: true, ..MatchOptions::default() };
    assert_eq!(match_inventory(&image, &shelf, &folder).found(), ["CVE-2019-1 0 4.17.12"]);
}

#[test]
fn removed_packages_that_still_ship_are_found_but_leave_no_gaps() {
    let shelf = Shelf::of([row("npm", "lodash", "CVE-2019-1", "<4.17.12")]);
    let image = inventory(
        "scratch",
        [
            package(PackageKind::Npm, "lodash", "4.17.11").presence(Presence::Shadowed),
            package(PackageKind::Npm, "lodash", "(local)").presence(Presence::Shadowed),
            package(PackageKind::Npm, "lodash", "4.17.12"),
            package(PackageKind::Gem, "rails", "1.0").presence(Presence::Shadowed),
        ],
    );
    let matched = shelf.matched(&image);
    assert_eq!(matched.found(), ["CVE-2019-1 0 4.17.12"]);
    assert_eq!((matched.coverage.packages_present, matched.gap_kinds()), (1, vec![]));
}

#[test]
fn kernels_and_their_headers_are_skipped_with_a_reason_unless_asked() {
    let shelf = Shelf::of([
        row("debian-12", "linux", "CVE-2023-1", "<9"),
        row("almalinux-9", "kernel-headers", "CVE-2023-1", "<9"),
        row("almalinux-9", "kernel-core", "CVE-2023-1", "<9"),
        row("alpine-3.20", "linux-headers", "CVE-2023-1", "<9"),
        row("alpine-3.20", "linux-lts", "CVE-2023-1", "<9"),
    ]);
    for (system, package) in [
        ("debian 12", deb("linux-libc-dev", "6.1-1").source_package("linux", "6.1-1")),
        ("debian 12", deb("linux-headers-6.1.0-13-amd64", "6.1-1").source_package("linux", "6.1-1")),
        ("debian 12", deb("linux-image-6.1.0-13-amd64", "6.1-1").source_package("linux", "6.1-1")),
        ("almalinux 9", rpm("kernel-headers", "5.14-1.el9")),
        ("almalinux 9", rpm("kernel-core", "5.14-1.el9")),
        ("alpine 3.20.1", apk("linux-headers", "6.6-r0")),
        ("alpine 3.20.1", apk("linux-lts", "6.6-r0")),
    ] {
        let image = inventory(system, [package]);
        let matched = shelf.matched(&image);
        assert!(matched.findings.is_empty());
        assert_eq!(matched.gap_kinds(), [GapKind::SkippedPackages]);
        assert_eq!(matched.coverage.packages_matched, 0);
        let asked = MatchOptions { kernel_headers: true, ..MatchOptions::default() };
        assert_eq!(match_inventory(&image, &shelf, &asked).findings.len(), 1, "{system}");
    }
}

#[test]
fn keys_in_an_rpm_database_are_no_packages() {
    let shelf = Shelf::of([row("almalinux-9", "gpg-pubkey", "CVE-2023-1", "*")]);
    let key = rpm("gpg-pubkey", "b86b3716-61e69f29");
    let matched = shelf.matched(&inventory("almalinux 9", [key, rpm("bash", "5-1.el9")]));
    assert!(matched.findings.is_empty() && matched.coverage.gaps.is_empty());
    assert_eq!(matched.coverage.packages_present, 1);
}

#[test]
fn what_the_user_left_out_is_said() {
    let shelf =
        Shelf::of([row("debian-12", "bash", "CVE-2023-1", "<9"), row("npm", "lodash", "CVE-2019-1", "<4.17.12")]);
    let image = inventory("debian 12", [deb("bash", "5"), package(PackageKind::Npm, "lodash", "4.17.11")]);
    for (os_packages, language_packages, found, subject) in
        [(true, false, "CVE-2023-1 0 9", "lang"), (false, true, "CVE-2019-1 1 4.17.12", "os")]
    {
        let options = MatchOptions { os_packages, language_packages, ..MatchOptions::default() };
        let matched = match_inventory(&image, &shelf, &options);
        assert_eq!(matched.found(), [found]);
        assert_eq!(matched.gap_kinds(), [GapKind::Excluded]);
        assert_eq!(matched.coverage.gaps[0].subject, subject);
    }
}

#[test]
fn a_shard_that_cannot_be_read_is_a_gap_and_never_no_issues_found() {
    let mut shelf = Shelf::of([row("debian-12", "bash", "CVE-2023-1", "<9"), row("npm", "lodash", "GHSA-1", "<9.0.0")]);
    shelf.broken.insert(ShardName::clean("debian-12"));
    let image =
        inventory("debian 12", [deb("bash", "5"), deb("zsh", "5"), package(PackageKind::Npm, "lodash", "4.17.11")]);
    let matched = shelf.matched(&image);
    assert_eq!(matched.found(), ["GHSA-1 2 9.0.0"]);
    assert_eq!(matched.gaps(GapKind::ShardUnreadable), ["debian-12: block 3 has another checksum"]);
    assert_eq!(matched.coverage.gaps[0].count, 2);
    assert_eq!((matched.coverage.packages_present, matched.coverage.packages_matched), (3, 1));
}

#[test]
fn enrichment_that_cannot_be_read_keeps_the_finding_and_is_said() {
    let mut shelf = Shelf::of([row("npm", "lodash", "CVE-2019-1", "<9.0.0")]);
    shelf.broken = [ShardName::kev(), ShardName::clean("severities")].into();
    let matched = shelf.matched(&inventory("scratch", [package(PackageKind::Npm, "lodash", "4.17.11")]));
    assert_eq!(matched.findings.len(), 1);
    assert_eq!(matched.gaps(GapKind::ShardUnreadable), ["kev: it is cut short", "severities: it is cut short"]);
}

#[test]
fn a_database_without_the_list_of_exploited_vulnerabilities_says_so() {
    let mut shelf = Shelf::of([row("npm", "lodash", "CVE-2019-1", "<4.17.12")]);
    shelf.shards.remove(&ShardName::kev());
    let lodash = |version| inventory("scratch", [package(PackageKind::Npm, "lodash", version)]);
    assert_eq!(shelf.matched(&lodash("4.17.11")).gap_kinds(), [GapKind::NoExploitedList]);
    assert_eq!(shelf.matched(&lodash("4.17.12")).gap_kinds(), []);
}

#[test]
fn packages_of_one_source_are_looked_up_once_in_whatever_order_they_stand() {
    let shelf = Shelf::of((0..50).map(|at| row("debian-12", &format!("source{at}"), "CVE-2023-1", "<9")));
    let packages =
        (0..200).map(|at| deb(&format!("binary{at}"), "1").source_package(&format!("source{}", at % 50), "1"));
    let matched = shelf.matched(&inventory("debian 12", packages));
    assert_eq!(matched.findings.len(), 200);
    assert_eq!(shelf.asked.get(), 50);
}

#[test]
fn only_records_that_say_something_of_the_package_are_read() {
    let old = (0..40).map(|at| row("debian-12", "bash", &format!("CVE-2001-{at}"), "<1"));
    let says_something = [
        row("debian-12", "bash", "CVE-2023-1", "<9"),
        row("debian-12", "bash", "CVE-2023-2", "").status(Status::NotAffected),
        row("debian-12", "bash", "CVE-2023-3", "").status(Status::Undetermined),
        row("debian-12", "bash", "CVE-2023-4", "<not a version"),
    ];
    let shelf = Shelf::of(old.chain(says_something));
    let matched = shelf.matched(&inventory("debian 12", [deb("bash", "5.2")]));
    assert_eq!(matched.found(), ["CVE-2023-1 0 9"]);
    assert_eq!(matched.gap_kinds(), [GapKind::VersionUnreadable, GapKind::Undetermined]);
    assert_eq!(shelf.wanted.get(), 4);
}
