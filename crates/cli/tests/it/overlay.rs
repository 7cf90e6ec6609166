//! An organisation's own advisories: given to `db build`, seen in a scan.

use std::fs;

use serde_json::{Value, json};

use crate::advisories::small_feeds;
use crate::program::{Program, Ran, findings};

const TRACKER: &str = r#"{"openssl":{"CVE-2023-0286":{"releases":{"bookworm":{"status":"resolved",
"fixed_version":"3.0.8-1","urgency":"high","repositories":{"bookworm":"3.0.17-1~deb12u2"}}}}}}"#;

/// Feeds that know lodash, minimist and Debian's openssl, and a file system with all three.
fn place() -> Program {
    let program = Program::new();
    let feeds = small_feeds(&program, "1.2.6");
    fs::create_dir_all(feeds.join("debian")).unwrap();
    fs::write(feeds.join("debian/data.json"), TRACKER).unwrap();
    for (path, content) in [
        ("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n"),
        (
            "var/lib/dpkg/status",
            "Package: openssl\nStatus: install ok installed\nVersion: 3.0.7-1\nArchitecture: amd64\n\
             Maintainer: Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>\n\n",
        ),
        ("app/node_modules/lodash/package.json", r#"{"name":"lodash","version":"4.17.20"}"#),
        ("app/node_modules/minimist/package.json", r#"{"name":"minimist","version":"1.2.5"}"#),
    ] {
        let path = program.home().join("rootfs").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    program
}

/// Puts a record into the overlay `acme`.
fn put(program: &Program, file: &str, record: &Value) {
    let path = program.home().join("acme").join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, record.to_string()).unwrap();
}

fn record(id: &str, aliases: &[&str], ecosystem: &str, name: &str, plimsoll: &Value) -> Value {
    json!({
        "id": id,
        "aliases": aliases,
        "modified": "2026-01-01T00:00:00Z",
        "summary": "what Acme knows",
        "affected": [{ "package": { "ecosystem": ecosystem, "name": name } }],
        "database_specific": { "plimsoll": plimsoll },
    })
}

fn ranged(mut record: Value, events: &Value) -> Value {
    record["affected"][0]["ranges"] = json!([{ "type": "ECOSYSTEM", "events": events }]);
    record
}

fn build(program: &Program) -> Ran {
    program.run(&["db", "build", "--from", "feeds", "--out", "db", "--overlay", "acme"])
}

fn scan(program: &Program) -> Value {
    program.scan(&["rootfs:rootfs", "--db", "db", "--no-cache"]).0
}

/// `reason id: detail` of what was silenced.
fn silenced(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rows = report["suppressed"].as_array().unwrap().iter();
    let mut lines: Vec<String> = rows
        .map(|row| format!("{} {}: {}", text(&row["reason"]), text(&row["finding"]["id"]), text(&row["detail"])))
        .collect();
    lines.sort();
    lines
}

#[test]
fn own_advisories_add_narrow_and_dismiss_and_each_silence_is_told_with_its_reason() {
    let program = place();
    let dismiss = json!({ "action": "dismiss", "reason": "no template is compiled" });
    put(&program, "node/lodash.json", &record("ACME-1", &["CVE-2021-23337"], "npm", "lodash", &dismiss));
    let replace = json!({ "action": "replace", "reason": "patched in 1.2.5" });
    let narrow = record("ACME-2", &["GHSA-xvch-5gv4-984h"], "npm", "minimist", &replace);
    let events = json!([{ "introduced": "0" }, { "fixed": "1.2.5" }]);
    put(&program, "node/minimist.json", &ranged(narrow, &events));
    let rebuilt = json!({ "action": "dismiss", "reason": "built without X.400" });
    put(&program, "debian.json", &record("ACME-3", &["CVE-2023-0286"], "Debian:12", "openssl", &rebuilt));
    let own = record("ACME-4", &[], "npm", "lodash", &json!(null));
    put(&program, "own.json", &ranged(own, &json!([{ "introduced": "4.0.0" }, { "last_affected": "4.99.0" }])));
    let built = build(&program);
    assert_eq!(built.code, 0, "{} {}", built.stdout, built.stderr);
    assert!(
        built.stdout.lines().any(|line| line.starts_with("overlay:acme ") && line.contains(" 4 ")),
        "{}",
        built.stdout
    );

    let report = scan(&program);
    assert_eq!(findings(&report), ["unknown ACME-4 lodash 4.17.20 -> not-fixed"]);
    assert_eq!(
        silenced(&report),
        [
            "dismissed-by-overlay CVE-2021-23337: overlay:acme says that it is not affected: no template is compiled",
            "dismissed-by-overlay CVE-2023-0286: overlay:acme says that it is not affected: built without X.400",
            "narrowed-by-overlay CVE-2021-44906: overlay:acme has other ranges, which do not hold this version: \
             patched in 1.2.5",
        ]
    );
    let finding = &report["findings"][0];
    assert_eq!(finding["evidence"][0]["source"], "overlay:acme");
    let search = program.run(&["db", "search", "lodash", "--db", "db"]).stdout;
    assert!(search.contains("overlay:acme"), "{search}");
}

#[test]
fn without_the_overlay_the_feeds_have_the_word_again_and_the_build_says_so() {
    let program = place();
    let dismiss = json!({ "action": "dismiss", "reason": "no template is compiled" });
    put(&program, "lodash.json", &record("ACME-1", &["CVE-2021-23337"], "npm", "lodash", &dismiss));
    assert_eq!(build(&program).code, 0);
    assert_eq!(scan(&program)["findings"].as_array().unwrap().len(), 2);
    let built = program.run(&["db", "build", "--from", "feeds", "--out", "db"]);
    assert_eq!(built.code, 0);
    assert!(built.stdout.contains("overlay:acme was part of the database before"), "{}", built.stdout);
    assert_eq!(scan(&program)["findings"].as_array().unwrap().len(), 3);
}

#[test]
fn what_is_wrong_in_an_overlay_is_named_and_the_rest_counts() {
    let program = place();
    let dismiss = |reason: &str| json!({ "action": "dismiss", "reason": reason });
    let lodash = |id: &str, plimsoll: &Value| record(id, &["CVE-2021-23337"], "npm", "lodash", plimsoll);
    put(&program, "good.json", &lodash("ACME-1", &dismiss("no template is compiled")));
    put(&program, "bad/action.json", &lodash("ACME-2", &json!({ "action": "ignore", "reason": "?" })));
    put(&program, "bad/ecosystem.json", &record("ACME-3", &["CVE-2024-1"], "Unheard", "x", &dismiss("?")));
    put(&program, "bad/id.json", &lodash("../ACME", &dismiss("?")));
    put(&program, "bad/range.json", &record("ACME-4", &["CVE-2024-1"], "npm", "x", &json!({ "action": "add" })));
    put(&program, "bad/reason.json", &lodash("ACME-5", &dismiss(" ")));
    put(&program, "bad/shard.json", &record("ACME-6", &["CVE-2024-1"], "Hex", "x", &dismiss("?")));
    fs::write(program.home().join("acme/bad/cut.json"), "{\"id\":").unwrap();
    fs::write(program.home().join("acme/README.md"), "not a record").unwrap();
    let built = build(&program);
    assert_eq!(built.code, 3, "{}", built.stdout);
    for (file, why) in [
        ("action", "unknown variant `ignore`"),
        ("cut", "EOF"),
        ("ecosystem", "no shard answers for the ecosystem \"Unheard\""),
        ("id", "the id has characters"),
        ("range", "neither a range nor a version"),
        ("reason", "gives no reason"),
        ("shard", "no feed of this build fills hex"),
    ] {
        let line = built.stdout.lines().find(|line| line.starts_with(&format!("  ! bad/{file}.json: ")));
        assert!(line.is_some_and(|line| line.contains(why)), "{file}: {}", built.stdout);
    }
    assert_eq!(silenced(&scan(&program)).len(), 1);
}

#[test]
fn an_overlay_that_is_not_there_ends_the_build_and_the_database_stays() {
    let program = place();
    assert_eq!(program.run(&["db", "build", "--from", "feeds", "--out", "db"]).code, 0);
    let before = fs::read(program.home().join("db/manifest.json")).unwrap();
    let built = build(&program);
    assert_eq!(built.code, 2);
    assert!(built.stderr.contains("the overlay acme could not be read"), "{}", built.stderr);
    assert_eq!(fs::read(program.home().join("db/manifest.json")).unwrap(), before);
}

#[test]
fn an_erratum_for_several_vulnerabilities_is_dismissed_by_its_own_id() {
    let program = place();
    let erratum = record("ACME-7", &["CVE-2024-0001", "CVE-2024-0002"], "npm", "minimist", &json!(null));
    put(&program, "erratum.json", &ranged(erratum, &json!([{ "introduced": "0" }, { "fixed": "1.2.9" }])));
    assert_eq!(build(&program).code, 0);
    let ids = |report: &Value| findings(report).iter().filter(|line| line.contains("CVE-2024-")).count();
    assert_eq!(ids(&scan(&program)), 2);
    let dismiss = json!({ "action": "dismiss", "reason": "our own fork" });
    put(&program, "dismissal.json", &record("ACME-8", &["ACME-7"], "npm", "minimist", &dismiss));
    assert_eq!(build(&program).code, 0);
    let report = scan(&program);
    assert_eq!(ids(&report), 0);
    let told =
        |id: &str| format!("dismissed-by-overlay {id}: overlay:acme says that ACME-7 does not affect it: our own fork");
    assert_eq!(silenced(&report), [told("CVE-2024-0001"), told("CVE-2024-0002")]);
}
