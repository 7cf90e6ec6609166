//! The real feeds that lie beside the checkout, with packages whose answers are known.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::BufReader;
use std::sync::{Arc, Mutex};

use plimsoll_feeds::{Record, feed_for_path, parse};
use plimsoll_matching::{Advisories, MatchOptions, Matched, match_inventory};
use plimsoll_model::{
    Advisory, Candidate, Cluster, InstalledPackage, PackageKind, Severity, SeverityClaim, ShardName, Timestamp,
};

use crate::shelf::{Told, With, apk, deb, inventory, package, rpm};

/// A naive database: everything in memory, clusters by aliases as the rules say.
#[derive(Default)]
struct Memory {
    rows: HashMap<(ShardName, String), Vec<Candidate>>,
    shards: BTreeSet<ShardName>,
    exploited: BTreeSet<String>,
}

impl Memory {
    fn add(&mut self, records: Vec<Advisory>) {
        let clusters = clusters(&records);
        for mut advisory in records {
            let own: Vec<Cluster> = match advisory.cves.len() {
                0 | 1 => vec![clusters[&advisory.id].clone()],
                _ => advisory.cves.iter().map(|cve| clusters.get(cve).cloned().unwrap_or_else(|| alone(cve))).collect(),
            };
            for affected in std::mem::take(&mut advisory.affected) {
                self.shards.insert(affected.shard.clone());
                let key = (affected.shard.clone(), affected.name.clone());
                let candidate =
                    Candidate { clusters: own.clone(), advisory: advisory.clone(), affected, observed: None };
                self.rows.entry(key).or_default().push(candidate);
            }
        }
    }
}

fn alone(id: &str) -> Cluster {
    Cluster { id: id.to_owned(), aliases: Vec::new() }
}

/// The cluster of every id: records that name at most one CVE join their ids, others nothing.
fn clusters(records: &[Advisory]) -> BTreeMap<String, Cluster> {
    let mut parent: HashMap<String, String> = HashMap::new();
    fn root(parent: &mut HashMap<String, String>, id: &str) -> String {
        let mut at = id.to_owned();
        while let Some(next) = parent.get(&at).filter(|next| **next != at) {
            at = next.clone();
        }
        parent.entry(at.clone()).or_insert_with(|| at.clone());
        at
    }
    for record in records {
        let own = root(&mut parent, &record.id);
        if record.cves.len() < 2 {
            for id in record.cves.iter().chain(&record.aliases) {
                let other = root(&mut parent, id);
                let own = root(&mut parent, &own);
                parent.insert(other, own);
            }
        }
    }
    let ids: Vec<String> = parent.keys().cloned().collect();
    let mut members: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for id in ids {
        let root = root(&mut parent, &id);
        members.entry(root).or_default().insert(id);
    }
    let mut clusters = BTreeMap::new();
    for mut set in members.into_values() {
        let all: Vec<String> = set.iter().cloned().collect();
        let first = set.iter().find(|id| id.starts_with("CVE-")).or(set.first()).cloned().unwrap_or_default();
        set.remove(&first);
        let cluster = Cluster { id: first, aliases: set.into_iter().collect() };
        clusters.extend(all.into_iter().map(|id| (id, cluster.clone())));
    }
    clusters
}

impl Advisories for Memory {
    fn has_shard(&self, shard: &ShardName) -> bool {
        self.shards.contains(shard)
    }
    fn feed_use(&self, _: &ShardName) -> (Vec<String>, Option<Timestamp>) {
        (vec!["memory".into()], None)
    }
    fn candidates(&self, shard: &ShardName, name: &str) -> Result<Vec<Candidate>, String> {
        Ok(self.rows.get(&(shard.clone(), name.to_owned())).cloned().unwrap_or_default())
    }
    fn severities(&self, _: &str) -> Result<Vec<SeverityClaim>, String> {
        Ok(Vec::new())
    }
    fn known_exploited(&self, cve: &str) -> Result<bool, String> {
        Ok(self.exploited.contains(cve))
    }
}

/// The packages that the tests ask about; nothing else is kept.
const PACKAGES: [&str; 11] = [
    "pyspark",
    "io.netty:netty-codec-http",
    "org.apache.shiro:shiro-core",
    "lodash",
    "requests",
    "k8s.io/ingress-nginx",
    "rusqlite",
    "symfony/http-kernel",
    "openssl",
    "nodejs",
    "mod_dav_svn",
];

/// The feeds of one file each, read once for all tests.
fn database(path: &str) -> Option<Arc<Memory>> {
    static READ: Mutex<BTreeMap<String, Arc<Memory>>> = Mutex::new(BTreeMap::new());
    let mirror = plimsoll_beside::shared("feeds")?;
    let mut read = READ.lock().unwrap();
    if let Some(known) = read.get(path) {
        return Some(Arc::clone(known));
    }
    let mut memory = Memory::default();
    for path in [path, "kev/known_exploited_vulnerabilities.json"] {
        let feed = feed_for_path(path).unwrap();
        let mut records = Vec::new();
        parse(feed, path, &mut BufReader::new(File::open(mirror.join(path)).unwrap()), &mut |record| match record {
            Record::Advisory(mut advisory) => {
                advisory.affected.retain(|row| PACKAGES.contains(&row.name.as_str()));
                if !advisory.affected.is_empty() {
                    records.push(advisory);
                }
            }
            Record::Deleted { .. } => {}
            Record::Exploited(entry) => drop(memory.exploited.insert(entry.cve)),
            _ => {}
        })
        .unwrap();
        memory.add(records);
    }
    let memory = Arc::new(memory);
    read.insert(path.to_owned(), Arc::clone(&memory));
    Some(memory)
}

fn matched(path: &str, system: &str, package: InstalledPackage) -> Option<Matched> {
    let database = database(path)?;
    let matched = match_inventory(&inventory(system, [package]), &*database, &MatchOptions::default());
    assert!(matched.coverage.gaps.is_empty(), "{:?}", matched.coverage.gaps);
    Some(matched)
}

fn language(path: &str, kind: PackageKind, name: &str, version: &str) -> Option<Matched> {
    matched(path, "scratch", package(kind, name, version))
}

#[test]
fn netty_between_two_fixes_is_found_with_the_later_one() {
    let Some(matched) = language("osv/Maven/all.zip", PackageKind::Maven, "io.netty:netty-codec-http", "4.1.60.Final")
    else {
        return;
    };
    let found = matched.found();
    assert!(found.iter().any(|found| found == "CVE-2022-24823 0 4.1.77.Final"), "{found:?}");
    assert!(!found.iter().any(|found| found.ends_with("4.1.59.Final")), "{found:?}");
    let finding = matched.findings.iter().find(|finding| finding.id == "CVE-2022-24823").unwrap();
    assert_eq!(finding.evidence.len(), 1);
    assert_eq!(finding.evidence[0].advisory, "GHSA-269q-hmxg-m83q");
    assert_eq!((finding.severity, finding.severity_source.as_deref()), (Severity::Medium, Some("ghsa")));
}

#[test]
fn what_is_known_to_be_exploited_is_marked() {
    let Some(matched) = language("osv/Maven/all.zip", PackageKind::Maven, "org.apache.shiro:shiro-core", "1.2.4")
    else {
        return;
    };
    let finding = &matched.findings[0];
    assert_eq!((finding.id.as_str(), finding.known_exploited), ("CVE-2016-4437", true));
    assert_eq!(finding.fix.version(), Some("1.2.5"));
}

#[test]
fn lodash_is_found_by_every_record_that_holds_and_by_no_other() {
    let Some(matched) = language("osv/npm/all.zip", PackageKind::Npm, "lodash", "4.17.10") else { return };
    assert_eq!(matched.found(), ["CVE-2018-16487 0 4.17.11"]);
    assert_eq!(matched.findings[0].aliases, ["NSWG-ECO-493"]);
    assert_eq!(matched.findings[0].severity_source.as_deref(), Some("nodejs"));
    let Some(matched) = language("osv/npm/all.zip", PackageKind::Npm, "lodash", "4.17.4") else { return };
    assert_eq!(matched.found(), ["CVE-2018-16487 0 4.17.11", "CVE-2018-3721 0 4.17.5"]);
}

#[test]
fn a_python_package_is_found_under_any_spelling_with_its_other_names() {
    let Some(matched) = language("osv/PyPI/all.zip", PackageKind::Pypi, "Requests", "2.28.1") else { return };
    assert_eq!(matched.found(), ["CVE-2023-32681 0 2.31.0"]);
    assert_eq!(matched.findings[0].aliases, ["GHSA-j8r2-6x86-q33q", "PYSEC-2023-74"]);
}

#[test]
fn gos_own_ranges_take_the_place_of_a_bare_beginning() {
    let module = |version| language("osv/Go/all.zip", PackageKind::Go, "k8s.io/ingress-nginx", version);
    let Some(old) = module("v1.8.0") else { return };
    assert!(old.found().contains(&"CVE-2023-5044 0 1.9.0".to_owned()), "{:?}", old.found());
    let fixed = module("v1.9.0").unwrap();
    assert!(fixed.findings.iter().all(|finding| finding.id != "CVE-2023-5044"), "{:?}", fixed.found());
}

#[test]
fn a_record_of_eight_cves_is_eight_findings() {
    let Some(matched) = language("osv/crates.io/all.zip", PackageKind::Cargo, "rusqlite", "0.22.0") else { return };
    let of_bundle = matched
        .findings
        .iter()
        .filter(|finding| finding.evidence.iter().any(|evidence| evidence.advisory == "RUSTSEC-2020-0014"));
    let ids: BTreeSet<&str> = of_bundle.map(|finding| finding.id.as_str()).collect();
    assert_eq!(ids.len(), 8, "{ids:?}");
    assert!(ids.iter().all(|id| id.starts_with("CVE-2020-358")));
}

#[test]
fn a_record_that_names_each_branch_shows_the_fix_at_its_end() {
    let kernel = |version| language("osv/Packagist/all.zip", PackageKind::Composer, "symfony/http-kernel", version);
    let Some(matched) = kernel("v2.0.5") else { return };
    assert!(matched.found().contains(&"CVE-2014-5245 0 2.3.19".to_owned()), "{:?}", matched.found());
}

#[test]
fn a_fix_that_another_range_holds_is_no_fix() {
    let Some(matched) = language("osv/PyPI/all.zip", PackageKind::Pypi, "pyspark", "3.0.1") else { return };
    assert!(matched.found().contains(&"CVE-2022-33891 0 3.1.3".to_owned()), "{:?}", matched.found());
}

#[test]
fn a_debian_package_is_compared_by_its_source() {
    let libssl = |version: &str| {
        let package = deb("libssl3", version).source_package("openssl", version);
        matched("debian/data.json", "debian 12", package)
    };
    let Some(old) = libssl("3.0.20-1~deb12u1") else { return };
    assert!(old.found().contains(&"CVE-2026-9076 0 3.0.20-1~deb12u2".to_owned()), "{:?}", old.found());
    let new = libssl("3.0.20-1~deb12u2").unwrap();
    assert!(new.findings.iter().all(|finding| finding.id != "CVE-2026-9076"));
    assert!(!new.findings.is_empty());
}

#[test]
fn alpine_packages_are_compared_by_their_origin() {
    let Some(matched) = matched(
        "alpine-secdb/v3.10/main.json",
        "alpine 3.10.9",
        apk("libssl1.1", "1.1.1c-r0").source_package("openssl", "1.1.1c-r0"),
    ) else {
        return;
    };
    assert_eq!(
        matched.found(),
        ["CVE-2019-1547 0 1.1.1d-r0", "CVE-2019-1549 0 1.1.1d-r0", "CVE-2019-1563 0 1.1.1d-r0"]
    );
}

#[test]
fn rows_of_one_stream_of_node_leave_the_others_alone() {
    let node = |version: &str, module: Option<&str>| {
        let mut package = rpm("nodejs", version);
        package.package.module = module.map(str::to_owned);
        matched("osv/AlmaLinux/all.zip", "almalinux 8.7", package)
    };
    let Some(sixteen) = node("1:16.16.0-3.module_el8.6.0+3249+ecac7cc0", Some("nodejs:16")) else { return };
    assert!(!sixteen.findings.is_empty());
    for finding in &sixteen.findings {
        assert!(finding.fix.version().is_some_and(|fix| fix.starts_with("1:16.")), "{finding:?}");
        assert!(finding.id.starts_with("CVE-"), "{}", finding.id);
        assert_eq!(finding.severity_source.as_deref(), Some("almalinux"));
    }
    let eighteen = node("1:18.9.1-1.module_el8.7.0+3343+ea2b7901", Some("nodejs:18")).unwrap();
    assert!(!eighteen.findings.is_empty());
    assert!(eighteen.findings.iter().all(|finding| finding.fix.version().is_some_and(|fix| fix.starts_with("1:18."))));
    assert!(node("1:10.0.0-1.el8", None).unwrap().findings.is_empty());
}

#[test]
fn the_oldest_of_several_real_builds_is_silent_and_what_is_older_is_not() {
    let dav = |version: &str| {
        let mut package = rpm("mod_dav_svn", version);
        package.package.module = Some("subversion:1.10".into());
        matched("osv/AlmaLinux/all.zip", "almalinux 8.5", package)
    };
    let holds = |matched: &Matched| {
        matched.findings.iter().flat_map(|found| &found.evidence).any(|row| row.advisory == "ALSA-2021:0507")
    };
    let Some(oldest) = dav("1.10.2-4.module_el8.3.0+2053+ac338b6d") else { return };
    assert!(!holds(&oldest));
    assert!(holds(&dav("1.10.2-3.module_el8.3.0+2053+ac338b6d").unwrap()));
}
