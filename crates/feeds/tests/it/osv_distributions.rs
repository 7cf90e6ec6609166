//! OSV records of distributions and of those who rebuild them, in the form that each publishes.

use plimsoll_model::{RangeEnd, Severity};

use crate::reading::read_osv;

/// CVE-2023-5678 of OpenSSL as Ubuntu has it.
const UBUNTU: &str = r#"{"schema_version":"1.7.0","id":"UBUNTU-CVE-2023-5678","upstream":["CVE-2023-5678"],"related":["USN-6632-1"],
"details":"Generating excessively long X9.42 DH keys may be very slow.","published":"2023-11-06T16:15:00Z",
"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L"},{"type":"Ubuntu","score":"low"}],
"affected":[
 {"package":{"ecosystem":"Ubuntu:Pro:18.04:LTS","name":"openssl","purl":"pkg:deb/ubuntu/openssl@1.1.1-1ubuntu2.1~18.04.23+esm4?arch=source&distro=esm-infra/bionic"},
  "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.1.1-1ubuntu2.1~18.04.23+esm4"}]}],
  "versions":["1.1.0g-2ubuntu4","1.1.1-1ubuntu2.1~18.04.23","2.0~odd"],
  "ecosystem_specific":{"availability":"Available with Ubuntu Pro (Infra-only): https://ubuntu.com/pro","binaries":[{"binary_name":"libssl1.1"}]}},
 {"package":{"ecosystem":"Ubuntu:22.04:LTS","name":"openssl"},
  "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"3.0.2-0ubuntu1.14"}]}]},
 {"package":{"ecosystem":"Ubuntu:Pro:FIPS-updates:22.04:LTS","name":"openssl"},
  "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"3.0.2-0ubuntu1.14+Fips1"}]}]},
 {"package":{"ecosystem":"Ubuntu:22.04:LTS","name":"edk2"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]},
 {"package":{"ecosystem":"Ubuntu:jammy","name":"openssl"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]}
]}"#;

#[test]
fn ubuntus_rows_stand_in_the_shard_of_their_release_and_say_their_channel() {
    let parsed = read_osv("osv-ubuntu", UBUNTU);
    assert_eq!((parsed.summary.broken_count, parsed.summary.foreign_rows), (0, 1));
    let advisory = parsed.advisory("UBUNTU-CVE-2023-5678");
    assert_eq!(advisory.cves, ["CVE-2023-5678"]);
    let rows: Vec<String> = advisory
        .affected
        .iter()
        .map(|row| {
            let channel = row.scope.channel.as_deref().unwrap_or("-");
            let end = match &row.ranges[0].end {
                RangeEnd::Fixed(version) => version,
                _ => "open",
            };
            format!("{} {} {channel} {end}", row.shard, row.name)
        })
        .collect();
    assert_eq!(
        rows,
        [
            "ubuntu-18.04 openssl esm-infra 1.1.1-1ubuntu2.1~18.04.23+esm4",
            "ubuntu-22.04 edk2 - open",
            "ubuntu-22.04 openssl - 3.0.2-0ubuntu1.14",
            "ubuntu-22.04 openssl fips-updates 3.0.2-0ubuntu1.14+Fips1",
        ]
    );
    assert_eq!(advisory.affected[0].versions, ["2.0~odd"], "what a range holds is not listed again");
}

#[test]
fn ubuntus_priority_is_its_own_word_and_the_vector_is_not() {
    let parsed = read_osv("osv-ubuntu", UBUNTU);
    let claims = &parsed.advisory("UBUNTU-CVE-2023-5678").severities;
    let told: Vec<(&str, Severity)> = claims.iter().map(|claim| (claim.source.as_str(), claim.severity)).collect();
    assert_eq!(told, [("nvd", Severity::Medium), ("ubuntu", Severity::Low)]);
}

#[test]
fn rebuilders_records_fill_shards_of_their_own() {
    let row = |feed: &str, id: &str, ecosystem: &str, name: &str| {
        let record = format!(
            r#"{{"id":"{id}","related":["CVE-2024-5535"],"upstream":["CVE-2024-5535"],"affected":[{{"package":
            {{"ecosystem":"{ecosystem}","name":"{name}"}},"ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}},
            {{"fixed":"3.0.14-1"}}]}}]}}]}}"#
        );
        let parsed = read_osv(feed, &record);
        let row = &parsed.advisory(id).affected[0];
        assert_eq!(parsed.advisory(id).cves, ["CVE-2024-5535"]);
        format!("{} {}", row.shard, row.name)
    };
    for (feed, id, ecosystem, name, expected) in [
        ("osv-echo", "ECHO-1234-5678", "Echo", "openssl", "echo openssl"),
        ("osv-cleanstart", "CLEANSTART-2025-AB12345", "CleanStart", "openssl", "cleanstart openssl"),
        ("osv-alpaquita", "BELL-CVE-2024-5535", "Alpaquita:stream", "openssl", "alpaquita-stream openssl"),
        (
            "osv-bellsoft",
            "BELL-CVE-2024-5535",
            "BellSoft Hardened Containers:23",
            "openssl",
            "bellsoft-hardened-containers-23 openssl",
        ),
        ("osv-docker", "DHI-2025-1", "Docker Hardened Images:Debian:13", "openssl", "dhi-debian-13 openssl"),
        ("osv-root", "ROOT-OS-DEBIAN-12-CVE-2024-5535", "Root:Debian:12", "rootio-openssl", "root-debian-12 openssl"),
        ("osv-root", "ROOT-OS-ALPINE-318-CVE-2024-5535", "Root:Alpine:3.18", "openssl", "root-alpine-3.18 openssl"),
    ] {
        assert_eq!(row(feed, id, ecosystem, name), expected);
    }
}

#[test]
fn roots_libraries_and_other_builders_rows_are_left_out_and_counted() {
    for (feed, ecosystem) in [("osv-root", "Root:PyPI"), ("osv-echo", "Echo:npm"), ("osv-alpaquita", "Alpine:v3.20")] {
        let record = format!(
            r#"{{"id":"X-1","affected":[{{"package":{{"ecosystem":"{ecosystem}","name":"a"}},"versions":["1"]}}]}}"#
        );
        let parsed = read_osv(feed, &record);
        assert_eq!((parsed.summary.records, parsed.summary.foreign), (0, 1), "{ecosystem}");
    }
}
