//! Bringing a database up to date from hosts that are not always at their best.

use std::path::{Path, PathBuf};

use plimsoll_engine::{Fetching, Mirror, Update, Updated, Wanted, feed_status, open_database, update_database};
use plimsoll_matching::Advisories;
use plimsoll_model::{ShardName, Timestamp};
use plimsoll_transport::{Client, ClientOptions, Retry};

use crate::host::{Answer, Host};
use crate::mirror;

const NPM: &str = "osv/npm/all.zip";
const DEBIAN: &str = "debian/data.json";
const KEV: &str = "kev/known_exploited_vulnerabilities.json";

struct Place {
    folder: tempfile::TempDir,
    host: Host,
}

impl Place {
    /// A host with three feeds.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let host = Host::start();
        mirror::write(&folder.path().join("served"));
        for path in [NPM, DEBIAN, KEV] {
            host.put(path, std::fs::read(folder.path().join("served").join(path)).unwrap());
        }
        Self { folder, host }
    }

    fn feeds(&self) -> PathBuf {
        self.folder.path().join("feeds")
    }

    fn db(&self) -> PathBuf {
        self.folder.path().join("db")
    }

    fn update(&self, accept_less: bool) -> Updated {
        // One attempt: what breaks is for the next update to mend.
        let retry = Retry { attempts: 1, ..Retry::default() };
        self.update_by(&Client::new(ClientOptions { retry, ..ClientOptions::default() }), accept_less)
    }

    fn update_by(&self, client: &Client, accept_less: bool) -> Updated {
        let fetching =
            Fetching { client, base: Some(self.host.base.clone()), accept_less, now: Some(Timestamp(1_790_000_000)) };
        let ids = ["osv-npm", "debian", "kev"].map(String::from);
        let mut mirror = Mirror::open(&self.feeds()).unwrap();
        update_database(&mut mirror, &self.db(), feeds(&ids, &fetching), &mut |_| {}).unwrap()
    }

    /// Whether the database knows a package of Debian 12.
    fn knows(&self, package: &str) -> bool {
        let database = open_database(Some(&self.db())).unwrap();
        !database.candidates(&ShardName::clean("debian-12"), package).unwrap().is_empty()
    }

    fn problem_of(&self, feed: &str) -> String {
        let status = feed_status(&self.db()).into_iter().find(|status| status.feed == feed).unwrap();
        status.problems.into_iter().map(|problem| problem.why).collect()
    }
}

fn feeds<'a>(ids: &'a [String], fetching: &'a Fetching<'a>) -> Update<'a> {
    Update { wanted: Wanted::Feeds(ids), overlays: &[], fetching, signing: None }
}

fn tracker(packages: usize) -> String {
    let one = |number: usize| {
        format!(
            r#""package-{number}":{{"CVE-2026-{:04}":{{"releases":{{"bookworm":{{"status":"resolved",
            "fixed_version":"8.0-1","urgency":"high","repositories":{{"bookworm":"8.1-1"}}}}}}}}}}"#,
            number + 1000
        )
    };
    format!("{{{}}}", (0..packages).map(one).collect::<Vec<_>>().join(","))
}

fn shards(folder: &Path) -> Vec<String> {
    let database = open_database(Some(folder)).unwrap();
    database.database().manifest().shards.iter().map(|shard| shard.name.to_string()).collect()
}

#[test]
fn a_second_update_asks_only_whether_anything_changed() {
    let place = Place::new();
    let first = place.update(false);
    assert_eq!((first.new_files, first.unchanged_files, first.generation), (3, 0, 1));
    assert!(first.received_bytes > 0 && place.knows("curl"));
    let second = place.update(false);
    assert_eq!((second.new_files, second.unchanged_files, second.generation), (0, 3, 2));
    assert_eq!(second.received_bytes, 0);
    assert_eq!(place.host.asked().iter().filter(|asked| asked.status == 304).count(), 3);
    assert_eq!(shards(&place.db()), ["debian-12", "kev", "npm"]);
    let status = feed_status(&place.db());
    assert!(status.iter().all(|feed| feed.checked == Some(Timestamp(1_790_000_000)) && feed.problems.is_empty()));
}

#[test]
fn a_download_that_broke_off_goes_on_where_it_ended() {
    let place = Place::new();
    place.update(false);
    let large = tracker(200);
    let middle = large.len() / 2;
    place.host.answer(DEBIAN, Answer { body: large.clone().into(), breaks_at: Some(middle), busy: 0 });
    place.update(false);
    assert!(place.knows("curl") && !place.knows("package-0"), "the old file stays");
    assert!(!place.problem_of("debian").is_empty());
    place.host.asked();
    let mended = place.update(false);
    assert!(place.knows("package-199"));
    assert_eq!(place.problem_of("debian"), "");
    assert_eq!(mended.received_bytes as usize, large.len() - middle);
    let asked = place.host.asked();
    let debian = asked.iter().find(|asked| asked.path == DEBIAN).unwrap();
    assert_eq!((debian.range.as_deref(), debian.status), (Some(format!("bytes={middle}-").as_str()), 206));
}

#[test]
fn a_part_of_another_version_is_not_gone_on_with() {
    let place = Place::new();
    let large = tracker(100);
    place.host.answer(DEBIAN, Answer { breaks_at: Some(large.len() / 2), body: large.into(), busy: 0 });
    place.update(false);
    place.host.put(DEBIAN, tracker(150).replace("package", "parcel"));
    place.update(false);
    assert!(place.knows("parcel-149") && !place.knows("package-0"));
    assert_eq!(place.problem_of("debian"), "");
}

#[test]
fn what_is_not_the_feed_never_takes_its_place_and_the_status_says_why() {
    for (body, why) in [
        ("<!DOCTYPE html><html>Please log in</html>".to_owned(), "web page"),
        ("upstream connect error".into(), "no JSON object"),
        (tracker(60)[..900].into(), "EOF"),
        (String::new(), "no JSON object"),
        ("{}".into(), "no record"),
        (tracker(40), "more than half is gone"),
    ] {
        let place = Place::new();
        place.host.put(DEBIAN, tracker(100));
        place.update(false);
        place.host.put(DEBIAN, body.clone());
        place.host.put(KEV, r#"{"dateReleased":"2026-02-01T00:00:00Z","vulnerabilities":[{"cveID":"CVE-2026-0077"}]}"#);
        place.update(false);
        assert!(place.knows("package-99"), "{why}");
        assert!(place.problem_of("debian").contains(why), "{why}: {}", place.problem_of("debian"));
        let database = open_database(Some(&place.db())).unwrap();
        assert_eq!(database.known_exploited("CVE-2026-0077"), Ok(true), "the other feeds go on");
    }
}

#[test]
fn a_feed_that_shrank_is_taken_when_asked_for() {
    let place = Place::new();
    place.host.put(DEBIAN, tracker(100));
    place.update(false);
    place.host.put(DEBIAN, tracker(30));
    place.update(true);
    assert!(place.knows("package-29") && !place.knows("package-99"));
}

#[test]
fn a_feed_older_than_the_one_there_is_stays_outside() {
    let place = Place::new();
    place.update(false);
    place.host.put(KEV, r#"{"dateReleased":"2025-01-01T00:00:00Z","vulnerabilities":[{"cveID":"CVE-2024-0001"}]}"#);
    place.update(false);
    assert!(place.problem_of("kev").contains("older than"), "{}", place.problem_of("kev"));
    let database = open_database(Some(&place.db())).unwrap();
    assert_eq!(database.known_exploited("CVE-2026-0001"), Ok(true));
}

#[test]
fn a_host_that_is_gone_or_busy_costs_nothing_but_a_sentence() {
    let place = Place::new();
    place.update(false);
    place.host.answer(NPM, Answer { body: b"busy".to_vec(), busy: 1000, ..Answer::default() });
    place.update(false);
    assert!(place.problem_of("osv-npm").contains("429"), "{}", place.problem_of("osv-npm"));
    assert_eq!(shards(&place.db()), ["debian-12", "kev", "npm"]);

    let patient = Client::new(ClientOptions::default());
    let body = std::fs::read(place.folder.path().join("served").join(NPM)).unwrap();
    place.host.answer(NPM, Answer { body: body.clone(), busy: 2, breaks_at: Some(body.len() / 3) });
    place.update_by(&patient, false);
    assert_eq!(place.problem_of("osv-npm"), "", "busy twice and broken off once, in one update");
}

#[test]
fn nothing_at_all_leaves_what_there_was() {
    let place = Place::new();
    let client =
        Client::new(ClientOptions { retry: Retry { attempts: 1, ..Retry::default() }, ..ClientOptions::default() });
    let fetching =
        Fetching { client: &client, base: Some(format!("{}/nowhere", place.host.base)), accept_less: false, now: None };
    let mut mirror = Mirror::open(&place.feeds()).unwrap();
    let ids = ["kev".to_owned()];
    let update = update_database(&mut mirror, &place.db(), feeds(&ids, &fetching), &mut |_| {});
    assert!(update.is_err());
    assert!(open_database(Some(&place.db())).unwrap().info().starter);
}

#[test]
fn what_indexes_name_is_fetched_and_read() {
    let place = Place::new();
    let folder = "amazon/2023/core/x86_64";
    place.host.put(&format!("{folder}/mirror.list"), "https://cdn.amazonlinux.com/al2023/core/guids/1/x86_64/\n");
    let repomd = r#"<repomd><data type="updateinfo"><location href="repodata/updateinfo.xml.gz"/></data></repomd>"#;
    place.host.put(&format!("{folder}/repomd.xml"), repomd);
    let updateinfo = r#"<updates><update type="security"><id>ALAS2023-2023-193</id><issued date="2023-05-11 18:02"/>
        <references><reference id="CVE-2023-28319" type="cve"/></references><pkglist><collection>
        <package name="libcurl" epoch="0" version="8.0.1" release="1.amzn2023.0.1" arch="x86_64"/>
        </collection></pkglist></update></updates>"#;
    place.host.put(&format!("{folder}/updateinfo.xml.gz"), updateinfo);
    let client = Client::new(ClientOptions::default());
    let fetching = Fetching {
        client: &client,
        base: Some(place.host.base.clone()),
        accept_less: false,
        now: Some(Timestamp(1_790_000_000)),
    };
    let mut mirror = Mirror::open(&place.feeds()).unwrap();
    let wanted = ["amazon-2023".to_owned()];
    update_database(&mut mirror, &place.db(), feeds(&wanted, &fetching), &mut |_| {}).unwrap();
    let database = open_database(Some(&place.db())).unwrap();
    let found = database.candidates(&ShardName::clean("amzn-2023"), "libcurl").unwrap();
    assert_eq!(found[0].advisory.id, "ALAS2023-2023-193");
    assert!(place.problem_of("amazon-2023").is_empty());
}
