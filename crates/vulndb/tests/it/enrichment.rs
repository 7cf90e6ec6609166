//! What is known beside advisories goes in and comes out.

use plimsoll_model::{
    Epss, Exploitation, Facts, LifeCycle, Probability, Ssvc, Standing, Support, TechnicalImpact, Timestamp, Weakness,
};
use plimsoll_vulndb::{BuildInfo, Builder, Database, ShardKind};

use crate::sample::{record, scored, shard};

fn builder() -> Builder {
    Builder::new(BuildInfo { generation: 1, built: None })
}

fn epss(score: f64) -> Epss {
    Epss { score: Probability::new(score).unwrap(), percentile: Probability::new(0.5).unwrap() }
}

fn facts(source: &str, modified: &str) -> Facts {
    Facts {
        source: source.into(),
        standing: Standing::Published,
        published: Timestamp::parse("2021-12-10"),
        modified: Timestamp::parse(modified),
        title: "A title".into(),
        severities: vec![scored("nvd", 10.0)],
        weaknesses: vec![20, 502],
        exploit: Some("https://example.org/exploit".into()),
        ssvc: Some(Ssvc {
            exploitation: Some(Exploitation::Active),
            automatable: Some(true),
            technical_impact: Some(TechnicalImpact::Total),
            at: None,
        }),
    }
}

fn cycle(product: &str, release: &str, until: &str) -> LifeCycle {
    LifeCycle {
        product: product.into(),
        release: release.into(),
        released: None,
        support: Support::Until(Timestamp::parse(until).unwrap()),
        extended: Some(Support::Ended),
        source: "eol".into(),
    }
}

#[test]
fn each_cve_has_its_own_probability_though_neighbours_share_an_entry() {
    let mut builder = builder();
    for number in 0..250 {
        builder.add_epss(&format!("CVE-2024-{:04}", 1000 + number), epss(f64::from(number) / 1000.0));
    }
    builder.add_epss("CVE-2024-1001", epss(0.9));
    builder.add_epss("CVE-2024-10010", epss(0.1));
    let database = builder.finish_in_memory().unwrap();
    for number in [0, 2, 99, 100, 249] {
        let found = database.epss(&format!("CVE-2024-{:04}", 1000 + number)).unwrap();
        assert_eq!(found, Some(epss(f64::from(number) / 1000.0)), "{number}");
    }
    assert_eq!(database.epss("CVE-2024-1001").unwrap(), Some(epss(0.9)), "the higher of two");
    for unknown in ["CVE-2024-1250", "CVE-2024-9999", "CVE-2023-1001", "GHSA-1", ""] {
        assert_eq!(database.epss(unknown).unwrap(), None, "{unknown}");
    }
    let row = database.manifest().shard(&shard("epss")).unwrap();
    assert_eq!((row.kind, row.keys, row.feeds[0].id.as_str()), (ShardKind::Epss, 4, "epss"));
}

#[test]
fn each_sources_facts_come_back_with_whole_days_and_the_newer_word_of_one_source_counts() {
    let mut builder = builder();
    let mut old = facts("nvd", "2022-01-01");
    old.weaknesses = vec![1];
    builder.add_facts("CVE-2021-44228", facts("nvd", "2025-01-01T07:00:00Z"));
    builder.add_facts("CVE-2021-44228", old);
    builder.add_facts("CVE-2021-44228", facts("cvelist", "2024-01-01"));
    builder.add_facts("CVE-2021-44227", Facts { standing: Standing::Rejected, ..facts("nvd", "2020-01-01") });
    let database = builder.finish_in_memory().unwrap();
    let expected = |source: &str, modified: &str| Facts {
        title: String::new(),
        severities: Vec::new(),
        ..facts(source, modified)
    };
    let found = database.facts("CVE-2021-44228").unwrap();
    assert_eq!(found, [expected("cvelist", "2024-01-01"), expected("nvd", "2025-01-01")]);
    assert_eq!(database.facts("CVE-2021-44227").unwrap()[0].standing, Standing::Rejected);
    assert_eq!(database.facts("CVE-2021-44226").unwrap(), []);
    let sources: Vec<String> =
        database.manifest().shard(&shard("facts")).unwrap().feeds.iter().map(|feed| feed.id.clone()).collect();
    assert_eq!(sources, ["cvelist", "nvd"]);
}

#[test]
fn scores_of_facts_stand_beside_those_of_advisories() {
    let mut builder = builder();
    let mut advisory = record("GHSA-1", &["CVE-2021-44228"], &[]);
    advisory.severities = vec![scored("ghsa", 9.0)];
    builder.add(advisory);
    builder.add_facts("CVE-2021-44228", facts("nvd", "2025-01-01"));
    let mut rescored = facts("nvd", "2026-01-01");
    rescored.severities = vec![scored("nvd", 8.0)];
    builder.add_facts("CVE-2021-44228", rescored);
    builder.add_facts("CVE-2024-0001", Facts { severities: Vec::new(), ..facts("nvd", "2025-01-01") });
    let database = builder.finish_in_memory().unwrap();
    let mut found = database.severities("CVE-2021-44228").unwrap();
    found.sort_by(|left, right| left.source.cmp(&right.source));
    assert_eq!(found, [scored("ghsa", 9.0), scored("nvd", 8.0)]);
    assert_eq!(database.severities("CVE-2024-0001").unwrap(), []);
    let row = database.manifest().shard(&shard("severities")).unwrap();
    let sources: Vec<&str> = row.feeds.iter().map(|feed| feed.id.as_str()).collect();
    assert_eq!(sources, ["feed", "nvd"]);
}

#[test]
fn releases_of_a_product_and_names_of_weaknesses_come_back() {
    let mut builder = builder();
    builder.add_life_cycle(cycle("python", "3.8", "2024-10-07"));
    builder.add_life_cycle(cycle("python", "3.13", "2029-10-31"));
    builder.add_life_cycle(cycle("debian", "10", "2022-09-10"));
    builder.add_weakness(Weakness { number: 79, name: "Cross-site Scripting".into() });
    let database = builder.finish_in_memory().unwrap();
    let python = database.life_cycles("python").unwrap();
    assert_eq!(python, [cycle("python", "3.13", "2029-10-31"), cycle("python", "3.8", "2024-10-07")]);
    assert_eq!(database.life_cycles("perl").unwrap(), []);
    assert_eq!(database.weakness(79).unwrap().as_deref(), Some("Cross-site Scripting"));
    assert_eq!(database.weakness(80).unwrap(), None);
}

#[test]
fn a_repository_that_is_of_no_channel_is_told_apart_from_one_that_is_not_known() {
    let mut builder = builder();
    builder.add_repository("3scale-amp-2-rpms".into(), vec!["3scale-2.12".into()]);
    builder.add_repository("3scale-amp-2-rpms".into(), vec!["3scale-2.12".into(), "3scale-2.11".into()]);
    builder.add_repository("rhel-9-for-x86_64-baseos-rpms".into(), Vec::new());
    let database = builder.finish_in_memory().unwrap();
    let channels = |name| database.repository_channels(name).unwrap();
    assert_eq!(channels("3scale-amp-2-rpms"), Some(vec!["3scale-2.11".into(), "3scale-2.12".into()]));
    assert_eq!(channels("rhel-9-for-x86_64-baseos-rpms"), Some(Vec::new()));
    assert_eq!(channels("rhel-9-for-x86_64-baseos"), None);
    let row = database.manifest().shard(&shard("redhat-repositories")).unwrap();
    assert_eq!((row.kind, row.keys, row.feeds[0].id.as_str()), (ShardKind::Repositories, 2, "redhat-repositories"));
}

#[test]
fn the_order_of_what_is_added_leaves_no_trace_and_every_byte_is_verified() {
    let made = |order: &[usize]| {
        let folder = tempfile::tempdir().unwrap();
        let mut builder = builder();
        for step in order {
            match step {
                0 => builder.add_facts("CVE-2021-44228", facts("nvd", "2025-01-01")),
                1 => builder.add_facts("CVE-2021-44228", facts("cvelist", "2025-01-01")),
                2 => builder.add_epss("CVE-2021-44228", epss(0.9)),
                3 => builder.add_repository("rhel-7-server-els-rpms".into(), vec!["els-7".into()]),
                4 => builder.add_life_cycle(cycle("go", "1.20", "2024-02-06")),
                _ => builder.add_weakness(Weakness { number: 502, name: "Deserialization".into() }),
            }
        }
        builder.finish(folder.path()).unwrap();
        let database = Database::open(folder.path()).unwrap();
        assert!(database.verify().is_empty());
        database.manifest().shards.iter().map(|row| row.digest).collect::<Vec<_>>()
    };
    let digests = made(&[0, 1, 2, 3, 4, 5]);
    assert_eq!(digests.len(), 6, "cwe, eol, epss, facts, redhat-repositories, severities");
    assert_eq!(made(&[4, 2, 5, 3, 1, 0]), digests);
}
