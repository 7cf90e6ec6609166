//! Rust programs with the list that cargo-auditable leaves in them.

use std::io::Write;
use std::process::Command;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use plimsoll_model::{EvidenceKind, GapKind, PackageKind};

use crate::reading::{Reading, has_tool, read, read_in_windows, survives_anything};

const PATH: &str = "usr/bin/program";
const LIST: &str = r#"{"packages":[{"name":"app","version":"0.1.0","source":"local","root":true,"dependencies":[1,2]},{"name":"serde","version":"1.0.200","source":"crates.io"},{"name":"inner","version":"2.0.0","source":"registry","kind":"runtime"},{"name":"cc","version":"1.0.0","source":"crates.io","kind":"build"},{"name":"forked","version":"3.0.0","source":"git"}]}"#;
const FOUND: [&str; 2] = ["inner 2.0.0", "serde 1.0.200"];

fn packed(list: &str, level: u32) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(list.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn program(parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = b"\x7fELF".to_vec();
    for part in parts {
        bytes.extend_from_slice(&[b'x'; 1001]);
        bytes.extend_from_slice(part);
    }
    bytes.resize(bytes.len() + 700, 0);
    bytes
}

fn sorted(reading: &Reading) -> Vec<String> {
    let mut lines = reading.lines();
    lines.sort();
    lines
}

#[test]
fn crates_of_the_registry_that_run_are_found_whatever_the_windows() {
    for level in [0, 1, 6, 9] {
        let bytes = program(&[&packed(LIST, level)]);
        for window_bytes in [1, 7, 100, 513, 4096, 1 << 20] {
            let reading = read_in_windows("rust", PATH, &[], &bytes, window_bytes);
            assert_eq!(sorted(&reading), FOUND, "level {level}, windows of {window_bytes}");
            assert!(reading.gaps.is_empty());
        }
    }
    let package = read("rust", PATH, &program(&[&packed(LIST, 7)])).packages.remove(0);
    assert_eq!((package.kind, package.evidence), (PackageKind::Cargo, EvidenceKind::BuildInfo));
}

#[test]
fn a_list_at_the_very_end_is_found() {
    let mut bytes = program(&[]);
    bytes.extend(packed(LIST, 7));
    for window_bytes in [1, 300, 1 << 20] {
        assert_eq!(sorted(&read_in_windows("rust", PATH, &[], &bytes, window_bytes)), FOUND);
    }
}

#[test]
fn programs_inside_programs_and_streams_of_something_else_are_told_apart() {
    let other = r#"{"packages":[{"name":"other","version":"9.0.0","source":"crates.io"}]}"#;
    let bytes = program(&[&packed("{\"package\":[]}", 7), &packed(LIST, 7), b"x\x9c", &packed(other, 7)]);
    assert_eq!(sorted(&read("rust", PATH, &bytes)), ["inner 2.0.0", "other 9.0.0", "serde 1.0.200"]);
    assert!(read("rust", PATH, &program(&[])).gaps.is_empty());
}

#[test]
fn a_list_that_is_cut_or_damaged_is_a_gap() {
    let list = packed(LIST, 7);
    let cut = read("rust", PATH, &[b"\x7fELF", &list[..list.len() / 2]].concat());
    assert_eq!(cut.gaps[0].kind, GapKind::FileUnreadable);
    let mut damaged = list.clone();
    *damaged.last_mut().unwrap() ^= 1;
    assert_eq!(read("rust", PATH, &program(&[&damaged])).gaps.len(), 1);
    let nameless = packed(r#"{"packages":[{"version":"1.0.0","source":"crates.io"},7]}"#, 7);
    assert_eq!(read("rust", PATH, &program(&[&nameless])).gaps.len(), 1);
    let endless = packed(&format!("{{\"packages\":[{}", " ".repeat(9 << 20)), 7);
    assert_eq!(read("rust", PATH, &program(&[&endless])).gaps[0].kind, GapKind::FileTooLarge);
}

#[test]
fn a_file_of_nothing_but_beginnings_is_given_up_with_a_gap() {
    let lists = packed("{\"packages\":[", 7).repeat(20);
    assert_eq!(read("rust", PATH, &program(&[&lists])).gaps[0].kind, GapKind::LimitReached);
    let streams = b"\x78\x9c\x05".repeat(1_100_000);
    assert_eq!(read("rust", PATH, &program(&[&streams])).gaps[0].kind, GapKind::LimitReached);
}

#[test]
fn a_real_program_is_read() {
    if !has_tool("rustc") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let list = packed(LIST, 7);
    let source = format!(
        "#[used]\n#[unsafe(link_section = \".dep-v0\")]\nstatic LIST: [u8; {}] = {list:?};\nfn main() {{}}\n",
        list.len()
    );
    std::fs::write(folder.path().join("main.rs"), source).unwrap();
    for strip in ["none", "symbols"] {
        let output = Command::new("rustc")
            .args(["--edition", "2024", "-C", &format!("strip={strip}"), "-o", "program", "main.rs"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let file = std::fs::File::open(folder.path().join("program")).unwrap();
        let bytes = plimsoll_model::read_capped(file, 1 << 28).unwrap();
        let reading = read("rust", PATH, &bytes);
        assert_eq!(sorted(&reading), FOUND, "{strip}");
        assert!(reading.gaps.is_empty());
    }
}

#[test]
fn damaged_programs_never_panic() {
    let good = program(&[&packed(LIST, 7)]);
    for at in (1000..good.len()).step_by(3) {
        read_in_windows("rust", PATH, &[], &good[..at], 512);
        let mut flipped = good.clone();
        flipped[at] ^= 1 << (at % 8);
        read_in_windows("rust", PATH, &[], &flipped, 512);
    }
    survives_anything("rust", PATH);
    plimsoll_fuzzing::check().with_iterations(500).for_each(|bytes: &[u8]| {
        let hostile = [b"\x7fELF", &packed(LIST, 7)[..40], bytes].concat();
        read_in_windows("rust", PATH, &[], &hostile, 64);
    });
}
