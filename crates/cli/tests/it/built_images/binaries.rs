//! Programs in Go and Rust.

use std::sync::LazyLock;

use serde_json::Value;

use super::{difference, found, list, only, reviewed, scan};

static REPORT: LazyLock<Option<Value>> = LazyLock::new(|| scan("binaries"));

#[test]
fn modules_are_those_that_go_lists() {
    let Some(report) = &*REPORT else { return };
    let mut listed = list("go");
    listed.extend(list("go-stdlib"));
    // The main module of a folder has no version.
    listed.insert("plimsoll.test/harbour@(devel)".into());
    assert_eq!(difference(&found(report, "go"), &listed), [""; 0]);
}

#[test]
fn crates_are_those_that_cargo_lists() {
    let Some(report) = &*REPORT else { return };
    let mut listed = list("rust");
    // The program itself comes from no registry.
    assert!(listed.remove("harbour-rust@0.3.0"));
    assert_eq!(difference(&found(report, "cargo"), &listed), [""; 0]);
}

#[test]
fn findings_of_pinned_modules_and_crates_are_as_reviewed() {
    let Some(report) = &*REPORT else { return };
    let drifting = ["stdlib", "libc", "memchr"];
    reviewed("binaries", &only(report, |package| !drifting.contains(&package["name"].as_str().unwrap())));
}
