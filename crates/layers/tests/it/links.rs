//! Hard links whose later name is wanted though the first was not.

use plimsoll_facts::{LayerFacts, MergeOptions, Plan, merge};
use plimsoll_layers::{Budget, read_layer, reread_links};
use plimsoll_model::FilePath;
use tar::EntryType;

use crate::inspectors::{ROWS, gaps, inline, texts};
use crate::make::Tar;

fn read_twice(layer: &[u8]) -> (Vec<FilePath>, LayerFacts) {
    let plan = Plan::new(ROWS, &[]);
    let budget = Budget::new(32 << 20);
    let mut read = read_layer(layer, &plan, &budget, &inline()).unwrap();
    reread_links(layer, &plan, &budget, &read.relink, &mut read.facts).unwrap();
    (read.relink, read.facts)
}

#[test]
fn the_file_is_shown_under_its_later_name() {
    let layer = Tar::new()
        .file("store/0a1b", b"one")
        .file("other.txt", b"two")
        .link(EntryType::Link, "app/a.txt", "store/0a1b")
        .link(EntryType::Link, "app/b.txt", "./store/0a1b")
        .link(EntryType::Link, "app/c.txt", "app/a.txt")
        .finish();
    let (relink, facts) = read_twice(&layer);
    assert_eq!(relink, ["app/a.txt", "app/b.txt"].map(FilePath::from));
    assert_eq!(texts(&facts), ["other.txt 0 two", "app/a.txt 0 one", "app/b.txt 0 one"]);
    assert!(gaps(&facts).is_empty());
    assert!(merge(&[facts], ROWS, MergeOptions::default()).packages.is_empty());
}

#[test]
fn a_link_whose_file_was_shown_already_is_not_read_again() {
    let layer = Tar::new()
        .file("a.txt", b"one")
        .link(EntryType::Link, "b.txt", "a.txt")
        .link(EntryType::Link, "unwanted", "a.txt")
        .finish();
    assert!(read_twice(&layer).0.is_empty());
}

#[test]
fn links_to_nothing_and_in_circles_end() {
    let layer = Tar::new()
        .link(EntryType::Link, "a.txt", "nowhere")
        .link(EntryType::Link, "b.txt", "c")
        .link(EntryType::Link, "c", "b.txt")
        .link(EntryType::Symlink, "d", "d")
        .finish();
    let (relink, facts) = read_twice(&layer);
    assert_eq!(relink, ["a.txt", "b.txt"].map(FilePath::from));
    assert!(texts(&facts).is_empty());
}
