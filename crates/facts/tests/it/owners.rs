//! Which package owns which file, by whose word.

use plimsoll_facts::{LayerFacts, MergeOptions, merge};
use plimsoll_model::Inventory;

use crate::driver::Line::File;
use crate::driver::{ROWS, image, layer};

fn named(inventory: &Inventory, owner: Option<u32>) -> Option<&str> {
    owner.map(|owner| inventory.packages[owner as usize].package.name.as_str())
}

fn owner_of<'i>(inventory: &'i Inventory, package: &str) -> Option<&'i str> {
    let found = inventory.packages.iter().find(|installed| installed.package.name == package).unwrap();
    named(inventory, found.owner)
}

fn environment() -> LayerFacts {
    layer(&[
        File("env/meta/python.conda.pkg", "python 3.12"),
        File("env/meta/python.files", "env/meta/python.conda.pkg\nenv/lib/x.pkg\nenv/lib/x.bin\nenv/bin/python.bin"),
        File("env/lib/x.pkg", "x 1"),
        File("env/lib/x.files", "env/lib/x.pkg\nenv/lib/x.pkg\nenv/lib/x.bin\nenv/lib/deep/y.bin"),
        File("env/lib/x.bin", ""),
        File("env/lib/deep/y.bin", ""),
        File("env/bin/python.bin", ""),
        File("env/bin/other.bin", ""),
    ])
}

#[test]
fn a_package_that_installs_others_owns_them_and_a_package_never_itself() {
    let inventory = image(&[environment()]);
    assert_eq!(owner_of(&inventory, "x"), Some("python"));
    assert_eq!(owner_of(&inventory, "python"), None);
}

#[test]
fn what_is_put_over_an_environment_later_is_its_own() {
    let inventory = image(&[environment(), layer(&[File("env/lib/x.pkg", "z 2")])]);
    assert_eq!(owner_of(&inventory, "z"), None);
}

#[test]
fn programs_know_their_packages_and_only_the_others_are_unrecognised() {
    let inventory = image(&[environment()]);
    let owners: Vec<(String, Option<&str>)> = inventory
        .programs
        .iter()
        .map(|program| (program.location.path.to_string(), named(&inventory, program.owner)))
        .collect();
    assert_eq!(
        owners.iter().map(|(path, owner)| (path.as_str(), *owner)).collect::<Vec<_>>(),
        [
            ("env/bin/other.bin", None),
            ("env/bin/python.bin", Some("python")),
            ("env/lib/deep/y.bin", Some("x")),
            ("env/lib/x.bin", Some("python")),
        ]
    );
    let [gap] = inventory.gaps.as_slice() else { panic!("{:?}", inventory.gaps) };
    assert!(gap.count == 1 && gap.detail.contains("env/bin/other.bin"), "{gap:?}");
}

#[test]
fn the_system_s_word_comes_before_other_lists() {
    let facts = layer(&[
        File("var/db", "python3-x 1"),
        File("var/lists/python3-x", "usr/lib/x.pkg\nusr/lib/x.bin"),
        File("usr/lib/x.pkg", "x 1"),
        File("usr/lib/x.files", "usr/lib/x.pkg\nusr/lib/x.bin\nusr/lib/y.bin"),
        File("usr/lib/x.bin", ""),
        File("usr/lib/y.bin", ""),
    ]);
    let inventory = image(&[facts]);
    let owners: Vec<_> = inventory.programs.iter().map(|program| named(&inventory, program.owner)).collect();
    assert_eq!(owners, [Some("python3-x"), Some("x")]);
    assert_eq!(owner_of(&inventory, "x"), Some("python3-x"));
}

#[test]
fn every_owned_file_is_listed_where_somebody_asks() {
    let files = |all| {
        let inventory = merge(&[environment()], ROWS, MergeOptions { files: all, ..MergeOptions::default() });
        inventory.files.iter().map(|file| file.path.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(files(true), ["env/bin/python.bin", "env/lib/deep/y.bin", "env/lib/x.bin", "env/lib/x.pkg"]);
    assert!(files(false).is_empty());
}
