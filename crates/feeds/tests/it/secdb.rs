//! The secfixes databases, written samples.

use plimsoll_feeds::FeedError;
use plimsoll_model::{Advisory, RangeEnd, Status};

use crate::reading::{Parsed, read, try_read};

const ALPINE: &str = "alpine-secdb/v3.20/main.json";

fn alpine(secfixes: &str) -> Parsed {
    let json = format!(r#"{{"distroversion":"v3.20","packages":[{{"pkg":{{"name":"xen","secfixes":{secfixes}}}}}]}}"#);
    read("alpine", ALPINE, json.as_bytes())
}

fn fixes(advisory: &Advisory) -> Vec<&str> {
    advisory.affected[0]
        .ranges
        .iter()
        .map(|range| match &range.end {
            RangeEnd::Fixed(fixed) => fixed.as_str(),
            _ => panic!("{range:?}"),
        })
        .collect()
}

#[test]
fn a_fix_affects_every_version_before_it() {
    let parsed = alpine(r#"{"4.1-r0":["CVE-2020-0001"]}"#);
    let advisory = parsed.advisory("CVE-2020-0001");
    assert_eq!(advisory.affected[0].shard.as_str(), "alpine-3.20");
    assert_eq!((advisory.affected[0].status, fixes(advisory)), (Status::Affected, vec!["4.1-r0"]));
    assert_eq!((advisory.source.as_str(), advisory.cves.as_slice()), ("alpine", &["CVE-2020-0001".to_owned()][..]));
}

#[test]
fn version_zero_is_not_affected_unless_a_fix_stands_beside_it() {
    let parsed = alpine(r#"{"0":["CVE-2020-0001","CVE-2020-0002"],"4.1-r0":["CVE-2020-0002"]}"#);
    assert_eq!(parsed.advisory("CVE-2020-0001").affected[0].status, Status::NotAffected);
    let fixed = parsed.advisory("CVE-2020-0002");
    assert_eq!((fixed.affected[0].status, fixes(fixed)), (Status::Affected, vec!["4.1-r0"]));
}

#[test]
fn ids_of_one_entry_are_aliases_of_one_another() {
    let parsed = alpine(r#"{"4.1-r0":["CVE-2017-2620 XSA-209","XSA-1 GHSA-aaaa-bbbb-cccc"]}"#);
    assert_eq!(parsed.advisory("CVE-2017-2620").aliases, ["XSA-209"]);
    let without_cve = parsed.advisory("GHSA-aaaa-bbbb-cccc");
    assert_eq!((without_cve.aliases.as_slice(), without_cve.cves.len()), (&["XSA-1".to_owned()][..], 0));
}

#[test]
fn an_id_beside_several_cves_is_an_alias_of_none() {
    let parsed =
        alpine(r#"{"4.1-r0":["CVE-2016-9377 XSA-196","CVE-2016-9378 XSA-196","CVE-2016-1111 CVE-2016-2222 XSA-7"]}"#);
    assert_eq!(parsed.advisories.len(), 4);
    assert!(parsed.advisories.iter().all(|advisory| advisory.aliases.is_empty() && advisory.cves.len() == 1));
}

#[test]
fn a_vulnerability_under_two_versions_has_a_range_for_each() {
    let parsed = alpine(r#"{"4.1-r0":["CVE-2020-0001"],"4.1-r2":["CVE-2020-0001"]}"#);
    assert_eq!(fixes(parsed.advisory("CVE-2020-0001")), ["4.1-r0", "4.1-r2"]);
}

#[test]
fn remarks_and_slips_of_the_pen_are_understood() {
    let parsed = alpine(
        r#"{"1-r0":["CVE-2018-16229 (DCCP)","CVE_2019-2201","CVE 2018-16859","CVE-2017-17434-1","CVE-2017-17434-2","CVE-2017-8073.patch",
            "CVE-2020-1234 (+ regression fix)","CVE-2020-12345 too partially re-done"]}"#,
    );
    let ids: Vec<&str> = parsed.advisories.iter().map(|advisory| advisory.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "CVE-2017-17434",
            "CVE-2017-8073",
            "CVE-2018-16229",
            "CVE-2018-16859",
            "CVE-2019-2201",
            "CVE-2020-1234",
            "CVE-2020-12345"
        ]
    );
    assert!(parsed.advisories.iter().all(|advisory| advisory.aliases.is_empty()));
    assert_eq!(parsed.summary.broken_count, 0);
}

#[test]
fn entries_without_an_id_and_broken_packages_are_named() {
    let parsed = read(
        "alpine",
        ALPINE,
        br#"{"packages":[{"pkg":{"name":"a","secfixes":{"1":["zero",null,"CVE-2020-0001"],"2":null}}},
            {"pkg":{"name":7}}, 5, null, {"pkg":{"name":"b"}}, {"pkg":{"name":"c","secfixes":null}},
            {"pkg":{"name":"","secfixes":{"1":["CVE-2020-0002"]}}}]}"#,
    );
    assert_eq!(parsed.advisories.len(), 1);
    assert_eq!(parsed.summary.broken_count, 5, "{:?}", parsed.summary.broken);
}

#[test]
fn the_release_is_told_by_the_path_and_must_agree_with_the_file() {
    let json = br#"{"distroversion":"edge","packages":[{"pkg":{"name":"a","secfixes":{"1":["CVE-2020-0001"]}}}]}"#;
    let parsed = read("alpine", "alpine-secdb/edge/main.json", json);
    assert_eq!(parsed.advisories[0].affected[0].shard.as_str(), "alpine-edge");
    for path in [ALPINE, "main.json", "alpine-secdb/../main.json"] {
        assert!(matches!(try_read("alpine", path, &mut &json[..]), Err(FeedError::Malformed { .. })), "{path}");
    }
}

#[test]
fn rolling_distributions_have_one_shard_whatever_the_path() {
    let json = br#"{"packages":[{"pkg":{"name":"a","secfixes":{"1-r0":["CVE-2020-0001","GHSA-aaaa-bbbb-cccc"]}}}]}"#;
    for id in ["wolfi", "chainguard", "minimos"] {
        let parsed = read(id, &format!("{id}/security.json"), json);
        assert_eq!(parsed.advisories.len(), 2, "ids of one list are not thereby aliases");
        assert!(parsed.advisories.iter().all(|advisory| advisory.aliases.is_empty()));
        assert_eq!(parsed.advisories[0].affected[0].shard.as_str(), id);
    }
}

#[test]
fn a_database_may_be_empty_but_not_without_packages() {
    assert_eq!(read("alpine", ALPINE, br#"{"packages":null}"#).summary.records, 0);
    assert!(try_read("alpine", ALPINE, &mut &br#"{"reponame":"main"}"#[..]).is_err());
}
