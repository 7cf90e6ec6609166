//! What each list and remedy means, modules, and documents that contradict themselves.

use plimsoll_model::{Severity, Status};
use serde_json::json;

use super::sample::Sample;
use super::{read_document, rows};

const RHEL_9: &str = "cpe:/o:redhat:enterprise_linux:9";
const RHEL_9_BASEOS: &str = "cpe:/o:redhat:enterprise_linux:9::baseos";

#[test]
fn remedies_say_what_becomes_of_an_affected_package() {
    for (category, details, status) in [
        ("none_available", "Affected", Status::Affected),
        ("none_available", "Fix deferred", Status::Deferred),
        ("none_available", "Deferred", Status::Deferred),
        ("no_fix_planned", "Will not fix", Status::WontFix),
        ("no_fix_planned", "Out of support scope", Status::EndOfLife),
        ("workaround", "Turn it off.", Status::Affected),
        ("mitigation", "", Status::Affected),
        ("something_new", "", Status::Affected),
    ] {
        let mut sample = Sample::new();
        let id = sample.add("known_affected", RHEL_9, "pkg:rpm/redhat/bash?arch=src");
        let parsed = read_document(&sample.remedy(category, details, &[&id]).json());
        assert_eq!(rows(&parsed), [format!("rhel-9 bash src {status:?} all versions")], "{category} {details}");
    }
}

#[test]
fn a_package_under_investigation_is_undetermined() {
    let sample = Sample::new().with("under_investigation", RHEL_9, "pkg:rpm/redhat/bash?arch=src");
    assert_eq!(rows(&read_document(&sample.json())), ["rhel-9 bash src Undetermined"]);
}

#[test]
fn builds_for_every_processor_limit_nothing() {
    let mut sample = Sample::new();
    for architecture in ["aarch64", "ppc64le", "s390x", "x86_64", "i686"] {
        sample.add("fixed", RHEL_9_BASEOS, &format!("pkg:rpm/redhat/bash@5.1.8-6.el9?arch={architecture}"));
    }
    sample.add("fixed", RHEL_9_BASEOS, "pkg:rpm/redhat/bash-doc@5.1.8-6.el9?arch=noarch");
    sample.add("fixed", RHEL_9_BASEOS, "pkg:rpm/redhat/bash-tool@5.1.8-6.el9?arch=x86_64");
    assert_eq!(
        rows(&read_document(&sample.json())),
        [
            "rhel-9 bash Affected < 5.1.8-6.el9",
            "rhel-9 bash-doc Affected < 5.1.8-6.el9",
            "rhel-9 bash-tool x86_64 Affected < 5.1.8-6.el9",
        ]
    );
}

#[test]
fn fixes_of_several_minor_releases_stand_in_one_row() {
    let sample = Sample::new().with("fixed", RHEL_9_BASEOS, "pkg:rpm/redhat/curl@7.76.1-23.el9_2.4?arch=src").with(
        "fixed",
        "cpe:/a:redhat:enterprise_linux:9::appstream",
        "pkg:rpm/redhat/curl@7.76.1-26.el9_3.2?arch=src",
    );
    let expected = "rhel-9 curl src Affected < 7.76.1-23.el9_2.4 or < 7.76.1-26.el9_3.2";
    assert_eq!(rows(&read_document(&sample.json())), [expected]);
}

#[test]
fn modules_are_told_in_three_ways() {
    let platform = "cpe:/a:redhat:enterprise_linux:8::appstream";
    let expected = ["rhel-8 nodejs src nodejs:18 Affected < 1:18.19.1-1.module+el8.9.0+21387+82f48bc8"];
    let purl = "pkg:rpm/redhat/nodejs@18.19.1-1.module%2Bel8.9.0%2B21387%2B82f48bc8?arch=src&epoch=1";

    let by_qualifier = format!("{purl}&rpmmod=nodejs:18:8090020240301110609:a75119d5");
    assert_eq!(rows(&read_document(&Sample::new().with("fixed", platform, &by_qualifier).json())), expected);

    let module = "pkg:rpmmod/redhat/nodejs@18:8090020240301110609:a75119d5";
    let mut nested = Sample::new();
    // The module as a component of the platform, and the package as one of the module's.
    let inside = nested.add("known_affected", platform, module);
    nested.add("known_affected", platform, purl);
    nested.vulnerability["product_status"] = json!({});
    nested.relate("package in module", purl, &inside);
    nested.list("fixed", "package in module");
    assert_eq!(rows(&read_document(&nested.json())), expected);

    let unfixed =
        Sample::new().with("known_affected", "cpe:/o:redhat:enterprise_linux:8", "pkg:rpmmod/redhat/nodejs:18/nodejs");
    assert_eq!(rows(&read_document(&unfixed.json())), ["rhel-8 nodejs src nodejs:18 Affected all versions"]);
}

#[test]
fn affected_counts_before_not_affected_where_a_document_says_both() {
    let purl = "pkg:rpm/redhat/bash?arch=src";
    let both = |first: &str, second: &str| {
        let sample = Sample::new().with(first, RHEL_9, purl).with(second, RHEL_9_BASEOS, purl);
        rows(&read_document(&sample.json()))
    };
    assert_eq!(both("known_not_affected", "known_affected"), ["rhel-9 bash src Affected all versions"]);
    assert_eq!(both("under_investigation", "known_not_affected"), ["rhel-9 bash src NotAffected"]);
    assert_eq!(both("under_investigation", "known_affected"), ["rhel-9 bash src Affected all versions"]);
}

#[test]
fn a_product_with_a_rating_of_its_own_keeps_it() {
    let mut sample = Sample::new();
    let nine = sample.add("known_affected", RHEL_9, "pkg:rpm/redhat/bash?arch=src");
    let eight = sample.add("known_affected", "cpe:/o:redhat:enterprise_linux:8", "pkg:rpm/redhat/bash?arch=src");
    sample.vulnerability["threats"] = json!([
        {"category": "impact", "details": "Low", "product_ids": [nine]},
        {"category": "impact", "details": "Moderate", "product_ids": [eight]},
        {"category": "exploit_status", "details": "Critical", "product_ids": [nine]},
    ]);
    let vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
    sample.vulnerability["scores"] = json!([{"cvss_v3": {"vectorString": vector}, "products": [nine, eight]}]);
    let parsed = read_document(&sample.json());
    let severity = |at: usize| {
        let claim = &parsed.advisories[0].affected[at].severities[0];
        (claim.severity, claim.score.unwrap().tenths(), claim.source.as_str())
    };
    assert_eq!(severity(0), (Severity::Medium, 98, "rhel"));
    assert_eq!(severity(1), (Severity::Low, 98, "rhel"));
}

#[test]
fn a_fix_without_a_version_is_named_and_the_rest_is_read() {
    let sample = Sample::new().with("fixed", RHEL_9, "pkg:rpm/redhat/bash?arch=src").with(
        "fixed",
        RHEL_9,
        "pkg:rpm/redhat/zsh@5.8-9.el9?arch=src",
    );
    let parsed = read_document(&sample.json());
    assert_eq!(rows(&parsed), ["rhel-9 zsh src Affected < 5.8-9.el9"]);
    assert_eq!(parsed.summary.broken_count, 1);
    assert!(parsed.summary.broken[0].why.contains("in no version"), "{:?}", parsed.summary.broken);
}

#[test]
fn products_of_no_release_are_foreign() {
    let sample = Sample::new()
        .with("known_affected", "cpe:/a:redhat:openshift:4", "pkg:rpm/redhat/podman?arch=src")
        .with("known_affected", RHEL_9, "pkg:oci/toolbox")
        .with("known_affected", RHEL_9, "pkg:maven/org.yaml/snakeyaml");
    let parsed = read_document(&sample.json());
    assert_eq!((parsed.summary.foreign, parsed.summary.foreign_rows, parsed.summary.records), (1, 3, 0));
    assert_eq!(parsed.summary.broken_count, 0);
}

#[test]
fn packages_of_layered_products_stand_in_a_channel_of_their_own() {
    let sample = Sample::new().with(
        "fixed",
        "cpe:/a:redhat:openshift:4.16::el9",
        "pkg:rpm/redhat/cri-o@1.29.5-7.rhaos4.16.git7db4ada.el9?arch=x86_64",
    );
    let expected = "rhel-9 openshift-4.16 cri-o x86_64 Affected < 1.29.5-7.rhaos4.16.git7db4ada.el9";
    assert_eq!(rows(&read_document(&sample.json())), [expected]);
}
