//! Which version a Node package of pnpm's store needs.
//!
//! pnpm keeps each package in a folder of its own, with links beside it to what it needs
//! (`.pnpm/a@1/node_modules/b` leads to `.pnpm/b@2/node_modules/b`). Where those lead is known only here,
//! so that requirements get the version that they lead to.

use std::collections::HashMap;

use plimsoll_model::path::{name_of, parent_of};
use plimsoll_model::{InstalledPackage, PackageKind, Presence};

use crate::view::Tree;

/// Notes the versions to which the links of pnpm's store lead.
pub(crate) fn follow(tree: &Tree<'_>, packages: &mut [InstalledPackage]) {
    let mut versions: HashMap<Vec<u8>, String> = HashMap::new();
    let mut has_store = false;
    for installed in packages.iter().filter(|installed| is_node(installed)) {
        for path in installed.locations().map(|location| location.path.as_bytes()) {
            has_store |= is_in_store(path);
            versions.insert(path.to_vec(), installed.package.version.clone());
        }
    }
    if !has_store {
        return;
    }
    for installed in packages.iter_mut().filter(|installed| is_node(installed)) {
        let mut places = installed.sightings.iter().map(|sighting| sighting.location.path.as_bytes());
        let Some(folder) = places.find(|path| is_in_store(path)).map(neighbours) else { continue };
        for requirement in installed.package.requires.iter_mut().filter(|needed| needed.version.is_none()) {
            let path = [folder, b"/", requirement.name.as_bytes(), b"/package.json"].concat();
            requirement.version = versions.get(tree.resolve_folders(&path).as_ref()).cloned();
        }
    }
}

fn is_node(installed: &InstalledPackage) -> bool {
    installed.package.kind == PackageKind::Npm && installed.presence == Presence::Present
}

fn is_in_store(path: &[u8]) -> bool {
    memchr::memmem::find(path, b"node_modules/.pnpm/").is_some() && name_of(path) == b"package.json"
}

/// The folder in which the package of this `package.json` and the links to what it needs lie.
fn neighbours(manifest: &[u8]) -> &[u8] {
    let above = parent_of(parent_of(manifest));
    if name_of(above).starts_with(b"@") { parent_of(above) } else { above }
}
