//! A published folder behind a host with moods.

use std::time::Duration;

use plimsoll_transport::{Client, ClientOptions, Retry};
use plimsoll_vulndb::travel::{Pulled, Refusal, Rules, TravelError, Wanted, WebCarrier, export_folder, pull};
use plimsoll_vulndb::{Database, MANIFEST_FILE};
use tempfile::TempDir;

use super::host::{Answer, Host};
use super::{assert_whole, bytes, came, names, published};

/// Puts a database of this generation on the host; the path of the shard for npm.
fn serve(host: &Host, generation: u64) -> String {
    let (from, packed) = (published(generation), tempfile::tempdir().unwrap());
    export_folder(from.path(), &Wanted::Everything, packed.path()).unwrap();
    for entry in packed.path().read_dir().unwrap() {
        let path = entry.unwrap().path();
        host.put(&format!("db/{}", path.file_name().unwrap().to_str().unwrap()), bytes(&path));
    }
    let manifest = Database::open(from.path()).unwrap().manifest().clone();
    let row = manifest.shards.iter().find(|row| row.name.as_str() == "npm").unwrap();
    format!("db/{}.zst", row.file)
}

fn take(host: &Host, into: &TempDir, wanted: &Wanted) -> Result<Pulled, TravelError> {
    let retry = Retry { first_pause: Duration::ZERO, ..Retry::default() };
    let client = Client::new(ClientOptions { retry, ..ClientOptions::default() });
    let carrier = WebCarrier::new(client, &format!("{}/db/", host.base));
    pull(&carrier, into.path(), wanted, &Rules::default(), Refusal::Fails)
}

/// Paths and statuses of what was asked.
fn asked(host: &Host) -> Vec<(String, u16)> {
    host.asked().into_iter().map(|asked| (asked.path, asked.status)).collect()
}

#[test]
fn only_what_is_wanted_is_asked_for_and_an_unchanged_database_is_not_sent_again() {
    let (host, into) = (Host::start(), tempfile::tempdir().unwrap());
    serve(&host, 1);
    let pulled = take(&host, &into, &Wanted::For(names(&["go"]))).unwrap();
    assert_eq!(came(&pulled), ["go", "kev", "severities"]);
    assert_eq!(asked(&host).len(), 4);
    let again = take(&host, &into, &Wanted::For(names(&["go"]))).unwrap();
    assert_eq!((again.came.len(), asked(&host)), (0, vec![(format!("db/{MANIFEST_FILE}"), 304)]));
    // Another image needs more of the same database.
    let more = take(&host, &into, &Wanted::For(names(&["npm"]))).unwrap();
    assert_eq!((came(&more), asked(&host).len()), (vec!["npm", "npm-malware"], 3));
    assert_whole(into.path(), 1);
    serve(&host, 2);
    take(&host, &into, &Wanted::Everything).unwrap();
    assert_eq!(asked(&host)[0], (format!("db/{MANIFEST_FILE}"), 200));
    assert_whole(into.path(), 2);
}

#[test]
fn a_busy_host_is_asked_again_and_a_broken_shard_goes_on_where_it_ended() {
    let (host, into) = (Host::start(), tempfile::tempdir().unwrap());
    let npm = serve(&host, 1);
    let folder = published(1);
    let packed = tempfile::tempdir().unwrap();
    export_folder(folder.path(), &Wanted::Everything, packed.path()).unwrap();
    let body = bytes(&packed.path().join(npm.strip_prefix("db/").unwrap()));
    host.answer(&npm, Answer { body: body.clone(), breaks_at: Some(body.len() / 2), busy: 2 });
    take(&host, &into, &Wanted::Everything).unwrap();
    assert_whole(into.path(), 1);
    let statuses: Vec<u16> =
        asked(&host).into_iter().filter(|(path, _)| *path == npm).map(|(_, status)| status).collect();
    assert_eq!(statuses, [429, 429, 200, 206]);
}

#[test]
fn an_error_page_in_the_place_of_anything_leaves_the_old_database() {
    let (host, into) = (Host::start(), tempfile::tempdir().unwrap());
    serve(&host, 1);
    take(&host, &into, &Wanted::Everything).unwrap();
    let npm = serve(&host, 2);
    for page in [&b"<html>busy</html>"[..], b""] {
        for path in [npm.as_str(), "db/manifest.json"] {
            serve(&host, 2);
            host.put(path, page);
            assert!(take(&host, &into, &Wanted::Everything).is_err(), "{path}");
            let database = Database::open(into.path()).unwrap();
            assert_eq!((database.manifest().generation, database.missing().count()), (1, 0));
        }
    }
    serve(&host, 2);
    take(&host, &into, &Wanted::Everything).unwrap();
    assert_whole(into.path(), 2);
}

#[test]
fn a_shard_that_is_gone_is_named() {
    let (host, into) = (Host::start(), tempfile::tempdir().unwrap());
    host.put("db/manifest.json", bytes(&published(1).path().join(MANIFEST_FILE)));
    let error = take(&host, &into, &Wanted::Shards(names(&["npm"]))).unwrap_err();
    assert!(error.to_string().contains("npm."), "{error}");
    assert!(!into.path().join(MANIFEST_FILE).exists());
}
