//! Which bytes are trusted, and what is remembered of them.

use std::path::{Path, PathBuf};

use plimsoll_engine::ScanError;
use plimsoll_model::GapKind;

use crate::image::{Image, digest, node, options, scan};

#[test]
fn a_blob_that_is_not_what_its_name_says_is_refused_and_never_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let (honest, evil) = (node("lodash", "4.17.11"), node("lodash", "4.17.21"));
    let mut image = Image::of(&[&evil]);
    image.lie = Some((0, digest(&honest)));
    let (path, _) = image.write(folder.path(), "evil.tar");
    let error = scan(folder.path(), &options(&path)).unwrap_err();
    assert!(matches!(error, ScanError::DigestMismatch { .. }), "{error}");
    let (path, _) = Image::of(&[&honest]).write(folder.path(), "honest.tar");
    let report = scan(folder.path(), &options(&path)).unwrap();
    assert_eq!(report.inventory.packages[0].package.version, "4.17.11");
}

#[test]
fn facts_known_by_name_are_used_for_local_archives_and_the_report_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (honest, evil) = (node("lodash", "4.17.11"), node("lodash", "4.17.21"));
    let (path, _) = Image::of(&[&honest]).write(folder.path(), "honest.tar");
    let first = scan(folder.path(), &options(&path)).unwrap();
    assert!(first.image.layers[0].verified);
    assert!(first.coverage.gaps.iter().all(|gap| gap.kind != GapKind::TrustedName));
    let second = scan(folder.path(), &options(&path)).unwrap();
    assert!(!second.image.layers[0].verified);
    assert!(second.coverage.gaps.iter().any(|gap| gap.kind == GapKind::TrustedName));
    assert_eq!(first.findings, second.findings);
    let mut image = Image::of(&[&evil]);
    image.lie = Some((0, digest(&honest)));
    let (path, _) = image.write(folder.path(), "evil.tar");
    let mut options = options(&path);
    options.source.open.verify = true;
    assert!(matches!(scan(folder.path(), &options), Err(ScanError::DigestMismatch { .. })));
}

#[test]
fn what_is_excluded_is_part_of_what_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = Image::of(&[&node("lodash", "4.17.11")]).write(folder.path(), "image.tar");
    let mut excluding = options(&path);
    excluding.source.exclude = vec!["app/**".into()];
    assert!(scan(folder.path(), &excluding).unwrap().inventory.packages.is_empty());
    assert_eq!(scan(folder.path(), &options(&path)).unwrap().inventory.packages.len(), 1);
    assert!(scan(folder.path(), &excluding).unwrap().inventory.packages.is_empty());
}

#[test]
fn a_damaged_cache_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = Image::of(&[&node("lodash", "4.17.11")]).write(folder.path(), "image.tar");
    let expected = scan(folder.path(), &options(&path)).unwrap();
    for file in files(&folder.path().join("cache")) {
        std::fs::write(file, b"plimsol1 damaged").unwrap();
    }
    let again = scan(folder.path(), &options(&path)).unwrap();
    assert_eq!(again.inventory, expected.inventory);
    assert!(again.image.layers[0].verified);
}

#[test]
fn only_the_sections_that_are_missing_are_filled_again() {
    let folder = tempfile::tempdir().unwrap();
    let facts = folder.path().join("cache/facts");
    let section = |layer: &[u8], name: &str| {
        let hex = digest(layer).hex();
        let wanted = format!("{hex}.{name}-");
        files(&facts).into_iter().find(|file| file.to_string_lossy().contains(&wanted)).unwrap()
    };
    let (lodash, qs) = (node("lodash", "4.17.11"), node("qs", "6.5.1"));
    let (path, _) = Image::of(&[&lodash]).write(folder.path(), "image.tar");
    let (other, _) = Image::of(&[&qs]).write(folder.path(), "other.tar");
    for image in [&path, &other] {
        scan(folder.path(), &options(image)).unwrap();
    }
    std::fs::remove_dir_all(folder.path().join("cache/inventories")).unwrap();
    std::fs::remove_file(section(&lodash, "binaries")).unwrap();
    // A mark by which it shows whether the kept packages were used: those of another layer.
    std::fs::copy(section(&qs, "packages"), section(&lodash, "packages")).unwrap();
    let again = scan(folder.path(), &options(&path)).unwrap();
    assert!(again.image.layers[0].verified, "the layer was read");
    assert!(section(&lodash, "binaries").exists());
    assert!(again.inventory.packages.iter().all(|package| package.package.name != "lodash"));
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_path_buf()];
    let mut files = Vec::new();
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(at).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                files.push(entry.path());
            }
        }
    }
    files
}
