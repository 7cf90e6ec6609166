//! Databases that travel: published, pulled, refused.

mod archives;
mod crowd;
mod damage;
mod deltas;
#[path = "../../../../engine/tests/it/host.rs"]
mod host;
mod hostile;
mod pulling;
mod trust;
mod web;

use std::path::Path;

use plimsoll_model::{ShardName, Timestamp};
use plimsoll_signing::PrivateKey;
use plimsoll_vulndb::travel::{FolderCarrier, Pulled, Refusal, Rules, TravelError, Trust, Wanted, pull, sign};
use plimsoll_vulndb::{Database, SignedManifest};
use tempfile::TempDir;

use crate::sample::small;

/// A folder with a small database of this generation.
fn published(generation: u64) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    small(generation).finish(folder.path()).unwrap();
    folder
}

fn trusting(key: &PrivateKey) -> Rules {
    Rules { trust: Trust::Keys(vec![key.public()]), now: Some(Timestamp(1_700_000_100)), ..Rules::default() }
}

fn take(from: &Path, into: &Path, rules: &Rules) -> Result<Pulled, TravelError> {
    take_some(from, into, &Wanted::Everything, rules)
}

fn take_some(from: &Path, into: &Path, wanted: &Wanted, rules: &Rules) -> Result<Pulled, TravelError> {
    pull(&FolderCarrier::new(from), into, wanted, rules, Refusal::Fails)
}

fn names(names: &[&str]) -> Vec<ShardName> {
    names.iter().map(|name| ShardName::clean(name)).collect()
}

fn came(pulled: &Pulled) -> Vec<&str> {
    pulled.came.iter().map(ShardName::as_str).collect()
}

/// The database in a folder has this generation and each byte as it was written.
fn assert_whole(folder: &Path, generation: u64) {
    let database = Database::open(folder).unwrap();
    assert_eq!(database.manifest().generation, generation);
    assert_eq!(database.verify(), [""; 0]);
    assert_eq!(database.missing().count(), 0);
}

/// The database in a folder is that of another, and of its shards the wanted ones are there, byte for byte:
/// quicker than reading every record.
fn assert_same(folder: &Path, right: &Path, wanted: &Wanted) {
    let (found, right_one) = (Database::open(folder).unwrap(), Database::open(right).unwrap());
    assert_eq!(found.manifest(), right_one.manifest());
    for row in wanted.of(found.manifest()) {
        assert!(bytes(&folder.join(&row.file)) == bytes(&right.join(&row.file)), "{}", row.name);
    }
}

/// A folder with the same files: quicker than installing them.
fn copy_of(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(folder).unwrap() {
        let file = file.unwrap().path();
        std::fs::copy(&file, copy.path().join(file.file_name().unwrap())).unwrap();
    }
    copy
}

fn bytes(path: &Path) -> Vec<u8> {
    plimsoll_model::read_capped(std::fs::File::open(path).unwrap(), 1 << 24).unwrap()
}

fn signed(folder: &Path, key: &PrivateKey, expires: i64) -> SignedManifest {
    sign(folder, key, Some(Timestamp(expires))).unwrap()
}
