//! Oracle Linux and SUSE: builds of one package that stand apart, and names of two kinds of feeds.

use plimsoll_model::FixState;

use crate::shelf::{Changed, Shelf, Told, With, inventory, row, rpm};

#[test]
fn builds_of_ksplice_are_compared_with_fixes_of_ksplice_only() {
    let shelf = Shelf::of([
        row("ol-8", "glibc", "ELSA-2023-13862 CVE-2023-1", "<2:2.28-225.0.4.ksplice1.el8_8.6").channel("ksplice"),
        row("ol-8", "glibc", "ELSA-2023-5455 CVE-2023-1", "<2.28-225.0.4.el8_8.6"),
        row("ol-8", "gnutls", "ELSA-2023-1569 CVE-2023-2", "<3.6.16-6.el8_7"),
        row("ol-8", "gnutls", "ELSA-2023-12253 CVE-2023-2", "<10:3.6.16-6.el8_7_fips").channel("fips"),
    ]);
    let found = |name: &str, version: &str| {
        let package = rpm(name, version).vendor("Oracle America");
        shelf.matched(&inventory("ol 8.8", [package])).found()
    };
    assert_eq!(found("glibc", "2.28-225.0.3.el8"), ["CVE-2023-1 0 2.28-225.0.4.el8_8.6"]);
    assert!(found("glibc", "2.28-225.0.4.el8_8.6").is_empty());
    assert_eq!(found("glibc", "2:2.28-225.0.3.ksplice1.el8"), ["CVE-2023-1 0 2:2.28-225.0.4.ksplice1.el8_8.6"]);
    assert!(found("glibc", "2:2.28-225.0.4.ksplice1.el8_8.6").is_empty());
    assert_eq!(found("gnutls", "10:3.6.16-4.0.1.el8_fips"), ["CVE-2023-2 0 10:3.6.16-6.el8_7_fips"]);
    assert_eq!(found("gnutls", "3.6.16-4.el8"), ["CVE-2023-2 0 3.6.16-6.el8_7"]);
}

#[test]
fn suse_is_looked_up_by_the_binary_names_of_oval_and_the_source_names_of_osv() {
    let shelf = Shelf::of([
        row("sles-15.5", "libopenssl1_1", "CVE-2024-0727", "<1.1.1l-150500.17.25.1"),
        row("sles-15.5", "openssl-1_1", "SUSE-SU-2024:0815-1 CVE-2024-0727", "<1.1.1l-150500.17.25.1"),
    ]);
    let library = rpm("libopenssl1_1", "1.1.1l-150500.17.22.1")
        .vendor("SUSE LLC <https://www.suse.com/>")
        .source_package("openssl-1_1", "1.1.1l-150500.17.22.1");
    let matched = shelf.matched(&inventory("sles 15.5", [library]));
    assert_eq!(matched.found(), ["CVE-2024-0727 0 1.1.1l-150500.17.25.1"]);
    let records: Vec<&str> = matched.findings[0].evidence.iter().map(|row| row.advisory.as_str()).collect();
    assert_eq!(records, ["CVE-2024-0727", "SUSE-SU-2024:0815-1"]);
}

#[test]
fn fixes_for_subscribers_of_suse_are_told_of_and_do_not_hide_that_the_package_is_affected() {
    let shelf = Shelf::of([row("sles-15.2", "bash", "CVE-2024-1", "<4.4-150200.9").channel("ltss")]);
    let bash = rpm("bash", "4.4-9.10.1").vendor("SUSE LLC <https://www.suse.com/>");
    let matched = shelf.matched(&inventory("sles 15.2", [bash]));
    let expected = FixState::InChannel { version: "4.4-150200.9".into(), channel: "ltss".into() };
    assert_eq!(matched.findings.iter().map(|finding| &finding.fix).collect::<Vec<_>>(), [&expected]);
}

#[test]
fn azure_linux_is_looked_up_by_source_names() {
    let shelf = Shelf::of([
        row("azurelinux-3.0", "openssl", "CVE-2024-1", "<3.3.2-1.azl3"),
        row("azurelinux-3.0", "openssl-libs", "CVE-2024-2", "*"),
    ]);
    let library =
        rpm("openssl-libs", "3.3.0-2.azl3").vendor("Microsoft Corporation").source_package("openssl", "3.3.0-2.azl3");
    assert_eq!(shelf.matched(&inventory("azurelinux 3.0", [library])).found(), ["CVE-2024-1 0 3.3.2-1.azl3"]);
}
