//! What each layer ships, and what of it nobody sees.

use crate::driver::Line::{File, Folder, Hardlink, Opaque, Symlink, Whiteout};
use crate::driver::{image, layer};

#[test]
fn bytes_that_a_higher_layer_removes_or_replaces_are_its_lower_layers_waste() {
    let below = layer(&[File("a", "12345"), File("d/b", "123"), File("d/c", "1"), File("kept", "1234567")]);
    let above = layer(&[Whiteout("d"), File("a", "12")]);
    let inventory = image(&[below, above]);
    let [base, top] = inventory.layers[..] else { panic!("two layers") };
    assert_eq!((base.files, base.bytes, base.shadowed_files, base.shadowed_bytes, base.hides_bytes), (4, 16, 3, 9, 0));
    assert_eq!((top.files, top.bytes, top.shadowed_files, top.shadowed_bytes, top.hides_bytes), (1, 2, 0, 0, 9));
    let named: Vec<String> = inventory
        .shadowed_files
        .iter()
        .map(|file| format!("{} {} {}>{}", file.path, file.bytes, file.layer, file.by))
        .collect();
    assert_eq!(named, ["a 5 0>1", "d/b 3 0>1", "d/c 1 0>1"]);
}

#[test]
fn a_file_behind_a_linked_folder_is_hidden_too() {
    let below = layer(&[Folder("usr/lib"), Symlink("lib", "usr/lib"), File("usr/lib/x", "1234")]);
    let inventory = image(&[below, layer(&[File("lib/x", "1")]), layer(&[Opaque("usr/lib")])]);
    let hidden: Vec<(u64, u64)> =
        inventory.layers.iter().map(|layer| (layer.shadowed_bytes, layer.hides_bytes)).collect();
    assert_eq!(hidden, [(4, 0), (1, 4), (0, 1)]);
}

#[test]
fn further_names_of_a_file_and_empty_layers_count_nothing() {
    let inventory = image(&[layer(&[File("a", "123"), Hardlink("b", "a")]), layer(&[])]);
    let shipped: Vec<(u64, u64)> = inventory.layers.iter().map(|layer| (layer.files, layer.bytes)).collect();
    assert_eq!(shipped, [(1, 3), (0, 0)]);
    assert!(inventory.shadowed_files.is_empty());
}

#[test]
fn the_largest_hidden_files_are_named_whatever_the_order() {
    let texts: Vec<String> = (1..=60).map(|length| "x".repeat(length * 7 % 61)).collect();
    let paths: Vec<String> = (1..=60).map(|number| format!("f{number}")).collect();
    let files: Vec<_> = paths.iter().zip(&texts).map(|(path, text)| File(path, text)).collect();
    let gone: Vec<_> = paths.iter().map(|path| Whiteout(path)).collect();
    let inventory = image(&[layer(&files), layer(&gone)]);
    let sizes: Vec<u64> = inventory.shadowed_files.iter().map(|file| file.bytes).collect();
    assert_eq!(sizes, (41..=60).rev().collect::<Vec<u64>>());
}
