//! SUSE's documents: binary packages under product names, with what is stale beside what is fixed.

use plimsoll_model::Severity;
use serde_json::{Value, json};

use super::archives::tar;
use super::rows;
use crate::reading::{Parsed, feed, read, try_read};

const BASE: &str = "SUSE Linux Enterprise Module for Basesystem 15 SP5";
const LEAP: &str = "openSUSE Leap 15.5";
const SERVER: &str = "SUSE Linux Enterprise Server 15 SP5";
const LTSS: &str = "SUSE Linux Enterprise Server 15 SP3-LTSS";

/// A document that says of packages of products (`product`, `package`, package URL) what each list says.
fn document(said: &[(&str, &str, &str, Option<&str>)]) -> Value {
    let mut products = Vec::new();
    let mut relationships = Vec::new();
    let mut status = json!({});
    for (list, product, package, purl) in said {
        products.push(json!({"category": "product_name", "name": product,
            "product": {"name": product, "product_id": product}}));
        let mut own = json!({"name": package, "product_id": package});
        if let Some(purl) = purl {
            own["product_identification_helper"] = json!({"purl": purl});
        }
        products.push(json!({"category": "product_version", "name": package, "product": own}));
        let id = format!("{product}:{package}");
        relationships.push(json!({"category": "default_component_of",
            "full_product_name": {"name": id, "product_id": id},
            "product_reference": package, "relates_to_product_reference": product}));
        if status[list].is_null() {
            status[list] = json!([]);
        }
        status[list].as_array_mut().unwrap().push(json!(id));
    }
    json!({
        "document": {
            "aggregate_severity": {"namespace": "https://www.suse.com/support/security/rating/", "text": "important"},
            "category": "csaf_vex", "csaf_version": "2.0",
            "references": [{"category": "self", "url": "https://ftp.suse.com/pub/projects/security/csaf-vex/cve-2023-0286.json"}],
            "title": "SUSE CVE CVE-2023-0286",
            "tracking": {"id": "CVE-2023-0286", "status": "interim",
                "initial_release_date": "2023-02-15T02:50:00Z", "current_release_date": "2024-06-20T01:02:03Z"}
        },
        "product_tree": {
            "branches": [{"category": "vendor", "name": "SUSE", "branches": products}],
            "relationships": relationships
        },
        "vulnerabilities": [{
            "cve": "CVE-2023-0286", "title": "CVE-2023-0286", "product_status": status,
            "scores": [{"cvss_v3": {"vectorString": "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:H"}, "products": []}]
        }]
    })
}

fn parsed(document: &Value) -> Parsed {
    let parsed = read("suse-csaf", "suse/csaf-vex/cve-2023-0286.json", document.to_string().as_bytes());
    assert_eq!(parsed.summary.broken_count, 0, "{:?}", parsed.summary.broken);
    parsed
}

#[test]
fn packages_of_a_product_are_rows_of_its_release_by_binary_name() {
    let parsed = parsed(&document(&[
        (
            "recommended",
            BASE,
            "libopenssl1_1-1.1.1l-150500.17.25.1",
            Some("pkg:rpm/suse/libopenssl1_1@1.1.1l-150500.17.25.1?upstream=openssl-1_1-1.1.1l-150500.17.25.1.src.rpm"),
        ),
        ("recommended", LTSS, "libopenssl1_1-1.1.1d-150200.11.57.1", None),
        ("first_fixed", "openSUSE Tumbleweed", "libopenssl3-3.0.8-1.1", None),
        ("known_not_affected", SERVER, "libopenssl0_9_8", Some("pkg:rpm/suse/libopenssl0_9_8@")),
        ("known_affected", LEAP, "nodejs16", Some("pkg:rpm/suse/nodejs16@?upstream=nodejs16.src.rpm")),
        ("under_investigation", "SUSE Linux Micro 6.0", "openssl-3", None),
        ("known_affected", "SUSE Manager Server 4.3", "openssl-3", None),
    ]));
    assert_eq!(
        rows(&parsed),
        [
            "opensuse-leap-15.5 nodejs16 Affected all versions",
            "opensuse-tumbleweed libopenssl3 Affected < 3.0.8-1.1",
            "sl-micro-6.0 openssl-3 Undetermined",
            "sles-15.3 ltss libopenssl1_1 Affected < 1.1.1d-150200.11.57.1",
            "sles-15.5 libopenssl0_9_8 NotAffected",
            "sles-15.5 libopenssl1_1 Affected < 1.1.1l-150500.17.25.1",
        ]
    );
    assert_eq!(parsed.summary.foreign_rows, 1);
    let advisory = parsed.advisory("CVE-2023-0286");
    assert_eq!((advisory.source.as_str(), advisory.title.as_str()), ("suse-csaf", ""), "an id is no title");
    let claim = &advisory.severities[0];
    assert_eq!((claim.severity, claim.score.unwrap().tenths(), claim.source.as_str()), (Severity::High, 74, "suse"));
}

#[test]
fn a_name_that_looks_like_a_version_is_a_name() {
    let parsed = parsed(&document(&[
        (
            "known_affected",
            SERVER,
            "libjavascriptcoregtk-4_0-18",
            Some("pkg:rpm/suse/libjavascriptcoregtk@4_0-18?upstream=webkit2gtk3.src.rpm"),
        ),
        ("known_not_affected", SERVER, "typelib-1_0-WebKit2-4_0", None),
        // Some name the build that is affected.
        ("known_affected", LEAP, "xz-5.6.1-1.1", Some("pkg:rpm/suse/xz@5.6.1-1.1")),
        // A package URL may have an epoch, which no id has.
        ("recommended", LEAP, "dhcp-4.3.6-3", Some("pkg:rpm/suse/dhcp@4.3.6-3?epoch=1")),
    ]));
    assert_eq!(
        rows(&parsed),
        [
            "opensuse-leap-15.5 dhcp Affected < 1:4.3.6-3",
            "opensuse-leap-15.5 xz Affected all versions",
            "sles-15.5 libjavascriptcoregtk-4_0-18 Affected all versions",
            "sles-15.5 typelib-1_0-WebKit2-4_0 NotAffected",
        ]
    );
}

/// Of the fixed package `libpcre1` and its source `pcre` on two products.
fn stale() -> Value {
    let purl = "pkg:rpm/suse/libpcre1@8.45-150000.20.13.1?upstream=pcre-8.45-150000.20.13.1.src.rpm";
    document(&[
        ("recommended", SERVER, "libpcre1-8.45-150000.20.13.1", Some(purl)),
        ("known_affected", SERVER, "libpcre1", None),
        ("known_affected", SERVER, "pcre", None),
        ("known_affected", SERVER, "pcre2", None),
        ("known_affected", LEAP, "pcre", None),
    ])
}

#[test]
fn a_fix_takes_the_place_of_what_is_still_said_of_the_package_and_its_source() {
    assert_eq!(
        rows(&parsed(&stale())),
        [
            "opensuse-leap-15.5 pcre Affected all versions",
            "sles-15.5 libpcre1 Affected < 8.45-150000.20.13.1",
            "sles-15.5 pcre2 Affected all versions",
        ]
    );
}

#[test]
fn a_source_that_is_not_affected_does_not_speak_for_its_fixed_packages() {
    let purl = "pkg:rpm/suse/libpcre1@8.45-150000.20.13.1?upstream=pcre-8.45-150000.20.13.1.src.rpm";
    let parsed = parsed(&document(&[
        ("recommended", SERVER, "libpcre1-8.45-150000.20.13.1", Some(purl)),
        ("known_not_affected", SERVER, "pcre", None),
    ]));
    assert_eq!(rows(&parsed), ["sles-15.5 libpcre1 Affected < 8.45-150000.20.13.1"]);
}

#[test]
fn a_source_that_will_not_be_fixed_stays_beside_a_fixed_package() {
    let mut document = stale();
    let ids = [format!("{SERVER}:pcre")];
    document["vulnerabilities"][0]["remediations"] =
        json!([{"category": "no_fix_planned", "details": "Will not be fixed.", "product_ids": ids}]);
    assert!(rows(&parsed(&document)).contains(&"sles-15.5 pcre WontFix all versions".to_owned()));
}

#[test]
fn an_archive_of_documents_is_read() {
    let document = stale().to_string();
    let archive = tar(&[("csaf-vex/", b""), ("csaf-vex/cve-2023-0286.json", document.as_bytes())]);
    let path = "suse/csaf-vex.tar.bz2";
    let parsed = read("suse-csaf", path, &archive);
    assert_eq!((parsed.summary.records, parsed.advisories[0].affected.len()), (1, 3));
    let start = feed("suse-csaf").downloads();
    assert_eq!((start.len(), start[0].mirror_path.as_str()), (1, path));
}

#[test]
fn fuzz_documents_of_suse() {
    let sample = stale().to_string();
    plimsoll_fuzzing::check().with_iterations(1_500).for_each(|input: &[u8]| {
        let mut bytes = sample.clone().into_bytes();
        for change in input.chunks_exact(3) {
            let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
            bytes[place] = change[2];
        }
        let _ = try_read("suse-csaf", "suse/csaf-vex/cve-2023-0286.json", &mut &*bytes);
    });
}
