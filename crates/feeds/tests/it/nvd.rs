//! NVD's pages, written samples with the facts of well-known vulnerabilities.

use plimsoll_model::{Affected, Severity, Standing, Status, Timestamp};

use crate::reading::{Parsed, read, try_read};

const PATH: &str = "nvd/nvdcve-2.0-2021.json.gz";

pub const HEARTBLEED: &str = r#"{"resultsPerPage":1,"format":"NVD_CVE","version":"2.0","timestamp":"2025-08-21T10:00:00.123",
"vulnerabilities":[{"cve":{"id":"CVE-2014-0160","sourceIdentifier":"secalert@redhat.com",
"published":"2014-04-07T22:55:03.893","lastModified":"2025-02-06T20:15:15.857","vulnStatus":"Modified",
"descriptions":[{"lang":"es","value":"otro"},{"lang":"en","value":"Heartbeat packets of OpenSSL leak memory.\nMore."}],
"metrics":{"cvssMetricV31":[{"source":"nvd@nist.gov","type":"Primary","cvssData":{"version":"3.1",
"vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N","baseScore":7.5}},
{"source":"134c704f-9b21-4f2e-91b3-4a467353bcc0","type":"Secondary","cvssData":{
"vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"}}],
"cvssMetricV2":[{"source":"nvd@nist.gov","type":"Primary","cvssData":{"version":"2.0",
"vectorString":"AV:N/AC:L/Au:N/C:P/I:N/A:N"},"baseSeverity":"MEDIUM"}]},
"weaknesses":[{"source":"nvd@nist.gov","type":"Primary","description":[{"lang":"en","value":"CWE-125"}]}],
"configurations":[{"nodes":[{"operator":"OR","negate":false,"cpeMatch":[
{"vulnerable":true,"criteria":"cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*","versionStartIncluding":"1.0.1",
"versionEndExcluding":"1.0.1g","matchCriteriaId":"10FF0A06"},
{"vulnerable":true,"criteria":"cpe:2.3:a:openssl:openssl:1.0.2:beta1:*:*:*:*:*:*"}]}]}],
"references":[{"url":"https://www.openssl.org/news/secadv_20140407.txt","tags":["Vendor Advisory"]},
{"url":"https://www.exploit-db.com/exploits/32745","tags":["Exploit","Third Party Advisory"]}]}}]}"#;

/// One CVE with these fields beside its id.
fn cve(fields: &str) -> Parsed {
    let json = format!(r#"{{"vulnerabilities":[{{"cve":{{"id":"CVE-2021-0001",{fields}}}}}]}}"#);
    read("nvd", PATH, json.as_bytes())
}

/// One CVE with these configurations.
fn configured(configurations: &str) -> Parsed {
    cve(&format!(r#""configurations":{configurations}"#))
}

fn matches(list: &str) -> Vec<Affected> {
    let parsed = configured(&format!(r#"[{{"nodes":[{{"operator":"OR","cpeMatch":[{list}]}}]}}]"#));
    assert_eq!(parsed.summary.broken_count, 0, "{:?}", parsed.summary.broken);
    parsed.advisories.into_iter().flat_map(|advisory| advisory.affected).collect()
}

/// Ranges and listed versions of a row, in words.
fn words(row: &Affected) -> Vec<String> {
    let listed = row.versions.iter().map(|version| format!("= {version}"));
    row.ranges.iter().map(ToString::to_string).chain(listed).collect()
}

#[test]
fn heartbleed_has_its_scores_weakness_exploit_and_ranges() {
    let parsed = read("nvd", PATH, HEARTBLEED.as_bytes());
    let facts = parsed.facts("CVE-2014-0160");
    let claims: Vec<String> = facts
        .severities
        .iter()
        .map(|claim| format!("{} {} {}", claim.source, claim.score.unwrap(), claim.severity))
        .collect();
    assert_eq!(claims, ["nvd 7.5 high", "cisa 7.5 high", "nvd 5.0 medium"]);
    assert_eq!(facts.weaknesses, [125]);
    assert_eq!(facts.exploit.as_deref(), Some("https://www.exploit-db.com/exploits/32745"));
    assert_eq!(facts.published, Timestamp::parse("2014-04-07T22:55:03Z"));
    assert_eq!(
        (facts.title.as_str(), facts.standing),
        ("Heartbeat packets of OpenSSL leak memory.", Standing::Published)
    );

    let advisory = parsed.advisory("CVE-2014-0160");
    assert_eq!(advisory.urls[0], "https://nvd.nist.gov/vuln/detail/CVE-2014-0160");
    let row = &advisory.affected[0];
    assert_eq!((row.shard.as_str(), row.name.as_str()), ("cpe", "openssl:openssl"));
    assert_eq!(words(row), [">= 1.0.1, < 1.0.1g", "= 1.0.2-beta1"]);
    assert_eq!(parsed.summary.data_from, Timestamp::parse("2025-08-21T10:00:00Z"));
}

#[test]
fn every_way_to_bound_a_range_is_kept_as_it_is_meant() {
    let rows = matches(
        r#"{"vulnerable":true,"criteria":"cpe:2.3:a:v:p:*:*:*:*:*:*:*:*","versionEndIncluding":"1.9"},
           {"vulnerable":true,"criteria":"cpe:2.3:a:v:p:*:*:*:*:*:*:*:*","versionStartExcluding":"2.0","versionEndExcluding":"2.5"},
           {"vulnerable":true,"criteria":"cpe:2.3:a:v:q:*:*:*:*:*:*:*:*"},
           {"vulnerable":true,"criteria":"cpe:2.3:a:v:r:-:*:*:*:*:*:*:*"},
           {"vulnerable":false,"criteria":"cpe:2.3:a:v:s:1.0:*:*:*:*:*:*:*"}"#,
    );
    let told: Vec<String> =
        rows.iter().map(|row| format!("{} {:?} {}", row.name, row.status, words(row).join(" "))).collect();
    assert_eq!(
        told,
        [
            "v:p Affected <= 1.9",
            "v:p Affected >= 2.0, < 2.5",
            "v:q Affected all versions",
            "v:r Undetermined all versions"
        ]
    );
    assert_eq!(rows[1].scope.cpe.as_ref().unwrap().except, ["2.0"]);
}

#[test]
fn target_software_and_edition_limit_a_row() {
    let rows = matches(
        r#"{"vulnerable":true,"criteria":"cpe:2.3:a:lodash:lodash:*:*:*:*:*:node.js:*:*","versionEndExcluding":"4.17.21"},
           {"vulnerable":true,"criteria":"cpe:2.3:a:gitlab:gitlab:*:*:*:*:enterprise:*:*:*","versionEndExcluding":"16.7.2"}"#,
    );
    let limits = |name: &str| rows.iter().find(|row| row.name == name).unwrap().scope.cpe.clone().unwrap();
    assert_eq!(limits("lodash:lodash").target_software.as_deref(), Some("node.js"));
    assert_eq!(limits("gitlab:gitlab").edition.as_deref(), Some("enterprise"));
}

#[test]
fn what_must_run_with_something_else_says_so_and_the_company_is_not_affected() {
    let parsed = configured(
        r#"[{"operator":"AND","nodes":[
            {"operator":"OR","cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*"}]},
            {"operator":"OR","cpeMatch":[{"vulnerable":false,"criteria":"cpe:2.3:o:microsoft:windows:-:*:*:*:*:*:*:*"},
                {"vulnerable":false,"criteria":"cpe:2.3:o:apple:macos:-:*:*:*:*:*:*:*"}]}]}]"#,
    );
    let rows = &parsed.advisories[0].affected;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].scope.cpe.as_ref().unwrap().with, ["apple:macos", "microsoft:windows"]);
}

#[test]
fn nodes_that_are_not_joined_limit_one_another_in_nothing() {
    let parsed = configured(
        r#"[{"nodes":[
            {"operator":"OR","cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*"}]},
            {"operator":"OR","cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:a:v:q:1.0:*:*:*:*:*:*:*"}]}]}]"#,
    );
    assert!(parsed.advisories[0].affected.iter().all(|row| row.scope.cpe.is_none()));
}

#[test]
fn a_negated_configuration_is_undetermined_and_never_an_answer() {
    let parsed = configured(
        r#"[{"negate":true,"nodes":[{"operator":"OR","cpeMatch":[
            {"vulnerable":true,"criteria":"cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*"}]}]}]"#,
    );
    assert_eq!(parsed.advisories[0].affected[0].status, Status::Undetermined);
}

#[test]
fn hardware_and_operating_systems_are_counted_and_left_out() {
    let parsed = configured(
        r#"[{"nodes":[{"operator":"OR","cpeMatch":[
            {"vulnerable":true,"criteria":"cpe:2.3:o:linux:linux_kernel:*:*:*:*:*:*:*:*","versionEndExcluding":"5.4"},
            {"vulnerable":true,"criteria":"cpe:2.3:h:v:box:-:*:*:*:*:*:*:*"}]}]}]"#,
    );
    assert!(parsed.advisories.is_empty());
    assert_eq!((parsed.summary.foreign_rows, parsed.facts.len()), (2, 1));
}

#[test]
fn every_status_of_the_analysis_is_told_apart() {
    for (word, standing) in [
        ("Analyzed", Standing::Published),
        ("Awaiting Analysis", Standing::Waiting),
        ("Received", Standing::Waiting),
        ("Deferred", Standing::Deferred),
        ("Rejected", Standing::Rejected),
    ] {
        let parsed = cve(&format!(
            r#""vulnStatus":"{word}","configurations":[{{"nodes":[{{"cpeMatch":[
                {{"vulnerable":true,"criteria":"cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*"}}]}}]}}]"#
        ));
        assert_eq!(parsed.facts[0].1.standing, standing, "{word}");
        let is_rejected = standing == Standing::Rejected;
        assert_eq!((parsed.advisories.is_empty(), parsed.summary.withdrawn == 1), (is_rejected, is_rejected), "{word}");
    }
}

#[test]
fn scores_of_every_version_name_who_gave_them() {
    let parsed = cve(
        r#""metrics":{"cvssMetricV40":[{"source":"security-advisories@GitHub.com","cvssData":{"vectorString":
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"}}],
            "cvssMetricV30":[{"source":"nvd@nist.gov","cvssData":{"vectorString":"CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:N"}}],
            "cvssMetricV2":[{"source":"nvd@nist.gov","cvssData":{"vectorString":"not a vector"}}]}"#,
    );
    let claims = &parsed.facts[0].1.severities;
    assert_eq!(
        claims.iter().map(|claim| (claim.source.as_str(), claim.severity)).collect::<Vec<_>>(),
        [("cna:security-advisories@github.com", Severity::Critical), ("nvd", Severity::Medium)]
    );
}

#[test]
fn one_broken_record_or_match_is_named_and_the_rest_is_read() {
    let parsed = read(
        "nvd",
        PATH,
        br#"{"vulnerabilities":[{"cve":{"id":"../x"}},{"cve":{"id":"CVE-2021-0002","metrics":7}},"text",
            {"cve":{"id":"CVE-2021-0003","configurations":[{"nodes":[{"cpeMatch":[
                {"vulnerable":true,"criteria":"no cpe"},
                {"vulnerable":true,"criteria":"cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*"}]}]}]}}]}"#,
    );
    assert_eq!((parsed.summary.records, parsed.summary.broken_count), (1, 4));
    assert_eq!(parsed.advisory("CVE-2021-0003").affected.len(), 1);
    assert!(try_read("nvd", PATH, &mut &br#"{"vulnerabilities":[]}"#[..]).is_err());
}
