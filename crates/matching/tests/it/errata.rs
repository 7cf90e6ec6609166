//! Distributions of RPM packages beside the Red Hat family, Arch Linux and Gentoo: who is looked up by
//! which name, and whose packages are strangers.

use plimsoll_model::{GapKind, PackageKind};

use crate::shelf::{Shelf, Told, With, inventory, package, row, rpm};

#[test]
fn errata_of_repositories_are_looked_up_by_binary_names() {
    for (system, shard, vendor) in [
        ("amzn 2", "amzn-2", "Amazon Linux"),
        ("amzn 2018.03", "amzn-1", "Amazon.com"),
        ("amzn 2023", "amzn-2023", "Amazon Linux"),
        ("fedora 42", "fedora-42", "Fedora Project"),
        ("bottlerocket 1.19.2", "bottlerocket", "Bottlerocket"),
    ] {
        let shelf = Shelf::of([row(shard, "libcurl", "CVE-2023-1", "<8.3.0-1"), row(shard, "curl", "CVE-2023-2", "*")]);
        let libcurl = rpm("libcurl", "8.2.1-1").source_package("curl", "8.2.1-1").vendor(vendor);
        assert_eq!(shelf.matched(&inventory(system, [libcurl])).found(), ["CVE-2023-1 0 8.3.0-1"], "{system}");
    }
}

#[test]
fn photon_openeuler_and_mageia_are_looked_up_by_source_names() {
    for (system, shard, vendor) in [
        ("photon 5.0", "photon-5.0", "VMware, Inc."),
        ("openeuler 24.03-LTS-SP1", "openeuler-24.03-lts-sp1", "http://openeuler.org"),
        ("mageia 9", "mageia-9", "Mageia.Org"),
    ] {
        let shelf = Shelf::of([row(shard, "curl", "CVE-2023-1", "<8.3.0-1"), row(shard, "libcurl", "CVE-2023-2", "*")]);
        let libcurl = rpm("libcurl", "8.2.1-1").source_package("curl", "8.2.1-1").vendor(vendor);
        assert_eq!(shelf.matched(&inventory(system, [libcurl])).found(), ["CVE-2023-1 0 8.3.0-1"], "{system}");
    }
}

#[test]
fn another_service_pack_of_openeuler_has_other_advisories() {
    let shelf = Shelf::of([row("openeuler-24.03-lts", "curl", "CVE-2023-1", "*")]);
    let matched = shelf.matched(&inventory("openeuler 24.03-LTS-SP1", [rpm("curl", "8-1")]));
    assert_eq!((matched.findings.len(), matched.gap_kinds()), (0, vec![GapKind::NoFeed]));
}

#[test]
fn an_extra_of_amazon_linux_says_nothing_of_the_cores_older_package() {
    let shelf = Shelf::of([
        row("amzn-2", "php", "ALASPHP8.2-2023-1 CVE-2023-1", ">=8.2 <8.2.9-1.amzn2"),
        row("amzn-2", "php", "ALASPHP8.0-2023-1 CVE-2023-2", ">=8.0 <8.0.30-1.amzn2"),
    ]);
    let found = |version: &str| {
        let php = rpm("php", version).vendor("Amazon Linux");
        shelf.matched(&inventory("amzn 2", [php])).found()
    };
    assert!(found("5.4.16-46.amzn2.0.4").is_empty());
    assert_eq!(found("8.2.7-1.amzn2"), ["CVE-2023-1 0 8.2.9-1.amzn2"]);
    assert_eq!(found("8.0.28-1.amzn2"), ["CVE-2023-2 0 8.0.30-1.amzn2"]);
    assert!(found("8.1.0-1.amzn2").is_empty());
}

#[test]
fn packages_of_epel_on_amazon_linux_are_strangers() {
    let shelf = Shelf::of([row("amzn-2", "htop", "CVE-2023-1", "*")]);
    let htop = rpm("htop", "2.2.0-3.el7").vendor("Fedora Project");
    let matched = shelf.matched(&inventory("amzn 2", [htop]));
    assert_eq!((matched.findings.len(), matched.gap_kinds()), (0, vec![GapKind::ThirdParty]));
}

#[test]
fn arch_is_looked_up_by_package_names_in_pacmans_order() {
    let shelf = Shelf::of([
        row("arch", "openssl", "AVG-1 CVE-2023-1", "<1:3.1.1-1"),
        row("arch", "xz", "AVG-2 CVE-2024-3094", "<!5.6.1-2"),
        row("arch", "go", "AVG-3 CVE-2023-3", "<2:1.20.0-1"),
    ]);
    let alpm = |name: &str, version: &str| {
        package(PackageKind::Alpm, name, version).vendor("Felix Yan <felixonmars@archlinux.org>")
    };
    let image = inventory("arch", [alpm("openssl", "3.1.1-1"), alpm("xz", "5.6.1-1"), alpm("go", "2:1.20.0rc1-1")]);
    // Letters sort before the end, as in pacman: 1.20.0rc1 is before 1.20.0.
    assert_eq!(
        shelf.matched(&image).found(),
        ["CVE-2023-1 0 1:3.1.1-1", "CVE-2023-3 2 2:1.20.0-1", "CVE-2024-3094 1 not-fixed"]
    );
}

#[test]
fn gentoo_is_looked_up_by_category_and_name_in_portages_order() {
    let shelf = Shelf::of([row(
        "gentoo",
        "dev-libs/openssl",
        "GLSA-202402-08 CVE-2023-1",
        "<1.1.1u || >=3.0.0_alpha1 <3.0.10-r1",
    )]);
    let found = |version: &str| {
        let openssl = package(PackageKind::Ebuild, "dev-libs/openssl", version);
        shelf.matched(&inventory("gentoo", [openssl])).found()
    };
    assert_eq!(found("1.1.1t"), ["CVE-2023-1 0 1.1.1u"]);
    assert_eq!(found("3.0.10"), ["CVE-2023-1 0 3.0.10-r1"]);
    assert!(found("1.1.1u").is_empty() && found("3.0.10-r1").is_empty());
}

#[test]
fn kernels_of_arch_and_gentoo_are_inventory() {
    for (system, kind, name) in [
        ("arch", PackageKind::Alpm, "linux-lts"),
        ("arch", PackageKind::Alpm, "linux-api-headers"),
        ("gentoo", PackageKind::Ebuild, "sys-kernel/gentoo-kernel-bin"),
    ] {
        let shelf = Shelf::of([row(system, name, "CVE-2023-1", "*")]);
        let matched = shelf.matched(&inventory(system, [package(kind, name, "6.1.1")]));
        assert_eq!((matched.findings.len(), matched.gap_kinds()), (0, vec![GapKind::SkippedPackages]), "{name}");
    }
}
