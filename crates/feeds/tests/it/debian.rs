//! The Debian tracker, written samples of every status.

use plimsoll_model::{Affected, RangeEnd, Severity, Status};

use crate::reading::{read, try_read};

const PATH: &str = "debian/data.json";

fn row(release: &str) -> Affected {
    let json = format!(r#"{{"bash":{{"CVE-2020-0001":{{"releases":{{"bookworm":{release}}}}}}}}}"#);
    let parsed = read("debian", PATH, json.as_bytes());
    assert_eq!(parsed.summary.broken_count, 0, "{:?}", parsed.summary.broken);
    parsed.advisories[0].affected[0].clone()
}

fn open(fields: &str) -> Affected {
    row(&format!(r#"{{"status":"open","repositories":{{"bookworm":"5.2"}},{fields}}}"#))
}

#[test]
fn a_resolved_issue_is_affected_below_its_fix() {
    let row = row(r#"{"status":"resolved","fixed_version":"5.2-1","repositories":{"bookworm":"5.2-1"}}"#);
    assert_eq!((row.shard.as_str(), row.name.as_str(), row.status), ("debian-12", "bash", Status::Affected));
    assert_eq!(row.ranges.len(), 1);
    assert_eq!((&row.ranges[0].introduced, &row.ranges[0].end), (&None, &RangeEnd::Fixed("5.2-1".into())));
}

#[test]
fn fixed_version_zero_is_not_affected() {
    let row = row(r#"{"status":"resolved","fixed_version":"0","urgency":"unimportant"}"#);
    assert_eq!((row.status, row.ranges.len()), (Status::NotAffected, 0));
}

#[test]
fn open_issues_say_what_becomes_of_them() {
    for (fields, status) in [
        (r#""urgency":"not yet assigned""#, Status::Affected),
        (r#""nodsa":"Minor issue","nodsa_reason":"""#, Status::Affected),
        (r#""nodsa":"Minor issue","nodsa_reason":"ignored""#, Status::WontFix),
        (r#""nodsa":"Minor issue","nodsa_reason":"postponed""#, Status::Deferred),
        (r#""urgency":"end-of-life""#, Status::EndOfLife),
    ] {
        let row = open(fields);
        assert_eq!(row.status, status, "{fields}");
        assert_eq!(row.ranges[0].end, RangeEnd::Open, "{fields}");
    }
}

#[test]
fn a_fix_that_the_release_does_not_carry_is_no_fix() {
    assert_eq!(open(r#""fixed_version":"5.3-1""#).ranges[0].end, RangeEnd::Before("5.3-1".into()));
    let end = |carried: &str| {
        let release =
            format!(r#"{{"status":"resolved","fixed_version":"5.2.15-2+deb12u1","repositories":{{{carried}}}}}"#);
        row(&release).ranges[0].end.clone()
    };
    let (fixed, before) = (RangeEnd::Fixed("5.2.15-2+deb12u1".into()), RangeEnd::Before("5.2.15-2+deb12u1".into()));
    assert_eq!(end(r#""bookworm":"5.2.15-2","bookworm-security":"5.2.15-2+b1""#), before);
    assert_eq!(end(r#""bookworm":"5.2.15-2","bookworm-security":"5.2.15-2+deb12u2""#), fixed);
    assert_eq!(end(""), fixed, "nothing is known of what the release carries");
    assert_eq!(end(r#""bookworm":"no version""#), fixed, "could not tell: the tracker's word stands");
}

#[test]
fn urgency_is_a_severity_where_it_says_something() {
    let severity = |urgency: &str| {
        let row = open(&format!(r#""urgency":"{urgency}""#));
        row.severities.first().map(|claim| (claim.severity, claim.source.clone()))
    };
    for (urgency, expected) in [
        ("unimportant", Some(Severity::Low)),
        ("low", Some(Severity::Low)),
        ("medium**", Some(Severity::Medium)),
        ("high*", Some(Severity::High)),
        ("not yet assigned", None),
        ("end-of-life", None),
    ] {
        assert_eq!(severity(urgency), expected.map(|severity| (severity, "debian".to_owned())), "{urgency}");
    }
}

#[test]
fn what_the_tracker_does_not_know_is_undetermined() {
    for status in
        [r#""status":"undetermined""#, r#""status":"something new""#, r#""status":"resolved""#, r#""urgency":"low""#]
    {
        assert_eq!(row(&format!("{{{status}}}")).status, Status::Undetermined, "{status}");
    }
}

#[test]
fn releases_become_numbers_and_unknown_ones_are_counted() {
    let parsed = read(
        "debian",
        PATH,
        br#"{"bash":{"CVE-2020-0001":{"description":"one\ntwo","releases":{
            "sid":{"status":"open"},"trixie":{"status":"open"},"sarge":{"status":"open"},"nowhere":{"status":"open"}}}}}"#,
    );
    let shards: Vec<&str> = parsed.advisories[0].affected.iter().map(|row| row.shard.as_str()).collect();
    assert_eq!(shards, ["debian-3.1", "debian-sid", "debian-13"]);
    assert_eq!(parsed.summary.foreign_rows, 1);
    assert_eq!(parsed.advisories[0].title, "one two");
}

#[test]
fn temporary_ids_stay_what_they_are() {
    let parsed = read("debian", PATH, br#"{"bash":{"TEMP-0841856-B18BAF":{"releases":{"sid":{"status":"open"}}}}}"#);
    let advisory = parsed.advisory("TEMP-0841856-B18BAF");
    assert!(advisory.cves.is_empty() && advisory.aliases.is_empty());
    assert_eq!(advisory.urls, ["https://security-tracker.debian.org/tracker/TEMP-0841856-B18BAF"]);
}

#[test]
fn one_broken_issue_is_named_and_the_rest_is_read() {
    let parsed = read(
        "debian",
        PATH,
        br#"{"a":{"CVE-2020-0001":{"releases":{"sid":{"status":7}}},"CVE-2020-0002":{"releases":{"sid":{"status":"open"}}}},
             "b":"text","c":null,"":{"CVE-2020-0003":{"releases":{}}},"d":{"../../x":{"releases":{"sid":{"status":"open"}}}}}"#,
    );
    assert_eq!(parsed.advisories.len(), 1);
    let names: Vec<&str> = parsed.summary.broken.iter().map(|broken| broken.name.as_str()).collect();
    assert_eq!(names, ["a CVE-2020-0001", "b", "CVE-2020-0003", "d ../../x"]);
}

#[test]
fn a_tracker_without_content_is_an_error() {
    for json in ["", "{}", "[]", "null", r#"{"a":{}}"#] {
        assert!(try_read("debian", PATH, &mut json.as_bytes()).is_err(), "{json}");
    }
}
