//! Java archives that do not say what they are: the database's index may know them by their SHA-1.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use plimsoll_model::{
    EvidenceKind, Gap, GapKind, InstalledPackage, Inventory, Location, Package, PackageKind, ShardName,
};
use plimsoll_vulndb::{Database, DbError, java};

/// The shards of the index in which the archives in doubt are looked up.
pub(crate) fn shards_of(inventory: &Inventory) -> impl Iterator<Item = ShardName> {
    let in_doubt = inventory.packages.iter().filter(|package| package.package.evidence == EvidenceKind::Digest);
    in_doubt.filter_map(|package| java::sha1(&package.package.version)).map(|sha1| java::shard_of(&sha1))
}

/// Names the archives in doubt that the index knows, and takes back what was said in doubt of them. Of
/// the others the digest leaves the inventory; that nobody knows them stays said. Shards that have not
/// been pulled are told of by whoever did not pull them.
pub(crate) fn name_archives(inventory: &mut Inventory, database: &Database) {
    if inventory.packages.iter().all(|package| package.package.evidence != EvidenceKind::Digest) {
        return;
    }
    let mut named = BTreeSet::new();
    let mut failures: BTreeMap<ShardName, DbError> = BTreeMap::new();
    for installed in &mut inventory.packages {
        let package = &mut installed.package;
        if package.evidence != EvidenceKind::Digest {
            continue;
        }
        let Some(sha1) = java::sha1(&package.version) else { continue };
        match database.java_coordinates(&sha1) {
            Ok(Some(known)) => {
                (package.name, package.version) = (known.name, known.version);
                named.extend(installed.locations().cloned());
            }
            Ok(None) => {}
            Err(DbError::Missing { .. }) => {}
            Err(error) => drop(failures.insert(java::shard_of(&sha1), error)),
        }
    }
    let subjects: BTreeSet<String> = named.iter().map(subject).collect();
    inventory.gaps.retain(|gap| gap.kind != GapKind::NoIdentity || !subjects.contains(&gap.subject));
    for installed in &mut inventory.packages {
        if is_in_doubt(&installed.package) {
            installed.sightings.retain(|sighting| !named.contains(&sighting.location));
        }
    }
    for (shard, error) in failures {
        inventory.gaps.push(Gap::new(GapKind::ShardUnreadable, shard.to_string(), error.to_string()));
    }
    settle(inventory);
}

/// Whether a package is a Java archive of which the file name tells no group.
fn is_in_doubt(package: &Package) -> bool {
    package.kind == PackageKind::Maven && !package.name.contains(':')
}

/// Takes out what has no name, makes one of what has turned out to be the same, and puts the packages
/// into their order again.
fn settle(inventory: &mut Inventory) {
    let packages = std::mem::take(&mut inventory.packages).into_iter().enumerate();
    let is_left = |installed: &InstalledPackage| {
        let is_digest = installed.package.evidence == EvidenceKind::Digest && is_in_doubt(&installed.package);
        !is_digest && !installed.sightings.is_empty()
    };
    let mut sorted: Vec<(usize, InstalledPackage)> = packages.filter(|(_, installed)| is_left(installed)).collect();
    sorted.sort_by(|(_, left), (_, right)| place(left).cmp(&place(right)));
    let mut places: HashMap<u32, u32> = HashMap::new();
    for (before, installed) in sorted {
        match inventory.packages.last_mut() {
            Some(last) if place(last) == place(&installed) => {
                last.sightings.extend(installed.sightings);
                last.sightings.sort();
                last.sightings.dedup();
                last.introduced_in = last.introduced_in.min(installed.introduced_in);
                last.version_since = last.version_since.min(installed.version_since);
            }
            _ => inventory.packages.push(installed),
        }
        places.insert(before as u32, inventory.packages.len() as u32 - 1);
    }
    let place = |owner: Option<u32>| owner.and_then(|owner| places.get(&owner).copied());
    inventory.packages.iter_mut().for_each(|installed| installed.owner = place(installed.owner));
    inventory.programs.iter_mut().for_each(|program| program.owner = place(program.owner));
    inventory.licenses.iter_mut().for_each(|license| license.package = place(license.package));
    inventory.files.retain_mut(|file| place(Some(file.package)).map(|package| file.package = package).is_some());
    inventory.earlier.retain_mut(|time| place(Some(time.package)).map(|package| time.package = package).is_some());
}

/// Where a package stands among the others.
fn place(installed: &InstalledPackage) -> impl Ord + use<'_> {
    let Package { kind, name, version, architecture, .. } = &installed.package;
    (kind, name, version, architecture, installed.presence)
}

/// A place as gaps name it.
fn subject(location: &Location) -> String {
    let parts = std::iter::once(&location.path).chain(&location.inside);
    parts.map(ToString::to_string).collect::<Vec<_>>().join("!")
}
