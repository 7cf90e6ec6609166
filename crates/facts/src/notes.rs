//! Packages that are known by the note a program bears, not by a package database.

use plimsoll_model::{EvidenceKind, InstalledPackage, Inventory, Package, Sighting};

/// Whether it is such a package.
pub(crate) fn is_note(package: &Package) -> bool {
    package.kind.is_os() && package.evidence == EvidenceKind::BuildInfo
}

/// Takes out those whose programs installed packages own: they say again, by the name of the source,
/// what the database says.
pub(crate) fn drop_owned(inventory: &mut Inventory, is_owned: &dyn Fn(&Sighting) -> bool) {
    let said_twice = |package: &InstalledPackage| is_note(&package.package) && package.sightings.iter().all(is_owned);
    if !inventory.packages.iter().any(said_twice) {
        return;
    }
    let mut left = 0_u32..;
    let number = |package: &InstalledPackage| if said_twice(package) { None } else { left.next() };
    let numbers: Vec<Option<u32>> = inventory.packages.iter().map(number).collect();
    let renumber = |package: &mut Option<u32>| {
        *package = package.and_then(|package| *numbers.get(package as usize)?);
    };
    inventory.packages.retain(|package| !said_twice(package));
    inventory.packages.iter_mut().for_each(|package| renumber(&mut package.owner));
    inventory.programs.iter_mut().for_each(|program| renumber(&mut program.owner));
    inventory.licenses.iter_mut().for_each(|license| renumber(&mut license.package));
    let keeps = |package: &mut u32| {
        let mut number = Some(*package);
        renumber(&mut number);
        *package = number.unwrap_or_default();
        number.is_some()
    };
    inventory.files.retain_mut(|file| keeps(&mut file.package));
    inventory.earlier.retain_mut(|earlier| keeps(&mut earlier.package));
}
