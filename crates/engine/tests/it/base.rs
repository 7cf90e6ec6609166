//! Where the base image ends.

use std::path::Path;

use plimsoll_engine::ScanError;
use plimsoll_model::{Digest, LayerOwner, ScanReport};
use serde_json::json;

use crate::image::{Image, archive, node, options, scan};

fn owners(report: &ScanReport) -> Vec<LayerOwner> {
    report.image.layers.iter().map(|layer| layer.owner).collect()
}

/// Three layers, of which an image of the lowest and one of the lower two are known; the manifest of
/// the first of these images.
fn two_known_bases(folder: &Path) -> ([Vec<u8>; 3], Digest) {
    let layers = [node("lodash", "4.17.11"), node("qs", "6.5.1"), node("ws", "7.4.0")];
    let (base, manifest) = Image::of(&[&layers[0]]).write(folder, "base.tar");
    let (longer, _) = Image::of(&[&layers[0], &layers[1]]).write(folder, "longer.tar");
    scan(folder, &options(&base)).unwrap();
    scan(folder, &options(&longer)).unwrap();
    (layers, manifest)
}

#[test]
fn without_any_word_the_boundary_is_unknown_and_never_own() {
    let folder = tempfile::tempdir().unwrap();
    let (image, _) = Image::of(&[&node("lodash", "4.17.11"), &node("ws", "7.4.0")]).write(folder.path(), "image.tar");
    let report = scan(folder.path(), &options(&image)).unwrap();
    assert_eq!(owners(&report), [LayerOwner::Unknown; 2]);
    assert!(report.inventory.packages.iter().all(|package| package.layer_owner == LayerOwner::Unknown));
}

#[test]
fn an_image_that_was_scanned_is_known_as_the_base_of_others() {
    let folder = tempfile::tempdir().unwrap();
    let (lower, upper) = (node("lodash", "4.17.11"), node("ws", "7.4.0"));
    let (base, _) = Image::of(&[&lower]).write(folder.path(), "base.tar");
    let (image, _) = Image::of(&[&lower, &upper]).write(folder.path(), "image.tar");
    scan(folder.path(), &options(&base)).unwrap();
    let report = scan(folder.path(), &options(&image)).unwrap();
    assert_eq!(report.image.base.by, "base-index");
    assert_eq!(report.image.base.name.as_deref(), Some("base"));
    assert_eq!(owners(&report), [LayerOwner::Base, LayerOwner::Own]);
    let owner_of =
        |name: &str| report.inventory.packages.iter().find(|package| package.package.name == name).unwrap().layer_owner;
    assert_eq!((owner_of("lodash"), owner_of("ws")), (LayerOwner::Base, LayerOwner::Own));
}

#[test]
fn the_annotation_counts_when_its_image_is_known_and_really_below() {
    let folder = tempfile::tempdir().unwrap();
    let ([lower, middle, upper], manifest) = two_known_bases(folder.path());
    let mut image = Image::of(&[&lower, &middle, &upper]);
    let (plain, _) = image.write(folder.path(), "plain.tar");
    assert_eq!(scan(folder.path(), &options(&plain)).unwrap().image.base.layers, Some(2), "the longest known chain");
    image.annotations = json!({ "org.opencontainers.image.base.digest": manifest.to_string() });
    let (annotated, _) = image.write(folder.path(), "annotated.tar");
    let report = scan(folder.path(), &options(&annotated)).unwrap();
    assert_eq!((report.image.base.layers, report.image.base.by.as_str()), (Some(1), "annotation"));
    let other = Image { layers: vec![upper], ..image };
    let (other, _) = other.write(folder.path(), "other.tar");
    assert_eq!(scan(folder.path(), &options(&other)).unwrap().image.base.layers, None);
}

#[test]
fn provenance_beside_the_image_counts_like_an_annotation() {
    let folder = tempfile::tempdir().unwrap();
    let ([lower, middle, upper], manifest) = two_known_bases(folder.path());
    let image = Image { built_from: Some(manifest), ..Image::of(&[&lower, &middle, &upper]) };
    let (path, _) = image.write(folder.path(), "image.tar");
    let report = scan(folder.path(), &options(&path)).unwrap();
    assert_eq!((report.image.base.layers, report.image.base.by.as_str()), (Some(1), "provenance"));
    let (stranger, _) = Image { layers: vec![upper], ..image }.write(folder.path(), "stranger.tar");
    assert_eq!(scan(folder.path(), &options(&stranger)).unwrap().image.base.layers, None);
}

#[test]
fn the_users_word_wins_and_a_wrong_one_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let (lower, upper) = (node("lodash", "4.17.11"), node("ws", "7.4.0"));
    let (base, _) = Image::of(&[&lower]).write(folder.path(), "base.tar");
    let (stranger, _) = Image::of(&[&upper]).write(folder.path(), "stranger.tar");
    let (image, _) = Image::of(&[&lower, &upper]).write(folder.path(), "image.tar");
    let mut options = options(&image);
    options.source.base = Some(archive(&base));
    let report = scan(folder.path(), &options).unwrap();
    assert_eq!((report.image.base.layers, report.image.base.by.as_str()), (Some(1), "option"));
    options.source.base = Some(archive(&stranger));
    let error = scan(folder.path(), &options).unwrap_err();
    assert!(matches!(error, ScanError::NotTheBase(_)), "{error}");
    assert!(error.hint().is_some());
}
