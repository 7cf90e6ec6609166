//! Errata of openEuler, Mageia and Photon OS in OSV, written samples.

use plimsoll_model::{Advisory, AdvisoryClass, Severity};

use crate::reading::read_osv;

fn record(feed: &str, id: &str, ecosystem: &str, more: &str) -> Advisory {
    let json = format!(
        r#"{{"id":"{id}","summary":"curl security update","published":"2024-02-09T11:08:07Z",
        "modified":"2024-02-09T11:08:07Z",{more},"affected":[{{"package":{{"ecosystem":"{ecosystem}","name":"curl"}},
        "ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}},{{"fixed":"8.4.0-5"}}]}}]}}]}}"#
    );
    read_osv(feed, &json).advisory(id).clone()
}

#[test]
fn openeulers_errata_are_about_a_service_pack() {
    let more = r#""upstream":["CVE-2023-46218","CVE-2023-46219"],"database_specific":{"severity":"High"}"#;
    let advisory = record("osv-openeuler", "OESA-2024-1120", "openEuler:24.03-LTS-SP1", more);
    assert_eq!(advisory.cves, ["CVE-2023-46218", "CVE-2023-46219"]);
    assert_eq!(advisory.affected[0].shard.as_str(), "openeuler-24.03-lts-sp1");
    let claim = &advisory.severities[0];
    assert_eq!((claim.severity, claim.source.as_str()), (Severity::High, "openeuler"));
}

#[test]
fn mageias_errata_name_their_cves_as_related_and_its_bug_fixes_are_no_vulnerabilities() {
    let advisory = record("osv-mageia", "MGASA-2023-0352", "Mageia:9", r#""related":["CVE-2023-46218"]"#);
    assert_eq!(
        (advisory.cves.as_slice(), advisory.class),
        (&["CVE-2023-46218".to_owned()][..], AdvisoryClass::Vulnerability)
    );
    assert_eq!(advisory.affected[0].shard.as_str(), "mageia-9");
    let fix = record("osv-mageia", "MGAA-2023-0127", "Mageia:9", r#""related":[]"#);
    assert_eq!(fix.class, AdvisoryClass::Informational);
}

#[test]
fn photons_errata_fill_the_shard_of_its_own_list() {
    let advisory = record("osv-photon", "PHSA-2023-5.0-0119", "Photon OS:5.0", r#""aliases":["CVE-2023-38545"]"#);
    assert_eq!(advisory.affected[0].shard.as_str(), "photon-5.0");
    assert_eq!(advisory.affected[0].ranges[0].to_string(), "< 8.4.0-5");
}
