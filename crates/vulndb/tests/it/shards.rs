//! What goes into a database comes out of it.

use std::collections::BTreeSet;

use plimsoll_model::{AdvisoryClass, Cluster, Severity, SeverityClaim, ShardName, Timestamp};
use plimsoll_vulndb::{BuildInfo, Builder, Database, DbError, Exploited, FeedMeta, ShardKind};

use crate::sample::{builder, database, full, large, record, row, scored, shard, small, words};

#[test]
fn every_field_comes_back_as_it_was_given() {
    let database = database([full()]);
    let found = database.lookup(&shard("go"), "example.com/module").unwrap();
    assert_eq!(found.len(), 1);
    let mut expected = full();
    let affected = expected.affected.pop().unwrap();
    assert_eq!((&found[0].advisory, &found[0].affected), (&expected, &affected));
    let cluster = Cluster { id: "CVE-2024-0001".into(), aliases: words(&["GHSA-aaaa-bbbb-cccc", "GO-2024-0001"]) };
    assert_eq!(found[0].clusters, [cluster]);
}

#[test]
fn a_name_that_nobody_speaks_of_has_no_candidates() {
    let database = database([full()]);
    for name in ["", "example.com", "example.com/Module", "example.com/module "] {
        assert_eq!(database.lookup(&shard("go"), name).unwrap(), [], "{name}");
    }
}

#[test]
fn asking_a_shard_that_is_not_there_is_an_error_and_no_empty_answer() {
    let database = small(1).finish_in_memory().unwrap();
    for name in ["pypi", "kev", "severities", "npm-malware"] {
        assert!(!database.has_shard(&shard(name)), "{name}");
        assert!(matches!(database.lookup(&shard(name), "evil"), Err(DbError::NoShard(_))), "{name}");
    }
    assert!(database.has_shard(&shard("npm")));
}

#[test]
fn a_record_that_names_many_packages_is_kept_once() {
    let mut advisory = record("ALSA-2024:1", &["CVE-2024-1"], &[]);
    advisory.title = "x".repeat(200);
    advisory.affected = (0..500).map(|number| row("almalinux-9", &format!("kernel-{number}"), "1-1.el9")).collect();
    let database = database([advisory]);
    let shard = database.manifest().shard(&shard("almalinux-9")).unwrap();
    assert_eq!((shard.records, shard.keys), (1, 500));
    assert!(shard.size_bytes < 500 * 40, "{}", shard.size_bytes);
}

#[test]
fn the_same_row_twice_is_one_candidate() {
    let database = database([full(), full()]);
    assert_eq!(database.lookup(&shard("go"), "example.com/module").unwrap().len(), 1);
}

#[test]
fn rows_that_are_not_wanted_stay_away() {
    let mut advisory = record("GHSA-1", &[], &[]);
    advisory.affected = vec![row("s", "p", "1"), row("s", "p", "2"), row("s", "p", "3")];
    let database = database([advisory]);
    let mut seen = Vec::new();
    let found = database.lookup_where(&shard("s"), "p", &mut |row| {
        seen.push((row.shard.to_string(), row.name.clone()));
        *row != crate::sample::row("s", "p", "2")
    });
    assert_eq!(found.unwrap().len(), 2);
    assert_eq!(seen, vec![("s".to_owned(), "p".to_owned()); 3]);
}

#[test]
fn withdrawn_records_are_counted_and_left_out() {
    let mut withdrawn = record("GHSA-w", &["CVE-1"], &["GHSA-x"]);
    withdrawn.withdrawn = Some(Timestamp(1));
    withdrawn.severities = vec![scored("ghsa", 9.0)];
    withdrawn.affected = vec![row("nuget", "p", "1")];
    let folder = tempfile::tempdir().unwrap();
    let summary = builder(1, [withdrawn.clone(), record("GHSA-x", &[], &[])]).finish(folder.path()).unwrap();
    assert_eq!((summary.withdrawn, summary.records), (1, 1));
    let database = Database::open(folder.path()).unwrap();
    // Its feed was read, so the shard answers, with nothing.
    assert_eq!(database.lookup(&shard("nuget"), "p").unwrap(), []);
    assert_eq!(database.severities("CVE-1").unwrap(), []);
    assert_eq!(database.lookup(&shard("s"), "p").unwrap()[0].clusters[0].ids().collect::<Vec<_>>(), ["GHSA-x"]);
}

#[test]
fn malicious_packages_have_a_shard_of_their_own_and_are_found_through_their_ecosystem() {
    let database = small(1).finish_in_memory().unwrap();
    let malware = database.manifest().shard(&shard("npm-malware")).unwrap();
    assert_eq!((malware.kind, malware.keys, malware.records), (ShardKind::Malware, 2, 1));
    let found = database.lookup(&shard("npm"), "left-pad").unwrap();
    let classes: Vec<_> = found.iter().map(|candidate| candidate.advisory.class).collect();
    assert_eq!(classes, [AdvisoryClass::Vulnerability, AdvisoryClass::Malware]);
    assert!(found.iter().all(|candidate| candidate.affected.shard == shard("npm")));
}

#[test]
fn an_ecosystem_that_only_has_malicious_packages_has_its_shard() {
    let mut malware = record("MAL-1", &[], &[]);
    malware.class = AdvisoryClass::Malware;
    let database = database([malware]);
    assert!(database.has_shard(&shard("s")));
    assert_eq!(database.lookup(&shard("s"), "p").unwrap().len(), 1);
    assert_eq!(database.lookup(&shard("s"), "q").unwrap(), []);
}

#[test]
fn every_score_of_a_cluster_is_found_under_its_cve() {
    let mut ghsa = record("GHSA-1", &["CVE-1"], &[]);
    ghsa.severities = vec![scored("ghsa", 9.8)];
    let mut bitnami = record("BIT-1", &["CVE-1"], &[]);
    bitnami.affected[0].severities = vec![scored("bitnami", 5.0)];
    let mut pysec = record("PYSEC-1", &[], &["GHSA-1"]);
    pysec.severities = vec![scored("pysec", 1.0)];
    let mut word = record("CVE-1", &["CVE-1"], &[]);
    let low = SeverityClaim { severity: Severity::Low, score: None, vector: None, source: "debian".into() };
    word.severities = vec![low];
    let mut bundle = record("ALSA-1", &["CVE-1", "CVE-2"], &[]);
    bundle.severities = vec![scored("almalinux", 7.0)];
    let database = database([ghsa, bitnami, pysec, word, bundle]);
    let sources =
        |id: &str| -> Vec<String> { database.severities(id).unwrap().into_iter().map(|claim| claim.source).collect() };
    assert_eq!(
        sources("CVE-1").into_iter().collect::<BTreeSet<_>>(),
        words(&["bitnami", "ghsa", "pysec"]).into_iter().collect()
    );
    for unscored in ["CVE-2", "GHSA-1", "ALSA-1", "CVE-3"] {
        assert_eq!(sources(unscored), words(&[]), "{unscored}");
    }
}

#[test]
fn scores_of_a_cluster_without_a_cve_are_found_under_each_of_its_ids() {
    let mut ghsa = record("GHSA-1", &[], &["RUSTSEC-1"]);
    ghsa.severities = vec![scored("ghsa", 9.8)];
    let database = database([ghsa]);
    for id in ["GHSA-1", "RUSTSEC-1"] {
        assert_eq!(database.severities(id).unwrap(), [scored("ghsa", 9.8)], "{id}");
    }
}

#[test]
fn exploited_vulnerabilities_keep_the_earlier_dates() {
    let mut builder = Builder::new(BuildInfo { generation: 1, built: None });
    builder.add_exploited("CVE-1", Some(Timestamp(9)), None, false);
    builder.add_exploited("CVE-1", Some(Timestamp(3)), Some(Timestamp(4)), true);
    builder.add_exploited("CVE-2", None, None, false);
    let database = builder.finish_in_memory().unwrap();
    let both = Exploited { date_added: Some(Timestamp(3)), due: Some(Timestamp(4)), ransomware: true };
    assert_eq!(database.exploited("CVE-1").unwrap(), Some(both));
    assert_eq!(
        database.exploited("CVE-2").unwrap(),
        Some(Exploited { date_added: None, due: None, ransomware: false })
    );
    assert_eq!(database.exploited("CVE-3").unwrap(), None);
}

#[test]
fn an_empty_build_is_a_database_that_answers_nothing() {
    let database = database([]);
    assert_eq!(database.manifest().shards, []);
    assert!(!database.has_shard(&shard("npm")));
    assert_eq!(database.exploited("CVE-1").unwrap(), None);
    assert_eq!(database.severities("CVE-1").unwrap(), []);
    assert_eq!(database.search("CVE-1").unwrap(), []);
    assert!(database.verify().is_empty());
}

#[test]
fn the_manifest_says_which_feeds_filled_a_shard_and_how_old_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let summary = small(7).finish(folder.path()).unwrap();
    let database = Database::open(folder.path()).unwrap();
    let manifest = database.manifest();
    assert_eq!((manifest.generation, manifest.built), (7, Some(Timestamp(1_700_000_000))));
    let names: Vec<&str> = manifest.shards.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["go", "kev", "npm", "npm-malware", "severities"]);
    assert_eq!(summary.shards, 5);
    assert_eq!(summary.keys, manifest.shards.iter().map(|row| row.keys).sum::<u64>());
    let feeds = |name: &str| manifest.shard(&shard(name)).unwrap().feeds.clone();
    assert_eq!(feeds("go"), [FeedMeta { id: "osv-go".into(), data_from: Some(Timestamp(7)), records: 1 }]);
    assert_eq!(feeds("kev")[0].data_from, Some(Timestamp(8)));
    // Its feed was never announced.
    assert_eq!(feeds("npm"), [FeedMeta { id: "feed".into(), data_from: None, records: 0 }]);
}

#[test]
fn a_feed_in_several_files_is_summed_up() {
    let mut builder = builder(1, [record("GHSA-1", &[], &[])]);
    for (data_from, records) in [(Some(Timestamp(5)), 2), (None, 3), (Some(Timestamp(4)), 1)] {
        builder.add_feed(FeedMeta { id: "feed".into(), data_from, records });
    }
    let database = builder.finish_in_memory().unwrap();
    let expected = FeedMeta { id: "feed".into(), data_from: Some(Timestamp(5)), records: 6 };
    assert_eq!(database.manifest().shards[0].feeds, [expected]);
}

#[test]
fn what_is_too_large_is_left_out_and_named() {
    let mut long = record("GHSA-long", &[], &[]);
    long.title = "x".repeat(5 << 20);
    let cves: Vec<String> = (0..5000).map(|number| format!("CVE-2024-{number:05}")).collect();
    let mut many = record("ALSA-many", &[], &[]);
    many.cves = cves;
    let mut row_too = record("GHSA-row", &[], &[]);
    row_too.affected[0].versions = vec!["9".repeat(5 << 20)];
    row_too.affected.push(row("s", "q", "1"));
    let folder = tempfile::tempdir().unwrap();
    let summary = builder(1, [long, many, row_too]).finish(folder.path()).unwrap();
    assert_eq!(summary.left_out_count, 3);
    let named: Vec<&str> = summary.left_out.iter().map(|left| left.id.as_str()).collect();
    assert_eq!(named, ["GHSA-long", "ALSA-many", "GHSA-row"]);
    let database = Database::open(folder.path()).unwrap();
    assert_eq!(database.lookup(&shard("s"), "q").unwrap().len(), 1);
    assert_eq!(database.lookup(&shard("s"), "p").unwrap(), []);
}

#[test]
fn objects_across_blocks_and_longer_than_blocks_are_whole() {
    let advisories: Vec<_> = (0..40)
        .map(|number| {
            let mut advisory = record(&format!("GHSA-{number}"), &[], &[]);
            advisory.title = "y".repeat(number * 1500);
            advisory.affected = vec![row("s", &format!("p{number}"), "1")];
            advisory
        })
        .collect();
    let database = database(advisories);
    assert!(database.verify().is_empty());
    for number in 0..40 {
        let found = database.lookup(&shard("s"), &format!("p{number}")).unwrap();
        assert_eq!(found[0].advisory.title.len(), number * 1500);
    }
}

#[test]
fn an_advisory_may_not_name_a_shard_of_the_database_itself() {
    for name in ["kev", "severities", "epss", "facts", "eol", "cwe", "npm-malware"] {
        let mut advisory = record("GHSA-1", &[], &[]);
        advisory.affected = vec![row(name, "p", "1")];
        let error = builder(1, [advisory]).finish_in_memory().unwrap_err();
        assert!(matches!(error, DbError::Reserved(found) if found == ShardName::clean(name)));
    }
}

#[test]
fn ten_threads_find_what_one_finds() {
    let folder = tempfile::tempdir().unwrap();
    large(1).finish(folder.path()).unwrap();
    let database = Database::open(folder.path()).unwrap();
    std::thread::scope(|threads| {
        for thread in 0..10 {
            let database = &database;
            threads.spawn(move || {
                for step in 0..2000 {
                    let number = (step * 7 + thread * 211) % 2000;
                    let found = database.lookup(&shard("npm"), &format!("package-{number}")).unwrap();
                    assert_eq!(found.len(), 1);
                    assert_eq!(found[0].advisory.id, format!("GHSA-{number}"));
                }
            });
        }
    });
}

#[test]
fn the_bytes_of_a_shard_change_only_with_the_number_of_its_format() {
    // Where this fails, old databases would be misread: raise `FORMAT` in src/format.rs, then write
    // the new digest here. The last one also changes with the library that compresses.
    let digests = |builder: Builder| -> Vec<String> {
        let database = builder.finish_in_memory().unwrap();
        database.manifest().shards.iter().map(|row| row.digest.short()).collect()
    };
    let digests: Vec<String> = [small(1), large(1)].into_iter().flat_map(digests).collect();
    assert_eq!(
        digests,
        [
            "sha256:4fe726472af5",
            "sha256:78fb1cf43aa3",
            "sha256:f1ab279a0071",
            "sha256:053a227cdf93",
            "sha256:224f8ed10a9e",
            "sha256:eb30539c6456"
        ]
    );
}
