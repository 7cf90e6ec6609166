//! Installed Node packages.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use plimsoll_facts::relations;
use plimsoll_model::{FilePath, GapKind};

use crate::image::{self, Line};
use crate::reading::{read, read_in_windows, survives_anything, survives_damage};

const PATH: &str = "app/node_modules/@babel/core/package.json";
const PACKAGE: &str = r#"{"name": "@babel/core", "version": "7.1.0", "license": {"type": "MIT"}, "x": [{"name": 1}]}"#;

#[test]
fn a_package_is_named_by_its_manifest() {
    for text in [PACKAGE.to_owned(), format!("\u{feff}{PACKAGE}")] {
        let reading = read("node", PATH, text.as_bytes());
        assert_eq!(reading.lines(), ["@babel/core 7.1.0"]);
        assert_eq!(reading.packages[0].license.as_deref(), Some("MIT"));
    }
}

#[test]
fn the_last_of_repeated_fields_counts() {
    let text = br#"{"name":"a","version":"1.0.0","version":"2.0.0","n\u0061me":"b"}"#;
    assert_eq!(read("node", PATH, text).lines(), ["b 2.0.0"]);
}

#[test]
fn wrong_bytes_in_other_fields_do_not_matter() {
    assert_eq!(
        read("node", PATH, b"{\"author\":\"Andr\xe9\",\"name\":\"a\",\"version\":\"1.0.0\"}").lines(),
        ["a 1.0.0"]
    );
}

#[test]
fn a_package_root_that_cannot_be_told_is_a_gap() {
    for text in
        ["", "{", "[]", "null", r#"{"name":"a"}"#, r#"{"name":"a","version":1}"#, r#"{"name":[],"version":"1"}"#]
    {
        let reading = read("node", PATH, text.as_bytes());
        assert!(reading.packages.is_empty());
        assert_eq!(reading.gaps.first().map(|gap| gap.kind), Some(GapKind::FileUnreadable), "{text}");
    }
}

#[test]
fn a_manifest_elsewhere_counts_with_name_and_version_unless_it_is_private() {
    let read = |text: &str| read("node", "opt/yarn-v1.22.22/package.json", text.as_bytes());
    assert_eq!(read(r#"{"name":"yarn","version":"1.22.22"}"#).lines(), ["yarn 1.22.22"]);
    for text in [r#"{"name":"app","version":"1.0.0","private":true}"#, r#"{"type":"module"}"#, r#"{"name":"app"}"#] {
        let reading = read(text);
        assert!(reading.packages.is_empty() && reading.gaps.is_empty(), "{text}");
    }
}

#[test]
fn packages_run_out_of_yarn_s_archives_and_of_no_others() {
    let member = [FilePath::from("node_modules/@babel/core/package.json")];
    for (path, opened) in [
        ("app/.yarn/cache/@babel-core-npm-7.1.0-0123456789.zip", true),
        ("root/.yarn/berry/cache/@babel-core-npm-7.1.0-0123456789-10.zip", true),
        ("app/cache/a.zip", false),
        ("app/.yarn/a.zip", false),
    ] {
        assert_eq!(read("node", path, b"PK\x03\x04").wanted, opened, "{path}");
        assert_eq!(
            read_in_windows("node", path, &member, PACKAGE.as_bytes(), 4096).packages.len(),
            usize::from(opened)
        );
    }
    let inner = [FilePath::from("node_modules/@babel/core/lib/package.json")];
    assert!(!read_in_windows("node", "app/.yarn/cache/a.zip", &inner, PACKAGE.as_bytes(), 4096).wanted);
}

#[test]
fn the_binary_form_of_bun_s_lock_file_is_a_gap_that_says_so() {
    let reading = read("node-lock", "app/bun.lockb", b"#!/usr/bin/env bun\nbun-lockfile-format-v0\n");
    assert!(reading.gaps[0].detail.contains("binary form"), "{:?}", reading.gaps);
}

#[test]
fn the_links_of_pnpm_s_store_tell_which_version_is_needed() {
    let store = "app/node_modules/.pnpm";
    let a = format!("{store}/@s+a@1.0.0/node_modules/@s/a/package.json");
    let (b1, b2) = (
        format!("{store}/b@1.0.0/node_modules/b/package.json"),
        format!("{store}/b@2.0.0/node_modules/b/package.json"),
    );
    let links = [
        (format!("{store}/@s+a@1.0.0/node_modules/b"), "../../b@2.0.0/node_modules/b"),
        ("app/node_modules/b".to_owned(), ".pnpm/b@1.0.0/node_modules/b"),
    ];
    let mut lines = vec![
        Line::File(&a, br#"{"name": "@s/a", "version": "1.0.0", "dependencies": {"b": "*", "c": "*"}}"#),
        Line::File(&b1, br#"{"name": "b", "version": "1.0.0"}"#),
        Line::File(&b2, br#"{"name": "b", "version": "2.0.0"}"#),
    ];
    lines.extend(links.iter().map(|(path, target)| Line::Symlink(path, target)));
    let inventory = image::image(&[image::layer(&lines)]);
    let found: Vec<(u32, u32)> = relations(&inventory).iter().map(|relation| (relation.from, relation.to)).collect();
    let at = |version: &str, name: &str| {
        let is = |package: &&plimsoll_model::InstalledPackage| {
            (package.package.name.as_str(), package.package.version.as_str()) == (name, version)
        };
        inventory.packages.iter().position(|package| is(&package)).unwrap() as u32
    };
    assert_eq!(found, [(at("1.0.0", "@s/a"), at("2.0.0", "b"))]);
}

#[test]
fn what_is_inside_a_package_is_not_read() {
    for path in ["app/node_modules/a/esm/package.json", "app/node_modules/a/test/node_modules/b/package.json"] {
        assert!(!read("node", path, PACKAGE.as_bytes()).wanted, "{path}");
    }
}

/// Where npm itself is installed, if it is.
fn npm() -> Option<&'static Path> {
    let root = Path::new("/usr/lib/node_modules/npm");
    if !root.exists() {
        assert!(std::env::var_os("CI").is_none(), "npm is not installed");
        println!("skipped: npm is not installed");
        return None;
    }
    Some(root)
}

fn npm_ls(root: &Path, options: &[&str]) -> String {
    let output = std::process::Command::new("npm").arg("ls").args(options).current_dir(root).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Every `package.json` below a folder.
fn manifests(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if entry.file_name() == "package.json" {
                let file = std::fs::File::open(entry.path()).unwrap();
                let path = entry.path().to_str().unwrap().trim_start_matches('/').to_owned();
                found.push((path, plimsoll_model::read_capped(file, 1 << 24).unwrap()));
            }
        }
    }
    found
}

#[test]
fn npm_itself_is_found_whole() {
    let Some(root) = npm() else { return };
    let listed = npm_ls(root, &["--all", "--parseable", "--long"]);
    let expected: BTreeSet<String> = listed
        .lines()
        .filter_map(|line| line.split(':').nth(1))
        .filter_map(|package| package.rsplit_once('@').map(|(name, version)| format!("{name} {version}")))
        .collect();
    let mut found = BTreeSet::new();
    for (path, bytes) in manifests(root) {
        let reading = read("node", &path, &bytes);
        assert!(reading.gaps.is_empty(), "{:?}", reading.gaps);
        found.extend(reading.lines());
    }
    let missing: Vec<_> = expected.difference(&found).collect();
    assert!(expected.len() > 50 && missing.is_empty(), "{} expected, missing {missing:?}", expected.len());
}

#[test]
fn who_needs_whom_in_npm_is_what_npm_says() {
    let Some(root) = npm() else { return };
    let tree: serde_json::Value = serde_json::from_str(&npm_ls(root, &["--all", "--json", "--omit=dev"])).unwrap();
    let mut expected = BTreeSet::new();
    edges(&format!("npm {}", tree["version"].as_str().unwrap()), &tree, &mut expected);
    let manifests = manifests(root);
    let files: Vec<(&str, &[u8])> = manifests.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    let inventory = image::files(&files);
    let named = |at: u32| {
        let package = &inventory.packages[at as usize].package;
        format!("{} {}", package.name, package.version)
    };
    let found: BTreeSet<(String, String)> =
        relations(&inventory).iter().map(|relation| (named(relation.from), named(relation.to))).collect();
    let missing: Vec<_> = expected.difference(&found).collect();
    assert!(expected.len() > 100 && missing.is_empty(), "{} expected, missing {missing:?}", expected.len());
    let more: Vec<_> = found.difference(&expected).collect();
    assert!(more.is_empty(), "{more:?}");
}

fn edges(from: &str, node: &serde_json::Value, into: &mut BTreeSet<(String, String)>) {
    for (name, node) in node["dependencies"].as_object().into_iter().flatten() {
        // What nobody asked for is listed below the root all the same.
        let Some(version) = node["version"].as_str().filter(|_| node["extraneous"].is_null()) else { continue };
        let to = format!("{name} {version}");
        into.insert((from.to_owned(), to.clone()));
        edges(&to, node, into);
    }
}

#[test]
fn damaged_manifests_never_panic() {
    survives_damage("node", PATH, PACKAGE.as_bytes());
    survives_anything("node", PATH);
    let deep = format!("{{\"name\":\"a\",\"x\":{}", "[".repeat(1 << 20));
    assert_eq!(read("node", PATH, deep.as_bytes()).gaps.len(), 1);
}
