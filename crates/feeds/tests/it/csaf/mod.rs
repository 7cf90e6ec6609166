//! CSAF VEX, written samples of both of Red Hat's generators and of SUSE's.

mod archives;
mod hostile;
mod sample;
mod statuses;
mod suse;

use plimsoll_model::{Affected, FixDateKind, RangeEnd, Severity};

use crate::reading::{Parsed, read};

/// A document of the older generator.
pub const OLDER: &str = include_str!("cve-2023-4911.json");
/// A document of the newer one.
pub const NEWER: &str = include_str!("cve-2024-6387.json");

pub fn read_document(json: &str) -> Parsed {
    read("redhat", "redhat/csaf/v2/vex/2023/cve-2023-0001.json", json.as_bytes())
}

/// A row in a few words: shard, channel, name, architectures, module, status, ends.
pub fn told(row: &Affected) -> String {
    let ends: Vec<String> = row.ranges.iter().map(ToString::to_string).collect();
    let scope = &row.scope;
    let mut words = vec![row.shard.to_string()];
    words.extend(scope.channel.clone());
    words.push(row.name.clone());
    words.extend(Some(scope.architectures.join("+")).filter(|some| !some.is_empty()));
    words.extend(scope.module.clone());
    words.push(format!("{:?}", row.status));
    words.extend(Some(ends.join(" or ")).filter(|some| !some.is_empty()));
    words.join(" ")
}

pub fn rows(parsed: &Parsed) -> Vec<String> {
    parsed.advisories.iter().flat_map(|advisory| &advisory.affected).map(told).collect()
}

#[test]
fn a_document_of_the_older_generator_is_read() {
    let parsed = read_document(OLDER);
    assert_eq!(parsed.summary.broken_count, 0, "{:?}", parsed.summary.broken);
    assert_eq!(
        rows(&parsed),
        [
            "rhel-7 compat-glibc src NotAffected",
            "rhel-7 glibc src NotAffected",
            "rhel-9 glibc src Affected < 2.34-60.el9_2.7",
            "rhel-9 glibc-common s390x+x86_64 Affected < 2.34-60.el9_2.7",
            "rhel-9 eus-9.0 glibc src Affected < 2.34-28.el9_0.4",
        ]
    );
    let advisory = parsed.advisory("CVE-2023-4911");
    assert_eq!(advisory.cves, ["CVE-2023-4911"]);
    assert_eq!(advisory.title, "glibc: buffer overflow in ld.so leading to privilege escalation");
    assert_eq!(advisory.urls[0], "https://access.redhat.com/security/cve/CVE-2023-4911");
    assert_eq!(advisory.published.unwrap().date(), "2023-10-03");
    assert_eq!(advisory.modified.unwrap().date(), "2025-11-11");
    // The rating is the publisher's, the score goes with it; rows that agree do not repeat it.
    let claim = &advisory.severities[0];
    assert_eq!((claim.severity, claim.score.unwrap().tenths(), claim.source.as_str()), (Severity::High, 78, "rhel"));
    let fixed = |name: &str| {
        let row = advisory.affected.iter().find(|row| row.name == name && row.shard.as_str() == "rhel-9").unwrap();
        assert!(row.severities.is_empty());
        let date = row.fix_date.unwrap();
        assert_eq!(date.kind, FixDateKind::Advisory);
        date.at.to_string()
    };
    assert_eq!(fixed("glibc-common"), "2023-10-05T13:18:33Z");
}

#[test]
fn symbols_for_debugging_and_containers_are_no_rows() {
    let parsed = read_document(OLDER);
    assert_eq!(parsed.summary.foreign_rows, 2);
    assert!(parsed.advisories[0].affected.iter().all(|row| !row.name.contains("debug") && !row.name.contains("host")));
}

#[test]
fn a_document_of_the_newer_generator_is_read() {
    let parsed = read_document(NEWER);
    assert_eq!(parsed.summary.broken_count, 0, "{:?}", parsed.summary.broken);
    assert_eq!(
        rows(&parsed),
        [
            "rhel-8 openssh src NotAffected",
            "rhel-8 eus-8.8 openssh src NotAffected",
            "rhel-9 openssh src Affected < 8.7p1-38.el9_4.1",
            "rhel-9 e4s-9.0 openssh src Deferred all versions",
        ]
    );
    let row = &parsed.advisories[0].affected[2];
    assert_eq!(row.ranges[0].end, RangeEnd::Fixed("8.7p1-38.el9_4.1".into()));
}

#[test]
fn a_document_takes_the_place_of_the_one_before() {
    let parsed = read_document(OLDER);
    let (source, id, at) = parsed.deleted.first().unwrap();
    assert_eq!((source.as_str(), id.as_str()), ("redhat", "CVE-2023-4911"));
    assert!(Some(*at) < parsed.advisories[0].modified, "the document itself stands");
}
