//! The table of distributions: which shard answers, by which name, with which version.

use std::collections::BTreeSet;

use plimsoll_matching::{DISTRIBUTIONS, Release, distribution};
use plimsoll_model::{GapKind, PackageKind};

use crate::shelf::{Shelf, Told, With, apk, deb, inventory, package, row, rpm};

fn shard(system: &str) -> Option<String> {
    let (id, version) = system.split_once(' ').map_or((system, None), |(id, version)| (id, Some(version)));
    distribution(id)?.shard(version).map(|shard| shard.to_string())
}

#[test]
fn ids_are_unique_and_lower_case() {
    let ids: BTreeSet<_> = DISTRIBUTIONS.iter().map(|row| (row.id, row.kind)).collect();
    assert_eq!(ids.len(), DISTRIBUTIONS.len(), "one row for each kind of package");
    assert!(ids.iter().all(|(id, _)| id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')));
}

#[test]
fn each_release_leads_to_its_shard_as_the_feeds_name_it() {
    for (system, expected) in [
        ("debian 12", "debian-12"),
        ("debian 12.5", "debian-12"),
        ("debian sid", "debian-sid"),
        ("alpine 3.20.3", "alpine-3.20"),
        ("alpine 3.9.6", "alpine-3.9"),
        ("alpine edge", "alpine-edge"),
        ("alpine 3.21_alpha20240807", "alpine-edge"),
        ("alpine 3.20.0_rc1", "alpine-3.20"),
        ("wolfi 20230201", "wolfi"),
        ("wolfi", "wolfi"),
        ("chainguard 20230214", "chainguard"),
        ("minimos", "minimos"),
        ("almalinux 9.4", "almalinux-9"),
        ("almalinux 8", "almalinux-8"),
        ("rocky 9.3", "rocky-9"),
        ("amzn 2018.03", "amzn-1"),
        ("amzn 2017.09", "amzn-1"),
        ("amzn 2", "amzn-2"),
        ("amzn 2023", "amzn-2023"),
        ("amzn 2023.6.20241010", "amzn-2023"),
        ("fedora 42", "fedora-42"),
        ("bottlerocket 1.19.2", "bottlerocket"),
        ("photon 5.0", "photon-5.0"),
        ("openeuler 24.03-LTS-SP1", "openeuler-24.03-lts-sp1"),
        ("openeuler 23.09", "openeuler-23.09"),
        ("mageia 9", "mageia-9"),
        ("arch", "arch"),
        ("gentoo 2.15", "gentoo"),
        ("arch 20240101.0.204074", "arch"),
        ("ubuntu 22.04", "ubuntu-22.04"),
        ("ubuntu 25.10", "ubuntu-25.10"),
        ("echo 1", "echo"),
        ("cleanstart", "cleanstart"),
        ("alpaquita 23", "alpaquita-23"),
        ("alpaquita stream", "alpaquita-stream"),
        ("bellsoft-hardened-containers 25", "bellsoft-hardened-containers-25"),
        ("dhi 13", "dhi-debian-13"),
        ("ol 9.4", "ol-9"),
        ("azurelinux 3.0", "azurelinux-3.0"),
        ("mariner 2.0", "mariner-2.0"),
        ("sles 15.5", "sles-15.5"),
        ("sles 15", "sles-15"),
        ("sle-micro 5.5", "sle-micro-5.5"),
        ("sl-micro 6.0", "sl-micro-6.0"),
        ("opensuse-leap 15.6", "opensuse-leap-15.6"),
        ("opensuse-tumbleweed 20240801", "opensuse-tumbleweed"),
    ] {
        assert_eq!(shard(system).as_deref(), Some(expected), "{system}");
    }
}

#[test]
fn every_distribution_with_a_feed_has_its_shard_in_the_table_of_feeds() {
    for row in DISTRIBUTIONS.iter().filter(|row| row.release != Release::NotCovered) {
        let version = match row.release {
            Release::Alpine | Release::TwoNumbers => "5.0",
            Release::Amazon => "2",
            _ => "9",
        };
        let shard = row.shard(Some(version)).unwrap();
        assert!(plimsoll_feeds::feeds_for_shard(&shard).count() >= 1, "{}", row.id);
    }
    for row in DISTRIBUTIONS.iter().filter(|row| row.release == Release::NotCovered) {
        let shard = plimsoll_model::ShardName::distro(row.id, Some("9"));
        assert_eq!(plimsoll_feeds::feeds_for_shard(&shard).count(), 0, "{} has a feed", row.id);
        assert_eq!(row.shard(Some("9")), None);
    }
}

#[test]
fn debian_testing_and_sid_are_never_a_stable_release() {
    for system in ["debian trixie/sid", "debian forky/sid", "debian sid"] {
        assert_eq!(shard(system).as_deref(), Some("debian-sid"), "{system}");
    }
    for system in ["debian", "debian bookworm", "debian 12-security", "debian 12.x", "debian "] {
        assert_eq!(shard(system), None, "{system}");
    }
}

#[test]
fn a_version_that_names_no_release_leads_nowhere() {
    for system in ["alpine 3", "alpine", "alpine v3.20", "almalinux", "almalinux nine", "rocky .9", "debian 999999999"]
    {
        assert_eq!(shard(system), None, "{system}");
    }
}

#[test]
fn the_feed_is_chosen_by_id_and_never_by_id_like() {
    let shelf = Shelf::of([row("debian-12", "openssl", "CVE-2023-1", "<3.1")]);
    let mut image = inventory("kali 12", [deb("openssl", "3.0")]);
    if let plimsoll_model::Identity::Distro(distro) = &mut image.identity {
        distro.like = vec!["debian".into()];
    }
    let matched = shelf.matched(&image);
    assert!(matched.findings.is_empty());
    assert_eq!(
        matched.gaps(GapKind::NoFeed),
        ["kali 12: there is no feed for Kali Linux yet; 1 package was not compared"]
    );
}

#[test]
fn systems_without_a_feed_are_named_with_the_packages_that_were_not_compared() {
    let shelf = Shelf::of([row("debian-12", "openssl", "CVE-2023-1", "<3.1")]);
    for (system, expected) in [
        ("echo 1", "echo 1: the database has nothing about this release (no shard echo); 2 packages were not compared"),
        ("raspbian 12", "raspbian 12: there is no feed for Raspberry Pi OS yet; 2 packages were not compared"),
        ("rapidfort 1", "rapidfort 1: there is no feed for RapidFort yet; 2 packages were not compared"),
        ("mandrake 7", "mandrake 7: no feed is known for this operating system; 2 packages were not compared"),
        (
            "debian 99",
            "debian 99: the database has nothing about this release (no shard debian-99); 2 packages were not compared",
        ),
        ("debian", "debian: Debian does not say which release it is; 2 packages were not compared"),
        ("debian next", "debian next: this is no release of Debian that is known; 2 packages were not compared"),
    ] {
        let matched = shelf.matched(&inventory(system, [deb("openssl", "3.0"), deb("zlib1g", "1.2")]));
        assert_eq!(matched.gaps(GapKind::NoFeed), [expected]);
        assert_eq!((matched.coverage.packages_present, matched.coverage.packages_matched), (2, 0));
        assert!(matched.findings.is_empty());
    }
}

#[test]
fn an_unknown_system_with_packages_is_a_gap_and_without_packages_is_none() {
    let shelf = Shelf::of([row("npm", "lodash", "CVE-2019-1", "<4.17.12")]);
    let lodash = package(PackageKind::Npm, "lodash", "4.17.21");
    let matched = shelf.matched(&inventory("unknown", [deb("openssl", "3.0"), lodash.clone()]));
    assert_eq!(matched.gap_kinds(), [GapKind::UnknownSystem]);
    assert_eq!(shelf.matched(&inventory("unknown", [lodash.clone()])).gap_kinds(), []);
    assert_eq!(shelf.matched(&inventory("scratch", [lodash])).gap_kinds(), []);
}

#[test]
fn packages_of_another_kind_than_the_systems_own_have_no_feed() {
    let shelf = Shelf::of([row("debian-12", "bash", "CVE-2023-1", "<9")]);
    let matched = shelf.matched(&inventory("debian 12", [rpm("bash", "5.1-1.el9")]));
    assert!(matched.findings.is_empty());
    assert_eq!(matched.gap_kinds(), [GapKind::NoFeed]);
}

#[test]
fn debian_is_looked_up_by_source_name_and_source_version() {
    let shelf = Shelf::of([
        row("debian-12", "gcc-12", "CVE-2023-1", "<12.2.0-14+deb12u1"),
        row("debian-12", "libgcc-s1", "CVE-2023-2", "*"),
        row("debian-12", "vim", "CVE-2023-3", "<2:9.0.1378-2"),
    ]);
    let image = inventory(
        "debian 12",
        [
            // A binary package with a version of its own, far above its source's.
            deb("libgcc-s1", "99:1-1").source_package("gcc-12", "12.2.0-14"),
            deb("vim", "2:9.0.1378-2+b1").source_package("vim", "2:9.0.1378-2"),
        ],
    );
    let matched = shelf.matched(&image);
    assert_eq!(matched.found(), ["CVE-2023-1 0 12.2.0-14+deb12u1"]);
    let evidence = &matched.findings[0].evidence[0];
    assert_eq!((evidence.matched_name.as_str(), evidence.compared_version.as_str()), ("gcc-12", "12.2.0-14"));
}

#[test]
fn without_a_source_package_the_binarys_name_and_version_stand_for_it() {
    let shelf = Shelf::of([row("debian-12", "openssl", "CVE-2023-1", "<3.0.2")]);
    assert_eq!(shelf.matched(&inventory("debian 12", [deb("openssl", "3.0.1")])).found(), ["CVE-2023-1 0 3.0.2"]);
    let no_version = deb("libssl3", "3.0.1").source_package("openssl", "");
    assert_eq!(shelf.matched(&inventory("debian 12", [no_version])).found(), ["CVE-2023-1 0 3.0.2"]);
}

#[test]
fn a_missing_debian_epoch_is_zero() {
    let shelf = Shelf::of([
        row("debian-12", "a", "CVE-2023-1", "<1:1.0"),
        row("debian-12", "b", "CVE-2023-2", "<0:1.0"),
        row("debian-12", "c", "CVE-2023-3", "<2.0"),
    ]);
    let image = inventory("debian 12", [deb("a", "9.0"), deb("b", "1.0"), deb("c", "0:1.9")]);
    assert_eq!(shelf.matched(&image).found(), ["CVE-2023-1 0 1:1.0", "CVE-2023-3 2 2.0"]);
}

#[test]
fn alpine_and_its_relatives_are_looked_up_by_origin() {
    for (system, shard) in
        [("alpine 3.20.3", "alpine-3.20"), ("wolfi", "wolfi"), ("chainguard", "chainguard"), ("minimos", "minimos")]
    {
        let shelf =
            Shelf::of([row(shard, "openssl", "CVE-2023-1", "<3.3.2-r0"), row(shard, "libssl3", "CVE-2023-2", "*")]);
        let image = inventory(system, [apk("libssl3", "3.3.1-r3").source_package("openssl", "3.3.1-r3")]);
        assert_eq!(shelf.matched(&image).found(), ["CVE-2023-1 0 3.3.2-r0"], "{system}");
    }
}

#[test]
fn almalinux_is_looked_up_by_binary_names() {
    let shelf = Shelf::of([
        row("almalinux-9", "openssl-libs", "ALSA-2023:1 CVE-2023-1", "<1:3.0.7-2.el9"),
        row("almalinux-9", "openssl", "ALSA-2023:2 CVE-2023-2", "<1:9"),
    ]);
    let image =
        inventory("almalinux 9.4", [rpm("openssl-libs", "1:3.0.1-1.el9").source_package("openssl", "3.0.1-1.el9")]);
    assert_eq!(shelf.matched(&image).found(), ["CVE-2023-1 0 1:3.0.7-2.el9"]);
}

#[test]
fn an_rpm_epoch_that_is_absent_is_zero_in_a_direct_comparison() {
    let shelf = Shelf::of([
        row("almalinux-9", "a", "CVE-2023-1", "<0:1.0-2.el9"),
        row("almalinux-9", "b", "CVE-2023-2", "<1.0-2.el9"),
        row("almalinux-9", "c", "CVE-2023-3", "<1:1.0-2.el9"),
    ]);
    let image = inventory("almalinux 9", [rpm("a", "1.0-1.el9"), rpm("b", "1:0.1-1.el9"), rpm("c", "9-1.el9")]);
    assert_eq!(shelf.matched(&image).found(), ["CVE-2023-1 0 0:1.0-2.el9", "CVE-2023-3 2 1:1.0-2.el9"]);
}

#[test]
fn rocky_is_looked_up_by_both_names_and_drops_the_epoch_through_the_source() {
    let shelf = Shelf::of([
        row("rocky-9", "openssl", "RLSA-2023:1 CVE-2023-1", "<1:3.0.7-2.el9"),
        row("rocky-9", "openssl-libs", "RLSA-2023:1 CVE-2023-1", "<1:3.0.7-2.el9"),
        row("rocky-9", "openssl", "RLSA-2023:2 CVE-2023-2", "<1:3.0.1-1.el9"),
    ]);
    let vendor = "Rocky Enterprise Software Foundation";
    let libs = rpm("openssl-libs", "1:3.0.1-1.el9").vendor(vendor).source_package("openssl", "3.0.1-1.el9");
    let matched = shelf.matched(&inventory("rocky 9.3", [libs]));
    assert_eq!(matched.found(), ["CVE-2023-1 0 1:3.0.7-2.el9"]);
    let names: Vec<&str> = matched.findings[0].evidence.iter().map(|row| row.matched_name.as_str()).collect();
    assert_eq!(names, ["openssl", "openssl-libs"]);
}

#[test]
fn rpm_order_knows_tilde_and_caret() {
    let shelf = Shelf::of([
        row("almalinux-9", "a", "CVE-2023-1", "<1.0-1.el9"),
        row("almalinux-9", "b", "CVE-2023-2", "<1.0-1.el9"),
    ]);
    let image = inventory("almalinux 9", [rpm("a", "1.0~rc1-1.el9"), rpm("b", "1.0^20240101-1.el9")]);
    assert_eq!(shelf.matched(&image).found(), ["CVE-2023-1 0 1.0-1.el9"]);
}

#[test]
fn a_row_for_other_architectures_is_silent() {
    let mut limited = row("almalinux-9", "bash", "CVE-2023-1", "<9");
    limited.affected.scope.architectures = vec!["x86_64".into()];
    let shelf = Shelf::of([limited]);
    let found = |architecture: Option<&str>| {
        let mut bash = rpm("bash", "5-1.el9");
        bash.package.architecture = architecture.map(str::to_owned);
        shelf.matched(&inventory("almalinux 9", [bash])).findings.len()
    };
    assert_eq!([found(Some("x86_64")), found(Some("noarch")), found(None), found(Some("aarch64"))], [1, 1, 1, 0]);
}

#[test]
fn the_guide_names_every_distribution_with_or_without_a_feed() {
    let guide = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/matching.md");
    let guide = plimsoll_model::read_capped(std::fs::File::open(guide).unwrap(), 1 << 20).unwrap();
    let guide = String::from_utf8(guide).unwrap();
    for row in DISTRIBUTIONS {
        let has_row = guide.lines().any(|line| line.starts_with(&format!("| `{}` |", row.id)));
        assert_eq!(has_row, row.release != Release::NotCovered, "{}", row.id);
        assert!(guide.contains(&format!("`{}`", row.id)), "{}", row.id);
    }
}
