//! One finding for each package and vulnerability, with every source kept.

use plimsoll_model::{Cluster, PackageKind, Timestamp};

use crate::shelf::{Changed, Shelf, Told, deb, inventory, package, row, rpm};

const NETTY: &str = "io.netty:netty-codec-http";

#[test]
fn twins_that_alias_each_other_are_both_evaluated_and_the_finding_is_their_union() {
    let mut twins = [
        row("maven", NETTY, "GHSA-5mcr-gq6c-3hq2 CVE-2021-21290", "<4.1.59.Final").source("osv-maven"),
        row("maven", NETTY, "GHSA-269q-hmxg-m83q CVE-2022-24823", "<4.1.77.Final").source("osv-maven"),
    ];
    let cluster = Cluster {
        id: "CVE-2021-21290".into(),
        aliases: ["CVE-2022-24823", "GHSA-269q-hmxg-m83q", "GHSA-5mcr-gq6c-3hq2"].map(str::to_owned).into(),
    };
    twins.iter_mut().for_each(|twin| twin.clusters = vec![cluster.clone()]);
    let shelf = Shelf::of(twins);
    let netty = |version| inventory("scratch", [package(PackageKind::Maven, NETTY, version)]);

    let matched = shelf.matched(&netty("4.1.60.Final"));
    assert_eq!(matched.found(), ["CVE-2021-21290 0 4.1.77.Final"]);
    let evidence: Vec<&str> = matched.findings[0].evidence.iter().map(|row| row.advisory.as_str()).collect();
    assert_eq!(evidence, ["GHSA-269q-hmxg-m83q"]);

    let older = shelf.matched(&netty("4.1.50.Final"));
    assert_eq!(older.found(), ["CVE-2021-21290 0 4.1.77.Final"]);
    assert_eq!(older.findings[0].evidence.len(), 2);
    assert!(shelf.matched(&netty("4.1.77.Final")).findings.is_empty());
}

#[test]
fn the_same_vulnerability_under_three_names_is_one_finding_with_three_sources() {
    let mut rows = [
        row("go", "golang.org/x/net", "GHSA-1 CVE-2023-1 GO-2023-1", "<0.17.0"),
        row("go", "golang.org/x/net", "GO-2023-1 CVE-2023-1 GHSA-1", "<0.17.0"),
        row("go", "golang.org/x/net", "CVE-2023-1 GHSA-1 GO-2023-1", "<0.17.0"),
    ];
    rows[1].advisory.published = Some(Timestamp(10));
    rows[2].advisory.published = Some(Timestamp(5));
    let shelf = Shelf::of(rows.clone());
    let image = inventory("scratch", [package(PackageKind::Go, "golang.org/x/net", "v0.16.0")]);
    let matched = shelf.matched(&image);
    assert_eq!(matched.found(), ["CVE-2023-1 0 0.17.0"]);
    let finding = &matched.findings[0];
    assert_eq!(finding.aliases, ["GHSA-1", "GO-2023-1"]);
    assert_eq!(finding.evidence.len(), 3);
    assert_eq!(finding.published, Some(Timestamp(5)));

    // A later source never overwrites an earlier one, in whatever order they come.
    rows.reverse();
    assert_eq!(Shelf::of(rows).matched(&image), matched);
}

#[test]
fn a_bundle_of_cves_is_one_finding_for_each_and_joins_nothing() {
    let bundle = row("almalinux-9", "kernel-tools", "ALSA-2024:7000", "<5.14-2.el9").bundles(&[
        "CVE-2024-1",
        "CVE-2024-2",
        "CVE-2024-3",
    ]);
    let single = row("almalinux-9", "kernel-tools", "ALSA-2024:7001 CVE-2024-2", "<5.14-3.el9");
    let matched = Shelf::of([bundle, single]).matched(&inventory("almalinux 9", [rpm("kernel-tools", "5.14-1.el9")]));
    assert_eq!(matched.found(), ["CVE-2024-1 0 5.14-2.el9", "CVE-2024-2 0 5.14-3.el9", "CVE-2024-3 0 5.14-2.el9"]);
    let aliases: Vec<_> = matched.findings.iter().map(|finding| finding.aliases.join(" ")).collect();
    assert_eq!(aliases, ["", "ALSA-2024:7001", ""]);
    let evidence: Vec<usize> = matched.findings.iter().map(|finding| finding.evidence.len()).collect();
    assert_eq!(evidence, [1, 2, 1]);
}

#[test]
fn errata_are_aliases_only_where_they_match_and_names_of_the_vulnerability_always() {
    let ids = ["ALSA-2023:1", "ALSA-2023:2", "BIT-nginx-2023-1", "GHSA-1", "GO-2023-1", "NSWG-1"].map(str::to_owned);
    let cluster = Cluster { id: "CVE-2023-1".into(), aliases: ids.into() };
    let mut rows = [
        row("almalinux-9", "nginx", "ALSA-2023:1 CVE-2023-1 NSWG-1", "<1.26-2.el9"),
        row("almalinux-9", "nginx", "ALSA-2023:2 CVE-2023-1", "<1.20-2.el9"),
        row("npm", "nginx", "GHSA-1 CVE-2023-1", "<2.0.0"),
    ];
    rows.iter_mut().for_each(|row| row.clusters = vec![cluster.clone()]);
    let image = inventory("almalinux 9", [rpm("nginx", "1.26-1.el9"), package(PackageKind::Npm, "nginx", "1.0.0")]);
    let matched = Shelf::of(rows).matched(&image);
    let aliases: Vec<_> = matched.findings.iter().map(|finding| finding.aliases.join(" ")).collect();
    assert_eq!(aliases, ["ALSA-2023:1 GHSA-1 GO-2023-1 NSWG-1", "GHSA-1 GO-2023-1"]);
}

#[test]
fn each_package_of_one_source_has_a_finding_of_its_own() {
    use crate::shelf::With;
    let shelf = Shelf::of([row("debian-12", "openssl", "CVE-2023-1", "<3.1")]);
    let image = inventory(
        "debian 12",
        [
            deb("libssl3", "3.0").source_package("openssl", "3.0"),
            deb("openssl", "3.0").source_package("openssl", "3.0"),
        ],
    );
    assert_eq!(shelf.matched(&image).found(), ["CVE-2023-1 0 3.1", "CVE-2023-1 1 3.1"]);
}

#[test]
fn a_record_without_any_cluster_is_found_under_its_own_id() {
    let mut lost = row("npm", "lodash", "GHSA-1", "<4.17.12");
    lost.clusters.clear();
    let image = inventory("scratch", [package(PackageKind::Npm, "lodash", "4.17.11")]);
    assert_eq!(Shelf::of([lost]).matched(&image).found(), ["GHSA-1 0 4.17.12"]);
}

#[test]
fn titles_come_from_one_record_whatever_the_order() {
    let rows = [
        row("npm", "lodash", "SNYK-1 CVE-2019-1", "<4.17.12").title("second"),
        row("npm", "lodash", "GHSA-1 CVE-2019-1", "<4.17.12").title("first"),
        row("npm", "lodash", "CVE-2019-1", "<4.17.12"),
    ];
    let image = inventory("scratch", [package(PackageKind::Npm, "lodash", "4.17.11")]);
    assert_eq!(Shelf::of(rows).matched(&image).findings[0].title, "first");
}
