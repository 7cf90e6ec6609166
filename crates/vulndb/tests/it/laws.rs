//! A database answers as a plain map would, whatever the advisories.

use std::collections::{BTreeMap, BTreeSet};

use plimsoll_model::{Advisory, AdvisoryClass, Candidate, Cluster, Status, Timestamp};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::sample::{database, record, row, scored, shard};

const IDS: [&str; 9] = ["GHSA-1", "GHSA-2", "GHSA-3", "PYSEC-1", "GO-1", "X-1", "X-2", "ALSA-1", "MAL-1"];
const CVES: [&str; 4] = ["CVE-1", "CVE-2", "CVE-3", "CVE-4"];
const NAMES: [&str; 4] = ["a", "b", "", "ü:x/y"];
const SHARDS: [&str; 3] = ["npm", "debian-12", "go"];

fn advisories() -> impl Strategy<Value = Vec<Advisory>> {
    let id = select([&IDS[..], &CVES[..]].concat());
    let names = (id, subsequence(&CVES[..], 0..3), subsequence(&IDS[..], 0..3));
    let rows = proptest::collection::vec((select(&SHARDS[..]), select(&NAMES[..]), "[0-9]{1,2}", any::<bool>()), 0..4);
    let rest = (0..8_u8, any::<bool>(), ".{0,20}", proptest::option::of(0_u8..=100));
    let advisory = (names, rows, rest).prop_map(|((id, cves, aliases), rows, (kind, is_dated, title, score))| {
        let mut advisory = record(id, &cves, &aliases);
        advisory.title = title;
        advisory.published = is_dated.then_some(Timestamp(i64::from(kind)));
        advisory.withdrawn = (kind == 0).then_some(Timestamp(1));
        if kind == 1 {
            advisory.class = AdvisoryClass::Malware;
        }
        advisory.severities = score.map(|tenths| scored("nvd", f64::from(tenths) / 10.0)).into_iter().collect();
        advisory.affected = rows
            .into_iter()
            .map(|(shard, name, fixed, is_affected)| {
                let mut row = row(shard, name, &fixed);
                row.status = if is_affected { Status::Affected } else { Status::NotAffected };
                row
            })
            .collect();
        advisory
    });
    proptest::collection::vec(advisory, 0..14)
}

/// The clusters by their rules, said as plainly as can be.
struct Naive {
    groups: Vec<BTreeSet<String>>,
}

impl Naive {
    fn of(advisories: &[Advisory]) -> Self {
        let valid: Vec<&Advisory> = advisories.iter().filter(|advisory| advisory.withdrawn.is_none()).collect();
        let bundles: BTreeSet<&str> =
            valid.iter().filter(|a| cves(a).len() > 1 && !a.id.starts_with("CVE")).map(|a| a.id.as_str()).collect();
        let one = |advisory: &Advisory| {
            let cves = cves(advisory);
            (cves.len() == 1).then(|| cves.into_iter().next().unwrap())
        };
        let all: BTreeSet<&str> =
            valid.iter().flat_map(|a| std::iter::once(&a.id).chain(&a.aliases)).map(String::as_str).collect();
        let mut groups: BTreeMap<String, BTreeSet<String>> =
            CVES.iter().map(|cve| ((*cve).to_owned(), BTreeSet::from([(*cve).to_owned()]))).collect();
        for id in all.iter().filter(|id| !id.starts_with("CVE")) {
            let own: BTreeSet<String> = valid.iter().filter(|a| a.id == *id).filter_map(|a| one(a)).collect();
            let named = valid.iter().filter(|a| a.aliases.iter().any(|alias| alias == id)).filter_map(|a| one(a));
            let claims = if own.is_empty() { named.collect() } else { own };
            let home = if claims.len() == 1 && !bundles.contains(id) { claims.first().unwrap() } else { *id };
            groups.entry(home.to_owned()).or_default().insert((*id).to_owned());
        }
        let mut groups: Vec<BTreeSet<String>> = groups.into_values().collect();
        let mut loose: Vec<Vec<String>> = valid
            .iter()
            .filter(|a| cves(a).is_empty())
            .map(|a| std::iter::once(&a.id).chain(a.aliases.iter().filter(|alias| **alias != a.id)).cloned().collect())
            .collect();
        loose.sort();
        for ids in loose {
            let ids: Vec<&String> = ids.iter().filter(|id| !bundles.contains(id.as_str())).collect();
            let (touched, rest): (Vec<_>, Vec<_>) =
                groups.into_iter().partition(|group| ids.iter().any(|id| group.contains(*id)));
            groups = rest;
            let joined: BTreeSet<String> = touched.iter().flatten().cloned().collect();
            if joined.iter().filter(|id| id.starts_with("CVE")).count() > 1 {
                groups.extend(touched);
            } else {
                groups.push(joined);
            }
        }
        Self { groups }
    }

    fn cluster(&self, id: &str) -> Cluster {
        let mut ids: Vec<String> =
            self.groups.iter().find(|group| group.contains(id)).unwrap().iter().cloned().collect();
        let known = ["CVE", "MAL", "GHSA", "GO", "PYSEC"];
        ids.sort_by_key(|id| (known.iter().position(|prefix| id.starts_with(prefix)).unwrap_or(9), id.clone()));
        let id = ids.remove(0);
        ids.sort();
        Cluster { id, aliases: ids }
    }

    fn clusters(&self, advisory: &Advisory) -> Vec<Cluster> {
        let cves = cves(advisory);
        if cves.is_empty() {
            return vec![self.cluster(&advisory.id)];
        }
        cves.iter().map(|cve| self.cluster(cve)).collect()
    }
}

fn cves(advisory: &Advisory) -> BTreeSet<String> {
    let id = Some(&advisory.id).filter(|id| id.starts_with("CVE"));
    advisory.cves.iter().chain(id).cloned().collect()
}

fn sorted(mut candidates: Vec<Candidate>) -> Vec<String> {
    let mut lines: Vec<String> = candidates.drain(..).map(|candidate| format!("{candidate:?}")).collect();
    lines.sort();
    lines
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_look_up_finds_exactly_what_was_added(advisories in advisories()) {
        let naive = Naive::of(&advisories);
        let database = database(advisories.clone());
        prop_assert!(database.verify().is_empty());
        for shard_name in SHARDS {
            for name in NAMES {
                let mut expected = Vec::new();
                for advisory in advisories.iter().filter(|advisory| advisory.withdrawn.is_none()) {
                    for affected in &advisory.affected {
                        if affected.shard == shard(shard_name) && affected.name == name {
                            let advisory = Advisory { affected: Vec::new(), ..advisory.clone() };
                            let clusters = naive.clusters(&advisory);
                            expected.push(Candidate { clusters, advisory, observed: None, affected: affected.clone() });
                        }
                    }
                }
                let mut expected = sorted(expected);
                expected.dedup();
                if database.has_shard(&shard(shard_name)) {
                    prop_assert_eq!(sorted(database.lookup(&shard(shard_name), name).unwrap()), expected);
                } else {
                    prop_assert_eq!(expected.len(), 0);
                }
            }
        }
    }

    #[test]
    fn no_cluster_holds_two_cves_and_no_id_is_in_two_clusters(advisories in advisories()) {
        let database = database(advisories);
        let mut homes: BTreeMap<String, Cluster> = BTreeMap::new();
        for name in SHARDS.iter().filter(|name| database.has_shard(&shard(name))) {
            for candidate in NAMES.iter().flat_map(|key| database.lookup(&shard(name), key).unwrap()) {
                for cluster in &candidate.clusters {
                    prop_assert!(cluster.ids().filter(|id| id.starts_with("CVE-")).count() <= 1);
                    for id in cluster.ids() {
                        let home = homes.entry(id.to_owned()).or_insert_with(|| cluster.clone());
                        prop_assert_eq!(&*home, cluster);
                    }
                }
            }
        }
    }
}
