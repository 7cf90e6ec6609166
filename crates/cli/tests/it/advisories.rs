//! A database of a few advisories that the tests bring, for where the real feeds are not at hand.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;

use serde_json::json;
use zip::write::SimpleFileOptions;

use crate::program::Program;

/// Builds the database in the program's home; its folder.
pub fn small_database(program: &Program) -> PathBuf {
    small_database_fixing(program, "1.2.6")
}

/// The same with another version in which `minimist` is fixed.
pub fn small_database_fixing(program: &Program, minimist: &str) -> PathBuf {
    let feeds = small_feeds(program, minimist);
    let ran = program.run(&["db", "build", "--from", "feeds", "--out", "db"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    fs::remove_dir_all(feeds).unwrap();
    program.home().join("db")
}

/// Writes the feed in the program's home; its folder.
pub fn small_feeds(program: &Program, minimist: &str) -> PathBuf {
    let feeds = program.home().join("feeds");
    fs::create_dir_all(feeds.join("osv/npm")).unwrap();
    let mut archive = zip::ZipWriter::new(File::create(feeds.join("osv/npm/all.zip")).unwrap());
    for (id, cve, name, fixed) in [
        ("GHSA-35jh-r3h4-6jhm", "CVE-2021-23337", "lodash", "4.17.21"),
        ("GHSA-xvch-5gv4-984h", "CVE-2021-44906", "minimist", minimist),
    ] {
        let record = json!({
            "schema_version": "1.6.0",
            "id": id,
            "modified": "2024-01-01T00:00:00Z",
            "aliases": [cve],
            "affected": [{
                "package": { "ecosystem": "npm", "name": name },
                "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": fixed }] }],
            }],
            "severity": [{ "type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" }],
        });
        let method = zip::CompressionMethod::Stored;
        archive.start_file(format!("{id}.json"), SimpleFileOptions::default().compression_method(method)).unwrap();
        archive.write_all(record.to_string().as_bytes()).unwrap();
    }
    archive.finish().unwrap();
    feeds
}
