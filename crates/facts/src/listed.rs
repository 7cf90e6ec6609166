//! What lists (SBOMs) in the image say, beside what is installed there: one package is one package,
//! and of a system's packages the database has the last word.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use plimsoll_model::{EvidenceKind, Gap, GapKind, InstalledPackage, Package, PackageKind, Presence};

use crate::notes::is_note;
use crate::timeline::{Identity, name_of};

/// What a package under construction is found by.
type Key = (Identity, Presence);
/// Packages under construction.
pub(crate) type Packages = BTreeMap<Key, InstalledPackage>;

/// Names that the gap shows.
const SHOWN_NAMES: usize = 3;

/// A name as look-ups fold it: lists write Python's names in lower case, for one.
type Folded = (PackageKind, String);

fn folded(package: &Package) -> Folded {
    (package.kind, package.kind.lookup_name(&package.name))
}

fn is_listed(package: &InstalledPackage) -> bool {
    package.package.evidence == EvidenceKind::Sbom
}

/// Joins what only lists name with what is known by better evidence, in the same version; takes out
/// packages of a system of which its database has another version, and says so.
pub(crate) fn settle(packages: &mut Packages) -> Option<Gap> {
    let lists: Vec<Key> =
        packages.iter().filter(|(_, package)| is_listed(package)).map(|(key, _)| key.clone()).collect();
    if lists.is_empty() {
        return None;
    }
    let known = Known::among(packages, &lists);
    let mut others = Vec::new();
    for key in lists {
        let Some(listed) = packages.get(&key) else { continue };
        if known.is_of_another_system(listed.package.kind) {
            rename(packages, &key);
            continue;
        }
        let (name, presence) = (folded(&listed.package), listed.presence);
        if let Some(same) = known.same(&name, listed) {
            let listed = packages.remove(&key);
            if let (Some(same), Some(listed)) = (packages.get_mut(same), listed)
                && same.presence == presence
            {
                same.sightings.extend(listed.sightings);
                same.package.license = same.package.license.take().or(listed.package.license);
            }
        } else if listed.package.kind.is_os() && known.installed.contains(&name) {
            packages.remove(&key);
            if presence == Presence::Present {
                others.push(name.1);
            }
        }
    }
    others.dedup();
    let shown = others.iter().take(SHOWN_NAMES).cloned().collect::<Vec<_>>().join(", ");
    let more = if others.len() > SHOWN_NAMES { ", …" } else { "" };
    let detail = format!("of these the package database has another version than a list: {shown}{more}");
    let gap = Gap { count: others.len() as u64, ..Gap::new(GapKind::SkippedPackages, "lists of software", detail) };
    (!others.is_empty()).then_some(gap)
}

/// Makes a package of another system one that no package manager knows.
fn rename(packages: &mut Packages, key: &Key) {
    let Some(mut listed) = packages.remove(key) else { return };
    let Package { source, module, kind, .. } = &mut listed.package;
    (*source, *module, *kind) = (None, None, PackageKind::Generic);
    let key = ((name_of(&listed.package), listed.package.version.clone()), listed.presence);
    match packages.entry(key) {
        Entry::Vacant(place) => drop(place.insert(listed)),
        Entry::Occupied(mut same) => same.get_mut().sightings.extend(listed.sightings),
    }
}

/// A name, a version, and whether it is there.
type Place = (Folded, String, Presence);

/// What is known by better evidence than lists, of the names that lists have.
struct Known {
    /// With the architecture, and without it.
    exact: HashMap<(Place, Option<String>), Key>,
    any: HashMap<Place, Key>,
    /// Packages that are installed.
    installed: HashSet<Folded>,
    /// The kinds of packages that databases of the system have.
    systems: HashSet<PackageKind>,
}

impl Known {
    fn among(packages: &Packages, lists: &[Key]) -> Self {
        let names: HashSet<Folded> =
            lists.iter().filter_map(|key| packages.get(key)).map(|listed| folded(&listed.package)).collect();
        let mut known =
            Self { exact: HashMap::new(), any: HashMap::new(), installed: HashSet::new(), systems: HashSet::new() };
        for (key, package) in packages {
            if is_listed(package) || package.presence == Presence::Declared {
                continue;
            }
            if package.package.kind.is_os() && !is_note(&package.package) {
                known.systems.insert(package.package.kind);
            }
            let name = folded(&package.package);
            if !names.contains(&name) {
                continue;
            }
            let Package { version, architecture, .. } = &package.package;
            if package.presence == Presence::Present && !is_note(&package.package) {
                known.installed.insert(name.clone());
            }
            let place = (name, version.clone(), package.presence);
            known.any.entry(place.clone()).or_insert_with(|| key.clone());
            known.exact.insert((place, architecture.clone()), key.clone());
        }
        known
    }

    fn is_of_another_system(&self, kind: PackageKind) -> bool {
        kind.is_os() && !self.systems.is_empty() && !self.systems.contains(&kind)
    }

    /// The package that a list names. What is gone from a list may be there still.
    fn same(&self, name: &Folded, listed: &InstalledPackage) -> Option<&Key> {
        let Package { version, architecture, .. } = &listed.package;
        let of = |presence: Presence| {
            let place = (name.clone(), version.clone(), presence);
            let any = self.any.get(&place).filter(|_| architecture.is_none());
            let with = |architecture: &Option<String>| self.exact.get(&(place.clone(), architecture.clone()));
            with(architecture).or_else(|| with(&None)).or(any)
        };
        match listed.presence {
            Presence::Shadowed => of(Presence::Shadowed).or_else(|| of(Presence::Present)),
            presence => of(presence),
        }
    }
}
