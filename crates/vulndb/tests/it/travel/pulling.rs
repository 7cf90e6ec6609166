//! What is taken, what is left, and what stays.

use std::fs;

use plimsoll_vulndb::Database;
use plimsoll_vulndb::travel::{FolderCarrier, Refusal, Rules, TravelError, Wanted, export_folder, pull};

use super::{assert_whole, came, names, published, take, take_some};
use crate::sample::{large, record, row, shard, small};

#[test]
fn a_database_arrives_as_it_was_sent_from_its_own_folder_or_a_published_one() {
    let from = published(3);
    let packed = tempfile::tempdir().unwrap();
    let exported = export_folder(from.path(), &Wanted::Everything, packed.path()).unwrap();
    assert_eq!(exported.shards, 5);
    for source in [from.path(), packed.path()] {
        let into = tempfile::tempdir().unwrap();
        let pulled = take(source, into.path(), &Rules::default()).unwrap();
        assert_eq!(came(&pulled), ["go", "kev", "npm", "npm-malware", "severities"]);
        assert_eq!(pulled.installed_bytes, exported.plain_bytes);
        assert_whole(into.path(), 3);
        let manifest = |folder: &std::path::Path| fs::File::open(folder.join("manifest.json")).unwrap();
        let bytes = |folder| plimsoll_model::read_capped(manifest(folder), 1 << 20).unwrap();
        assert_eq!(bytes(into.path()), bytes(from.path()), "the manifest is untouched");
    }
}

#[test]
fn what_is_there_is_not_sent_again() {
    let (from, into) = (published(1), tempfile::tempdir().unwrap());
    take(from.path(), into.path(), &Rules::default()).unwrap();
    let again = take(from.path(), into.path(), &Rules::default()).unwrap();
    assert_eq!((again.came.len(), again.there, again.travelled_bytes), (0, 5, 0));
}

#[test]
fn a_part_is_pulled_and_the_rest_is_said_to_be_missing() {
    let (from, into) = (published(1), tempfile::tempdir().unwrap());
    let wanted = Wanted::For(names(&["npm"]));
    let pulled = take_some(from.path(), into.path(), &wanted, &Rules::default()).unwrap();
    assert_eq!(came(&pulled), ["kev", "npm", "npm-malware", "severities"]);
    let database = Database::open(into.path()).unwrap();
    assert!(database.has_shard(&shard("npm")) && !database.has_shard(&shard("go")));
    assert_eq!(database.missing().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["go"]);
    assert!(database.lookup(&shard("go"), "example.com/module").is_err(), "never an empty answer");
    assert_eq!(database.lookup(&shard("npm"), "left-pad").unwrap().len(), 2);
    assert_eq!(database.verify(), [""; 0]);

    // A later pull of another part leaves this one there.
    let pulled = take_some(from.path(), into.path(), &Wanted::Shards(names(&["go"])), &Rules::default()).unwrap();
    assert_eq!(came(&pulled), ["go"]);
    assert_whole(into.path(), 1);
}

#[test]
fn a_shard_that_nobody_knows_is_an_error_for_people_and_none_for_a_scan() {
    let (from, into) = (published(1), tempfile::tempdir().unwrap());
    for wanted in [Wanted::Shards(names(&["go", "debian-12"])), Wanted::For(names(&["debian-12"]))] {
        let error = take_some(from.path(), into.path(), &wanted, &Rules::default()).unwrap_err();
        assert!(error.to_string().contains("no shard `debian-12`; it has go, kev, npm"), "{error}");
    }
    let wanted = Wanted::ForScan(names(&["debian-12"]));
    let pulled = take_some(from.path(), into.path(), &wanted, &Rules::default()).unwrap();
    assert_eq!(came(&pulled), ["kev", "severities"]);
}

#[test]
fn a_newer_generation_brings_only_what_has_changed() {
    let (first, second, into) = (published(1), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    large(2).finish(second.path()).unwrap();
    take(first.path(), into.path(), &Rules::default()).unwrap();
    let old = Database::open(into.path()).unwrap();
    let pulled = take(second.path(), into.path(), &Rules::default()).unwrap();
    assert_eq!(came(&pulled), ["npm"]);
    assert_whole(into.path(), 2);
    // Whoever began with the old one goes on with it.
    assert_eq!(old.lookup(&shard("npm"), "left-pad").unwrap().len(), 2);
}

#[test]
fn a_shard_that_does_not_come_leaves_the_old_database_where_it_was_whole() {
    let (first, second, into) = (published(1), published(2), tempfile::tempdir().unwrap());
    let file = Database::open(second.path()).unwrap().manifest().shard(&shard("npm")).unwrap().file.clone();
    fs::remove_file(second.path().join(file)).unwrap();
    take(first.path(), into.path(), &Rules::default()).unwrap();

    let error = take(second.path(), into.path(), &Rules::default()).unwrap_err();
    assert!(matches!(error, TravelError::Database(_)), "{error}");
    assert_whole(into.path(), 1);

    let told = |into: &std::path::Path| {
        let from = FolderCarrier::new(second.path());
        pull(&from, into, &Wanted::Everything, &Rules::default(), Refusal::IsTold).unwrap()
    };
    let pulled = told(into.path());
    assert_eq!((pulled.failures.len(), pulled.manifest.generation), (1, 1));
    assert_whole(into.path(), 1);

    // Where there is nothing better, what came is installed, and the rest is missing.
    let empty = tempfile::tempdir().unwrap();
    let pulled = told(empty.path());
    assert_eq!((pulled.failures.len(), pulled.manifest.generation), (1, 2));
    let database = Database::open(empty.path()).unwrap();
    assert_eq!(database.missing().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["npm"]);
}

#[test]
fn what_came_before_a_pull_broke_off_need_not_come_again() {
    let (from, into) = (published(1), tempfile::tempdir().unwrap());
    let file = Database::open(from.path()).unwrap().manifest().shard(&shard("npm")).unwrap().file.clone();
    fs::rename(from.path().join(&file), from.path().join("aside")).unwrap();
    assert!(take(from.path(), into.path(), &Rules::default()).is_err());
    assert!(Database::open(into.path()).is_err());
    fs::rename(from.path().join("aside"), from.path().join(&file)).unwrap();
    let pulled = take(from.path(), into.path(), &Rules::default()).unwrap();
    assert_eq!((came(&pulled), pulled.there), (vec!["npm"], 4));
    assert_whole(into.path(), 1);
}

#[test]
fn a_folder_without_a_database_is_an_error_and_nothing_is_made() {
    let (from, into) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    assert!(take(from.path(), &into.path().join("db"), &Rules::default()).is_err());
    assert!(!into.path().join("db").exists());
}

#[test]
fn the_table_of_repositories_comes_where_a_scan_names_it_or_people_a_release_of_red_hats() {
    let from = tempfile::tempdir().unwrap();
    let mut of_red_hat = record("CVE-2023-1", &["CVE-2023-1"], &[]);
    of_red_hat.affected = vec![row("rhel-9", "curl", "8")];
    let mut builder = small(1);
    builder.add(of_red_hat);
    builder.add_repository("rhel-9-for-x86_64-baseos-rpms".into(), Vec::new());
    builder.finish(from.path()).unwrap();
    let brings = |wanted: &Wanted| {
        let into = tempfile::tempdir().unwrap();
        let pulled = take_some(from.path(), into.path(), wanted, &Rules::default()).unwrap();
        came(&pulled).contains(&"redhat-repositories")
    };
    assert!(brings(&Wanted::For(names(&["rhel-9"]))) && !brings(&Wanted::For(names(&["npm"]))));
    assert!(!brings(&Wanted::ForScan(names(&["rhel-9"]))), "the image named no repositories");
    assert!(brings(&Wanted::ForScan(names(&["rhel-9", "redhat-repositories"]))));
}
