//! Searching by id and by name.

use crate::sample::{database, record, row};

fn found(text: &str) -> Vec<String> {
    let mut log4j = record("GHSA-jfh8-c2jp-5v3q", &["CVE-2021-44228"], &[]);
    log4j.affected = vec![
        row("maven", "org.apache.logging.log4j:log4j-core", "2.15.0"),
        row("maven", "org.ops4j.pax.logging:pax-logging-log4j2", "2.0.11"),
    ];
    let mut debian = record("CVE-2021-44228", &["CVE-2021-44228"], &[]);
    debian.affected = vec![row("debian-11", "apache-log4j2", "2.15.0-1~deb11u1")];
    let mut scoped = record("GHSA-2", &[], &["NPM-7"]);
    scoped.affected = vec![row("npm", "@scope/Left-Pad", "1"), row("npm", "left-pad-more", "1")];
    let mut bundle = record("ALSA-1", &["CVE-2021-44228", "CVE-2"], &[]);
    bundle.affected = vec![row("almalinux-8", "log4j", "2")];
    let hits = database([log4j, debian, scoped, bundle]).search(text).unwrap();
    hits.iter().map(|hit| format!("{} {}", hit.shard, hit.candidate.affected.name)).collect()
}

#[test]
fn any_id_of_a_cluster_finds_all_its_records() {
    let all = [
        "almalinux-8 log4j",
        "debian-11 apache-log4j2",
        "maven org.apache.logging.log4j:log4j-core",
        "maven org.ops4j.pax.logging:pax-logging-log4j2",
    ];
    for id in ["CVE-2021-44228", "GHSA-jfh8-c2jp-5v3q", "cve-2021-44228 "] {
        assert_eq!(found(id), all, "{id}");
    }
    assert_eq!(found("ALSA-1"), ["almalinux-8 log4j"]);
    assert_eq!(found("NPM-7"), ["npm @scope/Left-Pad", "npm left-pad-more"]);
}

#[test]
fn a_package_is_found_by_its_name_or_the_last_part_of_it() {
    for name in ["log4j-core", "org.apache.logging.log4j:log4j-core", "LOG4J-CORE"] {
        assert_eq!(found(name), ["maven org.apache.logging.log4j:log4j-core"], "{name}");
    }
    assert_eq!(found("left-pad"), ["npm @scope/Left-Pad"]);
}

#[test]
fn what_nobody_knows_is_not_found() {
    for text in ["", " ", "CVE-1999-0001", "left", "org.apache.logging.log4j"] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
}
