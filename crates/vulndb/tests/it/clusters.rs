//! Which ids mean one vulnerability.

use plimsoll_model::{Advisory, AdvisoryClass, Score, Timestamp};

use crate::sample::{database, ids, record, row, scored, shard};

/// The clusters of each record, by its id.
fn clusters(records: &[Advisory]) -> impl Fn(&str) -> Vec<String> + use<> {
    let database = database(records.iter().cloned());
    let found = database.lookup(&shard("s"), "p").unwrap();
    move |id| {
        let candidate = found.iter().find(|candidate| candidate.advisory.id == id).unwrap();
        ids(candidate).iter().map(|ids| ids.join(" ")).collect()
    }
}

#[test]
fn the_cve_is_displayed_and_every_other_name_is_an_alias() {
    let of = clusters(&[
        record("GO-1", &["CVE-1"], &["GHSA-1"]),
        record("GHSA-1", &["CVE-1"], &[]),
        record("CVE-1", &["CVE-1"], &[]),
    ]);
    for id in ["GO-1", "GHSA-1", "CVE-1"] {
        assert_eq!(of(id), ["CVE-1 GHSA-1 GO-1"]);
    }
}

#[test]
fn aliases_are_symmetric_and_transitive() {
    let of = clusters(&[
        record("PYSEC-1", &[], &["GHSA-1"]),
        record("GHSA-1", &[], &[]),
        record("OTHER-1", &[], &["PYSEC-1"]),
        record("LAST-1", &["CVE-1"], &["OTHER-1"]),
    ]);
    for id in ["PYSEC-1", "GHSA-1", "OTHER-1", "LAST-1"] {
        assert_eq!(of(id), ["CVE-1 GHSA-1 LAST-1 OTHER-1 PYSEC-1"]);
    }
}

#[test]
fn without_a_cve_the_best_known_id_is_displayed() {
    let of = clusters(&[record("AAA-1", &[], &["RUSTSEC-1", "GHSA-2", "GHSA-1"]), record("ZZZ-1", &[], &["YYY-1"])]);
    assert_eq!(of("AAA-1"), ["GHSA-1 AAA-1 GHSA-2 RUSTSEC-1"]);
    assert_eq!(of("ZZZ-1"), ["YYY-1 ZZZ-1"]);
}

#[test]
fn a_malicious_package_is_known_by_its_own_id() {
    let mut malware = record("MAL-1", &[], &["GHSA-1"]);
    malware.class = AdvisoryClass::Malware;
    assert_eq!(clusters(&[malware, record("GHSA-1", &[], &[])])("MAL-1"), ["MAL-1 GHSA-1"]);
}

#[test]
fn a_bundle_is_one_vulnerability_per_cve_as_other_records_know_it_and_joins_nothing() {
    let of = clusters(&[
        record("RUSTSEC-1", &["CVE-1", "CVE-2", "CVE-3"], &["GHSA-1", "GHSA-2"]),
        record("GHSA-1", &["CVE-1"], &[]),
        record("GHSA-2", &["CVE-2"], &["PYSEC-2"]),
    ]);
    assert_eq!(of("RUSTSEC-1"), ["CVE-1 GHSA-1", "CVE-2 GHSA-2 PYSEC-2", "CVE-3"]);
    assert_eq!(of("GHSA-1"), ["CVE-1 GHSA-1"]);
}

#[test]
fn a_bundle_stays_out_of_clusters_even_where_others_name_it() {
    let of = clusters(&[
        record("ALSA-1", &["CVE-1", "CVE-2"], &[]),
        record("GHSA-1", &["CVE-1"], &["ALSA-1"]),
        record("GHSA-3", &[], &["ALSA-1", "PYSEC-3"]),
    ]);
    assert_eq!(of("GHSA-1"), ["CVE-1 GHSA-1"]);
    assert_eq!(of("GHSA-3"), ["GHSA-3 PYSEC-3"]);
    assert_eq!(of("ALSA-1"), ["CVE-1 GHSA-1", "CVE-2"]);
}

#[test]
fn cves_among_the_aliases_or_as_the_id_count_as_cves() {
    let of = clusters(&[record("CVE-1", &[], &["GHSA-1"]), record("X-1", &[], &["CVE-2", "CVE-3"])]);
    assert_eq!(of("CVE-1"), ["CVE-1 GHSA-1"]);
    assert_eq!(of("X-1"), ["CVE-2", "CVE-3"]);
}

#[test]
fn an_alias_beside_different_cves_belongs_to_none_of_them() {
    let of = clusters(&[record("CVE-1", &["CVE-1"], &["XSA-9"]), record("CVE-2", &["CVE-2"], &["XSA-9"])]);
    assert_eq!(of("CVE-1"), ["CVE-1"]);
    assert_eq!(of("CVE-2"), ["CVE-2"]);
}

#[test]
fn the_record_itself_knows_its_cve_better_than_those_that_name_it() {
    let of = clusters(&[
        record("GHSA-1", &["CVE-1"], &[]),
        record("PYSEC-2", &["CVE-2"], &["GHSA-1"]),
        record("PYSEC-1", &["CVE-1"], &["GHSA-1"]),
    ]);
    assert_eq!(of("GHSA-1"), ["CVE-1 GHSA-1 PYSEC-1"]);
    assert_eq!(of("PYSEC-2"), ["CVE-2 PYSEC-2"]);
}

#[test]
fn a_record_without_a_cve_never_joins_two_cves() {
    let of = clusters(&[
        record("GHSA-1", &["CVE-1"], &[]),
        record("GHSA-2", &["CVE-2"], &[]),
        record("PYSEC-1", &[], &["GHSA-1", "GHSA-2", "OTHER-1"]),
    ]);
    assert_eq!(of("GHSA-1"), ["CVE-1 GHSA-1"]);
    assert_eq!(of("GHSA-2"), ["CVE-2 GHSA-2"]);
    assert_eq!(of("PYSEC-1"), ["PYSEC-1"]);
}

#[test]
fn a_chain_between_two_cves_breaks_at_the_record_whose_id_comes_last() {
    let chain = [
        record("GHSA-1", &["CVE-1"], &[]),
        record("B-1", &[], &["GHSA-1", "X-1"]),
        record("C-1", &[], &["X-1", "GHSA-2"]),
        record("GHSA-2", &["CVE-2"], &[]),
    ];
    let mut reversed = chain.to_vec();
    reversed.reverse();
    for records in [chain.to_vec(), reversed] {
        let of = clusters(&records);
        assert_eq!(of("B-1"), ["CVE-1 B-1 GHSA-1 X-1"]);
        assert_eq!(of("C-1"), ["C-1"]);
        assert_eq!(of("GHSA-2"), ["CVE-2 GHSA-2"]);
    }
}

#[test]
fn twins_that_alias_each_other_stay_two_candidates_of_one_cluster_with_their_own_ranges() {
    let mut first = record("GHSA-5mcr-gq6c-3hq2", &["CVE-2021-21290"], &["GHSA-269q-hmxg-m83q"]);
    first.affected = vec![row("maven", "io.netty:netty-codec-http", "4.1.59")];
    let mut second = record("GHSA-269q-hmxg-m83q", &[], &["GHSA-5mcr-gq6c-3hq2"]);
    second.affected = vec![row("maven", "io.netty:netty-codec-http", "4.1.77")];
    let database = database([first, second]);
    let found = database.lookup(&shard("maven"), "io.netty:netty-codec-http").unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].clusters, found[1].clusters);
    assert_ne!(found[0].affected.ranges, found[1].affected.ranges);
}

#[test]
fn withdrawn_records_join_nothing() {
    let mut withdrawn = record("GHSA-w", &["CVE-1"], &["GHSA-x"]);
    withdrawn.withdrawn = Some(Timestamp(1));
    let of = clusters(&[withdrawn, record("GHSA-x", &[], &[]), record("CVE-1", &["CVE-1"], &[])]);
    assert_eq!(of("GHSA-x"), ["GHSA-x"]);
    assert_eq!(of("CVE-1"), ["CVE-1"]);
}

#[test]
fn clusters_reach_over_shards_and_feeds() {
    let mut wolfi = record("GHSA-1", &[], &[]);
    wolfi.source = "wolfi".into();
    let mut npm = record("GHSA-1", &["CVE-1"], &[]);
    npm.affected = vec![row("npm", "p", "1")];
    assert_eq!(clusters(&[wolfi, npm])("GHSA-1"), ["CVE-1 GHSA-1"]);
}

#[test]
fn a_cluster_of_very_many_ids_keeps_the_best_known() {
    let many: Vec<String> = (0..1000).map(|number| format!("X-{number:04}")).collect();
    let mut records = vec![record("ZZZ-1", &[], &[]), record("GHSA-1", &["CVE-1"], &[])];
    records[0].aliases = many;
    records[0].aliases.push("GHSA-1".into());
    let of = clusters(&records);
    let ids = of("ZZZ-1");
    assert!(ids[0].starts_with("CVE-1 GHSA-1 X-0000 "));
    assert_eq!(ids[0].split(' ').count(), 64);
}

#[test]
fn a_chain_of_very_many_records_takes_no_square_time() {
    let chain = (0..20_000).map(|number| {
        let mut record = record(&format!("X-{number}"), &[], &[&format!("X-{}", number + 1)]);
        record.severities = vec![scored(&format!("by-{number}"), f64::from(number % 101) / 10.0)];
        record.affected[0].name = format!("p{number}");
        record
    });
    let database = database(chain);
    let found = database.lookup(&shard("s"), "p19999").unwrap();
    assert_eq!(found[0].clusters[0].ids().count(), 64);
    let scores = database.severities(&found[0].clusters[0].id).unwrap();
    assert_eq!(scores.len(), 64);
    assert!(scores.iter().all(|claim| claim.score == Score::new(10.0)));
}
