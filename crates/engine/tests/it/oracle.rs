//! Every package that the real OSV feeds name, at every version they name, against OSV's own rule
//! for telling whether a version is affected, written down a second time from the specification.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use plimsoll_engine::{Build, FeedFiles, Wanted, build_database, open_database};
use plimsoll_matching::{MatchOptions, match_inventory};
use plimsoll_model::{
    EvidenceKind, InstalledPackage, Inventory, LayerOwner, Package, PackageKind, Presence, Timestamp,
};
use plimsoll_versions::Scheme;
use serde_json::Value;

/// Versions of one package that are tried.
const VERSIONS: usize = 12;

/// A package, a version of it, and a record that says it is affected.
type Match = (String, String, String);

#[derive(Default)]
struct Said {
    affected: BTreeSet<Match>,
    /// Matches of which the specification does not decide.
    open: BTreeSet<Match>,
}

#[test]
fn what_the_real_feeds_call_affected_is_found_and_nothing_else() {
    let Some(mirror) = plimsoll_beside::shared("feeds") else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut figures = Vec::new();
    for (ecosystem, feed, kind, scheme) in [
        ("npm", "osv-npm", PackageKind::Npm, Scheme::Npm),
        ("PyPI", "osv-pypi", PackageKind::Pypi, Scheme::Pep440),
        ("Maven", "osv-maven", PackageKind::Maven, Scheme::Maven),
        ("Go", "osv-go", PackageKind::Go, Scheme::Go),
        ("crates.io", "osv-crates-io", PackageKind::Cargo, Scheme::Semver),
        ("RubyGems", "osv-rubygems", PackageKind::Gem, Scheme::Rubygems),
        ("NuGet", "osv-nuget", PackageKind::Nuget, Scheme::Nuget),
        ("Packagist", "osv-packagist", PackageKind::Composer, Scheme::Composer),
    ] {
        let database = folder.path().join(feed);
        let files = FeedFiles::Folder(mirror.clone());
        let only = [feed.to_owned()];
        let build = Build { wanted: Wanted::Feeds(&only), built: Some(Timestamp(0)), ..Build::of(&files) };
        build_database(build, &database, &mut |_| {}).unwrap();
        let advisories = open_database(Some(&database)).unwrap();

        let records = records(&mirror, ecosystem);
        let versions = versions(&records, ecosystem, kind);
        let said = said(&records, ecosystem, kind, scheme, &versions);
        let inventory = inventory(kind, &versions);
        let matched = match_inventory(&inventory, &advisories, &MatchOptions::default());
        let mut found = BTreeSet::new();
        for finding in &matched.findings {
            let package = &inventory.packages[finding.package as usize].package;
            let told = |advisory: &str| (package.name.clone(), package.version.clone(), advisory.to_owned());
            found.extend(finding.evidence.iter().map(|row| told(&row.advisory)));
        }
        let missing: Vec<_> =
            said.affected.difference(&found).filter(|told| !said.open.contains(told)).take(9).collect();
        let wrong: Vec<_> = found.difference(&said.affected).filter(|told| !said.open.contains(told)).take(9).collect();
        assert!(missing.is_empty() && wrong.is_empty(), "{ecosystem}: missing {missing:#?}\nwrong {wrong:#?}");
        figures.push(format!("{ecosystem}: {} versions, {} matches", inventory.packages.len(), found.len()));
        assert!(!found.is_empty());
    }
    println!("{}", figures.join("\n"));
}

/// The records that stand.
fn records(mirror: &Path, ecosystem: &str) -> Vec<Value> {
    let file = File::open(mirror.join("osv").join(ecosystem).join("all.zip")).unwrap();
    let mut archive = zip::ZipArchive::new(file).unwrap();
    let mut records = Vec::new();
    for at in 0..archive.len() {
        let mut text = String::new();
        archive.by_index(at).unwrap().read_to_string(&mut text).unwrap();
        let record: Value = serde_json::from_str(&text).unwrap();
        if record["withdrawn"].is_null() {
            records.push(record);
        }
    }
    records
}

/// The versions that records name of each package.
fn versions(records: &[Value], ecosystem: &str, kind: PackageKind) -> BTreeMap<String, BTreeSet<String>> {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, row) in records.iter().flat_map(|record| rows(record, ecosystem, kind)) {
        let known = versions.entry(name).or_default();
        let named = events(row).into_iter().flatten().map(|(_, version)| version);
        let listed = list(&row["versions"]).iter().filter_map(Value::as_str).take(2);
        let wanted = named.chain(listed).filter(|version| *version != "0");
        known.extend(wanted.map(str::to_owned));
        while known.len() > VERSIONS {
            known.pop_last();
        }
    }
    versions
}

fn said(
    records: &[Value],
    ecosystem: &str,
    kind: PackageKind,
    scheme: Scheme,
    versions: &BTreeMap<String, BTreeSet<String>>,
) -> Said {
    let mut said = Said::default();
    for record in records {
        for (name, row) in rows(record, ecosystem, kind) {
            let ranges = events(row);
            for version in &versions[&name] {
                let told = (name.clone(), version.clone(), record["id"].as_str().unwrap().to_owned());
                let is_listed =
                    kind != PackageKind::Go && list(&row["versions"]).iter().any(|listed| listed == version);
                let in_ranges: Vec<_> = ranges.iter().map(|events| is_in(events, version, scheme)).collect();
                if is_listed || in_ranges.contains(&Some(true)) {
                    said.affected.insert(told.clone());
                }
                let is_notice = !row["database_specific"]["informational"].is_null();
                if is_notice
                    || in_ranges.contains(&None)
                    || has_fixes_of_several_branches(record, &name, ecosystem, kind)
                {
                    said.open.insert(told);
                }
            }
        }
    }
    said
}

/// The specification sorts a range's events and lets each switch "affected" on or off, up to the
/// version; `None` where a version cannot be read, or a pair ends before it begins, which nobody meant.
fn is_in(events: &[(&str, &str)], version: &str, scheme: Scheme) -> Option<bool> {
    let order = |left: &str, right: &str| match (left, right) {
        ("0", "0") => Some(Ordering::Equal),
        ("0", _) => Some(Ordering::Less),
        (_, "0") => Some(Ordering::Greater),
        _ => scheme.compare(left, right).ok(),
    };
    for (_, event) in events {
        order(event, version)?;
    }
    if let [(_, begin), (_, end)] = events
        && order(begin, end)?.is_gt()
    {
        return None;
    }
    let mut sorted = events.to_vec();
    sorted.sort_by(|left, right| order(left.1, right.1).unwrap_or(Ordering::Equal));
    let mut is_affected = false;
    for (event, at) in sorted {
        let passed = order(version, at)?;
        match event {
            "introduced" if passed.is_ge() => is_affected = true,
            "fixed" | "limit" if passed.is_ge() => is_affected = false,
            "last_affected" if passed.is_gt() => is_affected = false,
            _ => {}
        }
    }
    Some(is_affected)
}

/// Several ranges with one beginning: matching reads them as branches, of which OSV knows nothing.
fn has_fixes_of_several_branches(record: &Value, name: &str, ecosystem: &str, kind: PackageKind) -> bool {
    let mut fixes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (_, row) in rows(record, ecosystem, kind).into_iter().filter(|(other, _)| other == name) {
        for events in events(row) {
            let mut beginning = "";
            for (event, version) in events {
                match event {
                    "introduced" => beginning = version,
                    "fixed" => drop(fixes.entry(beginning).or_default().insert(version)),
                    _ => {}
                }
            }
        }
    }
    fixes.values().any(|fixes| fixes.len() > 1)
}

/// The rows of a record about packages of the ecosystem, by the names that look-ups use.
fn rows<'r>(record: &'r Value, ecosystem: &str, kind: PackageKind) -> Vec<(String, &'r Value)> {
    let is_ours =
        |row: &&Value| row["package"]["ecosystem"].as_str().and_then(|all| all.split(':').next()) == Some(ecosystem);
    let named = |row: &'r Value| (kind.lookup_name(row["package"]["name"].as_str().unwrap()), row);
    list(&record["affected"]).iter().filter(is_ours).map(named).collect()
}

/// The events of each range of versions; Go's own ranges take the place of the others.
fn events(row: &Value) -> Vec<Vec<(&str, &str)>> {
    let own = list(&row["ecosystem_specific"]["custom_ranges"]);
    let ranges = if own.is_empty() { list(&row["ranges"]) } else { own };
    let of_versions = ranges.iter().filter(|range| range["type"] != "GIT");
    of_versions
        .map(|range| {
            let fields = list(&range["events"]).iter().flat_map(|event| event.as_object().unwrap());
            fields.map(|(event, version)| (event.as_str(), version.as_str().unwrap())).collect()
        })
        .collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn inventory(kind: PackageKind, versions: &BTreeMap<String, BTreeSet<String>>) -> Inventory {
    let each = versions.iter().flat_map(|(name, versions)| versions.iter().map(move |version| (name, version)));
    let installed = |(name, version): (&String, &String)| InstalledPackage {
        package: Package::new(kind, name.as_str(), version.as_str(), EvidenceKind::Metadata),
        presence: Presence::Present,
        sightings: Vec::new(),
        introduced_in: 0,
        version_since: 0,
        ended: None,
        owner: None,
        layer_owner: LayerOwner::Unknown,
    };
    Inventory { packages: each.map(installed).collect(), ..Inventory::default() }
}
