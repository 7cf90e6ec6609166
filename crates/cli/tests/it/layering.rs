//! A crate imports only rows above it, and siblings of one row never import each other.

use std::collections::BTreeMap;
use std::process::Command;

/// The rows of docs/ARCHITECTURE.md, the nouns first.
const ROWS: &[&[&str]] = &[
    &["model", "versions"],
    &["facts", "transport", "documents", "signing"],
    &["layers", "catalog", "licenses", "feeds", "vulndb"],
    &["images", "matching", "policy", "report"],
    &["engine"],
    &["plimsoll"],
];

#[test]
fn crates_import_only_rows_above_them() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let short = |name: &str| name.strip_prefix("plimsoll-").unwrap_or(name).to_owned();
    let rows: BTreeMap<&str, usize> =
        ROWS.iter().enumerate().flat_map(|(row, names)| names.iter().map(move |name| (*name, row))).collect();
    let crates = metadata["packages"].as_array().unwrap().iter();
    let in_crates = |package: &&serde_json::Value| package["manifest_path"].as_str().unwrap().contains("/crates/");
    let mut seen = 0;
    for package in crates.filter(in_crates) {
        let name = short(package["name"].as_str().unwrap());
        let row = *rows.get(name.as_str()).unwrap_or_else(|| panic!("{name} stands in no row"));
        seen += 1;
        // Tests may look sideways; what is shipped may not.
        let normal =
            package["dependencies"].as_array().unwrap().iter().filter(|dependency| dependency["kind"].is_null());
        for dependency in normal {
            let other = dependency["name"].as_str().unwrap();
            if other.starts_with("plimsoll") {
                let other = short(other);
                let above = rows.get(other.as_str()).is_some_and(|other| *other < row);
                assert!(above, "{name} must not import {other}");
            }
        }
    }
    assert_eq!(seen, rows.len(), "every crate of the rows is there");
}
