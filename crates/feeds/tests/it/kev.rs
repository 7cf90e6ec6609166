//! CISA's list, written samples.

use crate::reading::{read, try_read};

const PATH: &str = "kev/known_exploited_vulnerabilities.json";

#[test]
fn one_broken_entry_is_counted_and_the_rest_is_read() {
    let parsed = read(
        "kev",
        PATH,
        br#"{"vulnerabilities":[
            {"cveID":"CVE-2020-0001","dateAdded":"2022-01-01","knownRansomwareCampaignUse":"Known"},
            {"cveID":"../etc"}, {"cveID":7}, "text", null,
            {"cveID":"cve-2020-0002","dateAdded":"soon"}]}"#,
    );
    let cves: Vec<&str> = parsed.exploited.iter().map(|entry| entry.cve.as_str()).collect();
    assert_eq!(cves, ["CVE-2020-0001", "CVE-2020-0002"]);
    assert!(parsed.exploited[0].ransomware && parsed.exploited[1].date_added.is_none());
    assert_eq!(parsed.summary.broken_count, 4);
}

#[test]
fn a_list_that_became_empty_is_an_error() {
    for json in ["{}", r#"{"vulnerabilities":null}"#, r#"{"vulnerabilities":[]}"#, "[]"] {
        assert!(try_read("kev", PATH, &mut json.as_bytes()).is_err(), "{json}");
    }
}
