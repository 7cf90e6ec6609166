//! A join that lists the names in a folder, whatever is in them.

use plimsoll_facts::{
    FileMeta, Inspect, Join, LayerFacts, MergeOptions, Pattern, Section, Sink, Unreadable, View, Want, merge,
};
use plimsoll_model::{EvidenceKind, FilePath, Location, Package, PackageKind};

use crate::driver::Line::{File, Folder, Opaque, Symlink, Whiteout};
use crate::driver::{layer, lines};

/// Each name in `a/store` is a package.
struct Store;

impl Inspect for Store {
    fn id(&self) -> &'static str {
        "store"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[]
    }
    fn want(&self, _: &FileMeta<'_>, _: &[u8]) -> Want {
        Want::No
    }
    fn join(&self) -> Option<&dyn Join> {
        Some(self)
    }
}

impl Join for Store {
    fn folders(&self) -> &'static [&'static str] {
        &["a/store"]
    }
    fn packages(&self, view: &View<'_>, out: &mut Sink) -> Result<(), Unreadable> {
        for name in view.names_in(b"a/store") {
            let path = FilePath::new(&[b"a/store/", name].concat());
            let package = Package::new(PackageKind::Nix, String::from_utf8_lossy(name), "1", EvidenceKind::FileName);
            out.package_at(Location { path, inside: Vec::new() }, package);
        }
        Ok(())
    }
}

fn read(layers: &[LayerFacts]) -> Vec<String> {
    lines(&merge(layers, &[&Store], MergeOptions::default()))
}

#[test]
fn names_are_listed_once_and_in_order_whatever_stands_between_them() {
    let lines = read(&[layer(&[
        Folder("a"),
        Folder("a/store"),
        File("a/store/b/x", ""),
        Folder("a/store/b"),
        File("a/store/b-2/c/d", ""),
        File("a/store/b.d", ""),
        File("a/store/b0", ""),
        Symlink("a/store/link", "b"),
        File("a/store.d/no", ""),
        File("a/stor/no", ""),
    ])]);
    let names: Vec<&str> = lines.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(names, ["b", "b-2", "b.d", "b0", "link"]);
}

#[test]
fn each_layer_that_changes_the_folder_counts() {
    let with = |path| layer(&[Folder("a"), Folder("a/store"), File(path, "")]);
    let lines_of = |last: LayerFacts| read(&[with("a/store/b/x"), with("other"), with("a/store/c/x"), last]);
    assert_eq!(lines_of(layer(&[])), ["b 1 present 0/0", "c 1 present 2/2"]);
    assert_eq!(lines_of(layer(&[Whiteout("a/store/b")])), ["b 1 shadowed 0/0 removed in 3", "c 1 present 2/2"]);
    let gone = ["b 1 shadowed 0/0 removed in 3", "c 1 shadowed 2/2 removed in 3"];
    for gone_by in [Whiteout("a"), Opaque("a"), Opaque("a/store"), File("a", ""), Opaque("")] {
        assert_eq!(lines_of(layer(&[gone_by])), gone);
    }
}
