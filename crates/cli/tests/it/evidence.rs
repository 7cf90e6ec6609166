//! `explain` and `db search`, on a database of a few written records.

use serde_json::Value;

use crate::advisories::small_feeds;
use crate::program::Program;

const NVD: &str = r#"{"format":"NVD_CVE","version":"2.0","timestamp":"2025-08-21T10:00:00.123","vulnerabilities":[
{"cve":{"id":"CVE-2021-44906","published":"2022-03-17T16:15:07.510","lastModified":"2024-11-21T06:31:41.200",
"vulnStatus":"Modified","descriptions":[{"lang":"en","value":"Minimist is open to \u001b[31mprototype pollution."}],
"metrics":{"cvssMetricV31":[{"source":"nvd@nist.gov","type":"Primary","cvssData":{"version":"3.1",
"vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H","baseScore":9.8}}]},
"weaknesses":[{"source":"nvd@nist.gov","type":"Primary","description":[{"lang":"en","value":"CWE-1321"}]}],
"references":[{"url":"https://security.snyk.io/vuln/SNYK-JS-MINIMIST-559764","tags":["Exploit"]}]}}]}"#;
const EPSS: &str = "#model_version:v2025.03.14,score_date:2025-08-21T00:00:00+0000\n\
    cve,epss,percentile\nCVE-2021-44906,0.01053,0.76724\n";
const KEV: &str = r#"{"dateReleased":"2026-02-01T00:00:00Z","vulnerabilities":[{"cveID":"CVE-2021-44906",
"dateAdded":"2022-05-04","dueDate":"2022-05-25","knownRansomwareCampaignUse":"Known"}]}"#;
const DEBIAN: &str = r#"{"curl":{"CVE-2023-38545":{"releases":{"bookworm":{"status":"resolved",
"fixed_version":"7.88.1-10+deb12u4","urgency":"high","repositories":{"bookworm":"7.88.1-10+deb12u12"}}}},
"CVE-2023-0001":{"releases":{"bookworm":{"status":"resolved","fixed_version":"7.88.0-1","urgency":"low",
"repositories":{"bookworm":"7.88.1-10+deb12u12"}}}}}}"#;

/// A program whose home has the database.
fn with_database() -> Program {
    let program = Program::new();
    let feeds = small_feeds(&program, "1.2.6");
    for (path, body) in [
        ("nvd/nvdcve-2.0-2021.json", NVD),
        ("epss/epss_scores-2025-08-21.csv", EPSS),
        ("kev/known_exploited_vulnerabilities.json", KEV),
        ("debian/data.json", DEBIAN),
    ] {
        let path = feeds.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, body).unwrap();
    }
    let ran = program.run(&["db", "build", "--from", "feeds", "--out", "db"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    program
}

/// What a run says, which must succeed.
fn says(program: &Program, arguments: &[&str]) -> String {
    let ran = program.run(&[arguments, &["--db", "db"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.stdout
}

fn json(program: &Program, arguments: &[&str]) -> Value {
    serde_json::from_str(&says(program, &[arguments, &["--json"]].concat())).unwrap()
}

#[test]
fn explain_shows_every_source_and_what_is_known_beside_the_packages() {
    let program = with_database();
    let text = says(&program, &["explain", "ghsa-xvch-5gv4-984h"]);
    for line in [
        "CVE-2021-44906",
        "GHSA-xvch-5gv4-984h",
        "1.1%, not less than 76.7% of all vulnerabilities",
        "yes, by CISA, listed on 2022-05-04, due 2022-05-25, used for ransomware",
        "CWE-1321",
        "published 2022-03-17, changed 2024-11-21",
        "known, by nvd: https://security.snyk.io/vuln/SNYK-JS-MINIMIST-559764",
        "minimist npm",
        "GHSA-xvch-5gv4-984h by osv-npm",
        "< 1.2.6",
    ] {
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(line), "{line}: {text}");
    }
    assert!(!text.contains("lodash"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(!text.contains('\u{1b}'), "control characters of a feed: {text:?}");
    let json = json(&program, &["explain", "CVE-2021-44906"]);
    let known = &json["vulnerabilities"][0];
    assert_eq!(known["epss"]["score"], 0.01053);
    assert_eq!(known["exploited"]["ransomware"], true);
    assert_eq!(known["weaknesses"][0]["id"], "CWE-1321");
    assert_eq!(json["rows"][0]["package"], "minimist");
    assert_eq!(json["rows"][0]["ranges"][0], "< 1.2.6");
}

#[test]
fn what_is_not_known_is_said_to_be_unknown_and_not_to_be_nothing() {
    let program = with_database();
    let text = says(&program, &["explain", "CVE-2021-23337"]);
    assert!(text.contains("EPSS      unknown"), "{text}");
    assert!(text.contains("not on CISA's list"), "{text}");
    let other = says(&program, &["explain", "CVE-2021-23337", "--package", "minimist"]);
    assert!(other.contains("no record of minimist names a package"), "{other}");
    for asked in [&["explain", "CVE-1999-0001"][..], &["db", "search", "CVE-1999-0001"]] {
        let text = says(&program, asked);
        assert_eq!(text, "nothing is known of CVE-1999-0001; that does not mean that there is nothing\n");
    }
    assert_eq!(json(&program, &["explain", "CVE-1999-0001"])["vulnerabilities"], serde_json::json!([]));
}

#[test]
fn a_package_url_marks_what_affects_its_version() {
    let program = with_database();
    let answers = |url: &str| -> Vec<String> {
        let json = json(&program, &["db", "search", url]);
        let rows = json["rows"].as_array().unwrap().iter();
        rows.map(|row| format!("{} {}", row["ids"][0].as_str().unwrap(), row["says"]["answer"])).collect()
    };
    assert_eq!(answers("pkg:npm/minimist@1.2.5"), [r#"CVE-2021-44906 "affected""#]);
    assert_eq!(answers("pkg:npm/minimist@1.2.6"), [r#"CVE-2021-44906 "not-affected""#]);
    assert_eq!(answers("pkg:npm/minimist@one"), [r#"CVE-2021-44906 "could-not-tell""#]);
    assert_eq!(answers("pkg:npm/minimist"), ["CVE-2021-44906 null"]);
    let mut curl = answers("pkg:deb/debian/curl@7.88.1-10?distro=debian-12");
    curl.sort();
    assert_eq!(curl, [r#"CVE-2023-0001 "not-affected""#, r#"CVE-2023-38545 "affected""#]);
    assert_eq!(answers("pkg:deb/debian/libcurl4@7.88.1-10?upstream=curl&distro=12").len(), 2);
    let text = says(&program, &["db", "search", "pkg:npm/minimist@1.2.5"]);
    assert!(text.contains("affects this version (< 1.2.6); fixed in 1.2.6"), "{text}");
}

#[test]
fn a_package_url_that_no_feed_answers_for_is_an_error_with_the_reason() {
    let program = with_database();
    for (url, why) in [
        ("pkg:deb/debian/curl@7.88.1-10", "does not say which release it is"),
        ("pkg:deb/debian/curl@7.88.1-10?distro=debian-11", "no shard debian-11"),
        ("pkg:pypi/django@3.2", "no shard pypi"),
        ("pkg:unheard-of/a@1", "`unheard-of` are not known"),
        ("pkg:npm/a%4", "`%` that encodes nothing"),
    ] {
        let ran = program.run(&["db", "search", url, "--db", "db"]);
        assert_eq!(ran.code, 2, "{url}: {}", ran.stdout);
        assert!(ran.stderr.contains(why), "{url}: {}", ran.stderr);
    }
}

#[test]
fn nothing_that_is_printed_steers_a_terminal() {
    let program = with_database();
    for command in [&["explain", "CVE-\u{9b}31m\u{202e}1"][..], &["db", "search", "CVE-\u{9b}31m\u{202e}1"]] {
        let text = says(&program, command);
        let raw = says(&program, &[command, &["--json"]].concat());
        let is_plain = |text: &str| text.chars().all(|letter| letter == '\n' || !letter.is_control());
        assert!(is_plain(&text) && is_plain(&raw) && !text.contains('\u{202e}') && !raw.contains('\u{202e}'));
        assert!(raw.contains(r"CVE-\u009b31m\u202e1"), "{raw}");
    }
}
