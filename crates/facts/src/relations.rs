//! Which package of an image depends on which: what each requires, resolved to what is there.
//!
//! A requirement is looked for where the ecosystem itself looks: in the same lock file, in the
//! `node_modules` folders upwards, in the same folder of gems or Python packages, in the same program.
//! An exact version comes first. What is in doubt between more than a few packages is left out.

use std::collections::HashMap;

use plimsoll_model::path::{name_of, parent_of};
use plimsoll_model::{InstalledPackage, Inventory, Location, Need, Package, PackageKind, Presence, Requirement};

/// A package that depends on another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Relation {
    /// Index of the package that depends.
    pub from: u32,
    /// Index of the package that it depends on.
    pub to: u32,
    /// When it needs it.
    pub need: Need,
}

/// Packages that one requirement may stand for at most.
const FEW: usize = 4;
/// Folders upwards in which a Node package is looked for.
const MAX_FOLDERS: usize = 64;
/// Places of one package whose surroundings are looked through.
const MAX_SITES: usize = 100;

/// The relations between the packages of an inventory, sorted, each pair once by its strongest need.
/// Packages that are no longer there have none. Takes time in proportion to what is required.
#[must_use]
pub fn relations(inventory: &Inventory) -> Vec<Relation> {
    let packages = &inventory.packages;
    let index = Index::new(packages);
    let mut relations = Vec::new();
    let mut found = Vec::new();
    for (from, installed) in living(packages) {
        let sites: Vec<u32> = index.sites_of(installed);
        for requirement in &installed.package.requires {
            found.clear();
            index.resolve(installed, &sites, requirement, &mut found);
            let others = found.iter().filter(|to| **to != from);
            relations.extend(others.map(|to| Relation { from, to: *to, need: requirement.need }));
        }
    }
    relations.sort_unstable();
    relations.dedup_by_key(|relation| (relation.from, relation.to));
    relations
}

fn living(packages: &[InstalledPackage]) -> impl Iterator<Item = (u32, &InstalledPackage)> {
    (0..).zip(packages).filter(|(_, package)| package.presence != Presence::Shadowed)
}

/// A few packages; those that are too many to tell apart are counted and not kept.
#[derive(Default)]
struct Few {
    packages: Vec<u32>,
    more: bool,
}

impl Few {
    fn add(&mut self, package: u32) {
        if self.packages.last() == Some(&package) {
            return;
        }
        if self.packages.len() < FEW {
            self.packages.push(package);
        } else {
            self.more = true;
        }
    }
}

/// The number of a name of one kind.
type NameId = u32;
/// The number of a site; [`ANYWHERE`] is the whole image.
type SiteId = u32;
const ANYWHERE: SiteId = 0;

/// The packages of an inventory, by what they can be found by.
struct Index<'a> {
    packages: &'a [InstalledPackage],
    names: HashMap<(PackageKind, String), NameId>,
    sites: HashMap<Vec<u8>, SiteId>,
    by_name: HashMap<(SiteId, NameId), Few>,
    by_version: HashMap<(SiteId, NameId, &'a str), Few>,
    /// Node packages by their `package.json`.
    by_manifest: HashMap<&'a [u8], u32>,
}

impl<'a> Index<'a> {
    fn new(packages: &'a [InstalledPackage]) -> Self {
        let mut index = Self {
            packages,
            names: HashMap::new(),
            sites: HashMap::new(),
            by_name: HashMap::new(),
            by_version: HashMap::new(),
            by_manifest: HashMap::new(),
        };
        for (at, installed) in living(packages) {
            let package = &installed.package;
            let next = index.names.len() as NameId;
            let name = *index.names.entry((package.kind, package.kind.lookup_name(&package.name))).or_insert(next);
            for location in installed.locations() {
                if let Some(site) = site(package, location) {
                    let next = index.sites.len() as SiteId + 1;
                    let site = *index.sites.entry(site).or_insert(next);
                    index.add(site, name, &package.version, at);
                }
                if is_manifest(package, location) {
                    index.by_manifest.insert(location.path.as_bytes(), at);
                }
            }
            if !package.is_declared() {
                index.add(ANYWHERE, name, &package.version, at);
            }
        }
        index
    }

    fn add(&mut self, site: SiteId, name: NameId, version: &'a str, package: u32) {
        self.by_name.entry((site, name)).or_default().add(package);
        self.by_version.entry((site, name, version)).or_default().add(package);
    }

    /// Where a package's requirements are looked for first.
    fn sites_of(&self, installed: &InstalledPackage) -> Vec<SiteId> {
        let sites = installed.locations().filter_map(|location| site(&installed.package, location));
        let mut sites: Vec<SiteId> = sites.filter_map(|site| self.sites.get(&site).copied()).take(MAX_SITES).collect();
        sites.dedup();
        sites
    }

    fn resolve(&self, from: &InstalledPackage, sites: &[SiteId], requirement: &Requirement, found: &mut Vec<u32>) {
        let kind = from.package.kind;
        // A package under another name lies in a folder of that name; its version is exact.
        let looks = requirement.version.is_none();
        let manifests = from.locations().filter(|location| looks && is_manifest(&from.package, location));
        found.extend(
            manifests
                .take(MAX_SITES)
                .filter_map(|location| self.look_up_folders(location.path.as_bytes(), requirement)),
        );
        if !found.is_empty() {
            return;
        }
        let Some(&name) = self.names.get(&(kind, kind.lookup_name(&requirement.name))) else { return };
        for &site in sites {
            found.extend(self.in_site(site, name, requirement, from));
        }
        if found.is_empty() && !keeps_to_its_site(&from.package) {
            found.extend(self.in_site(ANYWHERE, name, requirement, from));
        }
    }

    fn in_site(&self, site: SiteId, name: NameId, requirement: &Requirement, from: &InstalledPackage) -> Vec<u32> {
        let exact = requirement.version.as_deref().and_then(|version| self.by_version.get(&(site, name, version)));
        let Some(few) = exact.or_else(|| self.by_name.get(&(site, name))) else { return Vec::new() };
        match few.packages.as_slice() {
            _ if from.package.kind.is_os() => self.of_same_architecture(few, from).into_iter().collect(),
            _ if few.more => Vec::new(),
            [only] => vec![*only],
            // Of copies all over the image nobody knows which one.
            _ if site == ANYWHERE => Vec::new(),
            several => several.to_vec(),
        }
    }

    fn of_same_architecture(&self, few: &Few, from: &InstalledPackage) -> Option<u32> {
        let architecture = |at: &u32| self.packages.get(*at as usize).map(|of| &of.package.architecture);
        let same = few.packages.iter().find(|at| architecture(at) == Some(&from.package.architecture));
        same.or(few.packages.first()).copied()
    }

    /// Looks for a package in the folder itself and those above it, as Node does.
    fn look_up_folders(&self, manifest: &[u8], requirement: &Requirement) -> Option<u32> {
        let mut folder = parent_of(manifest);
        for _ in 0..MAX_FOLDERS {
            if name_of(folder) != b"node_modules" {
                let separator: &[u8] = if folder.is_empty() { b"" } else { b"/" };
                let name = requirement.name.as_bytes();
                let path = [folder, separator, b"node_modules/", name, b"/package.json"].concat();
                if let Some(found) = self.by_manifest.get(path.as_slice()) {
                    return Some(*found);
                }
            }
            if folder.is_empty() {
                return None;
            }
            folder = parent_of(folder);
        }
        None
    }
}

fn is_manifest(package: &Package, location: &Location) -> bool {
    let plain = location.inside.is_empty() && !package.is_declared();
    plain && package.kind == PackageKind::Npm && location.path.name() == b"package.json"
}

/// Whether nothing outside its own lock file or program can be what a package requires.
fn keeps_to_its_site(package: &Package) -> bool {
    package.is_declared() || matches!(package.kind, PackageKind::Go | PackageKind::Cargo | PackageKind::Nuget)
}

/// Where those stand that a package at this place was installed, locked or compiled together with;
/// `None` where the whole image is one.
fn site(package: &Package, location: &Location) -> Option<Vec<u8>> {
    let path = location.path.as_bytes();
    let folder = parent_of(path);
    let site = match package.kind {
        kind if kind.is_os() => return None,
        _ if package.is_declared() => path,
        // `site-packages/a.dist-info/METADATA`
        PackageKind::Pypi if matches!(name_of(path), b"METADATA" | b"PKG-INFO") => parent_of(folder),
        PackageKind::Gem if name_of(folder) == b"default" => parent_of(folder),
        PackageKind::Gem | PackageKind::Conda | PackageKind::Pypi => folder,
        // The folder of jars, or the archive that holds them.
        PackageKind::Maven if location.inside.is_empty() => folder,
        PackageKind::Npm if name_of(path) == b"package.json" => return None,
        _ => path,
    };
    Some(site.to_vec())
}
