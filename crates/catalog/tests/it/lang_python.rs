//! Installed Python distributions.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use plimsoll_catalog::rows;
use plimsoll_facts::{MergeOptions, merge};
use plimsoll_model::{FilePath, GapKind, Inventory, Need, PackageKind};

use crate::image::{self, Line};
use crate::reading::{self, Reading, has_tool, read_in_windows, survives_anything, survives_damage};

/// What one file yields by itself.
fn read(path: &str, bytes: &[u8]) -> Reading {
    let Inventory { packages, gaps, .. } = image::files(&[(path, bytes)]);
    let packages = packages.into_iter().map(|installed| installed.package).collect();
    Reading { packages, gaps, ..reading::read("python", path, bytes) }
}

const METADATA: &str = "Metadata-Version: 2.4\nName: Flask_Login\nVersion: 0.6.3\nSummary: a\n  Version: 9\nLicense-Expression: MIT\nLicense: other\n\nName: not-this\nVersion: 7\n";
const PATH: &str = "usr/lib/python3.12/site-packages/flask_login-0.6.3.dist-info/METADATA";

#[test]
fn the_header_names_the_distribution_and_the_description_does_not() {
    for text in [METADATA.to_owned(), METADATA.replace('\n', "\r\n"), format!("\u{feff}{METADATA}")] {
        let reading = read(PATH, text.as_bytes());
        assert_eq!(reading.lines(), ["Flask_Login 0.6.3"]);
        assert_eq!(reading.packages[0].license.as_deref(), Some("MIT"));
        assert_eq!(reading.packages[0].kind, PackageKind::Pypi);
        assert!(reading.gaps.is_empty());
    }
}

#[test]
fn the_first_of_repeated_fields_counts() {
    assert_eq!(read(PATH, b"Name: a\nName: b\nVersion: 1\nVersion: 2\n\n").lines(), ["a 1"]);
}

#[test]
fn other_encodings_are_read() {
    let wide: Vec<u8> = [0xfeff].into_iter().chain(METADATA.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(PATH, &wide).lines(), ["Flask_Login 0.6.3"]);
    assert_eq!(read(PATH, b"Author: Andr\xe9\nName: a\nVersion: 1\n\n").lines(), ["a 1"]);
}

#[test]
fn a_distribution_without_name_or_version_is_a_gap() {
    for text in ["Name: a\n\nVersion: 1\n", "Version: 1\n", "", "Name: \nVersion: 1\n", "Name: a\u{1b}[31m\nVersion: 1"]
    {
        let reading = read(PATH, text.as_bytes());
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
        assert_eq!(read(path, METADATA.as_bytes()).lines(), ["Flask_Login 0.6.3"], "{path}");
    }
    for path in ["srv/METADATA", "src/a-1/PKG-INFO", "srv/dist-info/METADATA"] {
        assert!(!read(path, METADATA.as_bytes()).wanted, "{path}");
    }
}

#[test]
fn a_zipped_egg_is_opened_and_other_archives_are_not_asked() {
    assert!(read("app/a-1.egg", b"PK\x03\x04").wanted);
    assert!(!read("app/a-1.egg", b"text").wanted);
    let member = [FilePath::from("EGG-INFO/PKG-INFO")];
    assert!(read_in_windows("python", "app/a-1.egg", &member, METADATA.as_bytes(), 1024).wanted);
    assert!(!read_in_windows("python", "app/a.jar", &member, METADATA.as_bytes(), 1024).wanted);
}

#[test]
fn what_a_distribution_needs_depends_on_extras_and_on_the_place() {
    let text = "Name: a\nVersion: 1\nRequires-Dist: b (>=1.0)\nRequires-Dist: c[x]>=2 ; extra == 'all'\n\
                Requires-Dist: d ; sys_platform == 'win32'\nRequires-Dist: e @ https://host.example/e.whl\n\
                Requires-Dist: f; python_version < '3.12'\nRequires-Dist: g; python_version < '3.13'\n\n";
    let reading = read(PATH, text.as_bytes());
    let needs: Vec<(&str, Need)> =
        reading.packages[0].requires.iter().map(|needed| (needed.name.as_str(), needed.need)).collect();
    assert_eq!(needs, [("b", Need::Always), ("c", Need::Optional), ("e", Need::Always), ("g", Need::Always)]);
}

#[test]
fn a_licence_is_its_expression_else_its_text_else_its_classifiers() {
    let license = |fields: &str| {
        let text = format!("Name: a\nVersion: 1\n{fields}\n");
        read(PATH, text.as_bytes()).packages[0].license.clone()
    };
    let classifiers = "Classifier: License :: OSI Approved\nClassifier: License :: OSI Approved :: MIT License\n\
                       Classifier: License :: OSI Approved :: BSD License\nClassifier: Topic :: Internet\n";
    assert_eq!(license(classifiers).as_deref(), Some("MIT License AND BSD License"));
    assert_eq!(license(&format!("License: UNKNOWN\n{classifiers}")).as_deref(), Some("MIT License AND BSD License"));
    assert_eq!(license(&format!("License: MIT\n{classifiers}")).as_deref(), Some("MIT"));
    assert_eq!(
        license(&format!("{classifiers}License: MIT\nLicense-Expression: MIT OR X\n")).as_deref(),
        Some("MIT OR X")
    );
}

#[test]
fn an_egg_needs_what_stands_beside_it_and_owns_what_it_lists() {
    let inventory = merged(&[
        ("s/a-1.egg-info/PKG-INFO", b"Name: a\nVersion: 1\n"),
        (
            "s/a-1.egg-info/requires.txt",
            b"b>=1\n\n[docs]\nsphinx\n\n[:sys_platform==\"win32\"]\nw\n[x:python_version>'2']\nx\n",
        ),
        ("s/a-1.egg-info/installed-files.txt", b"../a.py\n../a/b.so\nPKG-INFO\n"),
        ("s/a/b.so", b""),
        ("s/a/other.so", b""),
    ]);
    let package = &inventory.packages[0].package;
    let needs: Vec<&str> = package.requires.iter().map(|needed| needed.name.as_str()).collect();
    assert_eq!((needs, package.direct), (vec!["b", "sphinx", "x"], None));
    let files: Vec<String> = inventory.files.iter().map(|file| file.path.to_string()).collect();
    assert_eq!(files, ["s/a-1.egg-info/PKG-INFO", "s/a/b.so"]);
}

#[test]
fn pip_notes_what_it_was_asked_for() {
    for (installer, requested, direct) in
        [("pip", true, Some(true)), ("pip", false, Some(false)), ("uv\n", false, Some(false)), ("conda", false, None)]
    {
        let mut files: Vec<(&str, &[u8])> = vec![(PATH, METADATA.as_bytes()), ("x/a-1.dist-info/REQUESTED", b"")];
        let folder = PATH.trim_end_matches("METADATA");
        let (by, asked) = (format!("{folder}INSTALLER"), format!("{folder}REQUESTED"));
        files.push((&by, installer.as_bytes()));
        if requested {
            files.push((&asked, b""));
        }
        assert_eq!(merged(&files).packages[0].package.direct, direct, "{installer}");
    }
}

#[test]
fn what_conda_installed_is_conda_s_and_found_once() {
    let site = "opt/conda/lib/python3.12/site-packages";
    let record = br#"{"name": "requests", "version": "2.31.0", "depends": ["python >=3.12"], "files": [
        "lib/python3.12/site-packages/requests-2.31.0.dist-info/METADATA", "lib/python3.12/site-packages/requests/x.py"]}"#;
    let inventory = merged(&[
        ("opt/conda/conda-meta/requests-2.31.0-py312_0.json", record),
        (&format!("{site}/requests-2.31.0.dist-info/METADATA"), b"Name: requests\nVersion: 2.31.0\n"),
        (&format!("{site}/requests/x.py"), b""),
        (&format!("{site}/six-1.16.0.dist-info/METADATA"), b"Name: six\nVersion: 1.16.0\n"),
    ]);
    let owner = |kind, name| {
        let mut packages = inventory.packages.iter();
        let found =
            packages.find(|installed| installed.package.kind == kind && installed.package.name == name).unwrap();
        found.owner.map(|owner| inventory.packages[owner as usize].package.kind)
    };
    assert_eq!(owner(PackageKind::Pypi, "requests"), Some(PackageKind::Conda));
    assert_eq!(owner(PackageKind::Conda, "requests"), None);
    assert_eq!(owner(PackageKind::Pypi, "six"), None, "pip put it there");
    assert_eq!(inventory.files.len(), 2);
}

/// The merged image of these files, with their owners.
fn merged(files: &[(&str, &[u8])]) -> Inventory {
    let lines: Vec<_> = files.iter().map(|(path, bytes)| Line::File(path, bytes)).collect();
    merge(&[image::layer(&lines)], &rows(), MergeOptions { files: true, ..MergeOptions::default() })
}

/// A distribution as Python itself sees it.
#[derive(serde::Deserialize)]
struct Distribution {
    name: String,
    version: String,
    folder: String,
    installer: Option<String>,
    requested: bool,
    files: Vec<String>,
}

const DISTRIBUTIONS: &str = "import importlib.metadata as m, json, os
found = []
for d in m.distributions():
    if d.metadata['Name'] and os.path.isdir(str(d._path)):
        files = [os.path.realpath(str(f.locate())) for f in d.files or []]
        found.append(dict(name=d.metadata['Name'], version=d.version, folder=str(d._path),
            installer=(d.read_text('INSTALLER') or '').strip() or None, requested=d.read_text('REQUESTED') is not None,
            files=[f for f in files if os.path.isfile(f)]))
print(json.dumps(found))";

#[test]
fn every_distribution_is_found_with_its_files_as_python_itself_lists_them() {
    if !has_tool("python3") {
        return;
    }
    let output = Command::new("python3").args(["-c", DISTRIBUTIONS]).output().unwrap();
    let listed: Vec<Distribution> = serde_json::from_slice(&output.stdout).unwrap();
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for distribution in &listed {
        files.extend(distribution.files.iter().map(|path| (path.clone(), Vec::new())));
    }
    for distribution in &listed {
        for entry in std::fs::read_dir(&distribution.folder).unwrap().map(|entry| entry.unwrap().path()) {
            if let Ok(bytes) = std::fs::File::open(&entry).and_then(|file| plimsoll_model::read_capped(file, 1 << 24)) {
                files.insert(entry.to_str().unwrap().to_owned(), bytes);
            }
        }
    }
    let lines: Vec<(&str, &[u8])> =
        files.iter().map(|(path, bytes)| (path.trim_start_matches('/'), bytes.as_slice())).collect();
    let inventory = merged(&lines);
    let named = |at: usize| &inventory.packages[at].package;
    let packages = inventory.packages.iter().map(|installed| &installed.package);
    let found: BTreeSet<(String, String)> =
        packages.map(|package| (package.name.clone(), package.version.clone())).collect();
    let expected: BTreeSet<(String, String)> =
        listed.iter().map(|listed| (listed.name.clone(), listed.version.clone())).collect();
    assert!(!expected.is_empty() && expected.is_subset(&found), "{expected:?} {found:?}");
    let owners: BTreeMap<String, usize> =
        inventory.files.iter().map(|file| (format!("/{}", file.path), file.package as usize)).collect();
    for distribution in &listed {
        for file in &distribution.files {
            let owner = owners.get(file).map(|at| named(*at).name.as_str());
            assert_eq!(owner, Some(distribution.name.as_str()), "{file}");
        }
        if distribution.installer.as_deref() == Some("pip") {
            let mut alike = inventory.packages.iter().filter(|installed| installed.package.name == distribution.name);
            let direct = alike.any(|installed| installed.package.direct == Some(true));
            assert!(direct || !distribution.requested, "{} was asked for", distribution.name);
        }
    }
}

#[test]
fn damaged_metadata_never_panics() {
    survives_damage("python", PATH, METADATA.as_bytes());
    survives_anything("python", PATH);
}
