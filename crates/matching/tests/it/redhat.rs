//! Red Hat Enterprise Linux and CentOS: minor releases, extended support, source and binary rows.

use plimsoll_model::{Candidate, GapKind, Identity, InstalledPackage, Inventory, Status};

use crate::shelf::{Changed, Shelf, Told, With, inventory, row, rpm};

const RED_HAT: &str = "Red Hat, Inc.";

/// A row about a source package.
fn source(name: &str, ids: &str, ranges: &str) -> Candidate {
    let mut row = row("rhel-9", name, ids, ranges);
    row.affected.scope.architectures = vec!["src".into()];
    row
}

fn libcurl(version: &str) -> InstalledPackage {
    rpm("libcurl", version).source_package("curl", version).vendor(RED_HAT)
}

fn following(system: &str, channels: &[&str], package: InstalledPackage) -> Inventory {
    let mut inventory = inventory(system, [package]);
    if let Identity::Distro(distro) = &mut inventory.identity {
        distro.channels = channels.iter().map(|channel| (*channel).to_owned()).collect();
    }
    inventory
}

#[test]
fn a_fix_is_that_of_the_own_minor_release_or_the_last_of_all() {
    // CVE-2023-38545 was fixed for 9.2 and for 9.3, which had been released with a later build.
    let shelf = Shelf::of([source("curl", "CVE-2023-38545", "<7.76.1-23.el9_2.4 || <7.76.1-26.el9_3.2")]);
    let found = |version| shelf.matched(&inventory("rhel 9.3", [libcurl(version)])).found();
    for safe in ["7.76.1-23.el9_2.4", "7.76.1-23.el9_2.9", "7.76.1-26.el9_3.2", "7.76.1-29.el9_4", "7.76.1-29.el9"] {
        assert!(found(safe).is_empty(), "{safe}");
    }
    assert_eq!(found("7.76.1-23.el9_2.3"), ["CVE-2023-38545 0 7.76.1-23.el9_2.4"]);
    for affected in ["7.76.1-26.el9_3.1", "7.76.1-26.el9"] {
        assert_eq!(found(affected), ["CVE-2023-38545 0 7.76.1-26.el9_3.2"], "{affected}");
    }
}

#[test]
fn a_modules_build_has_its_minor_release_behind_the_marker() {
    let builds = "<1:18.18.2-2.module+el8.8.0+1+aa || <1:18.18.2-5.module+el8.9.0+1+bb";
    let shelf = Shelf::of([row("rhel-8", "npm", "CVE-2023-1", builds).module("nodejs:18")]);
    let found = |version| {
        let npm = rpm("npm", version).vendor(RED_HAT).of_module("nodejs:18");
        shelf.matched(&inventory("rhel 8.9", [npm])).findings.len()
    };
    assert_eq!(found("1:18.18.2-3.module+el8.8.0+9+cc"), 0);
    assert_eq!(found("1:18.18.2-3.module+el8.9.0+9+cc"), 1);
    assert_eq!(found("1:18.18.2-5.module+el8.9.0+1+bb"), 0);
}

#[test]
fn rows_of_sources_and_of_binary_packages_of_one_name_are_told_apart() {
    let shelf = Shelf::of([
        row("rhel-9", "curl", "CVE-2023-1", "<8"),
        source("curl", "CVE-2023-2", "<8"),
        source("libcurl", "CVE-2023-3", "<8"),
    ]);
    let found = |package| shelf.matched(&inventory("rhel 9.3", [package])).found();
    assert_eq!(found(libcurl("7-1.el9")), ["CVE-2023-2 0 8"], "it is not the binary package curl");
    let curl = rpm("curl", "7-1.el9").vendor(RED_HAT);
    assert_eq!(found(curl.clone().source_package("curl", "7-1.el9")), ["CVE-2023-1 0 8", "CVE-2023-2 0 8"]);
    assert_eq!(found(curl), ["CVE-2023-1 0 8", "CVE-2023-2 0 8"], "its source may have its name");
}

#[test]
fn a_binary_package_that_is_not_affected_is_safe_although_its_source_is() {
    let shelf = Shelf::of([
        source("curl", "CVE-2023-1", "*"),
        row("rhel-9", "libcurl", "CVE-2023-1", "").status(Status::NotAffected),
    ]);
    assert!(shelf.matched(&inventory("rhel 9", [libcurl("7-1.el9")])).found().is_empty());
    let minimal = rpm("libcurl-minimal", "7-1.el9").source_package("curl", "7-1.el9").vendor(RED_HAT);
    assert_eq!(shelf.matched(&inventory("rhel 9", [minimal])).found(), ["CVE-2023-1 0 not-fixed"]);
}

#[test]
fn extended_support_counts_where_the_image_or_the_build_is_of_it() {
    let shelf = Shelf::of([
        source("curl", "CVE-2023-1", "<7.76.1-26.el9_3.2"),
        source("curl", "CVE-2023-1", "<7.76.1-14.el9_0.9").channel("eus-9.0"),
        source("curl", "CVE-2023-1", "*").channel("e4s-9.0").status(Status::Deferred),
        source("curl", "CVE-2023-2", "<9").channel("aus-9.2"),
        source("curl", "CVE-2023-3", "<9").channel("openshift-4.16"),
    ]);
    let found = |channels: &[&str], version| shelf.matched(&following("rhel 9.0", channels, libcurl(version))).found();
    assert_eq!(found(&[], "7.76.1-14.el9"), ["CVE-2023-1 0 7.76.1-26.el9_3.2"], "default repositories");
    assert_eq!(found(&["eus-9.0"], "7.76.1-14.el9"), ["CVE-2023-1 0 7.76.1-14.el9_0.9"]);
    assert!(found(&[], "7.76.1-14.el9_0.9").is_empty(), "a build for 9.0 with the fix for 9.0");
    assert_eq!(found(&["e4s-9.0"], "7.76.1-14.el9"), ["CVE-2023-1 0 deferred"]);
    assert_eq!(found(&["aus-9.2"], "7.76.1-27.el9"), ["CVE-2023-2 0 9"]);
}

#[test]
fn centos_is_compared_with_the_main_stream_and_strangers_are_not() {
    let shelf = Shelf::of([
        source("openssh", "CVE-2024-6387", "<8.7p1-38.el9_4.1"),
        source("openssh", "CVE-2024-1", "*").channel("eus-9.4"),
    ]);
    let openssh = |version: &str, vendor| rpm("openssh", version).source_package("openssh", version).vendor(vendor);
    let matched = |system, package| shelf.matched(&inventory(system, [package]));
    assert_eq!(matched("centos 9", openssh("8.7p1-38.el9", "CentOS")).found(), ["CVE-2024-6387 0 8.7p1-38.el9_4.1"]);
    assert!(matched("centos 9", openssh("8.7p1-43.el9", "CentOS")).found().is_empty(), "a newer build of Stream");
    let stranger = matched("rhel 9.4", openssh("8.7p1-1.el9", "Fedora Project"));
    assert_eq!((stranger.found().len(), stranger.gap_kinds()), (0, vec![GapKind::ThirdParty]));
}

#[test]
fn what_is_under_investigation_is_said_and_is_no_finding() {
    let shelf = Shelf::of([source("curl", "CVE-2026-1", "").status(Status::Undetermined)]);
    let matched = shelf.matched(&inventory("rhel 10.0", [libcurl("8-1.el10")]));
    assert_eq!(matched.gap_kinds(), [GapKind::NoFeed], "nothing is known of release 10");
    let matched = shelf.matched(&inventory("rhel 9", [libcurl("7-1.el9")]));
    assert_eq!((matched.found().len(), matched.gap_kinds()), (0, vec![GapKind::Undetermined]));
}

fn built_from(repositories: &[&str]) -> Inventory {
    let mut inventory = inventory("rhel 9.0", [libcurl("7.76.1-14.el9")]);
    if let Identity::Distro(distro) = &mut inventory.identity {
        distro.repositories = repositories.iter().map(|name| (*name).to_owned()).collect();
    }
    inventory
}

#[test]
fn the_table_says_which_channels_a_repository_is_of_and_else_its_name_does() {
    let shelf = Shelf {
        repositories: vec![
            ("advanced-virt-for-rhel-9-rpms", vec!["advanced_virtualization-9.0"]),
            ("rhel-9-for-x86_64-baseos-eus-rpms__9_DOT_2", vec![]),
        ],
        ..Shelf::of([
            source("curl", "CVE-2023-1", "<9").channel("advanced_virtualization-9.0"),
            source("curl", "CVE-2023-2", "<9").channel("eus-9.0"),
            source("curl", "CVE-2023-3", "<9").channel("eus-9.2"),
        ])
    };
    let found = |repositories: &[&str]| shelf.matched(&built_from(repositories)).found();
    assert!(found(&["rhel-9-for-x86_64-baseos-rpms"]).is_empty());
    assert_eq!(found(&["advanced-virt-for-rhel-9-rpms"]), ["CVE-2023-1 0 9"]);
    assert_eq!(found(&["rhel-9-for-x86_64-baseos-eus-rpms__9_DOT_0"]), ["CVE-2023-2 0 9"]);
    assert!(found(&["rhel-9-for-x86_64-baseos-eus-rpms__9_DOT_2"]).is_empty(), "the table's word is the first");
}

#[test]
fn a_repository_that_neither_the_table_nor_a_pattern_knows_is_a_gap_by_its_name() {
    let mut shelf = Shelf::of([source("curl", "CVE-2023-2", "<9").channel("eus-9.0")]);
    shelf.repositories = vec![("fast-datapath-for-rhel-9-x86_64-rpms", vec![])];
    let image =
        built_from(&["fast-datapath-for-rhel-9-x86_64-rpms", "own-rpms", "rhel-9-for-x86_64-baseos-eus-rpms__9_DOT_0"]);
    let matched = shelf.matched(&image);
    let gaps = |matched: &plimsoll_matching::Matched| -> Vec<_> {
        matched.coverage.gaps.iter().map(|gap| (gap.kind, gap.subject.clone(), gap.count)).collect()
    };
    assert_eq!(gaps(&matched), [(GapKind::UnknownRepository, "own-rpms".to_owned(), 1)]);
    assert_eq!(matched.found(), ["CVE-2023-2 0 9"], "the others are followed as ever");
    shelf.broken.insert(plimsoll_model::ShardName::redhat_repositories());
    let damaged = shelf.matched(&image);
    assert_eq!(damaged.found(), ["CVE-2023-2 0 9"], "names still say what they say");
    let mut told = gaps(&damaged);
    told.sort();
    let names = ["fast-datapath-for-rhel-9-x86_64-rpms", "own-rpms"];
    let mut expected: Vec<_> = names.map(|name| (GapKind::UnknownRepository, name.to_owned(), 1)).into();
    expected.push((GapKind::ShardUnreadable, "redhat-repositories".to_owned(), 3));
    expected.sort();
    assert_eq!(told, expected);
}

#[test]
fn of_many_repositories_that_nobody_knows_the_first_are_named() {
    let names: Vec<String> = (0..100).map(|number| format!("own-{number:02}-rpms")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let matched = Shelf::of([source("curl", "CVE-2023-2", "<9")]).matched(&built_from(&names));
    let told = matched.coverage.gaps.iter().filter(|gap| gap.kind == GapKind::UnknownRepository);
    assert_eq!(told.count(), 32);
}
