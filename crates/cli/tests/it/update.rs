//! `db update`: many at once, killed in the middle, and what `db status` says after a bad day.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::program::Program;

const KEV: &str = "kev/known_exploited_vulnerabilities.json";

/// A host that serves a folder until the process ends; its address.
pub fn serve(root: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in listener.incoming().map_while(Result::ok) {
            let root = root.clone();
            std::thread::spawn(move || {
                let mut lines = BufReader::new(&connection).lines().map_while(Result::ok);
                let path = lines.next().unwrap_or_default().split(' ').nth(1).unwrap_or_default().to_owned();
                lines.take_while(|line| !line.is_empty()).for_each(drop);
                let body = std::fs::read(root.join(path.trim_start_matches('/')));
                let status = if body.is_ok() { "200 OK" } else { "404 Not Found" };
                let body = body.unwrap_or_default();
                let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                let _ = (&connection).write_all(&[head.as_bytes(), &body].concat());
            });
        }
    });
    address
}

fn put(root: &Path, path: &str, body: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, body).unwrap();
}

/// A tracker that takes a moment to read, and the list of exploited ones.
fn feeds(root: &Path) {
    let one = |number: usize| {
        format!(
            r#""package-{number}":{{"CVE-2026-{:05}":{{"releases":{{"bookworm":{{"status":"resolved",
            "fixed_version":"8.0-1","urgency":"high","repositories":{{"bookworm":"8.1-1"}}}}}}}}}}"#,
            number + 1000
        )
    };
    put(root, "debian/data.json", &format!("{{{}}}", (0..2000).map(one).collect::<Vec<_>>().join(",")));
    put(
        root,
        KEV,
        r#"{"dateReleased":"2026-02-01T00:00:00Z","vulnerabilities":[{"cveID":"CVE-2026-01000","dateAdded":"2026-01-01"}]}"#,
    );
}

fn update(host: &str) -> [&str; 10] {
    ["db", "update", "--from", host, "--db", "db", "--feed", "debian", "--feed", "kev"]
}

#[test]
fn ten_updates_at_once_end_with_one_good_database() {
    let program = Program::new();
    feeds(&program.home().join("served"));
    let host = serve(program.home().join("served"));
    let codes: Vec<i32> = std::thread::scope(|scope| {
        let updates: Vec<_> = (0..10).map(|_| scope.spawn(|| program.run(&update(&host)).code)).collect();
        updates.into_iter().map(|update| update.join().unwrap()).collect()
    });
    assert_eq!(codes, [0; 10]);
    let status = program.run(&["db", "status", "--db", "db", "--verify"]);
    assert_eq!(status.code, 0, "{}{}", status.stdout, status.stderr);
    assert!(status.stdout.contains("generation 10 "), "{}", status.stdout);
    let found = program.run(&["db", "search", "--db", "db", "package-1999"]);
    assert!(found.stdout.contains("CVE-2026-02999"), "{}", found.stdout);
}

#[test]
fn a_killed_update_leaves_the_old_database_or_the_new_one() {
    let program = Program::new();
    feeds(&program.home().join("served"));
    let host = serve(program.home().join("served"));
    assert_eq!(program.run(&update(&host)).code, 0);
    for moment in 0..12 {
        // Each time something else is new, so that there is something to interrupt.
        let kev = format!(
            r#"{{"dateReleased":"2026-03-{:02}T00:00:00Z","vulnerabilities":[{{"cveID":"CVE-2026-01000"}}]}}"#,
            moment + 1
        );
        put(&program.home().join("served"), KEV, &kev);
        let mut child = program.command(&update(&host)).stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(15 * moment));
        child.kill().unwrap();
        child.wait().unwrap();
        let status = program.run(&["db", "status", "--db", "db", "--verify"]);
        assert_eq!(status.code, 0, "after {moment}: {}{}", status.stdout, status.stderr);
        let found = program.run(&["db", "search", "--db", "db", "package-1999"]);
        assert!(found.stdout.contains("CVE-2026-02999"), "{}", found.stdout);
    }
    let ran = program.run(&update(&host));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let left: Vec<String> = std::fs::read_dir(program.home().join("db"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(".plimsoll-"))
        .collect();
    assert_eq!(left, [""; 0], "what a killed update left is cleared away");
}

#[test]
fn a_bad_day_of_a_host_stands_in_the_status() {
    let program = Program::new();
    let served = program.home().join("served");
    feeds(&served);
    let host = serve(served.clone());
    assert_eq!(program.run(&update(&host)).code, 0);
    put(&served, "debian/data.json", "<html>Service Unavailable</html>");
    let ran = program.run(&update(&host));
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stdout.contains("! debian/data.json: the feed is a web page, not data"), "{}", ran.stdout);
    let status = program.run(&["db", "status", "--db", "db"]);
    assert!(status.stdout.contains("! debian/data.json: the feed is a web page"), "{}", status.stdout);
    assert!(status.stdout.contains("missing:"), "{}", status.stdout);
    assert!(status.stdout.lines().all(|line| line.chars().count() <= 100), "{}", status.stdout);
    let found = program.run(&["db", "search", "--db", "db", "package-1999"]);
    assert!(found.stdout.contains("CVE-2026-02999"), "{}", found.stdout);
}

#[test]
fn an_update_for_an_image_fetches_what_the_image_needs() {
    let program = Program::new();
    let served = program.home().join("served");
    feeds(&served);
    let host = serve(served);
    assert_eq!(program.run(&["demo", "--keep", "demo.tar"]).code, 0);
    let ran = program.run(&["db", "update", "demo.tar", "--from", &host, "--db", "db"]);
    // The host has Debian's tracker and the exploited ones, not the languages that the demo also needs.
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("! osv/PyPI/all.zip") || ran.stdout.contains("! osv/npm/all.zip"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("alpine"), "no feed of another system: {}", ran.stdout);
    assert!(ran.stdout.contains("debian "), "{}", ran.stdout);
}

#[test]
fn the_first_scan_fetches_what_the_image_needs_and_an_update_goes_on_from_there() {
    let program = Program::new();
    let served = program.home().join("served");
    feeds(&served);
    let host = serve(served);
    assert_eq!(program.run(&["demo", "--keep", "demo.tar"]).code, 0);
    let mut command = program.command(&["scan", "demo.tar", "--feeds-from", &host, "--format", "json"]);
    command.env("PLIMSOLL_OFFLINE", "false");
    let ran = crate::program::Ran::from(command.output().unwrap());
    assert!(ran.stdout.contains("osv/PyPI/all.zip"), "what could not be fetched is named: {}", ran.stderr);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let kind_of = |file: &str| {
        let gaps = report["coverage"]["gaps"].as_array().unwrap();
        gaps.iter().find(|gap| gap["subject"] == file).map(|gap| gap["kind"].as_str().unwrap().to_owned())
    };
    assert_eq!(kind_of("osv/PyPI/all.zip").as_deref(), Some("no-feed"));
    assert_eq!(kind_of("epss/epss_scores-current.csv.gz").as_deref(), Some("no-enrichment"), "{}", ran.stdout);
    let feeds = program.home().join(".local/share/plimsoll/feeds");
    assert!(feeds.join(KEV).is_file(), "the files stay for the next update");
    let updated = program.run(&["db", "update", "--from", &host]);
    assert_eq!(updated.code, 0, "{}{}", updated.stdout, updated.stderr);
    assert!(updated.stdout.contains("generation 2: "), "{}", updated.stdout);
}
