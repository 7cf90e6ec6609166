//! Rows of channels and of other distributions over the base.

use plimsoll_model::{FixState, GapKind, Identity, InstalledPackage, PackageKind, Status};

use crate::shelf::{Changed, Shelf, Told, With, deb, inventory, package, row, rpm};

const SHARD: &str = "debian-12";

/// What is found for openssl 3.0-1 of an image that follows these channels.
fn found(shelf: &Shelf, channels: &[&str], openssl: &InstalledPackage) -> Vec<String> {
    let mut image = inventory("debian 12", [openssl.clone()]);
    if let Identity::Distro(distro) = &mut image.identity {
        distro.channels = channels.iter().map(|name| (*name).to_owned()).collect();
    }
    let matched = shelf.matched(&image);
    assert!(matched.coverage.gaps.is_empty(), "{:?}", matched.coverage.gaps);
    let told = |finding: &plimsoll_model::Finding| match &finding.fix {
        FixState::InChannel { version, channel } => format!("{} {version} in {channel}", finding.id),
        fix => format!("{} {}", finding.id, fix.version().unwrap_or(fix.name())),
    };
    matched.findings.iter().map(told).collect()
}

#[test]
fn a_channel_that_is_followed_takes_the_place_of_the_base() {
    let shelf = Shelf::of([
        row(SHARD, "openssl", "CVE-2023-1", "*"),
        row(SHARD, "openssl", "EXTENDED-1 CVE-2023-1", "<3.0-2").channel("extended"),
        row(SHARD, "openssl", "CVE-2023-2", "*"),
        row(SHARD, "openssl", "CVE-2023-3", "<3.0-9"),
        row(SHARD, "openssl", "EXTENDED-3 CVE-2023-3", "").status(Status::NotAffected).channel("extended"),
    ]);
    let openssl = deb("openssl", "3.0-1");
    assert_eq!(found(&shelf, &["extended"], &openssl), ["CVE-2023-1 3.0-2", "CVE-2023-2 not-fixed"]);
    assert_eq!(found(&shelf, &["extended"], &deb("openssl", "3.0-2")), ["CVE-2023-2 not-fixed"]);
}

#[test]
fn a_channel_that_is_not_followed_is_told_of_where_the_base_has_no_fix() {
    for status in [Status::Affected, Status::WontFix, Status::Deferred, Status::EndOfLife] {
        let shelf = Shelf::of([
            row(SHARD, "openssl", "CVE-2023-1", "*").status(status),
            row(SHARD, "openssl", "EXTENDED-1 CVE-2023-1", "<3.0-2").channel("extended"),
        ]);
        assert_eq!(found(&shelf, &[], &deb("openssl", "3.0-1")), ["CVE-2023-1 3.0-2 in extended"], "{status:?}");
    }
}

#[test]
fn where_the_base_has_a_fix_it_is_shown_and_the_channels_is_not() {
    let shelf = Shelf::of([
        row(SHARD, "openssl", "CVE-2023-1", "<3.0-5"),
        row(SHARD, "openssl", "EXTENDED-1 CVE-2023-1", "<3.0-2").channel("extended"),
    ]);
    assert_eq!(found(&shelf, &[], &deb("openssl", "3.0-1")), ["CVE-2023-1 3.0-5"]);
    assert_eq!(found(&shelf, &[], &deb("openssl", "3.0-3")), ["CVE-2023-1 3.0-5"]);
}

#[test]
fn a_channel_that_is_not_followed_hides_nothing() {
    let shelf = Shelf::of([
        row(SHARD, "openssl", "CVE-2023-1", "*"),
        row(SHARD, "openssl", "EXTENDED-1 CVE-2023-1", "<3.0-2").channel("extended"),
        row(SHARD, "openssl", "CVE-2023-2", "*"),
        row(SHARD, "openssl", "EXTENDED-2 CVE-2023-2", "").status(Status::NotAffected).channel("extended"),
    ]);
    assert_eq!(found(&shelf, &[], &deb("openssl", "3.0-4")), ["CVE-2023-1 not-fixed", "CVE-2023-2 not-fixed"]);
}

#[test]
fn what_only_a_channel_knows_is_found_and_what_the_base_has_fixed_is_not() {
    let shelf = Shelf::of([
        row(SHARD, "openssl", "EXTENDED-1 CVE-2023-1", "<3.0-2").channel("extended"),
        row(SHARD, "openssl", "CVE-2023-2", "<2.9-1"),
        row(SHARD, "openssl", "EXTENDED-2 CVE-2023-2", "<3.0-2").channel("extended"),
        row(SHARD, "openssl", "CVE-2023-3", "").status(Status::NotAffected),
        row(SHARD, "openssl", "EXTENDED-3 CVE-2023-3", "<3.0-2").channel("extended"),
    ]);
    assert_eq!(found(&shelf, &[], &deb("openssl", "3.0-1")), ["CVE-2023-1 3.0-2 in extended"]);
}

#[test]
fn the_smallest_of_several_channels_fixes_is_shown_whatever_the_order() {
    let mut rows = vec![
        row(SHARD, "openssl", "CVE-2023-1", "*"),
        row(SHARD, "openssl", "B-1 CVE-2023-1", "<3.0-10").channel("a"),
        row(SHARD, "openssl", "C-1 CVE-2023-1", "<3.0-9").channel("b"),
    ];
    for _ in 0..3 {
        rows.rotate_left(1);
        assert_eq!(found(&Shelf::of(rows.clone()), &[], &deb("openssl", "3.0-1")), ["CVE-2023-1 3.0-9 in b"]);
    }
}

#[test]
fn a_channel_that_does_not_know_yet_leaves_the_word_to_the_base() {
    let shelf = Shelf::of([
        row(SHARD, "openssl", "CVE-2023-1", "<3.0-5"),
        row(SHARD, "openssl", "EXTENDED-1 CVE-2023-1", "*").status(Status::Undetermined).channel("extended"),
    ]);
    assert_eq!(found(&shelf, &["extended"], &deb("openssl", "3.0-1")), ["CVE-2023-1 3.0-5"]);
}

#[test]
fn a_version_that_a_channel_cannot_compare_leaves_the_word_to_the_base() {
    let shelf = Shelf::of([
        row(SHARD, "openssl", "CVE-2023-1", "*"),
        row(SHARD, "openssl", "EXTENDED-1 CVE-2023-1", "<no version").channel("extended"),
    ]);
    assert_eq!(found(&shelf, &["extended"], &deb("openssl", "3.0-1")), ["CVE-2023-1 not-fixed"]);
}

#[test]
fn an_organisations_own_word_is_the_last_for_every_kind_of_package() {
    let shelf = Shelf::of([
        row(SHARD, "openssl", "CVE-2023-1", "*"),
        row(SHARD, "openssl", "OWN-1 CVE-2023-1", "").status(Status::NotAffected).channel("overlay"),
        row(SHARD, "openssl", "CVE-2023-2", "*"),
        row(SHARD, "openssl", "OWN-2 CVE-2023-2", "<3.0-1").channel("overlay"),
        row(SHARD, "openssl", "OWN-3", "<3.0-7").channel("overlay"),
    ]);
    assert_eq!(found(&shelf, &[], &deb("openssl", "3.0-1")), ["OWN-3 3.0-7"]);
    let shelf = Shelf::of([
        row("npm", "lodash", "GHSA-1 CVE-2019-1", "<4.17.12"),
        row("npm", "lodash", "OWN-1 CVE-2019-1", "").status(Status::NotAffected).channel("overlay"),
        row("npm", "lodash", "GHSA-2 CVE-2019-2", "<4.17.12"),
        row("npm", "lodash", "OWN-2 CVE-2019-2", "<4.17.5").channel("overlay"),
    ]);
    let lodash = |version| shelf.matched(&inventory("scratch", [package(PackageKind::Npm, "lodash", version)])).found();
    assert!(lodash("4.17.10").is_empty());
    assert_eq!(lodash("4.17.4"), ["CVE-2019-2 0 4.17.5"]);
}

#[test]
fn what_red_hat_discloses_counts_for_its_rebuild_until_that_one_knows_better() {
    let rows = [
        row("rhel-9", "openssl", "CVE-2023-1", "*").status(Status::WontFix),
        row("rhel-9", "openssl-libs", "CVE-2023-2", "<1:3.0.7-9.el9"),
        row("almalinux-9", "openssl-libs", "ALSA-2023:2 CVE-2023-2", "<1:3.0.7-8.el9"),
        row("rhel-9", "openssl", "CVE-2023-3", "<1:3.0.7-9.el9"),
        row("rhel-9", "openssl", "CVE-2023-4", "*").channel("eus-9.4"),
    ];
    let rows = rows.map(|mut row| {
        if row.affected.shard.as_str() == "rhel-9" && row.affected.name == "openssl" {
            row.affected.scope.architectures = vec!["src".into()];
        }
        row
    });
    let libs = |version: &str| rpm("openssl-libs", &format!("1:{version}")).source_package("openssl", version);
    let found = |shelf: &Shelf, version| shelf.matched(&inventory("almalinux 9.4", [libs(version)])).found();
    let shelf = Shelf::of(rows);
    let old = ["CVE-2023-1 0 wont-fix", "CVE-2023-2 0 1:3.0.7-8.el9", "CVE-2023-3 0 1:3.0.7-9.el9"];
    assert_eq!(
        found(&shelf, "3.0.7-1.el9").iter().map(String::as_str).collect::<std::collections::BTreeSet<_>>(),
        old.into()
    );
    let fixed = found(&shelf, "3.0.7-8.el9");
    assert_eq!(fixed, ["CVE-2023-3 0 1:3.0.7-9.el9", "CVE-2023-1 0 wont-fix"], "AlmaLinux has fixed the second");
    let alone =
        Shelf { shards: shelf.shards.iter().filter(|name| name.as_str() != "rhel-9").cloned().collect(), ..shelf };
    assert_eq!(found(&alone, "3.0.7-1.el9"), ["CVE-2023-2 0 1:3.0.7-8.el9"]);
}

#[test]
fn both_shards_of_a_rebuild_are_named_as_used_and_one_that_is_damaged_is_a_gap() {
    let shelf = Shelf::of([row("rhel-9", "bash", "CVE-2023-1", "*"), row("almalinux-9", "bash", "CVE-2023-2", "<9")]);
    let image = inventory("almalinux 9.4", [rpm("bash", "5-1.el9")]);
    let used: Vec<String> = shelf.matched(&image).coverage.feeds.iter().map(|feed| feed.shard.clone()).collect();
    assert_eq!(used, ["almalinux-9", "kev", "rhel-9"]);
    let mut broken = shelf;
    broken.broken.insert(plimsoll_model::ShardName::clean("rhel-9"));
    let matched = broken.matched(&image);
    assert_eq!(matched.found(), ["CVE-2023-2 0 9"]);
    assert_eq!((matched.gap_kinds(), matched.coverage.packages_matched), (vec![GapKind::ShardUnreadable], 0));
}

#[test]
fn an_owner_answers_by_what_it_follows() {
    let shelf = Shelf::of([
        row(SHARD, "python-requests", "CVE-2023-1", "*"),
        row(SHARD, "python-requests", "EXTENDED-1 CVE-2023-1", "<2.28-2").channel("extended"),
        row(SHARD, "python-requests", "EXTENDED-2 CVE-2023-2", "<2.28-2").channel("extended"),
        row("pypi", "requests", "PYSEC-1 CVE-2023-1", "<2.31"),
        row("pypi", "requests", "PYSEC-2 CVE-2023-2", "<2.31"),
    ]);
    let owner = deb("python3-requests", "2.28-1").source_package("python-requests", "2.28-1").vendor("a@debian.org");
    let owned = package(PackageKind::Pypi, "requests", "2.28").owned_by(0);
    let matched = shelf.matched(&inventory("debian 12", [owner, owned]));
    let reasons: Vec<&str> = matched.suppressed.iter().map(|suppressed| suppressed.detail.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "it belongs to python3-requests 2.28-1, for which the feed of debian-12 knows CVE-2023-1: affected, not-fixed"
        ]
    );
}
