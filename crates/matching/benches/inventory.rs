//! How long matching takes for an inventory of 3,000 packages, beside the look-ups alone: their time is
//! the database's, which here copies rows out of memory.

use std::collections::HashMap;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use plimsoll_matching::{Advisories, MatchOptions, match_inventory};
use plimsoll_model::{
    Advisory, AdvisoryClass, Affected, Candidate, Cluster, Distro, EvidenceKind, Identity, InstalledPackage, Inventory,
    LayerOwner, Package, PackageKind, Presence, RangeEnd, Scope, Severity, SeverityClaim, ShardName, SourcePackage,
    Status, Timestamp, VersionRange,
};

/// Rows by shard and name.
struct Shelf(HashMap<(ShardName, String), Vec<Candidate>>);

impl Advisories for Shelf {
    fn has_shard(&self, _: &ShardName) -> bool {
        true
    }
    fn feed_use(&self, _: &ShardName) -> (Vec<String>, Option<Timestamp>) {
        (vec!["bench".into()], None)
    }
    fn candidates(&self, shard: &ShardName, name: &str) -> Result<Vec<Candidate>, String> {
        Ok(self.0.get(&(shard.clone(), name.to_owned())).cloned().unwrap_or_default())
    }
    fn severities(&self, _: &str) -> Result<Vec<SeverityClaim>, String> {
        Ok(Vec::new())
    }
    fn known_exploited(&self, _: &str) -> Result<bool, String> {
        Ok(false)
    }
}

fn candidate(shard: &ShardName, name: &str, number: usize, fixed: &str) -> Candidate {
    let cve = format!("CVE-2024-{number}");
    Candidate {
        observed: None,
        clusters: vec![Cluster { id: cve.clone(), aliases: vec![format!("GHSA-{number}")] }],
        advisory: Advisory {
            id: cve.clone(),
            source: "bench".into(),
            cves: vec![cve],
            aliases: Vec::new(),
            class: AdvisoryClass::Vulnerability,
            title: "a title of the usual length for a vulnerability".into(),
            severities: vec![SeverityClaim {
                severity: Severity::Medium,
                score: None,
                vector: None,
                source: "ghsa".into(),
            }],
            published: None,
            modified: None,
            withdrawn: None,
            urls: vec!["https://example.org/advisory".into()],
            affected: Vec::new(),
        },
        affected: Affected {
            shard: shard.clone(),
            name: name.to_owned(),
            status: Status::Affected,
            ranges: vec![VersionRange { introduced: None, end: RangeEnd::Fixed(fixed.to_owned()) }],
            versions: Vec::new(),
            severities: Vec::new(),
            fix_date: None,
            scope: Scope::default(),
        },
    }
}

fn installed(kind: PackageKind, name: String, version: &str, source: Option<String>) -> InstalledPackage {
    let mut package = Package::new(kind, name, version, EvidenceKind::InstalledDatabase);
    package.vendor = Some("Debian <debian-devel@lists.debian.org>".into());
    package.source = source.map(|name| SourcePackage { name, version: version.to_owned() });
    InstalledPackage {
        package,
        presence: Presence::Present,
        sightings: Vec::new(),
        introduced_in: 0,
        version_since: 0,
        ended: None,
        owner: None,
        layer_owner: LayerOwner::Unknown,
    }
}

/// 500 packages of 250 sources with 40 rows each, of which one holds, and 2,500 Node packages of
/// which every tenth has 5 rows, of which one holds.
fn case() -> (Shelf, Inventory) {
    let (debian, npm) = (ShardName::distro("debian", Some("12")), ShardName::clean("npm"));
    let mut rows = HashMap::new();
    let mut packages = Vec::new();
    for source in 0..250 {
        let name = format!("source{source}");
        let fix = |number: usize| if number == 0 { "2:1.2.4-1+deb12u1" } else { "2:1.2.3-1+deb12u1" };
        let known = (0..40).map(|number| candidate(&debian, &name, source * 40 + number, fix(number))).collect();
        for binary in ["a", "b"] {
            let binary = format!("{name}-{binary}");
            packages.push(installed(PackageKind::Deb, binary, "2:1.2.3-1+deb12u2", Some(name.clone())));
        }
        rows.insert((debian.clone(), name), known);
    }
    for number in 0..2_500 {
        let name = format!("node{number}");
        if number % 10 == 0 {
            let fix = |row: usize| if row == 0 { "4.17.21" } else { "4.17.10" };
            let known = (0..5).map(|row| candidate(&npm, &name, 100_000 + number * 5 + row, fix(row))).collect();
            rows.insert((npm.clone(), name.clone()), known);
        }
        packages.push(installed(PackageKind::Npm, name, "4.17.20", None));
    }
    let distro = Distro { id: "debian".into(), version: Some("12".into()), ..Distro::default() };
    (Shelf(rows), Inventory { identity: Identity::Distro(distro), packages, ..Inventory::default() })
}

fn inventory(criterion: &mut Criterion) {
    let (shelf, inventory) = case();
    let options = MatchOptions::default();
    let matched = match_inventory(&inventory, &shelf, &options);
    assert_eq!((matched.findings.len(), matched.coverage.packages_matched), (750, 3_000));
    let names: Vec<(ShardName, String)> = shelf.0.keys().cloned().collect();
    criterion.bench_function("the look-ups alone", |bencher| {
        bencher.iter(|| {
            for (shard, name) in &names {
                drop(black_box(shelf.candidates(shard, name)));
            }
        });
    });
    criterion.bench_function("3,000 packages, 21,250 rows compared", |bencher| {
        bencher.iter(|| match_inventory(black_box(&inventory), &shelf, &options));
    });
}

criterion_group!(benches, inventory);
criterion_main!(benches);
