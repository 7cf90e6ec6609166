//! Making a database from feeds.

use std::path::Path;
use std::sync::Arc;

use plimsoll_engine::{Build, BuildError, Built, FeedFiles, Scanner, Supply, Wanted, build_database, open_database};
use plimsoll_matching::Advisories;
use plimsoll_model::{GapKind, ShardName, Timestamp, VerdictStatus};
use plimsoll_transport::{Client, ClientOptions};

use crate::{image, mirror};

const BUILT: Option<Timestamp> = Some(Timestamp(1_790_000_000));

fn build(files: &FeedFiles<'_>, out: &Path, wanted: Wanted<'_>) -> Result<Built, BuildError> {
    build_database(Build { wanted, built: BUILT, ..Build::of(files) }, out, &mut |_| {})
}

/// Every file of a folder with its bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut files: Vec<_> =
        entries.map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())).collect();
    files.sort();
    files
}

#[test]
fn a_mirror_folder_becomes_a_database_that_answers() {
    let folder = tempfile::tempdir().unwrap();
    let (feeds, out) = (folder.path().join("feeds"), folder.path().join("db"));
    mirror::write(&feeds);
    let built = build(&FeedFiles::Folder(feeds), &out, Wanted::Everything).unwrap();
    assert_eq!(built.feeds.iter().map(|feed| feed.feed).collect::<Vec<_>>(), ["osv-npm", "debian", "kev"]);
    assert!(built.feeds.iter().all(|feed| feed.failures.is_empty()));
    let database = open_database(Some(&out)).unwrap();
    assert!(!database.info().starter);
    assert_eq!(database.candidates(&ShardName::clean("npm"), "harbour").unwrap()[0].clusters[0].id, "CVE-2026-0001");
    assert_eq!(database.candidates(&ShardName::clean("debian-12"), "curl").unwrap().len(), 1);
    assert_eq!(database.known_exploited("CVE-2026-0001"), Ok(true));
    assert_eq!(database.known_exploited("CVE-2026-0002"), Ok(false));
}

#[test]
fn the_network_and_a_folder_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let feeds = folder.path().join("feeds");
    mirror::write(&feeds);
    let (local, remote) = (folder.path().join("local"), folder.path().join("remote"));
    let only = ["osv-npm", "debian", "kev"].map(String::from);
    build(&FeedFiles::Folder(feeds.clone()), &local, Wanted::Feeds(&only)).unwrap();
    let client = Client::new(ClientOptions::default());
    let mirror = Some(format!("http://{}", mirror::serve(feeds)));
    let built = build(&FeedFiles::Network { client: &client, mirror }, &remote, Wanted::Feeds(&only)).unwrap();
    assert!(built.feeds.iter().all(|feed| feed.failures.is_empty()), "{:?}", built.feeds);
    assert_eq!(files(&local), files(&remote));
}

#[test]
fn a_record_that_comes_from_github_and_from_osv_counts_once_and_as_it_was_changed_last() {
    // OSV's own is of 2026-01-01 and fixed in 1.2.0.
    for (modified, expected) in [
        ("2025-12-31T00:00:00Z", "osv-npm < 1.2.0"),
        ("2026-01-01T00:00:00Z", "osv-npm < 1.2.0"),
        ("2026-01-02T00:00:00Z", "ghsa < 1.3.0"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (feeds, out) = (folder.path().join("feeds"), folder.path().join("db"));
        mirror::write(&feeds);
        let record = format!(
            r#"{{"id":"GHSA-1","modified":"{modified}","aliases":["CVE-2026-0001"],"affected":[
            {{"package":{{"ecosystem":"npm","name":"harbour"}},"ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}},{{"fixed":"1.3.0"}}]}}]}},
            {{"package":{{"ecosystem":"PyPI","name":"harbour"}},"ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}},{{"fixed":"2.0"}}]}}]}}]}}"#
        );
        mirror::put(&feeds, "ghsa/advisories/github-reviewed/2026/01/GHSA-1/GHSA-1.json", record.as_bytes());
        let built = build(&FeedFiles::Folder(feeds), &out, Wanted::Everything).unwrap();
        assert_eq!(built.feeds.iter().map(|feed| (feed.feed, feed.summary.records)).next(), Some(("ghsa", 1)));
        let database = open_database(Some(&out)).unwrap();
        let found = |shard: &str| -> Vec<String> {
            let rows = database.candidates(&ShardName::clean(shard), "harbour").unwrap();
            rows.iter().map(|row| format!("{} {}", row.advisory.source, row.affected.ranges[0])).collect()
        };
        assert_eq!(found("npm"), [expected], "{modified}");
        assert_eq!(found("pypi"), ["ghsa < 2.0"], "no feed of OSV's spoke of it");
    }
}

#[test]
fn one_broken_feed_is_named_and_does_not_stop_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let (feeds, out) = (folder.path().join("feeds"), folder.path().join("db"));
    mirror::write(&feeds);
    mirror::put(&feeds, "debian/data.json", b"<html>log in, please</html>");
    let built = build(&FeedFiles::Folder(feeds), &out, Wanted::Everything).unwrap();
    let failed: Vec<_> = built.feeds.iter().filter(|feed| !feed.failures.is_empty()).collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].feed, "debian");
    let database = open_database(Some(&out)).unwrap();
    assert!(database.has_shard(&ShardName::clean("npm")));
    assert!(!database.has_shard(&ShardName::clean("debian-12")));
}

#[test]
fn a_folder_without_feeds_is_an_error_and_the_old_database_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (feeds, out) = (folder.path().join("feeds"), folder.path().join("db"));
    mirror::write(&feeds);
    build(&FeedFiles::Folder(feeds), &out, Wanted::Everything).unwrap();
    let before = files(&out);
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    assert!(matches!(build(&FeedFiles::Folder(empty), &out, Wanted::Everything), Err(BuildError::Nothing(_))));
    assert_eq!(files(&out), before);
}

#[test]
fn no_database_means_the_starter_advisories_but_a_damaged_one_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    assert!(open_database(Some(folder.path())).unwrap().info().starter);
    assert!(open_database(None).unwrap().info().starter);
    std::fs::write(folder.path().join("manifest.json"), "{").unwrap();
    assert!(open_database(Some(folder.path())).is_err());
}

#[test]
fn only_the_feeds_that_fill_the_wanted_shards_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let (feeds, out) = (folder.path().join("feeds"), folder.path().join("db"));
    mirror::write(&feeds);
    let shards = [ShardName::clean("npm"), ShardName::kev()];
    let built = build(&FeedFiles::Folder(feeds), &out, Wanted::Shards(&shards)).unwrap();
    assert_eq!(built.feeds.iter().map(|feed| feed.feed).collect::<Vec<_>>(), ["osv-npm", "kev"]);
    assert!(!open_database(Some(&out)).unwrap().has_shard(&ShardName::clean("debian-12")));
}

#[test]
fn a_database_older_than_the_limit_is_incomplete_and_so_is_one_that_hides_its_age() {
    let folder = tempfile::tempdir().unwrap();
    let feeds = folder.path().join("feeds");
    mirror::write(&feeds);
    let (archive, _) = image::Image::of(&[&image::node("harbour", "1.2.0")]).write(folder.path(), "image.tar");
    for (built, limit, expected) in [
        (BUILT, None, VerdictStatus::Pass),
        (BUILT, BUILT, VerdictStatus::Pass),
        (BUILT, BUILT.map(|at| Timestamp(at.0 + 1)), VerdictStatus::Incomplete),
        (None, BUILT, VerdictStatus::Incomplete),
    ] {
        let out = folder.path().join("db");
        let files = FeedFiles::Folder(feeds.clone());
        build_database(Build { built, ..Build::of(&files) }, &out, &mut |_| {}).unwrap();
        let mut advisories = open_database(Some(&out)).unwrap();
        if let Some(limit) = limit {
            advisories = advisories.stale_before(limit);
        }
        let scanner = Scanner { advisories: Supply::Ready(&advisories), cache: None, progress: Arc::default() };
        let report = scanner.scan(&image::options(&archive)).unwrap();
        assert_eq!(report.verdict.status, expected, "built {built:?}, limit {limit:?}");
        let is_stale = report.coverage.gaps.iter().any(|gap| gap.kind == GapKind::DatabaseStale);
        assert_eq!(is_stale, expected == VerdictStatus::Incomplete);
    }
}

#[test]
fn what_a_feed_gave_before_stays_where_it_cannot_be_read_now() {
    let folder = tempfile::tempdir().unwrap();
    let (feeds, out) = (folder.path().join("feeds"), folder.path().join("db"));
    mirror::write(&feeds);
    mirror::put(
        &feeds,
        "alpine-secdb/v3.18/main.json",
        br#"{"packages":[{"pkg":{"name":"zlib","secfixes":{"1.2":["CVE-2026-0009"]}}}]}"#,
    );
    mirror::put(
        &feeds,
        "alpine-secdb/v3.19/main.json",
        br#"{"packages":[{"pkg":{"name":"zlib","secfixes":{"1.2":["CVE-2026-0009"]}}}]}"#,
    );
    build(&FeedFiles::Folder(feeds.clone()), &out, Wanted::Everything).unwrap();
    mirror::put(&feeds, "debian/data.json", b"<html>");
    mirror::put(&feeds, "alpine-secdb/v3.18/main.json", b"{");
    mirror::put(
        &feeds,
        "alpine-secdb/v3.19/main.json",
        br#"{"packages":[{"pkg":{"name":"xz","secfixes":{"5.2":["CVE-2026-0010"]}}}]}"#,
    );
    let built = build(&FeedFiles::Folder(feeds), &out, Wanted::Everything).unwrap();
    assert_eq!(built.feeds.iter().map(|feed| feed.failures.len()).sum::<usize>(), 2);
    let database = open_database(Some(&out)).unwrap();
    let knows = |shard: &str, name: &str| !database.candidates(&ShardName::clean(shard), name).unwrap().is_empty();
    assert!(knows("debian-12", "curl") && knows("npm", "harbour"));
    assert!(knows("alpine-3.18", "zlib"), "its file was broken");
    assert!(knows("alpine-3.19", "xz") && !knows("alpine-3.19", "zlib"), "its file was read");
    assert_eq!(database.database().verify(), [""; 0]);
    assert_eq!(built.database.shards, database.database().manifest().shards.len() as u64);
}
