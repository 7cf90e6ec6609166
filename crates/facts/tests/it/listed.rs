//! What a list (SBOM) names, beside what is installed.

use plimsoll_model::{EvidenceKind, Inventory};

use crate::driver::Line::{File, Whiteout};
use crate::driver::{image, layer, lines};

fn evidence(inventory: &Inventory, package: usize) -> Vec<EvidenceKind> {
    inventory.packages[package].sightings.iter().map(|sighting| sighting.evidence).collect()
}

#[test]
fn what_is_installed_and_listed_is_one_package_with_both_places() {
    let inventory =
        image(&[layer(&[File("a.pypi.pkg", "Django 3.2")]), layer(&[File("b.pypi.sbom.pkg", "django 3.2\nsix 1.16")])]);
    assert_eq!(lines(&inventory), ["Django 3.2 present 0/0", "six 1.16 present 1/1"]);
    assert_eq!(evidence(&inventory, 0), [EvidenceKind::Metadata, EvidenceKind::Sbom]);
    assert_eq!(evidence(&inventory, 1), [EvidenceKind::Sbom]);
    assert!(inventory.gaps.is_empty());
}

#[test]
fn another_version_of_a_language_s_package_is_another_package() {
    let inventory = image(&[layer(&[File("a.pkg", "x 1"), File("b.sbom.pkg", "x 2")])]);
    assert_eq!(lines(&inventory), ["x 1 present 0/0", "x 2 present 0/0"]);
}

#[test]
fn of_a_system_s_package_the_database_has_the_last_word() {
    let list = File("b.deb.sbom.pkg", "bash 5.0\nbundled 1\ncurl 7");
    let inventory = image(&[layer(&[File("var/db", "bash 5.1\ncurl 7"), list])]);
    assert_eq!(lines(&inventory), ["bash 5.1 present 0/0", "bundled 1 present 0/0", "curl 7 present 0/0"]);
    assert_eq!(inventory.packages[2].sightings.len(), 2);
    let said: Vec<_> = inventory.gaps.iter().map(|gap| (gap.count, gap.detail.as_str())).collect();
    assert_eq!(said, [(1, "of these the package database has another version than a list: bash")]);
}

#[test]
fn a_list_that_was_left_behind_hides_no_upgrade() {
    let below = layer(&[File("var/db", "bash 5.0"), File("b.deb.sbom.pkg", "bash 5.0")]);
    let inventory = image(&[below, layer(&[File("var/db", "bash 5.1")])]);
    assert_eq!(lines(&inventory), ["bash 5.0 shadowed 0/0 upgraded to 5.1 in 1", "bash 5.1 present 0/1"]);
}

#[test]
fn a_list_that_goes_takes_along_only_what_it_alone_named() {
    let below = layer(&[File("a.pypi.pkg", "Django 3.2"), File("b.pypi.sbom.pkg", "django 3.2\nsix 1.16")]);
    let inventory = image(&[below, layer(&[Whiteout("b.pypi.sbom.pkg")])]);
    assert_eq!(lines(&inventory), ["Django 3.2 present 0/0", "six 1.16 shadowed 0/0 removed in 1"]);
    let below = layer(&[File("a.pypi.pkg", "Django 3.2"), File("b.pypi.sbom.pkg", "django 3.2")]);
    let inventory = image(&[below, layer(&[Whiteout("a.pypi.pkg"), Whiteout("b.pypi.sbom.pkg")])]);
    assert_eq!(lines(&inventory), ["Django 3.2 shadowed 0/0 removed in 1"]);
}

#[test]
fn packages_of_another_system_are_none_of_this_one() {
    let list = File("b.rpm.sbom.pkg", "libXau 1.0.9-3.el8");
    let inventory = image(&[layer(&[File("var/db", "bash 5.1"), list])]);
    let kinds: Vec<_> = inventory.packages.iter().map(|package| package.package.kind.name()).collect();
    assert_eq!((kinds, lines(&inventory)[1].as_str()), (vec!["deb", "generic"], "libXau 1.0.9-3.el8 present 0/0"));
    // Where there is no database, nothing tells that they are another system's.
    let inventory = image(&[layer(&[File("b.rpm.sbom.pkg", "bash 5.1-2.el9")])]);
    assert_eq!(inventory.packages[0].package.kind.name(), "rpm");
}
