//! Photon's lists of CVEs, written samples.

use plimsoll_feeds::FeedError;
use plimsoll_model::Severity;

use crate::reading::{Parsed, read, try_read};

pub const PATH: &str = "photon/cve_data_photon5.0.json";
pub const LIST: &str = r#"[{"cve_id":"CVE-2023-38545","pkg":"curl","cve_score":9.8,
"aff_ver":"all versions before 8.1.2-4.ph5 are vulnerable","res_ver":"8.1.2-4.ph5","status":"Fixed"}]"#;

fn entry(fields: &str) -> Parsed {
    read("photon", PATH, format!(r#"[{{"cve_id":"CVE-2023-0001","pkg":"curl",{fields}}}]"#).as_bytes())
}

/// `status: ranges`.
fn state(fields: &str) -> String {
    let parsed = entry(fields);
    let row = &parsed.advisory("CVE-2023-0001").affected[0];
    let ranges: Vec<String> = row.ranges.iter().map(ToString::to_string).collect();
    format!("{:?}: {}", row.status, ranges.join(" "))
}

#[test]
fn an_entry_is_one_cve_in_one_source_package_of_the_release() {
    let parsed = read("photon", PATH, LIST.as_bytes());
    let advisory = parsed.advisory("CVE-2023-38545");
    assert_eq!(advisory.cves, ["CVE-2023-38545"]);
    let claim = &advisory.severities[0];
    assert_eq!((claim.severity, claim.source.as_str()), (Severity::Critical, "photon"));
    let row = &advisory.affected[0];
    assert_eq!((row.shard.as_str(), row.name.as_str()), ("photon-5.0", "curl"));
    assert_eq!(row.ranges[0].to_string(), "< 8.1.2-4.ph5");
}

#[test]
fn every_form_of_fixed_and_not_fixed_is_understood() {
    for (fields, expected) in [
        (r#""res_ver":"1-2.ph5""#, "Affected: < 1-2.ph5"),
        (r#""res_ver":"NA","aff_ver":"NA","status":"Not Affected""#, "NotAffected: "),
        (r#""res_ver":"NA","aff_ver":"NA""#, "Affected: all versions"),
        (r#""res_ver":"Not Fixed","status":"Not Fixed""#, "Affected: all versions"),
        (r#""aff_ver":"all versions before 1-2.ph5 are vulnerable","res_ver":"NA""#, "Affected: < 1-2.ph5"),
        (r#""res_ver":"NA","status":"Won't Fix""#, "WontFix: all versions"),
        (r#""res_ver":"","status":"Deferred""#, "Deferred: all versions"),
        (r#""res_ver":null,"status":"Under Investigation""#, "Undetermined: all versions"),
    ] {
        assert_eq!(state(fields), expected, "{fields}");
    }
}

#[test]
fn a_score_of_zero_or_none_is_no_score() {
    for score in ["0", "0.0", "null", "\"NA\"", "-1", "11", "[]"] {
        let parsed = entry(&format!(r#""cve_score":{score},"res_ver":"1""#));
        assert_eq!(parsed.advisory("CVE-2023-0001").severities, [], "{score}");
    }
    assert_eq!(entry(r#""cve_score":"7.5","res_ver":"1""#).advisories[0].severities[0].severity, Severity::High);
}

#[test]
fn broken_entries_are_named_and_the_others_read() {
    let parsed = read(
        "photon",
        PATH,
        br#"[5, null, {"pkg":"a"}, {"cve_id":"../x","pkg":"a"}, {"cve_id":"CVE-2020-0001","pkg":""},
            {"cve_id":"CVE-2020-0001","pkg":"a","res_ver":"1 or so"}, {"cve_id":"CVE-2020-0001","pkg":"b","res_ver":"1"}]"#,
    );
    assert_eq!((parsed.summary.records, parsed.summary.broken_count), (1, 6));
    assert_eq!(parsed.summary.broken[2].name, "entry 3");
}

#[test]
fn the_release_is_told_by_the_files_name() {
    for path in ["photon/cve_data_photon.json", "photon/x.json", "photon/cve_data_photon../x.json"] {
        let error = try_read("photon", path, &mut LIST.as_bytes()).unwrap_err();
        assert!(matches!(error, FeedError::Malformed { .. }), "{path}");
    }
    assert!(try_read("photon", PATH, &mut &b"[]"[..]).is_err());
    assert!(try_read("photon", PATH, &mut &b"{}"[..]).is_err());
}
