//! The CVE list, written samples with the facts of well-known vulnerabilities.

use plimsoll_model::{Exploitation, Severity, Standing, TechnicalImpact, Timestamp};

use crate::reading::{read, try_read, zip};

const PATH: &str = "cvelist/cves/2024/3xxx/CVE-2024-3094.json";
const ZIP: &str = "cvelist/cvelistV5-main.zip";

pub const XZ: &str = r#"{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{"cveId":"CVE-2024-3094",
"assignerShortName":"redhat","state":"PUBLISHED","datePublished":"2024-03-29T16:51:12.588Z","dateUpdated":"2025-02-06T17:31:57.000Z"},
"containers":{"cna":{"providerMetadata":{"shortName":"redhat","dateUpdated":"2024-05-01T19:06:54.170Z"},
"title":"Xz: malicious code in distributed source","descriptions":[{"lang":"en","value":"Malicious code was found."}],
"metrics":[{"other":{"content":{"value":"Critical"},"type":"Red Hat severity rating"}},{"format":"CVSS","cvssV3_1":{
"version":"3.1","vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H","baseScore":10}}],
"problemTypes":[{"descriptions":[{"cweId":"CWE-506","lang":"en","type":"CWE"}]}],
"references":[{"url":"https://access.redhat.com/security/cve/CVE-2024-3094","tags":["vdb-entry"]}]},
"adp":[{"providerMetadata":{"shortName":"CVE","dateUpdated":"2025-02-06T17:31:57Z"},"title":"CVE Program Container",
"references":[{"url":"https://github.com/amlweems/xzbot","tags":["exploit"]}]},
{"providerMetadata":{"shortName":"CISA-ADP"},"title":"CISA ADP Vulnrichment","metrics":[{"other":{"type":"ssvc","content":{
"id":"CVE-2024-3094","role":"CISA Coordinator","version":"2.0.3","timestamp":"2024-04-17T19:17:36.262Z",
"options":[{"Exploitation":"poc"},{"Automatable":"yes"},{"Technical Impact":"total"}]}}}]}]}}"#;

const REJECTED: &str = r#"{"cveMetadata":{"cveId":"CVE-2024-0003","state":"REJECTED","dateRejected":"2024-01-05T00:00:00"},
"containers":{"cna":{"providerMetadata":{"shortName":"mitre"},"rejectedReasons":[{"lang":"en","value":"A duplicate."}]}}}"#;

#[test]
fn a_record_has_the_word_of_its_authority_and_of_those_who_add_to_it() {
    let parsed = read("cvelist", PATH, XZ.as_bytes());
    let facts = parsed.facts("CVE-2024-3094");
    assert_eq!(facts.title, "Xz: malicious code in distributed source");
    assert_eq!((facts.severities[0].source.as_str(), facts.severities[0].severity), ("cna:redhat", Severity::Critical));
    assert_eq!(facts.weaknesses, [506]);
    assert_eq!(facts.exploit.as_deref(), Some("https://github.com/amlweems/xzbot"));
    let ssvc = facts.ssvc.unwrap();
    assert_eq!(
        (ssvc.exploitation, ssvc.automatable, ssvc.technical_impact),
        (Some(Exploitation::ProofOfConcept), Some(true), Some(TechnicalImpact::Total))
    );
    assert_eq!(ssvc.at, Timestamp::parse("2024-04-17T19:17:36Z"));
    assert_eq!(facts.published, Timestamp::parse("2024-03-29T16:51:12Z"));
    assert_eq!(parsed.summary.data_from, Timestamp::parse("2025-02-06T17:31:57Z"));
}

#[test]
fn what_cisa_scores_is_named_as_cisas() {
    let json = XZ.replace(
        r#""metrics":[{"other":{"type":"ssvc""#,
        r#""metrics":[{"cvssV3_1":{"vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L"}},{"other":{"type":"ssvc""#,
    );
    let parsed = read("cvelist", PATH, json.as_bytes());
    let sources: Vec<&str> = parsed.facts[0].1.severities.iter().map(|claim| claim.source.as_str()).collect();
    assert_eq!(sources, ["cna:redhat", "cisa"]);
}

#[test]
fn points_of_a_decision_that_are_not_known_are_left_open() {
    let json = XZ.replace(r#"{"Exploitation":"poc"}"#, r#"{"Exploitation":"perhaps"},{"Mood":"grim"},7"#);
    let ssvc = read("cvelist", PATH, json.as_bytes()).facts[0].1.ssvc.unwrap();
    assert_eq!((ssvc.exploitation, ssvc.automatable), (None, Some(true)));
}

#[test]
fn a_zip_holds_many_records_and_a_zip_of_zips_too() {
    let inner = zip(&[
        ("cvelistV5-main/cves/2024/3xxx/CVE-2024-3094.json", XZ.as_bytes()),
        ("cvelistV5-main/cves/2024/0xxx/CVE-2024-0003.json", REJECTED.as_bytes()),
        ("cvelistV5-main/cves/deltaLog.json", b"[]"),
        ("cvelistV5-main/cves/2024/0xxx/CVE-2024-0004.json", b"{\"cveMetadata\":"),
    ]);
    let outer = zip(&[("cves.zip", &inner)]);
    for (path, bytes) in [(ZIP, &inner), ("cvelist/2025-08-21_all_CVEs_at_midnight.zip.zip", &outer)] {
        let parsed = read("cvelist", path, bytes);
        let counts = (parsed.summary.records, parsed.summary.withdrawn, parsed.summary.broken_count);
        assert_eq!(counts, (2, 1, 1), "{path}");
        assert_eq!(parsed.facts("CVE-2024-0003").standing, Standing::Rejected);
        assert_eq!(parsed.summary.broken[0].name, "CVE-2024-0004.json");
    }
}

#[test]
fn a_zip_that_is_cut_or_holds_no_records_is_an_error() {
    let whole = zip(&[("CVE-2024-3094.json", XZ.as_bytes())]);
    let cut = zip(&[("cves.zip", &whole[..whole.len() - 5])]);
    assert!(try_read("cvelist", "cvelist/x_all_CVEs_at_midnight.zip.zip", &mut &*cut).is_err());
    for bytes in [zip(&[]), zip(&[("deltaLog.json", b"[]")]), zip(&[("readme", b"")])] {
        assert!(try_read("cvelist", ZIP, &mut &*bytes).is_err());
    }
}

#[test]
fn a_record_of_another_shape_is_counted_and_named() {
    for json in [
        "{}",
        "[]",
        "7",
        r#"{"cveMetadata":{"cveId":"../x"}}"#,
        r#"{"cveMetadata":{"cveId":"CVE-2024-1"},"containers":[]}"#,
    ] {
        let parsed = try_read("cvelist", PATH, &mut json.as_bytes()).unwrap();
        assert_eq!((parsed.summary.records, parsed.summary.broken_count), (0, 1), "{json}");
    }
}
