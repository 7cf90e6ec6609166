//! Databases that travel: keys, registries, web servers, the air gap, and what goes wrong on the way.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use crate::advisories::small_database;
use crate::program::{Program, Ran, gaps};
use crate::registry::{PASSWORD, Registry, USER, online};
use crate::update::serve;

/// A small database, signed; its key's public half is `publisher.key.pub`.
fn publisher() -> Program {
    let program = Program::new();
    small_database(&program);
    ok(&program.run(&["db", "keygen", "publisher.key"]));
    ok(&program.run(&["db", "sign", "--key", "publisher.key", "--db", "db", "--valid-days", "3000"]));
    assert_eq!(program.run(&["demo", "--keep", "demo.tar", "--quiet"]).code, 0);
    program
}

fn ok(ran: &Ran) {
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

fn key(program: &Program) -> String {
    program.home().join("publisher.key.pub").display().to_string()
}

pub fn shards(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> =
        names.filter(|name| name.ends_with(".shard")).map(|name| name.split('.').next().unwrap().into()).collect();
    names.sort();
    names
}

/// A scan of the demo's image with a published database, over the network.
fn scan(program: &Program, arguments: &[&str]) -> (Value, Ran) {
    let options = ["scan", "demo.tar", "--format", "json", "--no-cache", "--username", USER];
    let mut command = online(program, &[&options[..], arguments].concat());
    let ran = Ran::from(command.env("PLIMSOLL_PASSWORD", PASSWORD).output().unwrap());
    (serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stderr)), ran)
}

#[test]
fn a_database_is_pushed_and_a_scan_pulls_what_its_image_needs() {
    let Some(registry) = Registry::start() else { return };
    let program = publisher();
    let reference = format!("{}/fleet/advisories:1", registry.host);
    let push = |arguments: &[&str]| {
        let mut command = online(&program, &[&["db", "push", &reference, "--db", "db"], arguments].concat());
        Ran::from(command.env("PLIMSOLL_PASSWORD", PASSWORD).output().unwrap())
    };
    let nobody = push(&[]);
    assert!(nobody.code == 2 && nobody.stderr.contains("hint: "), "{}", nobody.stderr);
    let pushed = push(&["--username", USER]);
    ok(&pushed);
    assert!(push(&["--username", USER]).stdout.contains("of which 0 KB were sent"));

    let address = format!("oci://{reference}");
    let (expected, _) = program.scan(&["demo.tar", "--no-cache", "--db", "db"]);
    let (first, ran) = scan(&program, &["--db", &address, "--trust-key", &key(&program)]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert_eq!(first["findings"], expected["findings"]);
    let pulled = program.home().join(".local/share/plimsoll/pulled");
    let folder = fs::read_dir(&pulled).unwrap().next().unwrap().unwrap().path();
    assert!(shards(&folder).contains(&"npm".into()), "{:?}", shards(&folder));

    // Offline, what was pulled is used again; it is the whole database, and so is its manifest.
    let (again, _) = program.scan(&["demo.tar", "--no-cache", "--db", &address, "--trust-key", &key(&program)]);
    assert_eq!(again["findings"], expected["findings"]);
    let manifest = |folder: &Path| fs::read(folder.join("manifest.json")).unwrap();
    assert!(manifest(&folder) == manifest(&program.home().join("db")));

    let elsewhere = Program::new();
    let mut pull = online(&elsewhere, &["db", "pull", &reference, "--trust-key", &key(&program), "--username", USER]);
    ok(&Ran::from(pull.env("PLIMSOLL_PASSWORD", PASSWORD).output().unwrap()));
    let status = elsewhere.run(&["db", "status", "--verify"]);
    ok(&status);
    assert!(status.stdout.contains("signed by ") && !status.stdout.contains("not pulled"), "{}", status.stdout);
}

#[test]
fn the_next_generation_comes_from_a_registry_as_a_delta() {
    let Some(registry) = Registry::start() else { return };
    let program = Program::new();
    two_generations(&program);
    let reference = format!("{}/advisories:latest", registry.host);
    let run = |arguments: &[&str]| {
        let mut command = online(&program, &[arguments, &["--username", USER]].concat());
        let ran = Ran::from(command.env("PLIMSOLL_PASSWORD", PASSWORD).output().unwrap());
        ok(&ran);
        ran.stdout
    };
    run(&["db", "push", &reference, "--db", "one"]);
    run(&["db", "pull", &reference, "--db", "db"]);
    run(&["db", "push", &reference, "--db", "two"]);
    let kilobytes = |said: &str| -> u32 {
        said.split(['(', ' ']).skip_while(|word| *word != "came").nth(2).unwrap().parse().unwrap()
    };
    let by_delta = run(&["db", "pull", &reference, "--db", "db"]);
    let whole = run(&["db", "pull", &reference, "--db", "fresh"]);
    assert!(kilobytes(&by_delta) * 4 <= kilobytes(&whole), "{by_delta} {whole}");
    for folder in ["db", "fresh"] {
        let status = program.run(&["db", "status", "--db", folder, "--verify"]);
        ok(&status);
        assert!(status.stdout.starts_with("generation 2 "), "{}", status.stdout);
    }
}

#[test]
fn a_scan_whose_registry_is_gone_uses_what_was_pulled_before_and_says_so() {
    let program = publisher();
    ok(&program.run(&["db", "export", "--folder", "www", "--db", "db"]));
    let address = serve(program.home().join("www"));
    let arguments = ["--db-source", &address, "--db", "pulled", "--trust-key", "publisher.key.pub"];
    let (first, _) = scan(&program, &arguments);
    assert!(!gaps(&first).contains(&"advisory-database-not-pulled"));
    fs::remove_dir_all(program.home().join("www")).unwrap();
    let (second, ran) = scan(&program, &arguments);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert_eq!(second["findings"], first["findings"]);
    assert!(gaps(&second).contains(&"advisory-database-not-pulled"), "{:?}", gaps(&second));
    fs::remove_dir_all(program.home().join("pulled")).unwrap();
    let (third, _) = scan(&program, &arguments);
    assert!(gaps(&third).contains(&"starter-advisories-only"), "{:?}", gaps(&third));
}

#[test]
fn a_refused_database_is_not_installed_and_no_scan_passes_over_it() {
    let program = publisher();
    ok(&program.run(&["db", "export", "--folder", "www", "--db", "db"]));
    let address = serve(program.home().join("www"));
    let arguments = ["--db-source", &address, "--db", "pulled", "--trust-key", "publisher.key.pub"];
    scan(&program, &arguments);
    // Somebody else publishes there.
    ok(&program.run(&["db", "keygen", "stranger.key"]));
    ok(&program.run(&["db", "sign", "--key", "stranger.key", "--db", "db", "--valid-days", "3001"]));
    ok(&program.run(&["db", "export", "--folder", "www", "--db", "db"]));
    let (report, _) = scan(&program, &arguments);
    assert!(gaps(&report).contains(&"advisory-database-refused"), "{:?}", gaps(&report));
    let pull = online(&program, &["db", "pull", &address, "--trust-key", "publisher.key.pub"]).output().unwrap();
    let pull = Ran::from(pull);
    assert!(pull.code == 2 && pull.stderr.contains("--trust-key"), "{}", pull.stderr);
}

#[test]
fn one_flipped_byte_of_a_signature_is_refused() {
    let program = publisher();
    ok(&program.run(&["db", "export", "--folder", "www", "--db", "db"]));
    let path = program.home().join("www/manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    let at = text.find("\"signature\": \"").unwrap() + 20;
    let mut bytes = text.into_bytes();
    bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
    fs::write(&path, bytes).unwrap();
    let pull = program.run(&["db", "pull", "www", "--db", "pulled", "--trust-key", "publisher.key.pub"]);
    assert!(pull.code == 2 && pull.stderr.contains("it was changed"), "{}", pull.stderr);
    assert!(!program.home().join("pulled").exists());
}

#[test]
fn a_part_goes_over_the_air_gap_in_one_file() {
    let (program, inside) = (publisher(), Program::new());
    ok(&program.run(&["db", "export", "db.tar", "--for", "npm", "--db", "db"]));
    let file = program.home().join("db.tar").display().to_string();
    let wrong = inside.run(&["db", "import", &file, "--trust-key", "absent.pub"]);
    assert_eq!(wrong.code, 2, "{}", wrong.stdout);
    ok(&inside.run(&["db", "import", &file, "--trust-key", &key(&program)]));
    fs::copy(program.home().join("demo.tar"), inside.home().join("demo.tar")).unwrap();
    let (expected, _) = program.scan(&["demo.tar", "--no-cache", "--db", "db"]);
    let (found, _) = inside.scan(&["demo.tar", "--no-cache", "--trust-key", &key(&program)]);
    assert_eq!(found["findings"], expected["findings"]);
}

#[test]
fn a_database_that_nobody_trusted_has_signed_is_no_database_where_keys_are_named() {
    let program = publisher();
    ok(&program.run(&["db", "keygen", "other.key"]));
    let ran = program.run(&["scan", "demo.tar", "--db", "db", "--trust-key", "other.key.pub"]);
    assert!(ran.code == 2 && ran.stderr.contains("not signed by a trusted key"), "{}", ran.stderr);
    assert!(ran.stderr.contains("hint: "), "{}", ran.stderr);
}

#[test]
fn an_older_or_expired_database_is_taken_only_when_asked_for() {
    let program = publisher();
    ok(&program.run(&["db", "export", "old.tar", "--db", "db"]));
    small_database(&program);
    ok(&program.run(&["db", "sign", "--key", "publisher.key", "--db", "db", "--valid-days", "3000"]));
    let import = |more: &[&str]| {
        let base = ["db", "import", "old.tar", "--db", "db", "--trust-key", "publisher.key.pub"];
        program.run(&[&base[..], more].concat())
    };
    let ran = import(&[]);
    assert!(ran.code == 2 && ran.stderr.contains("--allow-rollback"), "{}", ran.stderr);
    ok(&import(&["--allow-rollback"]));

    let mut sign = program.command(&["db", "sign", "--key", "publisher.key", "--db", "db", "--valid-days", "1"]);
    assert!(sign.env("SOURCE_DATE_EPOCH", "1000000000").status().unwrap().success());
    let pull = |more: &[&str]| program.run(&[&["db", "pull", "./db", "--db", "new"], more].concat());
    let ran = pull(&[]);
    assert!(ran.code == 2 && ran.stderr.contains("--allow-expired"), "{}", ran.stderr);
    ok(&pull(&["--allow-expired"]));
    let (report, _) = program.scan(&["demo.tar", "--db", "new"]);
    assert!(gaps(&report).contains(&"advisory-database-stale"), "{:?}", gaps(&report));
}

/// Databases of two generations large enough that a pull takes a while, in `one` and `two`. They
/// differ in a few records.
fn two_generations(program: &Program) {
    for (folder, version) in [("one", 1), ("two", 2)] {
        let one = |number: usize| {
            let version = if number.is_multiple_of(300) { version } else { 0 };
            format!(
                r#""package-{number}":{{"CVE-2026-{:05}":{{"releases":{{"bookworm":{{"status":"resolved",
                "fixed_version":"{version}.{number}-1","urgency":"high","repositories":{{"bookworm":"1.1-1"}}}}}}}}}}"#,
                number + 1000
            )
        };
        let feeds = program.home().join("feeds/debian");
        fs::create_dir_all(&feeds).unwrap();
        let records: Vec<String> = (0..3000).map(one).collect();
        fs::write(feeds.join("data.json"), format!("{{{}}}", records.join(","))).unwrap();
        ok(&program.run(&["db", "build", "--from", "feeds", "--out", folder]));
        if version == 2 {
            // A later number than the first one's.
            ok(&program.run(&["db", "build", "--from", "feeds", "--out", folder]));
        }
    }
}

#[test]
fn a_killed_pull_leaves_the_old_database_or_the_new_one() {
    let program = Program::new();
    two_generations(&program);
    let (mut old, mut new) = (0, 0);
    for attempt in 0..40_u64 {
        ok(&program.run(&["db", "pull", "./one", "--db", "db", "--allow-rollback", "--quiet"]));
        let mut pull = program.command(&["db", "pull", "./two", "--db", "db"]);
        let mut child = pull.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Some ends fall before its start, some in its midst, some after its end.
        std::thread::sleep(Duration::from_micros(attempt * 900));
        child.kill().unwrap();
        child.wait().unwrap();
        let status = program.run(&["db", "status", "--db", "db", "--verify"]);
        ok(&status);
        assert!(!status.stdout.contains("not pulled"), "{}", status.stdout);
        match status.stdout.split(' ').nth(1) {
            Some("1") => old += 1,
            Some("2") => new += 1,
            _ => panic!("{}", status.stdout),
        }
    }
    assert!(old > 0 && new > 0, "{old} old, {new} new");
    // The next pull clears away what the killed ones left.
    ok(&program.run(&["db", "pull", "./one", "--db", "db", "--allow-rollback"]));
    ok(&program.run(&["db", "pull", "./two", "--db", "db"]));
    let left = fs::read_dir(program.home().join("db")).unwrap();
    let left = left.filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(".plimsoll-"));
    assert_eq!(left.count(), 0);
}

#[test]
fn ten_pulls_at_once_end_with_one_good_database() {
    let program = Program::new();
    two_generations(&program);
    ok(&program.run(&["db", "pull", "./one", "--db", "db"]));
    let pulls: Vec<Ran> = std::thread::scope(|scope| {
        let pulls: Vec<_> =
            (0..10).map(|_| scope.spawn(|| program.run(&["db", "pull", "./two", "--db", "db"]))).collect();
        pulls.into_iter().map(|pull| pull.join().unwrap()).collect()
    });
    pulls.iter().for_each(ok);
    let status = program.run(&["db", "status", "--db", "db", "--verify"]);
    ok(&status);
    assert!(status.stdout.starts_with("generation 2 "), "{}", status.stdout);
}
