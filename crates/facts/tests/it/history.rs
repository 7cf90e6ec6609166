//! Introduced, upgraded, removed, replaced, put back.

use crate::driver::Line::{File, Whiteout};
use crate::driver::{image, layer, lines};

#[test]
fn an_upgrade_keeps_the_layer_that_introduced_the_package() {
    let inventory = image(&[layer(&[File("var/db", "a 1\nb 1")]), layer(&[File("var/db", "a 2\nb 1")])]);
    assert_eq!(lines(&inventory), ["a 1 shadowed 0/0 upgraded to 2 in 1", "a 2 present 0/1", "b 1 present 0/0"]);
}

#[test]
fn a_removed_package_is_kept_as_shadowed() {
    let inventory = image(&[layer(&[File("x.pkg", "x 1"), File("y.pkg", "y 1")]), layer(&[Whiteout("x.pkg")])]);
    assert_eq!(lines(&inventory), ["x 1 shadowed 0/0 removed in 1", "y 1 present 0/0"]);
}

#[test]
fn a_file_overwritten_by_something_else_takes_its_packages_along() {
    let inventory = image(&[layer(&[File("x.pkg", "x 1")]), layer(&[File("x.pkg", "nothing")])]);
    assert_eq!(lines(&inventory), ["x 1 shadowed 0/0 replaced in 1"]);
}

#[test]
fn a_package_deleted_and_put_back_is_introduced_again() {
    let with = || layer(&[File("var/db", "a 1\nb 1")]);
    let without = || layer(&[File("var/db", "a 1")]);
    let inventory = image(&[with(), without(), layer(&[]), with()]);
    assert_eq!(lines(&inventory), ["a 1 present 0/0", "b 1 present 3/3"]);
}

#[test]
fn a_rewritten_database_with_the_same_content_changes_nothing() {
    let inventory = image(&[layer(&[File("var/db", "a 1")]), layer(&[File("var/db", "a 1")])]);
    assert_eq!(lines(&inventory), ["a 1 present 0/0"]);
}

#[test]
fn a_moved_package_goes_on() {
    let inventory = image(&[layer(&[File("old/x.pkg", "x 1")]), layer(&[Whiteout("old"), File("new/x.pkg", "x 1")])]);
    assert_eq!(lines(&inventory), ["x 1 present 0/0"]);
    assert_eq!(inventory.packages[0].sightings[0].location.path.to_string(), "new/x.pkg");
}

#[test]
fn copies_are_followed_by_their_places() {
    let below = layer(&[File("p/x.pkg", "x 2"), File("q/x.pkg", "x 1")]);
    let above = layer(&[File("p/x.pkg", "x 1"), File("q/x.pkg", "x 1")]);
    // The copy in q goes on; the one in p is a downgrade, not a new package.
    assert_eq!(lines(&image(&[below, above])), ["x 1 present 0/0", "x 2 shadowed 0/0 upgraded to 1 in 1"]);
}

#[test]
fn one_package_in_several_places_is_one_with_several_locations() {
    let inventory = image(&[layer(&[File("p/x.pkg", "x 1")]), layer(&[File("q/x.pkg", "x 1")])]);
    assert_eq!(lines(&inventory), ["x 1 present 0/0"]);
    assert_eq!(inventory.packages[0].sightings.len(), 2);
}

#[test]
fn a_deleted_copy_does_not_shadow_the_other() {
    let inventory = image(&[layer(&[File("p/x.pkg", "x 1"), File("q/x.pkg", "x 1")]), layer(&[Whiteout("p/x.pkg")])]);
    assert_eq!(lines(&inventory), ["x 1 present 0/0"]);
}

#[test]
fn very_many_copies_of_one_package_are_no_burden() {
    let text = |version: u32| (0..20_000).map(|at| format!("x {}\n", at % 7 + version)).collect::<String>();
    let inventory = image(&[layer(&[File("var/db", &text(0))]), layer(&[File("var/db", &text(100))])]);
    assert_eq!(inventory.packages.len(), 14);
}

#[test]
fn what_was_gone_for_a_while_has_an_earlier_time() {
    let with = || layer(&[File("var/db", "a 1\nb 1")]);
    let without = || layer(&[File("var/db", "a 1")]);
    let inventory = image(&[with(), without(), with(), without(), with()]);
    let earlier: Vec<_> =
        inventory.earlier.iter().map(|time| (time.package, time.version_since, time.ended.layer)).collect();
    assert_eq!(earlier, [(1, 0, 1), (1, 2, 3)]);
    // A copy that was there all the time was never gone.
    let copies = layer(&[File("p/x.pkg", "x 1"), File("q/x.pkg", "x 1")]);
    assert!(image(&[copies, layer(&[Whiteout("p/x.pkg")])]).earlier.is_empty());
}

#[test]
fn a_version_that_is_gone_in_the_end_tells_of_its_last_time_and_of_the_earlier_ones() {
    let with = |version: &str| layer(&[File("var/db", &format!("a {version}"))]);
    let inventory = image(&[with("1"), with("2"), with("1"), with("2")]);
    assert_eq!(lines(&inventory), ["a 1 shadowed 0/2 upgraded to 2 in 3", "a 2 present 0/3"]);
    let earlier: Vec<_> =
        inventory.earlier.iter().map(|time| (time.package, time.version_since, time.ended.layer)).collect();
    assert_eq!(earlier, [(0, 0, 1), (1, 1, 2)]);
}
