//! Installed Python distributions.

use std::collections::BTreeSet;
use std::process::Command;

use plimsoll_model::{FilePath, GapKind, PackageKind};

use crate::reading::{has_tool, read, read_in_windows, survives_anything, survives_damage};

const METADATA: &str = "Metadata-Version: 2.4\nName: Flask_Login\nVersion: 0.6.3\nSummary: a\n  Version: 9\nLicense-Expression: MIT\nLicense: other\n\nName: not-this\nVersion: 7\n";
const PATH: &str = "usr/lib/python3.12/site-packages/flask_login-0.6.3.dist-info/METADATA";

#[test]
fn the_header_names_the_distribution_and_the_description_does_not() {
    for text in [METADATA.to_owned(), METADATA.replace('\n', "\r\n"), format!("\u{feff}{METADATA}")] {
        let reading = read("python", PATH, text.as_bytes());
        assert_eq!(reading.lines(), ["Flask_Login 0.6.3"]);
        assert_eq!(reading.packages[0].license.as_deref(), Some("MIT"));
        assert_eq!(reading.packages[0].kind, PackageKind::Pypi);
        assert!(reading.gaps.is_empty());
    }
}

#[test]
fn the_first_of_repeated_fields_counts() {
    assert_eq!(read("python", PATH, b"Name: a\nName: b\nVersion: 1\nVersion: 2\n\n").lines(), ["a 1"]);
}

#[test]
fn other_encodings_are_read() {
    let wide: Vec<u8> = [0xfeff].into_iter().chain(METADATA.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(read("python", PATH, &wide).lines(), ["Flask_Login 0.6.3"]);
    assert_eq!(read("python", PATH, b"Author: Andr\xe9\nName: a\nVersion: 1\n\n").lines(), ["a 1"]);
}

#[test]
fn a_distribution_without_name_or_version_is_a_gap() {
    for text in ["Name: a\n\nVersion: 1\n", "Version: 1\n", "", "Name: \nVersion: 1\n", "Name: a\u{1b}[31m\nVersion: 1"]
    {
        let reading = read("python", PATH, text.as_bytes());
        assert!(reading.packages.is_empty());
        assert_eq!(reading.gaps[0].kind, GapKind::FileUnreadable, "{text:?}");
    }
}

#[test]
fn only_installed_metadata_is_read() {
    for path in [
        "app/a-1.dist-info/METADATA",
        "app/a.egg-info/PKG-INFO",
        "app/a-1-py3.12.egg-info",
        "app/a-1-py3.12.egg/EGG-INFO/PKG-INFO",
    ] {
        assert_eq!(read("python", path, METADATA.as_bytes()).lines(), ["Flask_Login 0.6.3"], "{path}");
    }
    for path in ["srv/METADATA", "src/a-1/PKG-INFO", "app/a-1.dist-info/RECORD", "srv/dist-info/METADATA"] {
        assert!(!read("python", path, METADATA.as_bytes()).wanted, "{path}");
    }
}

#[test]
fn a_zipped_egg_is_opened_and_other_archives_are_not_asked() {
    assert!(read("python", "app/a-1.egg", b"PK\x03\x04").wanted);
    assert!(!read("python", "app/a-1.egg", b"text").wanted);
    let member = [FilePath::from("EGG-INFO/PKG-INFO")];
    let of_egg = read_in_windows("python", "app/a-1.egg", &member, METADATA.as_bytes(), 1024);
    assert_eq!(of_egg.lines(), ["Flask_Login 0.6.3"]);
    assert!(!read_in_windows("python", "app/a.jar", &member, METADATA.as_bytes(), 1024).wanted);
}

#[test]
fn every_distribution_that_pip_lists_is_found() {
    if !has_tool("python3") {
        return;
    }
    let script = "import importlib.metadata as m, json\nprint(json.dumps([[d.metadata['Name'], d.version, str(d._path)] for d in m.distributions() if d.metadata['Name']]))";
    let output = Command::new("python3").args(["-c", script]).output().unwrap();
    let listed: Vec<(String, String, String)> = serde_json::from_slice(&output.stdout).unwrap();
    let mut expected = BTreeSet::new();
    let mut found = BTreeSet::new();
    for (name, version, path) in listed {
        let file = ["METADATA", "PKG-INFO", ""].iter().map(|name| format!("{path}/{name}")).find_map(|path| {
            let path = path.trim_end_matches('/').to_owned();
            std::fs::File::open(&path)
                .and_then(|file| plimsoll_model::read_capped(file, 1 << 24))
                .ok()
                .map(|bytes| (path, bytes))
        });
        let Some((path, bytes)) = file else { continue };
        expected.insert(format!("{name} {version}"));
        found.extend(read("python", path.trim_start_matches('/'), &bytes).lines());
    }
    assert_eq!(found, expected);
}

#[test]
fn damaged_metadata_never_panics() {
    survives_damage("python", PATH, METADATA.as_bytes());
    survives_anything("python", PATH);
}
