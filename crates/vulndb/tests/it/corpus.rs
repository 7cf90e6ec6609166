//! The real feeds that lie beside the checkout, as a database.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use plimsoll_beside::shared;
use plimsoll_feeds::{Record, feed_for_path, parse};
use plimsoll_model::{AdvisoryClass, Affected, RangeEnd, ShardName, Timestamp};
use plimsoll_vulndb::{BuildInfo, Builder, Database, FeedMeta};

use crate::sample::shard;

/// The database of some files, and every row that went in.
fn build(mirror: &Path, paths: &[&str]) -> (Database, Vec<Affected>) {
    let mut builder = Builder::new(BuildInfo { generation: 1, built: None });
    let mut rows = Vec::new();
    for path in paths {
        let feed = feed_for_path(path).unwrap();
        let mut bytes = BufReader::new(File::open(mirror.join(path)).unwrap());
        let summary = parse(feed, path, &mut bytes, &mut |record| match record {
            Record::Advisory(advisory) => {
                if advisory.withdrawn.is_none() {
                    rows.extend(advisory.affected.iter().cloned());
                }
                builder.add(advisory);
            }
            Record::Deleted { source, id, at } => builder.delete(source, id, at),
            Record::Exploited(entry) => {
                builder.add_exploited(&entry.cve, entry.date_added, entry.due, entry.ransomware);
            }
            _ => {}
        });
        let summary = summary.unwrap();
        builder.add_feed(FeedMeta { id: feed.id.into(), data_from: summary.data_from, records: summary.records });
    }
    (builder.finish_in_memory().unwrap(), rows)
}

#[test]
fn every_row_of_real_feeds_is_found_again() {
    let Some(mirror) = shared("feeds") else { return };
    let paths = [
        "osv/crates.io/all.zip",
        "osv/Maven/all.zip",
        "osv/npm/all.zip",
        "osv/RubyGems/all.zip",
        "osv/Packagist/all.zip",
        "alpine-secdb/v3.10/main.json",
        "alpine-secdb/v3.10/community.json",
        "kev/known_exploited_vulnerabilities.json",
    ];
    let (database, mut rows) = build(&mirror, &paths);
    assert!(database.verify().is_empty());
    let by_place = |row: &Affected| (row.shard.clone(), row.name.clone());
    rows.sort();
    rows.dedup();
    for of_key in rows.chunk_by(|left, right| by_place(left) == by_place(right)) {
        let (shard, name) = by_place(&of_key[0]);
        let mut found: Vec<Affected> =
            database.lookup(&shard, &name).unwrap().into_iter().map(|candidate| candidate.affected).collect();
        found.sort();
        found.dedup();
        assert_eq!(found, of_key, "{shard} {name}");
    }
}

#[test]
fn known_facts_are_found_under_their_names() {
    let Some(mirror) = shared("feeds") else { return };
    let (database, _) =
        build(&mirror, &["osv/crates.io/all.zip", "osv/Maven/all.zip", "kev/known_exploited_vulnerabilities.json"]);
    let crates = shard("crates-io");

    // One record that names eight CVEs is eight vulnerabilities, each under its GitHub name too.
    let bundle = database.lookup(&crates, "rusqlite").unwrap();
    let bundle = bundle.iter().find(|candidate| candidate.advisory.id == "RUSTSEC-2020-0014").unwrap();
    assert_eq!(bundle.clusters.len(), 8);
    assert!(bundle.clusters.iter().all(|cluster| cluster.id.starts_with("CVE-2020-")));
    assert!(bundle.clusters.iter().all(|cluster| !cluster.aliases.contains(&"RUSTSEC-2020-0014".into())));

    // Each names both CVEs and the other: two candidates for two vulnerabilities, ranges apart.
    let netty = database.lookup(&shard("maven"), "io.netty:netty-codec-http").unwrap();
    let twin = |id: &str| netty.iter().find(|candidate| candidate.advisory.id == id).unwrap();
    for (id, fixed) in [("GHSA-5mcr-gq6c-3hq2", "4.1.59.Final"), ("GHSA-269q-hmxg-m83q", "4.1.77.Final")] {
        let cves: Vec<&str> = twin(id).clusters.iter().map(|cluster| cluster.id.as_str()).collect();
        assert_eq!(cves, ["CVE-2021-21290", "CVE-2022-24823"], "{id}");
        assert_eq!(twin(id).affected.ranges[0].end, RangeEnd::Fixed(fixed.into()), "{id}");
        assert!(database.search(id).unwrap().iter().any(|hit| hit.candidate == *twin(id)), "{id}");
    }

    let git = database.exploited("CVE-2025-48384").unwrap().unwrap();
    assert_eq!(git.date_added.map(Timestamp::date).as_deref(), Some("2025-08-25"));
    assert_eq!(database.exploited("CVE-1999-0001").unwrap(), None);
    assert_eq!(database.manifest().shard(&ShardName::kev()).unwrap().keys, 1404);

    let unmaintained = database.search("RUSTSEC-2025-0123").unwrap();
    assert!(unmaintained.iter().all(|hit| hit.candidate.advisory.class == AdvisoryClass::Informational));
    assert!(!unmaintained.is_empty());
}

#[test]
fn a_github_name_that_real_records_give_to_two_cves_joins_neither() {
    let Some(mirror) = shared("feeds") else { return };
    let (database, _) = build(&mirror, &["osv/PyPI/all.zip"]);
    let ids = |id: &str| -> Vec<String> {
        let hits = database.search(id).unwrap();
        hits[0].candidate.clusters[0].ids().map(str::to_owned).collect()
    };
    // Both say that they are GHSA-qcx9-j53g-ccgf.
    assert_eq!(ids("PYSEC-2021-335"), ["CVE-2021-32807", "PYSEC-2021-335", "PYSEC-2021-875"]);
    assert_eq!(ids("PYSEC-2021-368"), ["CVE-2021-32811", "GHSA-g4gq-j4p2-j8fr", "PYSEC-2021-368", "PYSEC-2021-370"]);
}
