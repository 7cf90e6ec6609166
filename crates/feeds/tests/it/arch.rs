//! Arch Linux's tracker, written samples.

use plimsoll_model::Severity;

use crate::reading::{Parsed, read, try_read};

pub const PATH: &str = "arch/all.json";
pub const GROUPS: &str = r#"[{"name":"AVG-2843","packages":["xz"],"status":"Fixed","severity":"Critical",
"type":"arbitrary code execution","affected":"5.6.0-1","fixed":"5.6.1-2","ticket":null,
"issues":["CVE-2024-3094"],"advisories":["ASA-202403-1"]}]"#;

fn group(fields: &str) -> Parsed {
    let json = format!(r#"[{{"name":"AVG-1","packages":["vim"],"issues":["CVE-2021-3770"],{fields}}}]"#);
    read("arch", PATH, json.as_bytes())
}

fn state(fields: &str) -> String {
    let parsed = group(fields);
    let row = &parsed.advisory("AVG-1").affected[0];
    let ends: Vec<String> = row.ranges.iter().map(|range| format!("{:?}", range.end)).collect();
    format!("{:?} {}", row.status, ends.join(" ")).replace('"', "")
}

#[test]
fn a_group_is_an_advisory_about_its_cves_in_its_packages() {
    let parsed = read("arch", PATH, GROUPS.as_bytes());
    let advisory = parsed.advisory("AVG-2843");
    assert_eq!(advisory.cves, ["CVE-2024-3094"]);
    assert_eq!(advisory.title, "arbitrary code execution");
    assert_eq!(advisory.urls, ["https://security.archlinux.org/AVG-2843"]);
    let claim = &advisory.severities[0];
    assert_eq!((claim.severity, claim.source.as_str()), (Severity::Critical, "arch"));
    let row = &advisory.affected[0];
    assert_eq!((row.shard.as_str(), row.name.as_str()), ("arch", "xz"));
    assert_eq!(row.ranges[0].to_string(), "< 5.6.1-2");
}

#[test]
fn every_status_is_understood() {
    for (fields, expected) in [
        (r#""status":"Fixed","fixed":"2-1""#, "Affected Fixed(2-1)"),
        (r#""status":"Vulnerable","fixed":null"#, "Affected Open"),
        (r#""status":"Testing","fixed":"2-1""#, "Affected Before(2-1)"),
        (r#""status":"Not affected","fixed":"2-1""#, "NotAffected "),
        (r#""status":"Unknown","fixed":null"#, "Undetermined Open"),
        (r#""status":"Something new","fixed":"2-1""#, "Undetermined Before(2-1)"),
        (r#""fixed":null"#, "Undetermined Open"),
    ] {
        assert_eq!(state(fields), expected, "{fields}");
    }
}

#[test]
fn an_unknown_severity_is_none() {
    assert_eq!(group(r#""status":"Vulnerable","severity":"Unknown""#).advisories[0].severities, []);
}

#[test]
fn a_group_of_several_packages_has_a_row_for_each() {
    let json = r#"[{"name":"AVG-2","packages":["lib32-openssl","openssl","openssl"],"status":"Vulnerable",
        "issues":["CVE-2021-3711","CVE-2021-3712","ZBX-1"]}]"#;
    let parsed = read("arch", PATH, json.as_bytes());
    let advisory = parsed.advisory("AVG-2");
    let names: Vec<&str> = advisory.affected.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["lib32-openssl", "openssl"]);
    assert_eq!(advisory.cves, ["CVE-2021-3711", "CVE-2021-3712"]);
}

#[test]
fn broken_groups_are_named_and_the_others_read() {
    let parsed = read(
        "arch",
        PATH,
        br#"[7, {"name":"AVG-1"}, {"name":"a/b","packages":["x"]}, {"name":"AVG-2","packages":[],"status":"Vulnerable"},
            {"name":"AVG-3","packages":["x"],"status":"Fixed","fixed":null},
            {"name":"AVG-4","packages":["x"],"status":"Vulnerable"}]"#,
    );
    assert_eq!((parsed.summary.records, parsed.summary.broken_count), (1, 5), "{:?}", parsed.summary.broken);
    assert!(try_read("arch", PATH, &mut &b"[]"[..]).is_err());
}
