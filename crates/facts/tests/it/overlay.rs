//! What covers what: whiteouts, opaque folders, links.

use plimsoll_facts::{LayerFacts, Limits, MergeOptions, merge};
use plimsoll_model::{GapKind, Identity, PackageKind, Presence};

use crate::driver::Line::{File, Folder, Hardlink, Opaque, Symlink, Whiteout};
use crate::driver::{ROWS, image, layer, layer_within, lines, present};

#[test]
fn an_opaque_folder_hides_what_is_below_and_keeps_its_own() {
    let below =
        || layer(&[File("d/old.pkg", "old 1"), File("d/e/deep.pkg", "deep 1"), File("d2/other.pkg", "other 1")]);
    for above in [
        layer(&[Opaque("d"), File("d/new.pkg", "new 1")]),
        // The same, whatever the order in the archive.
        layer(&[File("d/new.pkg", "new 1"), Opaque("d")]),
    ] {
        assert_eq!(present(&image(&[below(), above])), ["new", "other"]);
    }
}

#[test]
fn a_whiteout_never_deletes_what_its_own_layer_brings() {
    let above = layer(&[File("d/x.pkg", "x 2"), Whiteout("d")]);
    assert_eq!(
        lines(&image(&[layer(&[File("d/x.pkg", "x 1")]), above])),
        ["x 1 shadowed 0/0 upgraded to 2 in 1", "x 2 present 0/1"]
    );
}

#[test]
fn a_file_in_the_place_of_a_folder_removes_what_was_in_it() {
    let inventory = image(&[layer(&[Folder("d"), File("d/x.pkg", "x 1")]), layer(&[File("d", "plain")])]);
    assert_eq!(lines(&inventory), ["x 1 shadowed 0/0 removed in 1"]);
}

#[test]
fn a_folder_over_a_folder_keeps_what_is_in_it() {
    let inventory = image(&[layer(&[Folder("d"), File("d/x.pkg", "x 1")]), layer(&[Folder("d")])]);
    assert_eq!(present(&inventory), ["x"]);
}

#[test]
fn parents_are_resolved_through_links_as_a_runtime_does() {
    let below = layer(&[Folder("usr/lib"), Symlink("lib", "usr/lib"), File("usr/lib/x.pkg", "x 1")]);
    let above = layer(&[File("lib/x.pkg", "x 2")]);
    let inventory = image(&[below, above]);
    assert_eq!(lines(&inventory), ["x 1 shadowed 0/0 upgraded to 2 in 1", "x 2 present 0/1"]);
    assert_eq!(inventory.packages[1].sightings[0].location.path.to_string(), "usr/lib/x.pkg");
}

#[test]
fn a_whiteout_through_a_link_deletes_the_real_file() {
    let below = layer(&[Symlink("lib", "/usr/lib"), File("usr/lib/x.pkg", "x 1")]);
    assert_eq!(present(&image(&[below, layer(&[Whiteout("lib/x.pkg")])])), [""; 0]);
}

#[test]
fn loops_of_links_end() {
    let below = layer(&[
        Symlink("a", "b"),
        Symlink("b", "a"),
        Symlink("c", "c/c/c"),
        File("a/x.pkg", "x 1"),
        File("c/y.pkg", "y 1"),
    ]);
    assert_eq!(present(&image(&[below])), ["x", "y"]);
}

#[test]
fn a_hard_link_outlives_the_name_it_was_made_from() {
    let below = layer(&[File("a/x.pkg", "x 1"), Hardlink("b/x.pkg", "a/x.pkg")]);
    let inventory = image(&[below, layer(&[Whiteout("a")])]);
    assert_eq!(lines(&inventory), ["x 1 present 0/0"]);
    assert_eq!(inventory.packages[0].sightings[0].location.path.to_string(), "b/x.pkg");
}

#[test]
fn a_hard_link_to_nothing_is_named() {
    let inventory = image(&[layer(&[Hardlink("b", "nowhere")])]);
    assert_eq!(inventory.gaps[0].kind, GapKind::ArchiveOddity);
    assert_eq!(inventory.gaps[0].subject, "b");
}

#[test]
fn of_two_entries_of_one_path_the_later_counts_and_it_is_said() {
    let inventory = image(&[layer(&[File("x.pkg", "x 1"), File("x.pkg", "x 2")])]);
    assert_eq!(lines(&inventory), ["x 2 present 0/0"]);
    assert_eq!(inventory.gaps.len(), 1);
}

#[test]
fn files_kept_only_as_hashes_still_replace_what_is_below() {
    let limits = Limits { full_entries: 1, ..Limits::default() };
    let below = layer(&[File("a/x.pkg", "x 1"), File("b/y.pkg", "y 1")]);
    let above = layer_within(&[File("first", ""), File("a", "now a file"), File("c", "")], limits);
    assert_eq!(above.entries.len(), 1);
    assert_eq!(above.entries.total(), 3);
    assert_eq!(present(&image(&[below, above])), ["y"]);
}

#[test]
fn what_the_user_excludes_stands_in_the_coverage() {
    let layers = [layer(&[File("test/x.pkg", "x 1"), File("y.pkg", "y 1")])];
    let excluded = |path: &[u8]| path.starts_with(b"test/");
    let inventory = merge(&layers, ROWS, MergeOptions { excluded: Some(&excluded), ..MergeOptions::default() });
    assert_eq!(present(&inventory), ["y"]);
    assert_eq!((inventory.gaps[0].kind, inventory.gaps[0].subject.as_str()), (GapKind::Excluded, "test/x.pkg"));
}

#[test]
fn files_of_an_operating_system_package_know_their_owner() {
    let facts = layer(&[
        File("var/db", "python3-x 1\nlibz 1"),
        File("var/lists/python3-x", "usr/lib/x.pkg\nlib/moved.pkg"),
        File("usr/lib/x.pkg", "x 1"),
        File("usr/lib/moved.pkg", "moved 1"),
        File("opt/own.pkg", "own 1"),
        File("opt/x2.pkg", "both 1"),
        File("usr/lib/x2.pkg", "both 1"),
    ]);
    let inventory = image(&[facts]);
    let owner = |name: &str| {
        let package = inventory.packages.iter().find(|package| package.package.name == name).unwrap();
        package.owner.map(|owner| inventory.packages[owner as usize].package.name.as_str())
    };
    assert_eq!(owner("x"), Some("python3-x"));
    assert_eq!(owner("moved"), Some("python3-x"), "listed below /lib, which is a link into /usr");
    assert_eq!(owner("own"), None);
    assert_eq!(owner("both"), None, "one of its places belongs to nobody");
}

#[test]
fn a_program_that_the_system_splits_into_packages_is_owned_and_a_library_of_a_language_is_not() {
    let facts = layer(&[
        File("var/db", "openssl 3\nlibssl3 3"),
        File("var/lists/openssl", "usr/bin/openssl.program.pkg\nusr/share/a.pkg"),
        File("var/lists/libssl3", "usr/lib/libssl.program.pkg\nusr/share/b.pkg"),
        File("usr/bin/openssl.program.pkg", "openssl 3\ncurl 8"),
        File("usr/lib/libssl.program.pkg", "openssl 3"),
        File("opt/libcurl.program.pkg", "curl 8"),
        File("usr/share/a.pkg", "shared 1"),
        File("usr/share/b.pkg", "shared 1"),
    ]);
    let inventory = image(&[facts]);
    let owner = |name: &str, kind: PackageKind| {
        let mut packages = inventory.packages.iter().map(|installed| (&installed.package, installed.owner));
        let found = packages.find(|(package, _)| package.name == name && package.kind == kind);
        found.unwrap().1.map(|owner| inventory.packages[owner as usize].package.name.as_str())
    };
    assert!(owner("openssl", PackageKind::Generic).is_some());
    assert_eq!(owner("curl", PackageKind::Generic), None, "a copy of it belongs to nobody");
    assert_eq!(owner("shared", PackageKind::Npm), None);
}

#[test]
fn what_a_later_layer_puts_in_the_place_of_an_owned_file_belongs_to_nobody() {
    let db = |version: &str| {
        let db = format!("python3-x {version}");
        layer(&[File("var/db", &db), File("var/lists/python3-x", "usr/lib/x.pkg"), File("usr/lib/x.pkg", "x 1")])
    };
    let owner = |layers: &[LayerFacts]| {
        let inventory = image(layers);
        let found = inventory
            .packages
            .iter()
            .find(|package| package.package.name == "x" && package.presence == Presence::Present);
        found.unwrap().owner.is_some()
    };
    let same = layer(&[File("usr/lib/x.pkg", "x 1")]);
    let other = || layer(&[File("usr/lib/x.pkg", "x 2")]);
    assert!(owner(&[db("1")]));
    assert!(owner(&[db("1"), same]), "only its mode was changed, say");
    assert!(!owner(&[db("1"), other()]));
    assert!(owner(&[db("1"), other(), db("2")]), "installed again");
    assert!(owner(&[db("1"), db("2")]), "a new build of the same version");
    assert!(!owner(&[db("1"), db("2"), other()]));
}

#[test]
fn an_image_without_a_system_is_named_so() {
    assert_eq!(image(&[layer(&[File("x.pkg", "x 1")])]).identity, Identity::Scratch);
    assert_eq!(image(&[layer(&[File("var/db", "x 1")])]).identity, Identity::Unknown);
}
