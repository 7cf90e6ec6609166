//! Images that `scripts/test-images` built of real packages. What is found must be what each
//! ecosystem's own tool lists; the lists stand beside the images.

mod binaries;
mod debian;
mod distroless;
mod five;
mod history;
mod java;
mod monorepo;
mod scratch;
mod web;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::program::{Program, Ran, built, database, findings, packages};

/// The report on a built image: the same from the OCI archive, the docker-archive and standard
/// input. `None` where it, or the feeds, are not at hand.
fn scan(name: &str) -> Option<Value> {
    let (oci, docker) = (built(&format!("{name}.oci.tar"))?, built(&format!("{name}.docker.tar"))?);
    let database = database()?;
    let program = Program::new();
    let options = ["--db", database, "--no-cache", "--verify-diff-ids"];
    let (report, code) = program.scan(&[&[oci.to_str().unwrap()], &options[..]].concat());
    assert_ne!(code, 2);
    let (from_docker, _) = program.scan(&[&[docker.to_str().unwrap()], &options[..]].concat());
    let input = std::fs::File::open(&docker).unwrap();
    let mut piped = program.command(&[&["scan", "-", "--format", "json"], &options[..]].concat());
    let ran = Ran::from(piped.stdin(Stdio::from(input)).output().unwrap());
    let from_pipe: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stderr));
    for other in [&from_docker, &from_pipe] {
        for part in ["system", "packages", "findings", "suppressed", "coverage"] {
            assert_eq!(report[part], other[part], "{name}: {part}");
        }
    }
    Some(report)
}

/// The whole inventory of a built image.
fn inventory(name: &str) -> Option<Value> {
    let image = built(&format!("{name}.oci.tar"))?;
    let ran = Program::new().run(&["sbom", image.to_str().unwrap(), "--files", "--no-cache"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    Some(serde_json::from_str(&ran.stdout).unwrap())
}

/// The lines of a list beside the images.
fn list(name: &str) -> BTreeSet<String> {
    let path = built(&format!("{name}.packages")).unwrap();
    std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

/// What stands in only one of two lists, marked `-` (missing in the report) or `+`.
fn difference(found: &BTreeSet<String>, listed: &BTreeSet<String>) -> Vec<String> {
    let missing = listed.difference(found).map(|line| format!("-{line}"));
    missing.chain(found.difference(listed).map(|line| format!("+{line}"))).collect()
}

/// The present packages of a kind, as the lists write them.
fn found(report: &Value, kind: &str) -> BTreeSet<String> {
    packages(report, kind).into_iter().collect()
}

fn rows<'a>(report: &'a Value, kind: &'a str) -> impl Iterator<Item = &'a Value> {
    report["packages"].as_array().unwrap().iter().filter(move |row| row["kind"] == kind && row["presence"] == "present")
}

fn places(row: &Value) -> impl Iterator<Item = &str> {
    row["locations"].as_array().unwrap().iter().map(|place| place.as_str().unwrap())
}

/// The report with only those findings whose package the test pinned.
fn only(report: &Value, pinned: impl Fn(&Value) -> bool) -> Value {
    let mut report = report.clone();
    let packages = report["packages"].clone();
    let keep = |row: &Value| pinned(&packages[usize::try_from(row["package"].as_u64().unwrap()).unwrap()]);
    report["findings"].as_array_mut().unwrap().retain(keep);
    report
}

/// Compares findings with the reviewed ones in `findings/NAME.txt`; with `PLIMSOLL_UPDATE` set in
/// the environment the file is written anew, to be reviewed.
fn reviewed(name: &str, report: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/built_images/findings/{name}.txt"));
    let lines = findings(report);
    if std::env::var_os("PLIMSOLL_UPDATE").is_some() {
        std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let (found, listed) = (lines.into_iter().collect(), text.lines().map(str::to_owned).collect());
    assert_eq!(difference(&found, &listed), [""; 0], "findings/{name}.txt");
}
