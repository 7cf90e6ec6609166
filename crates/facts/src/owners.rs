//! Which package owns which file.
//!
//! The better word first: a database of the operating system's, then a list that another package brought
//! along (Python's `RECORD`, conda's `files`), then the folder that a package was unpacked into.

use std::collections::{HashMap, HashSet};

use plimsoll_model::path::parent_of;
use plimsoll_model::{
    FilePath, InstalledLicense, InstalledPackage, InstalledProgram, Location, OwnedFile, Package, PackageKind, Presence,
};

use crate::folders::{Folders, folders_of};
use crate::notes::is_note;
use crate::view::Tree;
use crate::{Inspect, View, path_hash};

/// Who is asked about, and of what.
pub(crate) struct Asking<'a> {
    pub(crate) packages: &'a [InstalledPackage],
    pub(crate) os_packages: &'a HashMap<String, u32>,
    pub(crate) programs: &'a [InstalledProgram],
    pub(crate) licenses: &'a [InstalledLicense],
    /// Whether every file is asked about.
    pub(crate) all: bool,
}

impl Asking<'_> {
    fn hashes(&self) -> HashSet<u64> {
        let packages = self.packages.iter().filter(|package| can_be_owned(&package.package));
        packages
            .flat_map(InstalledPackage::locations)
            .chain(self.programs.iter().map(|program| &program.location))
            .chain(self.licenses.iter().map(|license| &license.location))
            .flat_map(|location| names_of(location.path.as_bytes()))
            .map(|path| path_hash(&path))
            .collect()
    }
}

/// The owners of files that somebody asks about, as indices of packages.
#[derive(Default)]
pub(crate) struct Owners {
    /// Operating-system packages, by the hash of the path.
    by_system: HashMap<u64, u32>,
    /// Packages whose own list names the file, by the hash of the path.
    by_list: HashMap<u64, u32>,
    by_folder: Folders,
}

impl Owners {
    /// Asks the joins of all rows. A failure to list owners leaves files without owner: nothing is
    /// suppressed then.
    pub(crate) fn read(tree: &Tree<'_>, rows: &[&'static dyn Inspect], asking: &Asking<'_>) -> Self {
        let mut owners = Self::default();
        let hashes = asking.hashes();
        if hashes.is_empty() && !asking.all {
            return owners;
        }
        let wanted = |hash| asking.all || hashes.contains(&hash);
        let places = places(asking.packages);
        for row in rows {
            let Some(join) = row.join() else { continue };
            let view = View::new(tree, row.id());
            if !asking.os_packages.is_empty() {
                let _ = join.owners(&view, &wanted, &mut |hash, name| {
                    if let Some(&package) = asking.os_packages.get(name) {
                        owners.by_system.insert(hash, package);
                    }
                });
            }
            let _ = join.files(&view, &wanted, &mut |hash, location, name| {
                if let Some(&package) = places.get(&(location, name)) {
                    let owner = owners.by_list.entry(hash).or_insert(package);
                    if installs_others(&asking.packages[package as usize].package) {
                        *owner = package;
                    }
                }
            });
        }
        for (at, installed) in present(asking.packages) {
            for location in installed.locations().filter(|location| location.inside.is_empty()) {
                let folders = folders_of(&installed.package, location.path.as_bytes());
                folders.into_iter().for_each(|folder| owners.by_folder.add(folder, at));
            }
        }
        owners
    }

    /// The owner of a file.
    pub(crate) fn of(&self, location: &Location) -> Option<u32> {
        self.of_path(location.path.as_bytes())
    }

    /// Whether a package of the operating system brought a file that is there since `layer`; `since` says of
    /// each package since which layer it has its version. What came later is nobody's, whatever a list says.
    pub(crate) fn is_of_system(&self, location: &Location, layer: u32, since: &[u32]) -> bool {
        names_of(location.path.as_bytes())
            .iter()
            .filter_map(|path| self.by_system.get(&path_hash(path)))
            .any(|owner| since.get(*owner as usize).is_some_and(|since| layer <= *since))
    }

    fn of_path(&self, path: &[u8]) -> Option<u32> {
        let listed =
            |lists: &HashMap<u64, u32>| names_of(path).iter().find_map(|path| lists.get(&path_hash(path)).copied());
        listed(&self.by_system).or_else(|| listed(&self.by_list)).or_else(|| self.by_folder.of(parent_of(path)))
    }

    /// Who brought the file with a package in it: the system, or something else that installs other
    /// ecosystems' packages.
    fn bringer_of(&self, location: &Location, packages: &[InstalledPackage]) -> Option<u32> {
        let listed = |lists: &HashMap<u64, u32>| {
            names_of(location.path.as_bytes()).iter().find_map(|path| lists.get(&path_hash(path)).copied())
        };
        let installs = |at: &u32| packages.get(*at as usize).is_some_and(|owner| installs_others(&owner.package));
        listed(&self.by_system).or_else(|| listed(&self.by_list).filter(installs))
    }

    /// For packages all of whose files one other package brought: that one. Of a program that the system
    /// splits into several packages (a command and its library) the first. What a later layer put in the
    /// place of a listed file is nobody's, whatever the list says.
    pub(crate) fn of_packages(&self, packages: &[InstalledPackage]) -> Vec<(usize, u32)> {
        let mut owned = Vec::new();
        for (at, package) in packages.iter().enumerate().filter(|(_, package)| can_be_owned(&package.package)) {
            let is_program = package.package.kind == PackageKind::Generic;
            let brought = |owner: u32| {
                packages.get(owner as usize).is_some_and(|owner| package.version_since <= owner.version_since)
            };
            let mut owners = package.locations().map(|location| self.bringer_of(location, packages));
            if let Some(Some(first)) = owners.next()
                && owners.all(|other| other == Some(first) || is_program && other.is_some_and(brought))
                && first as usize != at
                && brought(first)
            {
                owned.push((at, first));
            }
        }
        owned
    }

    /// Every file of the view that somebody owns, by path.
    pub(crate) fn files(&self, tree: &Tree<'_>) -> Vec<OwnedFile> {
        let owned = |path: &[u8]| Some(OwnedFile { path: FilePath::new(path), package: self.of_path(path)? });
        tree.files().filter_map(owned).collect()
    }
}

fn present(packages: &[InstalledPackage]) -> impl Iterator<Item = (u32, &InstalledPackage)> {
    (0..).zip(packages).filter(|(_, package)| package.presence == Presence::Present)
}

/// The packages by where they were found, with their name and, for the last of a place, without.
fn places(packages: &[InstalledPackage]) -> HashMap<(&Location, &str), u32> {
    let mut places = HashMap::new();
    for (at, installed) in present(packages) {
        for location in installed.locations() {
            places.insert((location, installed.package.name.as_str()), at);
            places.insert((location, ""), at);
        }
    }
    places
}

fn can_be_owned(package: &Package) -> bool {
    !package.is_declared() && (!package.kind.is_os() || is_note(package))
}

/// Whether such packages bring those of other ecosystems along, as a whole.
fn installs_others(package: &Package) -> bool {
    use PackageKind::{Brew, Conda, Nix, Snap};
    package.kind.is_os() || matches!(package.kind, Conda | Nix | Brew | Snap)
}

/// The names by which a package manager may list a file: since `/bin`, `/lib` and `/sbin` became
/// links into `/usr`, databases still list many files without it.
fn names_of(path: &[u8]) -> Vec<Vec<u8>> {
    let mut names = vec![path.to_vec()];
    match path.strip_prefix(b"usr/") {
        Some(short)
            if [&b"bin/"[..], b"sbin/", b"lib/", b"lib64/", b"lib32/"]
                .iter()
                .any(|folder| short.starts_with(folder)) =>
        {
            names.push(short.to_vec());
        }
        _ => {}
    }
    names
}
