//! The change log, and since when fixes are known.

use std::fs;
use std::path::Path;

use plimsoll_model::{Advisory, Epss, LifeCycle, Probability, Severity, Support, Timestamp, Weakness};
use plimsoll_vulndb::changes::{self, Change, ChangeKind, Cursor};
use plimsoll_vulndb::{BuildInfo, Builder, Database, DbError, MANIFEST_FILE};

use crate::sample::{builder, record, row, scored, shard};

const DAY: i64 = 86_400;

/// Builds a generation, on the day of its number.
fn build(folder: &Path, generation: u64, advisories: impl IntoIterator<Item = Advisory>) -> u64 {
    let mut builder = Builder::new(BuildInfo { generation, built: Some(Timestamp(generation as i64 * DAY + 5)) });
    for advisory in advisories {
        builder.add(advisory);
    }
    builder.finish(folder).unwrap().changes
}

fn fixed(id: &str, name: &str, version: &str) -> Advisory {
    let mut advisory = record(id, &[&format!("CVE-{id}")], &[]);
    advisory.affected = vec![row("s", name, version)];
    advisory
}

fn lines(folder: &Path, since: Option<Cursor>) -> Vec<String> {
    let line = |change: &Change| {
        let Change { shard, name, advisory, kind, .. } = change;
        format!("{} {shard} {name} {advisory}", kind.name())
    };
    changes::read(folder, since).unwrap().entries.iter().map(|(_, change)| line(change)).collect()
}

fn cursor(text: &str) -> Option<Cursor> {
    Some(text.parse().unwrap())
}

fn observed(folder: &Path, name: &str) -> Vec<Option<i64>> {
    let found = Database::open(folder).unwrap().lookup(&shard("s"), name).unwrap();
    found.iter().map(|candidate| candidate.observed.map(|at| at.0 / DAY)).collect()
}

#[test]
fn what_means_something_else_is_told_and_prose_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let first = || {
        ["A", "B", "C", "D", "E"].map(|id| {
            let mut advisory = fixed(id, &format!("p{id}"), "1");
            advisory.severities = vec![scored("ghsa", 5.0)];
            advisory
        })
    };
    assert_eq!(build(folder.path(), 1, first()), 0);
    assert_eq!(lines(folder.path(), None), Vec::<String>::new());

    let [mut a, mut b, c, mut d, e] = first();
    a.title = "another title".into();
    a.modified = Some(Timestamp(77));
    a.published = Some(Timestamp(76));
    a.urls = vec!["https://another.example".into()];
    b.affected = vec![row("s", "pB", "2")];
    drop(c);
    d.withdrawn = Some(Timestamp(1));
    let mut e_scored = e;
    e_scored.severities[0].severity = Severity::Low;
    let f = fixed("F", "pF", "1");
    assert_eq!(build(folder.path(), 2, [a, b, d, e_scored, f]), 8);
    let told = [
        "changed s pB B",
        "removed s pC C",
        "withdrawn s pD D",
        "changed s pE E",
        "added s pF F",
        "removed severities CVE-C ",
        "removed severities CVE-D ",
        "changed severities CVE-E ",
    ];
    assert_eq!(lines(folder.path(), None), told);
    assert_eq!(lines(folder.path(), cursor("1.0")), told);
    assert_eq!(lines(folder.path(), cursor("2.5")), told[5..]);
    let all = changes::read(folder.path(), cursor("2.8")).unwrap();
    assert_eq!((all.entries.len(), all.next.to_string().as_str()), (0, "2.8"));
    let change = &changes::read(folder.path(), cursor("2.4")).unwrap().entries[0].1;
    assert_eq!((change.kind, change.vulnerabilities.as_slice()), (ChangeKind::Added, ["CVE-F".to_owned()].as_slice()));
}

#[test]
fn a_consumer_who_asks_after_any_number_of_builds_misses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    build(folder.path(), 1, [fixed("A", "a", "1")]);
    let (mut now_and_then, mut each_time) = (Vec::new(), Vec::new());
    let (mut rare, mut eager) = (cursor("1.0"), cursor("1.0"));
    for generation in 2..12 {
        let count = generation % 3;
        build(
            folder.path(),
            generation,
            (0..=count).map(|at| fixed(&format!("{at}"), "p", &format!("{generation}.{at}"))),
        );
        each_time.extend(lines(folder.path(), eager));
        eager = Some(changes::read(folder.path(), eager).unwrap().next);
        if generation % 4 == 3 {
            now_and_then.extend(lines(folder.path(), rare));
            rare = Some(changes::read(folder.path(), rare).unwrap().next);
        }
    }
    assert_eq!(each_time, now_and_then);
    assert!(each_time.len() > 12);
}

#[test]
fn shards_that_come_or_go_are_told_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    let of = |name: &str| {
        let mut advisory = record("A", &["CVE-1"], &[]);
        advisory.affected = vec![row(name, "p", "1")];
        advisory
    };
    build(folder.path(), 1, [of("one"), of("two")]);
    build(folder.path(), 2, [of("two"), of("three")]);
    assert_eq!(lines(folder.path(), None), ["shard-removed one  ", "shard three  "]);
    // A shard that cannot be read any more is told as a whole too.
    let file = Database::open(folder.path()).unwrap().manifest().shard(&shard("two")).unwrap().file.clone();
    fs::write(folder.path().join(file), "damaged").unwrap();
    build(folder.path(), 3, [of("two"), of("three")]);
    assert_eq!(lines(folder.path(), cursor("2.2")), ["shard two  "]);
}

#[test]
fn a_cursor_from_before_the_log_or_of_another_database_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let version = |generation: u64| [fixed("A", "p", &generation.to_string())];
    build(folder.path(), 5, version(5));
    build(folder.path(), 6, version(6));
    for (asked, is_known) in [("4.9", false), ("5.0", true), ("6.1", true), ("6.2", false), ("7.0", false)] {
        let answer = changes::read(folder.path(), cursor(asked));
        assert_eq!(answer.is_ok(), is_known, "{asked}");
        if let Err(error) = answer {
            assert!(matches!(error, DbError::NoCursor { .. }) && error.hint().is_some(), "{error}");
            assert!(error.to_string().contains("5.0"), "{error}");
        }
    }
    // Another database takes its place: what came before is not known any more.
    let other = tempfile::tempdir().unwrap();
    build(other.path(), 8, version(9));
    let manifest = fs::read_dir(other.path()).unwrap().map(|entry| entry.unwrap().path());
    for path in manifest {
        fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    assert!(changes::read(folder.path(), cursor("6.1")).is_err());
    assert_eq!(lines(folder.path(), cursor("8.0")), Vec::<String>::new());
    build(folder.path(), 9, version(10));
    assert_eq!(lines(folder.path(), cursor("8.0")), ["changed s p A"]);
    assert!(changes::read(folder.path(), cursor("6.1")).is_err());
}

#[test]
fn a_build_that_dies_before_its_manifest_leaves_the_old_log() {
    let (folder, dead) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    build(folder.path(), 1, [fixed("A", "p", "1")]);
    build(folder.path(), 2, [fixed("A", "p", "2")]);
    for entry in fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), dead.path().join(entry.file_name())).unwrap();
    }
    build(dead.path(), 3, [fixed("A", "p", "3"), fixed("B", "q", "1")]);
    // All files but the manifest arrive, as at the worst moment.
    for entry in fs::read_dir(dead.path()).unwrap().map(Result::unwrap) {
        if entry.file_name() != MANIFEST_FILE {
            fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
    }
    assert_eq!(lines(folder.path(), cursor("1.0")), ["changed s p A"]);
    assert!(Database::open(folder.path()).unwrap().verify().is_empty());
    // The next build says it all again, from what is there.
    build(folder.path(), 4, [fixed("C", "r", "1")]);
    assert_eq!(lines(folder.path(), cursor("2.1")), ["removed s p A", "added s r C"]);
}

#[test]
fn a_damaged_segment_is_an_error_wherever_it_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    build(folder.path(), 1, [fixed("A", "p", "1")]);
    build(folder.path(), 2, [fixed("A", "p", "2")]);
    let right = lines(folder.path(), cursor("1.0"));
    let path = folder.path().join("changes-00000000000000000002.log");
    let whole = plimsoll_model::read_capped(fs::File::open(&path).unwrap(), 1 << 20).unwrap();
    for at in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (at % 8);
        fs::write(&path, &flipped).unwrap();
        assert!(changes::read(folder.path(), cursor("1.0")).is_err(), "{at}");
        fs::write(&path, &whole[..at]).unwrap();
        assert!(changes::read(folder.path(), cursor("1.0")).is_err(), "cut at {at}");
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(lines(folder.path(), cursor("1.0")), right);
}

#[test]
fn fixes_of_the_first_build_are_of_unknown_age_and_later_ones_have_their_day() {
    let folder = tempfile::tempdir().unwrap();
    build(folder.path(), 10, [fixed("A", "p", "1")]);
    assert_eq!(observed(folder.path(), "p"), [None]);
    build(folder.path(), 11, [fixed("A", "p", "1"), fixed("B", "q", "1")]);
    assert_eq!((observed(folder.path(), "p"), observed(folder.path(), "q")), (vec![None], vec![Some(11)]));
    // Carried over, whatever else changes; a new fix has a new day.
    let mut retold = fixed("B", "q", "1");
    retold.title = "told again".into();
    build(folder.path(), 12, [fixed("A", "p", "2"), retold.clone()]);
    assert_eq!((observed(folder.path(), "p"), observed(folder.path(), "q")), (vec![Some(12)], vec![Some(11)]));
    // Another source that tells of the same fix does not make it newer.
    let mut other = retold;
    other.source = "another".into();
    build(folder.path(), 13, [fixed("A", "p", "2"), other]);
    assert_eq!(observed(folder.path(), "q"), [Some(11)]);
    // What has no fix has no day, and the shard of a new release is of unknown age.
    let mut open = fixed("C", "r", "1");
    open.affected[0].ranges[0].end = plimsoll_model::RangeEnd::Open;
    let mut elsewhere = fixed("D", "d", "1");
    elsewhere.affected = vec![row("t", "d", "1")];
    build(folder.path(), 14, [open, elsewhere]);
    assert_eq!(observed(folder.path(), "r"), [None]);
    let found = Database::open(folder.path()).unwrap().lookup(&shard("t"), "d").unwrap();
    assert_eq!(found[0].observed, None);
}

#[test]
fn a_row_with_several_fixes_is_as_old_as_the_oldest() {
    let folder = tempfile::tempdir().unwrap();
    let with = |versions: &[&str]| {
        let mut advisory = fixed("A", "p", "1");
        advisory.affected[0].ranges = versions.iter().flat_map(|version| row("s", "p", version).ranges).collect();
        advisory
    };
    build(folder.path(), 1, [fixed("X", "x", "1")]);
    build(folder.path(), 2, [with(&["2.0.18"])]);
    build(folder.path(), 3, [with(&["2.0.18", "3.0.16"])]);
    assert_eq!(observed(folder.path(), "p"), [Some(2)]);
    assert!(Database::open(folder.path()).unwrap().verify().is_empty());
}

#[test]
fn a_build_in_memory_knows_nothing_before_it() {
    let database = builder(7, [fixed("A", "p", "1")]).finish_in_memory().unwrap();
    assert_eq!(database.lookup(&shard("s"), "p").unwrap()[0].observed, None);
}

#[test]
fn what_is_exploited_and_when_support_ends_is_told_and_what_moves_daily_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let cycle = |release: &str, until: &str, released: Option<Timestamp>| LifeCycle {
        product: "debian".into(),
        release: release.into(),
        released,
        support: Support::Until(Timestamp::parse(until).unwrap()),
        extended: None,
        source: "eol".into(),
    };
    let build = |generation: u64, cves: &[&str], ends: &[(&str, &str)], channel: &str, score: f64| {
        let mut builder = builder(generation, []);
        let score = Probability::new(score).unwrap();
        builder.add_epss("CVE-2024-1001", Epss { score, percentile: score });
        for cve in cves {
            builder.add_exploited(cve, Some(Timestamp(5)), None, false);
        }
        for (release, until) in ends {
            builder.add_life_cycle(cycle(release, until, Some(Timestamp(generation as i64))));
        }
        builder.add_repository("own-rpms".into(), vec![channel.to_owned()]);
        builder.add_weakness(Weakness { number: 79, name: format!("told {generation} times") });
        builder.finish(folder.path()).unwrap();
    };
    build(1, &["CVE-1", "CVE-2"], &[("11", "2024-08-14"), ("12", "2026-06-10")], "eus-9.2", 0.1);
    build(2, &["CVE-2", "CVE-3"], &[("12", "2026-07-11"), ("13", "2028-08-09")], "eus-9.4", 0.2);
    let told = [
        "removed eol debian 11 ",
        "changed eol debian 12 ",
        "added eol debian 13 ",
        "removed kev CVE-1 ",
        "added kev CVE-3 ",
        "changed redhat-repositories own-rpms ",
    ];
    assert_eq!(lines(folder.path(), None), told);
    let changes = changes::read(folder.path(), None).unwrap().entries;
    let about: Vec<&[String]> = changes.iter().map(|(_, change)| change.vulnerabilities.as_slice()).collect();
    assert_eq!((about[0], about[3]), ([].as_slice(), ["CVE-1".to_owned()].as_slice()));
    build(3, &["CVE-2", "CVE-3"], &[("12", "2026-07-11"), ("13", "2028-08-09")], "eus-9.4", 0.3);
    assert_eq!(lines(folder.path(), cursor("2.6")), [""; 0], "when a release came out is no meaning");
}
