//! Go programs: real ones where Go is installed, and records written byte by byte.

use std::collections::BTreeSet;
use std::process::Command;

use plimsoll_model::{EvidenceKind, GapKind};

use crate::reading::{Reading, has_tool, read, read_in_windows, survives_anything};

const PATH: &str = "usr/bin/program";
const START: &[u8; 16] = b"\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6";
const END: &[u8; 16] = b"\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2";
const MODULES: &str = "path\texample.com/app\nmod\texample.com/app\t(devel)\t\ndep\tgolang.org/x/net\tv0.1.0\th1:a=\ndep\tgithub.com/old/name\tv1.0.0\n=>\tgithub.com/new/name\tv1.2.0+incompatible\th1:b=\ndep\texample.com/local\tv0.0.0\n=>\t./local\t(devel)\t\nbuild\t-compiler=gc\n";

fn counted(into: &mut Vec<u8>, text: &[u8]) {
    let mut length = text.len();
    while length >= 0x80 {
        into.push(length as u8 | 0x80);
        length >>= 7;
    }
    into.push(length as u8);
    into.extend_from_slice(text);
}

pub fn record(version: &str, modules: &str) -> Vec<u8> {
    let mut bytes = b"\xff Go buildinf:\x08\x02".to_vec();
    bytes.resize(32, 0);
    counted(&mut bytes, version.as_bytes());
    let modules = if modules.is_empty() { Vec::new() } else { [START, modules.as_bytes(), END].concat() };
    counted(&mut bytes, &modules);
    bytes
}

pub fn program(parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = b"\x7fELF".to_vec();
    for part in parts {
        bytes.resize(bytes.len().next_multiple_of(16) + 1024, b'x');
        bytes.extend_from_slice(part);
    }
    bytes.resize(bytes.len() + 5000, 0);
    bytes
}

fn sorted(reading: &Reading) -> Vec<String> {
    let mut lines = reading.lines();
    lines.sort();
    lines
}

#[test]
fn modules_replacements_and_the_standard_library_are_found() {
    let bytes = program(&[&record("go1.22.3", MODULES)]);
    let expected = [
        "example.com/app (devel)",
        "example.com/local (devel)",
        "github.com/new/name v1.2.0+incompatible",
        "golang.org/x/net v0.1.0",
        "stdlib 1.22.3",
    ];
    for window_bytes in [1, 7, 16, 100, 1000, 4096, 1 << 20] {
        let reading = read_in_windows("go", PATH, &[], &bytes, window_bytes);
        assert_eq!(sorted(&reading), expected, "windows of {window_bytes}");
        assert!(reading.gaps.is_empty());
    }
}

#[test]
fn a_program_inside_a_program_is_read_too_and_false_headers_are_not() {
    let false_header = b"\xff Go buildinf:is no valid program header";
    let bytes = program(&[false_header, &record("go1.21rc2 X:boringcrypto", ""), &record("go1.22.3", "")]);
    for window_bytes in [3, 64, 1 << 20] {
        let reading = read_in_windows("go", PATH, &[], &bytes, window_bytes);
        assert_eq!(sorted(&reading), ["stdlib 1.21rc2 X:boringcrypto", "stdlib 1.22.3"]);
    }
}

#[test]
fn the_main_module_takes_its_version_from_flags_then_from_its_commit() {
    let main = |settings: &str| {
        let modules = format!("path\ta.b/c\nmod\ta.b/c\t(devel)\t\n{settings}");
        sorted(&read("go", PATH, &program(&[&record("go1.22.3", &modules)])))[0].clone()
    };
    let commit = "build\tvcs.revision=0123456789abcdef0123\nbuild\tvcs.time=2024-05-06T07:08:09Z\n";
    assert_eq!(main(""), "a.b/c (devel)");
    assert_eq!(main(commit), "a.b/c v0.0.0-20240506070809-0123456789ab");
    assert_eq!(main(&format!("build\t-ldflags=\"-s -w -X main.version=1.2.3\"\n{commit}")), "a.b/c v1.2.3");
    let two = "build\t-ldflags=\"-X other.org/v.Version=9.9.9 -X 'a.b/c/info.Version=v2.0.1'\"\n";
    assert_eq!(main(two), "a.b/c v2.0.1");
    assert_eq!(main("build\t-ldflags=\"-X main.version=main\"\n"), "a.b/c (devel)");
}

#[test]
fn the_platform_stands_with_every_module_and_the_standard_library() {
    let platforms = |settings: &str| {
        let modules = format!("path\ta.b/c\nmod\ta.b/c\tv1.2.3\t\ndep\td.e/f\tv0.1.0\th1:a=\n{settings}");
        let reading = read("go", PATH, &program(&[&record("go1.22.3", &modules)]));
        assert_eq!(reading.packages.len(), 3);
        reading.packages.into_iter().map(|package| package.architecture).collect::<BTreeSet<_>>()
    };
    let only = |platform: Option<&str>| BTreeSet::from([platform.map(str::to_owned)]);
    assert_eq!(platforms("build\tGOARCH=arm64\nbuild\tGOOS=linux\n"), only(Some("linux/arm64")));
    assert_eq!(platforms(""), only(None));
    assert_eq!(platforms("build\tGOARCH=arm64\n"), only(None));
    assert_eq!(platforms("build\tGOARCH=../x\nbuild\tGOOS=linux\n"), only(None));
}

#[test]
fn a_main_module_at_an_untagged_commit_says_that_it_is_only_known_by_that() {
    let evidence = |version: &str, settings: &str| {
        let modules = format!("path\ta.b/c\nmod\ta.b/c\t{version}\t\ndep\td.e/f\t{version}\th1:a=\n{settings}");
        let reading = read("go", PATH, &program(&[&record("go1.24.1", &modules)]));
        let of = |name: &str| reading.packages.iter().find(|package| package.name == name).unwrap().evidence;
        (of("a.b/c"), of("d.e/f"))
    };
    let untagged = "v0.0.0-20240506070809-0123456789ab+dirty";
    assert_eq!(evidence(untagged, ""), (EvidenceKind::Commit, EvidenceKind::BuildInfo));
    assert_eq!(
        evidence("v1.2.4-0.20240506070809-0123456789ab", ""),
        (EvidenceKind::BuildInfo, EvidenceKind::BuildInfo)
    );
    let commit = "build\tvcs.revision=0123456789abcdef0123\nbuild\tvcs.time=2024-05-06T07:08:09Z\n";
    assert_eq!(evidence("(devel)", commit), (EvidenceKind::Commit, EvidenceKind::BuildInfo));
}

#[test]
fn older_programs_are_read_by_their_sentinels() {
    let mut header = b"\xff Go buildinf:\x08\x00".to_vec();
    header.resize(32, 1);
    let modules = [START, MODULES.as_bytes(), END].concat();
    let bytes = program(&[b"gzip: ingo1.16.5invalid", &modules, &header]);
    for window_bytes in [1, 50, 1 << 20] {
        let reading = read_in_windows("go", PATH, &[], &bytes, window_bytes);
        assert!(reading.lines().contains(&"stdlib 1.16.5".to_owned()));
        assert!(reading.lines().contains(&"golang.org/x/net v0.1.0".to_owned()));
        assert!(reading.gaps.is_empty());
    }
    let two = read("go", PATH, &program(&[b"go1.16.5 go1.13 ", &modules, &header]));
    assert!(!two.lines().iter().any(|line| line.starts_with("stdlib")));
    assert_eq!(two.gaps[0].kind, GapKind::VersionUnreadable);
}

#[test]
fn programs_of_other_languages_and_java_classes_yield_nothing() {
    let reading = read("go", PATH, &program(&[b"go1.16.5", START]));
    assert!(reading.wanted && reading.packages.is_empty() && reading.gaps.is_empty());
    assert!(!read("go", "a/B.class", b"\xca\xfe\xba\xbe\0\0\0\x34").wanted);
    assert!(read("go", "a/b", b"\xca\xfe\xba\xbe\0\0\0\x02").wanted);
}

#[test]
fn a_real_program_is_read_as_go_itself_reads_it() {
    if !has_tool("go") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("go.mod", "module example.com/app\n\ngo 1.18\n");
    write("main.go", "package main\n\nvar version string\n\nfunc main() { println(version) }\n");
    let go = |arguments: &[&str], os: &str| {
        let output = Command::new("go")
            .args(arguments)
            .current_dir(folder.path())
            .envs([
                ("GOFLAGS", "-mod=mod"),
                ("GOPROXY", "off"),
                ("CGO_ENABLED", "0"),
                ("GOOS", os),
                ("GOTOOLCHAIN", "local"),
            ])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let flags = "-ldflags=-s -w -X main.version=4.5.6";
    for os in ["linux", "windows", "darwin"] {
        go(&["build", "-trimpath", flags, "-o", "program", "."], os);
        let said = go(&["version", "program"], "linux");
        let version = said.trim().rsplit_once("go1").unwrap().1;
        let file = std::fs::File::open(folder.path().join("program")).unwrap();
        let bytes = plimsoll_model::read_capped(file, 1 << 28).unwrap();
        let reading = read("go", PATH, &bytes);
        // With -trimpath Go leaves the flags out of the record.
        assert_eq!(sorted(&reading), ["example.com/app (devel)".to_owned(), format!("stdlib 1{version}")], "{os}");
    }
    go(&["build", flags, "-o", "program", "."], "linux");
    let file = std::fs::File::open(folder.path().join("program")).unwrap();
    let bytes = plimsoll_model::read_capped(file, 1 << 28).unwrap();
    assert_eq!(sorted(&read("go", PATH, &bytes))[0], "example.com/app v4.5.6");
}

#[test]
fn damaged_programs_never_panic() {
    let good = program(&[&record("go1.22.3", MODULES)]);
    for at in (1000..good.len()).step_by(3) {
        read_in_windows("go", PATH, &[], &good[..at], 512);
        let mut flipped = good.clone();
        flipped[at] ^= 1 << (at % 8);
        read_in_windows("go", PATH, &[], &flipped, 512);
    }
    let cut = read("go", PATH, &good[..1024 + 16 + 100]);
    assert_eq!(cut.gaps.len(), 1);
    survives_anything("go", PATH);
    plimsoll_fuzzing::check().with_iterations(500).for_each(|bytes: &[u8]| {
        let mut hostile = b"\x7fELF............\xff Go buildinf:\x08\x02................".to_vec();
        hostile.extend_from_slice(bytes);
        read_in_windows("go", PATH, &[], &hostile, 24);
    });
}
