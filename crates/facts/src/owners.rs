//! Which operating-system package owns which file.

use std::collections::{HashMap, HashSet};

use plimsoll_model::{FilePath, InstalledPackage, InstalledProgram, Location, OwnedFile, Package};

use crate::view::Tree;
use crate::{Inspect, View, path_hash};

/// The owners of files that somebody asks about.
pub(crate) struct Owners {
    /// Index of the package, by the hash of the path.
    by_path: HashMap<u64, u32>,
}

impl Owners {
    /// Asks the joins of all rows for the owners of packages' and programs' files, and with `all` of
    /// every file.
    pub(crate) fn read(
        tree: &Tree<'_>,
        rows: &[&'static dyn Inspect],
        os_packages: &HashMap<String, u32>,
        packages: &[InstalledPackage],
        programs: &[InstalledProgram],
        all: bool,
    ) -> Self {
        let mut by_path = HashMap::new();
        let of_packages =
            packages.iter().filter(|package| can_be_owned(&package.package)).flat_map(InstalledPackage::locations);
        let wanted: HashSet<u64> = of_packages
            .chain(programs.iter().map(|program| &program.location))
            .flat_map(|location| names_of(location.path.as_bytes()))
            .map(|path| path_hash(&path))
            .collect();
        if os_packages.is_empty() || wanted.is_empty() && !all {
            return Self { by_path };
        }
        for row in rows {
            let Some(join) = row.join() else { continue };
            // A failure to list owners leaves files without owner: nothing is suppressed.
            let wanted = |hash| all || wanted.contains(&hash);
            let _ = join.owners(&View::new(tree, row.id()), &wanted, &mut |hash, name| {
                if let Some(&package) = os_packages.get(name) {
                    by_path.insert(hash, package);
                }
            });
        }
        Self { by_path }
    }

    /// The owner of a file.
    pub(crate) fn of(&self, location: &Location) -> Option<u32> {
        self.of_path(location.path.as_bytes())
    }

    fn of_path(&self, path: &[u8]) -> Option<u32> {
        names_of(path).iter().find_map(|path| self.by_path.get(&path_hash(path)).copied())
    }

    /// For packages all of whose files belong to one operating-system package: that one. What a later
    /// layer put in the place of a listed file is nobody's, whatever the list says.
    pub(crate) fn of_packages(&self, packages: &[InstalledPackage]) -> Vec<(usize, u32)> {
        let mut owned = Vec::new();
        for (at, package) in packages.iter().enumerate().filter(|(_, package)| can_be_owned(&package.package)) {
            let mut owners = package.locations().map(|location| self.of(location));
            if let Some(Some(first)) = owners.next()
                && owners.all(|other| other == Some(first))
                && packages.get(first as usize).is_some_and(|owner| package.version_since <= owner.version_since)
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

fn can_be_owned(package: &Package) -> bool {
    !package.kind.is_os() && !package.is_declared()
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
