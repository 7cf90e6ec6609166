//! What a source takes back, or says anew, does not stand any more.

use plimsoll_model::{Advisory, Timestamp};
use plimsoll_vulndb::{BuildInfo, Builder, Database};

use crate::sample::{record, row, scored, shard};

fn advisory(source: &str, modified: Option<i64>, fixed: &str) -> Advisory {
    Advisory {
        source: source.into(),
        modified: modified.map(Timestamp),
        affected: vec![row("rhel-9", "bash", fixed)],
        severities: vec![scored(source, 9.8)],
        ..record("CVE-2024-0001", &["CVE-2024-0001"], &[])
    }
}

fn new() -> Builder {
    Builder::new(BuildInfo { generation: 1, built: None })
}

/// The fixes that the database knows for bash.
fn fixes(database: &Database) -> Vec<String> {
    let found = database.lookup(&shard("rhel-9"), "bash").unwrap();
    let mut fixes: Vec<String> =
        found.iter().flat_map(|found| &found.affected.ranges).map(ToString::to_string).collect();
    fixes.sort();
    fixes
}

#[test]
fn a_deletion_counts_whether_it_comes_first_or_last() {
    let mut before = new();
    before.delete("redhat", "CVE-2024-0001", Timestamp(10));
    before.add(advisory("redhat", Some(10), "1"));
    let mut after = new();
    after.add(advisory("redhat", Some(10), "1"));
    after.delete("redhat", "CVE-2024-0001", Timestamp(10));
    for builder in [before, after] {
        assert!(fixes(&builder.finish_in_memory().unwrap()).is_empty());
    }
}

#[test]
fn what_was_changed_later_stands_and_takes_the_place_of_the_rest() {
    let mut builder = new();
    builder.add(advisory("redhat", Some(11), "2"));
    builder.add(advisory("redhat", Some(10), "1"));
    builder.add(advisory("redhat", None, "0"));
    builder.delete("redhat", "CVE-2024-0001", Timestamp(10));
    // An earlier deletion of the same document changes nothing.
    builder.delete("redhat", "CVE-2024-0001", Timestamp(3));
    let folder = tempfile::tempdir().unwrap();
    let summary = builder.finish(folder.path()).unwrap();
    assert_eq!(summary.deleted, 2);
    assert_eq!(fixes(&Database::open(folder.path()).unwrap()), ["< 2"]);
}

#[test]
fn a_deletion_is_about_one_source_and_one_id() {
    let mut builder = new();
    builder.add(advisory("other", Some(1), "1"));
    builder.add(Advisory { id: "CVE-2024-0002".into(), cves: Vec::new(), ..advisory("redhat", Some(1), "2") });
    builder.delete("redhat", "CVE-2024-0001", Timestamp(10));
    assert_eq!(fixes(&builder.finish_in_memory().unwrap()), ["< 1", "< 2"]);
}

#[test]
fn a_deleted_record_neither_scores_nor_joins() {
    let mut builder = new();
    let mut joined = advisory("redhat", Some(1), "1");
    joined.aliases = vec!["GHSA-a".into()];
    builder.add(joined);
    builder.add(Advisory { affected: vec![row("npm", "a", "1")], ..record("GHSA-a", &[], &[]) });
    builder.delete("redhat", "CVE-2024-0001", Timestamp(1));
    let database = builder.finish_in_memory().unwrap();
    assert!(database.severities("CVE-2024-0001").unwrap().is_empty());
    let found = database.lookup(&shard("npm"), "a").unwrap();
    assert_eq!(found[0].clusters[0].id, "GHSA-a");
}
