//! Records of an organisation's own.

use plimsoll_feeds::osv::overlay::{CHANNEL, OverlayRecord, overlay_record};
use plimsoll_model::{AdvisoryClass, RangeEnd, Severity, ShardName, Status, VersionRange};

fn try_read(json: &str) -> Result<OverlayRecord, String> {
    overlay_record("overlay:acme", json.as_bytes(), &|name| {
        (name == "amzn:2023").then(|| ShardName::clean("amzn-2023"))
    })
}

fn record(rows: &str, plimsoll: &str) -> String {
    format!(
        r#"{{"id":"ACME-1","aliases":["CVE-2024-0001"],"summary":"what it is","severity":[{{"type":"CVSS_V3",
        "score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}],"affected":[{rows}],"database_specific":{{{plimsoll}}}}}"#
    )
}

const RANGE: &str = r#""ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"1"},{"fixed":"2"}]}]"#;

fn row(ecosystem: &str, more: &str) -> String {
    format!(r#"{{"package":{{"ecosystem":"{ecosystem}","name":"Pkg"}}{more}}}"#)
}

fn action(action: &str) -> String {
    format!(r#""plimsoll":{{"action":"{action}","reason":"because\nof this"}}"#)
}

#[test]
fn a_plain_record_is_one_more_advisory() {
    let advisory = try_read(&record(&row("npm", &format!(",{RANGE}")), "")).unwrap().advisory;
    assert_eq!((advisory.source.as_str(), advisory.title.as_str()), ("overlay:acme", "what it is"));
    assert_eq!(
        (advisory.class, advisory.cves.as_slice()),
        (AdvisoryClass::Vulnerability, &["CVE-2024-0001".into()][..])
    );
    let claim = &advisory.severities[0];
    assert_eq!((claim.severity, claim.source.as_str()), (Severity::Critical, "overlay:acme"));
    assert_eq!((advisory.affected[0].status, &advisory.affected[0].scope.channel), (Status::Affected, &None));
}

#[test]
fn what_replaces_or_dismisses_is_of_the_channel_that_all_follow_and_its_title_is_the_reason() {
    for (word, status) in [("replace", Status::Affected), ("dismiss", Status::NotAffected)] {
        let advisory = try_read(&record(&row("npm", &format!(",{RANGE}")), &action(word))).unwrap().advisory;
        assert_eq!(advisory.title, "because of this");
        let row = &advisory.affected[0];
        assert_eq!((row.status, row.scope.channel.as_deref()), (status, Some(CHANNEL)));
        let end = RangeEnd::Fixed("2".into());
        assert_eq!(row.ranges, [VersionRange { introduced: Some("1".into()), end }]);
    }
    let all = try_read(&record(&row("npm", ""), &action("dismiss"))).unwrap().advisory;
    assert_eq!(all.affected[0].ranges, [VersionRange { introduced: None, end: RangeEnd::Open }]);
    for word in ["add", "replace"] {
        assert!(try_read(&record(&row("npm", ""), &action(word))).is_err(), "{word} must say what is affected");
    }
}

#[test]
fn every_ecosystem_can_be_named_and_one_that_is_unknown_is_said() {
    for (ecosystem, shard, name) in
        [("PyPI", "pypi", "pkg"), ("Debian:12", "debian-12", "Pkg"), ("amzn:2023", "amzn-2023", "Pkg")]
    {
        let affected = try_read(&record(&row(ecosystem, ""), &action("dismiss"))).unwrap().advisory.affected;
        assert_eq!((affected[0].shard.as_str(), affected[0].name.as_str()), (shard, name));
    }
    let rows = format!("{},{}", row("PyPI", ""), row("Unheard:1", ""));
    let some = try_read(&record(&rows, &action("dismiss"))).unwrap();
    assert_eq!(some.advisory.affected.len(), 1);
    assert_eq!(some.left_out.as_deref(), Some("no shard answers for the ecosystem \"Unheard:1\""));
    assert!(try_read(&record(&row("Unheard:1", ""), &action("dismiss"))).unwrap_err().contains("Unheard:1"));
    assert!(try_read(&record("", &action("dismiss"))).is_err());
}

#[test]
fn a_wish_that_is_not_understood_is_an_error_and_so_is_a_silence_without_a_reason() {
    for plimsoll in [
        r#""plimsoll":{"action":"ignore","reason":"?"}"#,
        r#""plimsoll":{"action":"dismiss"}"#,
        r#""plimsoll":{"action":"replace","reason":" \n "}"#,
        r#""plimsoll":{"acton":"dismiss","reason":"?"}"#,
        r#""plimsoll":"dismiss""#,
    ] {
        assert!(try_read(&record(&row("npm", &format!(",{RANGE}")), plimsoll)).is_err(), "{plimsoll}");
    }
}

#[test]
fn fuzz_records_of_an_overlay() {
    let sample = record(&row("npm", &format!(",{RANGE}")), &action("replace"));
    plimsoll_fuzzing::check().with_iterations(8_000).for_each(|input: &[u8]| {
        let mut bytes = sample.clone().into_bytes();
        for change in input.chunks_exact(3) {
            let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
            bytes[place] = change[2];
        }
        let read = |json: &[u8]| overlay_record("overlay:acme", json, &|_| None);
        if let Ok(read) = read(&bytes) {
            assert!(!read.advisory.affected.is_empty());
        }
        let _ = read(input);
    });
}
