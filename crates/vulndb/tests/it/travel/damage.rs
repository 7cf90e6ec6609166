//! Flipped bits and short files: never installed.

use std::fs;
use std::path::Path;

use plimsoll_signing::PrivateKey;
use plimsoll_vulndb::Database;
use plimsoll_vulndb::travel::{ArchiveCarrier, Refusal, Wanted, export_file, export_folder, pull};

use super::{assert_same, bytes, copy_of, published, signed, take_some, trusting};

/// Damages each file of a folder in many places; what is tried with it must leave the old database. Hears
/// what was done, and the file if that was a flip.
fn for_each_damage(folder: &Path, mut with: impl FnMut(&str, Option<&str>)) {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| !path.ends_with(".lock"));
    for path in files {
        let file = path.file_name().unwrap().to_str().unwrap();
        let whole = bytes(&path);
        let step = (whole.len() / 24).max(1);
        for at in (0..whole.len()).step_by(step) {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << (at % 8);
            fs::write(&path, flipped).unwrap();
            with(&format!("{file} flipped at {at}"), Some(file));
        }
        for length in [0, 1, whole.len() / 2, whole.len() - 2] {
            fs::write(&path, &whole[..length]).unwrap();
            with(&format!("{file} cut at {length}"), None);
        }
        fs::write(&path, whole).unwrap();
    }
}

#[test]
fn a_flipped_bit_anywhere_in_a_published_database_installs_nothing_else() {
    let key = PrivateKey::generate().unwrap();
    let (old, new, packed) = (published(1), published(2), tempfile::tempdir().unwrap());
    signed(old.path(), &key, 1_800_000_000);
    signed(new.path(), &key, 1_800_000_000);
    export_folder(new.path(), &Wanted::Everything, packed.path()).unwrap();
    let shards = Database::open(new.path()).unwrap().manifest().shards.clone();
    let (mut refused, mut harmless) = (0, 0);
    for source in [&copy_of(new.path()), &packed] {
        for_each_damage(source.path(), |_, flipped| {
            // Of a shard only its own file is fetched, and the other files with one that is cut.
            let row = flipped.and_then(|file| shards.iter().find(|row| file.starts_with(&row.file)));
            let wanted = row.map_or(Wanted::Everything, |row| Wanted::Shards(vec![row.name.clone()]));
            let into = copy_of(old.path());
            match take_some(source.path(), into.path(), &wanted, &trusting(&key)) {
                Err(_) => {
                    refused += 1;
                    assert_same(into.path(), old.path(), &Wanted::Everything);
                }
                // White space of the manifest, and what the frame of a packed shard does not use.
                Ok(_) => {
                    harmless += 1;
                    assert_same(into.path(), new.path(), &wanted);
                }
            }
        });
    }
    assert!(refused > 10 * harmless, "{refused} {harmless}");
}

#[test]
fn a_flipped_bit_anywhere_in_an_export_installs_nothing_else() {
    let key = PrivateKey::generate().unwrap();
    let (from, folder) = (published(1), tempfile::tempdir().unwrap());
    signed(from.path(), &key, 1_800_000_000);
    let file = folder.path().join("export.tar");
    export_file(from.path(), &Wanted::Everything, &file).unwrap();
    let mut refused = 0;
    for_each_damage(folder.path(), |what, _| {
        let into = tempfile::tempdir().unwrap();
        let pulled = ArchiveCarrier::open(&file)
            .and_then(|archive| pull(&archive, into.path(), &Wanted::Everything, &trusting(&key), Refusal::Fails));
        match pulled {
            Err(_) => {
                refused += 1;
                assert!(!into.path().join("manifest.json").exists(), "{what}");
            }
            Ok(_) => assert_same(into.path(), from.path(), &Wanted::Everything),
        }
    });
    assert!(refused > 15, "{refused}");
}
