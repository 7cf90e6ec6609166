//! RPM modules: streams are different packages, and several builds of one fix are one fix.

use crate::shelf::{Changed, Shelf, Told, With, inventory, row, rpm};

const NODE_16: &str = "1:16.14.0-4.module_el8.6.0+2904+f21ad6f4";

#[test]
fn a_row_of_one_stream_never_matches_another_stream_nor_a_plain_package() {
    let shelf = Shelf::of([
        row("almalinux-8", "nodejs", "ALSA-2022:4796 CVE-2022-1", &format!("<{NODE_16}")).module("nodejs:16"),
        row("almalinux-8", "nodejs", "ALSA-2022:7821 CVE-2022-2", "<1:18.9.1-1.module_el8.7.0+3343+ea2b7901")
            .module("nodejs:18"),
        row("almalinux-8", "nodejs", "ALSA-2022:9 CVE-2022-3", "<1:99-1.el8"),
    ]);
    let found = |package| shelf.matched(&inventory("almalinux 8.7", [package])).found();
    let old = rpm("nodejs", "1:14.0.0-1.module_el8.5.0+1+aa");
    assert_eq!(found(old.clone().of_module("nodejs:16")), [format!("CVE-2022-1 0 {NODE_16}")]);
    assert_eq!(found(old.clone().of_module("nodejs:18")), ["CVE-2022-2 0 1:18.9.1-1.module_el8.7.0+3343+ea2b7901"]);
    assert!(found(old.of_module("nodejs:20")).is_empty());
    assert_eq!(found(rpm("nodejs", "1:10.0.0-1.el8")), ["CVE-2022-3 0 1:99-1.el8"]);
}

#[test]
fn a_stream_is_told_by_the_first_two_parts_of_an_installed_label() {
    let shelf = Shelf::of([row("almalinux-8", "nodejs", "CVE-2022-1", &format!("<{NODE_16}")).module("nodejs:16")]);
    let node = rpm("nodejs", "1:16.13.0-1.module_el8.5.0+1+aa").of_module("nodejs:16:8050020211206113934:c5368500");
    assert_eq!(shelf.matched(&inventory("almalinux 8", [node])).findings.len(), 1);
}

#[test]
fn a_module_and_its_devel_sibling_share_their_builds() {
    let fixed = "<5.8.0-4.module_el8.6.0+2780+a40f65e1";
    let shelf = Shelf::of([row("almalinux-8", "python39-psutil", "CVE-2024-1", fixed).module("python39:3.9")]);
    let psutil = rpm("python39-psutil", "5.8.0-3.module_el8.6.0+1+aa").of_module("python39-devel:3.9");
    assert_eq!(shelf.matched(&inventory("almalinux 8", [psutil])).findings.len(), 1);
}

#[test]
fn the_oldest_fixed_build_installed_is_silent() {
    let builds = "<1.10.2-4.module_el8.3.0+2053+ac338b6d || <1.10.2-4.module_el8.4.0+2266+ac338b6d || \
                  <1.10.2-4.module_el8.5.0+73+aa7e29ed";
    let shelf =
        Shelf::of([row("almalinux-8", "mod_dav_svn", "ALSA-2021:0507 CVE-2021-1", builds).module("subversion:1.10")]);
    let found = |version| {
        let package = rpm("mod_dav_svn", version).of_module("subversion:1.10");
        shelf.matched(&inventory("almalinux 8", [package])).found()
    };
    for silent in [
        "1.10.2-4.module_el8.3.0+2053+ac338b6d",
        "1.10.2-4.module_el8.4.0+2266+ac338b6d",
        "1.10.2-5.module_el8.10.0+1+aa",
    ] {
        assert!(found(silent).is_empty(), "{silent}");
    }
    assert_eq!(found("1.10.2-3.module_el8.3.0+9999+aa"), ["CVE-2021-1 0 1.10.2-4.module_el8.3.0+2053+ac338b6d"]);
}

#[test]
fn several_builds_of_a_plain_package_are_one_fix_too() {
    let shelf =
        Shelf::of([row("almalinux-8", "vim-common", "CVE-2022-1", "<2:8.0.1763-16.el8_5.13 || <2:8.0.1763-16.el8")]);
    let found = |version| shelf.matched(&inventory("almalinux 8", [rpm("vim-common", version)])).found();
    assert!(found("2:8.0.1763-16.el8").is_empty());
    assert_eq!(found("2:8.0.1763-15.el8"), ["CVE-2022-1 0 2:8.0.1763-16.el8"]);
}

#[test]
fn where_a_stream_is_not_named_builds_of_one_leading_number_go_together() {
    let unnamed = row("almalinux-8", "varnish", "ALSA-2023:5989 CVE-2023-1", "<6.0.8-3.module_el8.8.0+1+bb");
    let named = row("almalinux-8", "nodejs", "CVE-2022-1", &format!("<{NODE_16}")).module("nodejs:16");
    let shelf = Shelf::of([unnamed, named]);
    let found = |package| shelf.matched(&inventory("almalinux 8", [package])).findings.len();
    assert_eq!(found(rpm("varnish", "6.0.6-2.module_el8.3.0+1+aa").of_module("varnish:6")), 1);
    assert_eq!(found(rpm("varnish", "4.1.6-2.module_el8.3.0+1+aa").of_module("varnish:4")), 0);
    // The label is missing, the build says that it is a module's.
    assert_eq!(found(rpm("nodejs", "1:16.13.0-1.module_el8.5.0+1+aa")), 1);
    assert_eq!(found(rpm("nodejs", "1:14.13.0-1.module_el8.5.0+1+aa")), 0);
}
