//! What packages require, resolved to what is there.

use plimsoll_facts::relations;
use plimsoll_model::{
    EvidenceKind, FilePath, InstalledPackage, Inventory, LayerOwner, Location, Need, Package, PackageKind, Presence,
    Requirement, Sighting,
};

/// `name version place needs…`; a need is `name` or `name=version`, `?` before it makes it optional.
fn package(kind: PackageKind, evidence: EvidenceKind, line: &str) -> InstalledPackage {
    let mut words = line.split(' ');
    let mut next = || words.next().unwrap();
    let mut package = Package::new(kind, next(), next(), evidence);
    let path = FilePath::from(next());
    for word in words {
        let need = if word.starts_with('?') { Need::Optional } else { Need::Always };
        let (name, version) =
            word.trim_start_matches('?').split_once('=').map_or((word, None), |(name, version)| (name, Some(version)));
        let name = name.trim_start_matches('?').to_owned();
        package.requires.push(Requirement { name, version: version.map(str::to_owned), need });
    }
    let location = Location { path, inside: Vec::new() };
    let presence = if package.is_declared() { Presence::Declared } else { Presence::Present };
    let sighting = Sighting { location, position: None, evidence, layer: 0 };
    InstalledPackage {
        package,
        presence,
        sightings: vec![sighting],
        introduced_in: 0,
        version_since: 0,
        ended: None,
        owner: None,
        layer_owner: LayerOwner::Unknown,
    }
}

/// `name version -> name version`, a line each.
fn resolved(packages: Vec<InstalledPackage>) -> Vec<String> {
    let inventory = Inventory { packages, ..Inventory::default() };
    let name = |at: u32| {
        let package = &inventory.packages[at as usize].package;
        format!("{} {}", package.name, package.version)
    };
    let arrow = |need| if need == Need::Optional { "?>" } else { "->" };
    relations(&inventory)
        .iter()
        .map(|relation| format!("{} {} {}", name(relation.from), arrow(relation.need), name(relation.to)))
        .collect()
}

fn installed(kind: PackageKind, lines: &[&str]) -> Vec<InstalledPackage> {
    lines.iter().map(|line| package(kind, EvidenceKind::Metadata, line)).collect()
}

fn declared(kind: PackageKind, lines: &[&str]) -> Vec<InstalledPackage> {
    lines.iter().map(|line| package(kind, EvidenceKind::Declaration, line)).collect()
}

#[test]
fn node_packages_are_looked_for_in_the_folders_upwards() {
    let found = resolved(installed(
        PackageKind::Npm,
        &[
            "a 1 app/node_modules/a/package.json b c",
            "b 1 app/node_modules/a/node_modules/b/package.json ?c",
            "b 2 app/node_modules/b/package.json",
            "c 1 node_modules/c/package.json",
            "c 2 other/node_modules/c/package.json",
            "app 1 app/package.json a b",
        ],
    ));
    assert_eq!(found, ["a 1 -> b 1", "a 1 -> c 1", "b 1 ?> c 1", "app 1 -> a 1", "app 1 -> b 2"]);
}

#[test]
fn a_store_of_links_is_told_where_there_is_only_one() {
    let store = "app/node_modules/.pnpm";
    let found = resolved(installed(
        PackageKind::Npm,
        &[
            &format!("a 1 {store}/a@1/node_modules/a/package.json b c"),
            &format!("b 1 {store}/b@1/node_modules/b/package.json"),
            &format!("c 1 {store}/c@1/node_modules/c/package.json"),
            &format!("c 2 {store}/c@2/node_modules/c/package.json"),
        ],
    ));
    assert_eq!(found, ["a 1 -> b 1"]);
}

#[test]
fn python_names_fold_and_each_environment_is_its_own() {
    let found = resolved(installed(
        PackageKind::Pypi,
        &[
            "Flask 2 one/site-packages/Flask-2.dist-info/METADATA jinja2 markup_safe",
            "Flask 3 two/site-packages/flask-3.dist-info/METADATA Jinja2 markupsafe",
            "Jinja2 2 one/site-packages/Jinja2-2.dist-info/METADATA",
            "Jinja2 3 two/site-packages/Jinja2-3.dist-info/METADATA",
            "markup.safe 1 usr/dist-packages/m.dist-info/METADATA",
        ],
    ));
    assert_eq!(found, ["Flask 2 -> Jinja2 2", "Flask 2 -> markup.safe 1", "Flask 3 -> Jinja2 3"]);
}

#[test]
fn what_is_declared_stays_within_its_lock_file_and_exact_versions_come_first() {
    let found = resolved(declared(
        PackageKind::Cargo,
        &["a 1 x/Cargo.lock b=1 c=9 d", "b 1 x/Cargo.lock", "b 2 x/Cargo.lock", "c 1 x/Cargo.lock", "d 1 y/Cargo.lock"],
    ));
    assert_eq!(found, ["a 1 -> b 1", "a 1 -> c 1"]);
}

#[test]
fn declared_and_installed_packages_are_two_worlds() {
    let mut packages = installed(PackageKind::Npm, &["a 1 node_modules/a/package.json b"]);
    packages.extend(declared(PackageKind::Npm, &["a 1 package-lock.json b=2", "b 2 package-lock.json"]));
    assert_eq!(resolved(packages), ["a 1 -> b 2"]);
}

#[test]
fn packages_of_a_system_need_those_of_their_own_architecture() {
    let mut packages = installed(
        PackageKind::Deb,
        &["app 1 var/lib/dpkg/status libc6", "libc6 1 var/lib/dpkg/status", "libc6 2 var/lib/dpkg/status"],
    );
    for (package, architecture) in packages.iter_mut().zip(["amd64", "i386", "amd64"]) {
        package.package.architecture = Some(architecture.into());
    }
    assert_eq!(resolved(packages), ["app 1 -> libc6 2"]);
}

#[test]
fn what_is_gone_has_no_relations_and_nothing_depends_on_itself() {
    let mut packages = installed(
        PackageKind::Gem,
        &[
            "a 1 g/specifications/a-1.gemspec a b c",
            "b 1 g/specifications/default/b-1.gemspec a",
            "c 1 g/specifications/c-1.gemspec",
        ],
    );
    packages[2].presence = Presence::Shadowed;
    assert_eq!(resolved(packages), ["a 1 -> b 1", "b 1 -> a 1"]);
}

#[test]
fn very_large_inventories_take_no_longer_for_each_package() {
    const COUNT: usize = 200_000;
    // All of one name, all of one place, all asking for each other: nothing may look at all of them.
    let lines = (0..COUNT).map(|at| format!("same {at} Cargo.lock same={} same other", (at + 1) % COUNT));
    let packages = lines.map(|line| package(PackageKind::Cargo, EvidenceKind::Declaration, &line)).collect();
    assert_eq!(relations(&Inventory { packages, ..Inventory::default() }).len(), COUNT);
    let lines =
        (0..COUNT).map(|at| format!("p{at} 1 n/node_modules/p{at}/package.json p{} p{}", (at + 1) % COUNT, at / 2));
    let packages = lines.map(|line| package(PackageKind::Npm, EvidenceKind::Metadata, &line)).collect();
    assert_eq!(relations(&Inventory { packages, ..Inventory::default() }).len(), 2 * COUNT - 1);
}
