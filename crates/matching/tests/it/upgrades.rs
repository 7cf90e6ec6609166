//! What to do first.

use plimsoll_matching::upgrades;
use plimsoll_model::{PackageKind, Presence};

use crate::shelf::{Shelf, inventory, package, row};

#[test]
fn one_upgrade_mends_all_that_can_be_mended_and_the_gravest_package_comes_first() {
    let shelf = Shelf::of([
        row("npm", "a", "GHSA-1 CVE-2020-1", "<1.9.0"),
        row("npm", "a", "GHSA-2 CVE-2020-2", "<1.10.0"),
        row("npm", "a", "GHSA-3 CVE-2020-3", "*"),
        row("npm", "b", "GHSA-4 CVE-2020-4", "*"),
    ]);
    let packages = [package(PackageKind::Npm, "a", "1.0.0"), package(PackageKind::Npm, "b", "1.0.0")];
    let inventory = inventory("scratch", packages);
    let matched = shelf.matched(&inventory);
    let steps = upgrades(&inventory, &matched.findings);
    assert_eq!(steps.len(), 1, "nothing mends b");
    assert_eq!(steps[0].to, "1.10.0");
    let mended: Vec<&str> = steps[0].mends.iter().map(|&at| matched.findings[at as usize].id.as_str()).collect();
    assert_eq!(mended, ["CVE-2020-1", "CVE-2020-2"]);
}

#[test]
fn what_a_higher_layer_removed_needs_no_upgrade() {
    let shelf = Shelf::of([row("npm", "a", "GHSA-1 CVE-2020-1", "<1.9.0")]);
    let mut inventory = inventory("scratch", [package(PackageKind::Npm, "a", "1.0.0")]);
    inventory.packages[0].presence = Presence::Shadowed;
    let matched = shelf.matched(&inventory);
    assert_eq!(matched.findings.len(), 1);
    assert!(upgrades(&inventory, &matched.findings).is_empty());
}
