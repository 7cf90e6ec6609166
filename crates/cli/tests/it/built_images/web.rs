//! A Node tree on Alpine.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::Value;

use super::{difference, list, only, places, reviewed, rows, scan};

static REPORT: LazyLock<Option<Value>> = LazyLock::new(|| scan("web"));

/// What `scripts/test-images` asks for by name and version.
const PINNED: [&str; 16] = [
    "eslint",
    "express",
    "gulp",
    "handlebars",
    "hoek",
    "jquery",
    "lodash",
    "marked",
    "minimist",
    "mocha",
    "moment",
    "send",
    "tough-cookie",
    "uglify-js",
    "webpack",
    "ws",
];

#[test]
fn packages_are_those_that_npm_lists() {
    let Some(report) = &*REPORT else { return };
    // npm does not list the application itself.
    let application = |row: &Value| places(row).any(|place| place == "opt/web/package.json");
    let found: BTreeSet<String> = rows(report, "npm")
        .filter(|row| !application(row))
        .map(|row| format!("{}@{}", row["name"].as_str().unwrap(), row["version"].as_str().unwrap()))
        .collect();
    assert!(found.len() > 500);
    assert_eq!(difference(&found, &list("web")), [""; 0]);
}

#[test]
fn lock_files_inside_of_packages_declare_nothing() {
    let Some(report) = &*REPORT else { return };
    let declared = report["packages"].as_array().unwrap().iter().filter(|row| row["presence"] == "declared");
    for row in declared {
        assert!(places(row).all(|place| place == "opt/web/package-lock.json"), "{row}");
    }
}

#[test]
fn findings_of_pinned_packages_are_as_reviewed() {
    let Some(report) = &*REPORT else { return };
    let pinned = |package: &Value| {
        let at_top = |name| format!("opt/web/node_modules/{name}/package.json");
        PINNED.map(at_top).iter().any(|path| places(package).any(|place| place == path))
    };
    reviewed("web", &only(report, |package| package["kind"] == "npm" && pinned(package)));
}

#[test]
fn licences_are_those_that_the_packages_name() {
    let Some(image) = crate::program::built("web.oci.tar") else { return };
    let program = crate::program::Program::new();
    let options = ["--scanners", "license", "--no-cache", "--license-class", "MIT=forbidden"];
    let scan = [&[image.to_str().unwrap()], &options[..]].concat();
    let (report, code) = program.scan(&scan);
    assert_eq!((code, &report["scanners"]), (0, &serde_json::json!(["license"])));
    assert_eq!(report["findings"].as_array().unwrap().len(), 0);
    let class = |name: &str| -> Vec<(&str, &str)> {
        let rows = report["licenses"].as_array().unwrap().iter();
        let of_package =
            rows.filter(|row| report["packages"][row["package"].as_u64().unwrap() as usize]["name"] == name);
        let mut rows: Vec<_> = of_package
            .map(|row| (row["class"].as_str().unwrap(), row["expression"].as_str().unwrap_or_default()))
            .collect();
        rows.dedup();
        rows
    };
    assert_eq!(class("express"), [("forbidden", "MIT")]);
    assert_eq!(class("inherits")[0], ("notice", "ISC"));
    assert_eq!(class("busybox"), [("restricted", "GPL-2.0-only")]);
    let (_, code) = program.scan(&[&scan[..], &["--fail-on-license", "forbidden"]].concat());
    assert_eq!(code, 1);
}
