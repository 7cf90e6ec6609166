//! Packages that someone else built are not compared with the distribution's fixes.

use plimsoll_model::{GapKind, InstalledPackage};

use crate::shelf::{Shelf, Told, With, apk, deb, inventory, row, rpm};

fn debian(package: InstalledPackage) -> (usize, Vec<String>) {
    let name = package.package.source.as_ref().map_or(package.package.name.clone(), |source| source.name.clone());
    let shelf = Shelf::of([row("debian-12", &name, "CVE-2023-1", "<999:9")]);
    let matched = shelf.matched(&inventory("debian 12", [package]));
    (matched.findings.len(), matched.gaps(GapKind::ThirdParty))
}

#[test]
fn packages_of_other_publishers_on_debian_are_named_and_not_compared() {
    for (name, version, maintainer) in [
        ("nginx", "1.25.3-1~bookworm", "NGINX Packaging <nginx-packaging@f5.com>"),
        ("postgresql-16", "16.1-1.pgdg120+1", "Debian PostgreSQL Maintainers <team+postgresql@tracker.debian.org>"),
        ("nodejs", "20.10.0-1nodesource1", "Ivan Iguaran <ivan@nodesource.com>"),
        ("mongodb-org-server", "7.0.4", "MongoDB Packaging <packaging@mongodb.com>"),
        ("openssl", "3.0.11-1~deb12u2.root.io.1", "Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>"),
        ("docker-ce", "5:24.0.7-1~debian.12~bookworm", "Docker <support@docker.com>"),
        ("google-cloud-cli", "450.0.0-0", "Google Cloud CLI Authors <https://code.google.com/p/google-cloud-sdk/>"),
        ("mariadb-server", "1:10.11.6+maria~deb12", "MariaDB Developers <developers@lists.mariadb.org>"),
        (
            "php8.2",
            "8.2.13-1+0~20231122.32+debian12~1.gbp5cb0c6",
            "Debian PHP Maintainers <team+pkg-php@tracker.debian.org>",
        ),
        ("curl", "7.81.0-1ubuntu1.15", "Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>"),
    ] {
        let (found, gaps) = debian(deb(name, version).vendor(maintainer));
        assert_eq!(found, 0, "{name}");
        assert_eq!(
            gaps,
            [format!("{name} {version}: built by {maintainer}, for which the feed of Debian does not answer")]
        );
    }
}

#[test]
fn debians_own_packages_are_compared_wherever_their_maintainer_has_an_address() {
    for (name, version, maintainer) in [
        ("openssl", "3.0.11-1~deb12u2", Some("Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>")),
        ("bash", "5.2.15-2+b2", Some("Matthias Klose <doko@debian.org>")),
        ("e2fsprogs", "1.47.0-2", Some("Theodore Y. Ts'o <tytso@mit.edu>")),
        ("libcrypt1", "1:4.4.33-2", Some("Marco d'Itri <md@linux.it>")),
        ("golang-1.22", "1.22.1-1~bpo12+1", Some("Debian Go Compiler Team <team+go-compiler@tracker.debian.org>")),
        ("nodesource-like", "1.0", Some("Someone <a@notnodesource.com>")),
        ("base-files", "12.4", None),
    ] {
        let mut package = deb(name, version);
        package.package.vendor = maintainer.map(str::to_owned);
        assert_eq!(debian(package), (1, vec![]), "{name}");
    }
}

#[test]
fn rpm_packages_of_another_vendor_are_named_and_not_compared() {
    let shelf = Shelf::of([row("almalinux-9", "nginx", "CVE-2023-1", "<9:9")]);
    for (vendor, expected) in [
        ("AlmaLinux", 1),
        ("AlmaLinux OS Foundation", 1),
        ("Fedora Project", 0),
        ("Rocky Enterprise Software Foundation", 0),
        ("Red Hat, Inc.", 0),
    ] {
        let matched = shelf.matched(&inventory("almalinux 9", [rpm("nginx", "1:1.20-1.el9").vendor(vendor)]));
        assert_eq!(matched.findings.len(), expected, "{vendor}");
        assert_eq!(matched.gap_kinds().contains(&GapKind::ThirdParty), expected == 0, "{vendor}");
    }
    let mut unsigned = rpm("nginx", "1:1.20-1.el9");
    unsigned.package.vendor = None;
    assert_eq!(shelf.matched(&inventory("almalinux 9", [unsigned])).findings.len(), 1);
}

#[test]
fn alpines_maintainers_are_volunteers_but_publishers_are_known() {
    let shelf = Shelf::of([row("alpine-3.20", "nginx", "CVE-2023-1", "<9")]);
    for (maintainer, expected) in
        [("Sören Tempel <soeren+alpine@soeren-tempel.net>", 1), ("NGINX Packaging Team <nginx-packaging@f5.com>", 0)]
    {
        let matched = shelf.matched(&inventory("alpine 3.20.1", [apk("nginx", "1.26-r0").vendor(maintainer)]));
        assert_eq!(matched.findings.len(), expected, "{maintainer}");
    }
}

#[test]
fn third_party_packages_are_counted_as_present_and_not_as_matched() {
    let shelf = Shelf::of([row("debian-12", "nginx", "CVE-2023-1", "<9")]);
    let matched = shelf.matched(&inventory("debian 12", [deb("bash", "5"), deb("nginx", "1.25.3-1~bookworm")]));
    assert_eq!((matched.coverage.packages_present, matched.coverage.packages_matched), (2, 1));
}
