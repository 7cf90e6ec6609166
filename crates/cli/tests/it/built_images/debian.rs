//! A Debian root, with Python packages of the system and of pip.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::LazyLock;

use plimsoll_beside::shared;
use serde_json::Value;

use super::{difference, list, only, places, reviewed, rows, scan};
use crate::program::{Program, built, database};

static REPORT: LazyLock<Option<Value>> = LazyLock::new(|| scan("debian"));

/// `name|version|architecture|source|source version`, as dpkg-query was told to write it.
pub(super) fn deb_lines(report: &Value) -> BTreeSet<String> {
    rows(report, "deb")
        .map(|row| {
            let text = |field: &str, otherwise: &str| row[field].as_str().unwrap_or(otherwise).to_owned();
            let (name, version) = (text("name", ""), text("version", ""));
            let source = [text("source_name", &name), text("source_version", &version)].join("|");
            [name, version, text("architecture", ""), source].join("|")
        })
        .collect()
}

/// Python names as PEP 503 folds them.
fn folded(line: &str) -> String {
    line.to_lowercase().replace(['_', '.'], "-")
}

#[test]
fn packages_are_those_that_dpkg_and_pip_list() {
    let Some(report) = &*REPORT else { return };
    assert_eq!(report["system"]["id"], "debian");
    assert_eq!(report["system"]["version"], "12");
    assert!(list("debian").len() > 100);
    assert_eq!(difference(&deb_lines(report), &list("debian")), [""; 0]);

    let python = |lines: BTreeSet<String>| lines.iter().map(|line| folded(line)).collect();
    assert_eq!(difference(&python(super::found(report, "pypi")), &python(list("python"))), [""; 0]);
}

#[test]
fn python_packages_of_the_system_belong_to_its_packages() {
    let Some(report) = &*REPORT else { return };
    for row in rows(report, "pypi") {
        let of_system = places(row).all(|place| place.starts_with("usr/lib/python3/"));
        let owner = row["owner"].as_u64().map(|at| &report["packages"][usize::try_from(at).unwrap()]);
        assert_eq!(owner.is_some(), of_system, "{row}");
        if let Some(owner) = owner {
            assert_eq!(owner["kind"], "deb", "{row}");
            assert!(owner["name"].as_str().unwrap().starts_with("python3"), "{owner}");
        }
        assert_eq!(row["introduced_in"], u64::from(!of_system), "{row}");
    }
}

#[test]
fn findings_of_the_system_are_what_dpkg_says_of_the_tracker() {
    let Some(report) = &*REPORT else { return };
    tracker_says(report, 300);
}

/// Of the system's packages, found must be what the tracker says of each, as dpkg compares versions;
/// that it says something of more than `few` is part of it.
pub(super) fn tracker_says(report: &Value, few: usize) {
    let tracker = std::fs::read(shared("feeds").unwrap().join("debian/data.json")).unwrap();
    let tracker: Value = serde_json::from_slice(&tracker).unwrap();
    let mut expected = BTreeSet::new();
    let mut compared = 0;
    let mut older = BTreeMap::new();
    for row in rows(report, "deb") {
        let source = row["source_name"].as_str().or(row["name"].as_str()).unwrap();
        let version = row["source_version"].as_str().or(row["version"].as_str()).unwrap();
        let Some(records) = tracker[source].as_object() else { continue };
        for (id, record) in records {
            let Some(fixed) = record["releases"]["bookworm"]["fixed_version"].as_str() else { continue };
            compared += 1;
            let pair = (version.to_owned(), fixed.to_owned());
            if fixed != "0" && *older.entry(pair).or_insert_with_key(|(version, fixed)| is_older(version, fixed)) {
                expected.insert(format!("{id} {} -> {fixed}", row["name"].as_str().unwrap()));
            }
        }
    }
    assert!(compared > few, "the root has few packages that the tracker knows: {compared}");
    let of_system = only(report, |package| package["kind"] == "deb");
    let found = of_system["findings"].as_array().unwrap().iter().map(|row| {
        let text = |field: &str| row[field].as_str().unwrap_or_default();
        format!("{} {} -> {}", text("id"), text("name"), text("fixed_in"))
    });
    assert_eq!(difference(&found.collect(), &expected), [""; 0]);
}

/// A rebuild for a stable release (`1.2-3~deb12u1`) has all that was in what it is a rebuild of.
fn is_older(version: &str, fixed: &str) -> bool {
    let rebuilt =
        version.rsplit_once("~deb12u").filter(|_| !fixed.contains("~deb")).map_or(version, |(rebuilt, _)| rebuilt);
    Command::new("dpkg").args(["--compare-versions", rebuilt, "lt", fixed]).status().unwrap().success()
}

#[test]
fn findings_of_pinned_python_packages_are_as_reviewed() {
    let Some(report) = &*REPORT else { return };
    reviewed("python", &only(report, |package| places(package).any(|place| place.starts_with("opt/python/"))));
}

#[test]
fn an_unpacked_root_holds_the_same_packages() {
    let Some(database) = database() else { return };
    let Some(root) = built("work/root") else { return };
    let (report, _) = Program::new().scan(&[&format!("dir:{}", root.display()), "--db", database]);
    assert_eq!(difference(&deb_lines(&report), &list("debian")), [""; 0]);
}

#[test]
fn dpkg_says_the_same_of_what_needs_what_and_who_owns_which_file() {
    let (Some(image), Some(_)) = (built("debian.oci.tar"), REPORT.as_ref()) else { return };
    let program = Program::new();
    let ran = program.run(&["sbom", image.to_str().unwrap(), "--files", "--no-cache"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let bill: Value = serde_json::from_str(&ran.stdout).unwrap();
    let name = |at: &Value| bill["packages"][at.as_u64().unwrap() as usize]["name"].as_str().unwrap();
    let owner = |path: &str| {
        let files = bill["files"].as_array().unwrap();
        files.iter().find(|file| file["path"] == path).map(|file| name(&file["package"]))
    };
    assert_eq!(owner("usr/bin/git"), Some("git"));
    assert_eq!(owner("usr/bin/dpkg-query"), Some("dpkg"));
    let needs: BTreeSet<(&str, &str)> = bill["relations"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|relation| relation["need"] == "always")
        .map(|relation| (name(&relation["from"]), name(&relation["to"])))
        .collect();
    for pair in [("curl", "libc6"), ("git", "perl"), ("apt", "libapt-pkg6.0"), ("openssh-client", "libssl3")] {
        assert!(needs.contains(&pair), "{pair:?}");
    }
}
