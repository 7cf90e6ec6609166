//! The classifiers: each on a sample, and on the real programs that are here.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use plimsoll_catalog::binary::classifier::{Classifier, classifiers};
use plimsoll_model::{Cpe, EvidenceKind, GapKind, PackageKind};

use crate::reading::{Reading, read, read_in_windows, survives_anything};

const ID: &str = "classifiers";

const PADDING: [u8; 700] = [b'~'; 700];

/// A version, in the surroundings that a template describes.
struct Sample {
    text: String,
    version: &'static str,
    /// What `#` stands for in the file's name.
    digits: &'static str,
}

impl Sample {
    fn of(template: &str) -> Self {
        let number = template.contains("{number}");
        let version = if template.contains("{revision}") { "1.2.3-4" } else { "1.2.3" };
        let text = template
            .replace("{version}", "1.2.3")
            .replace("{numbers}", "1.2.3")
            .replace("{revision}", "1.2.3-4")
            .replace("{number}", "123")
            .replace("{name}{tail}", "1.2.3")
            .replace("{any}", "-a (b)");
        Self {
            text,
            version: if number { "123" } else { version },
            digits: if template.contains("{name}") { "1.2" } else { "" },
        }
    }

    fn program(&self, row: &Classifier) -> Vec<u8> {
        let beside = row.beside.first().copied().unwrap_or_default();
        [b"\x7fELF", &PADDING[..], self.text.as_bytes(), &PADDING, beside.as_bytes(), &PADDING].concat()
    }

    fn plain(&self, row: &Classifier) -> Vec<u8> {
        [self.text.as_bytes(), b"\n", row.beside.first().copied().unwrap_or_default().as_bytes()].concat()
    }
}

fn path(glob: &str, digits: &str) -> String {
    format!("opt/{}", glob.replace('#', digits).replace('*', "a").replace("{version}", "1.2.3"))
}

/// The version of the row's product in what was read.
fn version_in(row: &Classifier, reading: &Reading) -> Option<String> {
    reading.packages.iter().find(|package| package.name == row.name).map(|package| package.version.clone())
}

#[test]
fn every_classifier_reads_each_of_its_templates() {
    for row in classifiers() {
        for template in row.versions {
            let sample = Sample::of(template);
            let programs = row.programs.iter().map(|glob| (path(glob, sample.digits), sample.program(row)));
            let texts = row.texts.iter().map(|glob| (path(glob, ""), sample.plain(row)));
            for (path, bytes) in programs.chain(texts) {
                for window_bytes in [511, 4096, 1 << 20] {
                    let reading = read_in_windows(ID, &path, &[], &bytes, window_bytes);
                    let found = version_in(row, &reading);
                    assert_eq!(
                        found.as_deref(),
                        Some(sample.version),
                        "{} {template:?} in {path}, {:?}",
                        row.name,
                        reading.gaps
                    );
                }
            }
        }
        for glob in row.named {
            let reading = read(ID, &path(glob, ""), b"\x7fELF");
            assert_eq!(version_in(row, &reading).as_deref(), Some("1.2.3"), "{} {glob}", row.name);
            assert!(reading.packages.iter().all(|package| package.evidence == EvidenceKind::FileName));
        }
    }
}

#[test]
fn the_table_is_sound() {
    let names: BTreeSet<&str> = classifiers().iter().map(|row| row.name).collect();
    assert!(names.len() >= 120, "{} products", names.len());
    for row in classifiers() {
        assert!(!row.versions.is_empty() || !row.named.is_empty(), "{}", row.name);
        assert_eq!(row.versions.is_empty(), row.programs.is_empty() && row.texts.is_empty(), "{}", row.name);
        // Matching leaves packages of these kinds to the system's package that owns the file, by CVE or whole.
        assert!(
            row.kind == PackageKind::Generic || (row.kind, row.name) == (PackageKind::Go, "toolchain"),
            "{}",
            row.name
        );
        for product in row.cpes {
            let cpe = Cpe::parse(&format!("cpe:2.3:a:{product}:1.2.3:*:*:*:*:*:*:*")).unwrap();
            assert_eq!(cpe.exact_version().as_deref(), Some("1.2.3"), "{product}");
        }
        for glob in row.programs.iter().chain(row.texts).chain(row.named) {
            assert!(!glob.starts_with('/') && !glob.contains("//"), "{glob}");
        }
    }
}

fn elf(text: &str) -> Vec<u8> {
    [b"\x7fELF", &PADDING[..], text.as_bytes(), &PADDING].concat()
}

#[test]
fn a_program_is_known_by_its_name_and_its_form() {
    let nginx = elf("nginx/1.25.3\0");
    let lines = |path: &str, bytes: &[u8]| read(ID, path, bytes).lines();
    assert_eq!(lines("usr/sbin/nginx", &nginx), ["nginx 1.25.3"]);
    assert_eq!(lines("usr/sbin/nginx.exe", &nginx), ["nginx 1.25.3"]);
    assert!(!read(ID, "usr/sbin/other", &nginx).wanted);
    assert!(!read(ID, "usr/sbin/nginx", b"#!/bin/sh\necho nginx/1.25.3\n").wanted);
    let package = read(ID, "usr/sbin/nginx", &nginx).packages.remove(0);
    assert!(package.cpes.contains(&"cpe:2.3:a:f5:nginx:1.25.3:*:*:*:*:*:*:*".to_owned()));
    assert_eq!(package.position, Some(plimsoll_model::Position::Offset(4 + 700 + 6)));
}

#[test]
fn what_stands_behind_the_numbers_is_the_update_of_a_cpe() {
    let cpes = |path: &str, text: &str| read(ID, path, &elf(text)).packages.remove(0).cpes.remove(0);
    assert_eq!(cpes("usr/sbin/sshd", "\0OpenSSH_9.2p1 Debian"), "cpe:2.3:a:openbsd:openssh:9.2:p1:*:*:*:*:*:*");
    assert_eq!(cpes("usr/bin/openssl", "\0OpenSSL 1.1.1w  11 Sep"), "cpe:2.3:a:openssl:openssl:1.1.1w:*:*:*:*:*:*:*");
    assert_eq!(cpes("usr/sbin/nginx", "nginx/1.2.3-rc1 x"), "cpe:2.3:a:f5:nginx:1.2.3:rc1:*:*:*:*:*:*");
}

#[test]
fn of_several_versions_another_text_decides_or_none_is_told() {
    let both = elf("nginx/1.25.3 nginx/1.24.0 and then nginx version: nginx/1.25.3\0");
    assert_eq!(read(ID, "usr/sbin/nginx", &both).lines(), ["nginx 1.25.3"]);
    let ssh = elf("\0OpenSSH_9.2p1 Debian\0\0OpenSSH_6.6 x\0");
    let reading = read(ID, "usr/sbin/sshd", &ssh);
    assert!(reading.packages.is_empty());
    assert_eq!(reading.gaps[0].kind, GapKind::VersionUnreadable);
    assert_eq!(reading.gaps[0].detail, "it looks like openssh, but several versions stand in it: 6.6, 9.2p1");
}

#[test]
fn the_version_of_an_interpreter_is_that_of_its_name() {
    let text = "\x003.11.2\0\x003.12.0\0\x001.0.8\0PYTHONHOME";
    let lines = |path: &str| read(ID, path, &elf(text)).lines();
    assert_eq!(lines("usr/bin/python3.11"), ["python 3.11.2"]);
    assert_eq!(lines("usr/lib/libpython3.12.so.1.0"), ["python 3.12.0"]);
    assert!(lines("usr/bin/python2.7").is_empty());
    assert!(read(ID, "usr/bin/python3.11", &elf("\x003.11.2\0")).packages.is_empty(), "it is not Python");
}

/// Whatever programs are here: what is told of them is what they say themselves.
#[test]
fn programs_of_this_machine_say_the_same_version() {
    let mut told = Vec::new();
    for (tool, argument) in [
        ("bash", "--version"),
        ("busybox", "--help"),
        ("cc", "--version"),
        ("curl", "--version"),
        ("git", "--version"),
        ("gzip", "--version"),
        ("node", "--version"),
        ("perl", "-V:version"),
        ("psql", "--version"),
        ("python3", "--version"),
        ("rsync", "--version"),
        ("sqlite3", "--version"),
        ("ssh", "-V"),
        ("tar", "--version"),
        ("wget", "--version"),
        ("xz", "--version"),
        ("zsh", "--version"),
        ("zstd", "--version"),
    ] {
        let Some(path) = program(tool) else { continue };
        let bytes = plimsoll_model::read_capped(std::fs::File::open(&path).unwrap(), 1 << 28).unwrap();
        let Some(package) = read(ID, path.to_str().unwrap().trim_start_matches('/'), &bytes).packages.pop() else {
            continue;
        };
        let output = Command::new(tool).arg(argument).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(said.contains(&package.version), "{tool} says {said}, the classifier {}", package.version);
        told.push(tool);
    }
    println!("told: {told:?}");
    if std::env::var_os("CI").is_some() {
        assert!(told.contains(&"bash") && told.contains(&"node"), "{told:?}");
    }
}

/// The file that a command runs.
fn program(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let found = std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())?;
    found.canonicalize().ok()
}

#[test]
fn damaged_programs_never_panic() {
    let good = elf("\0OpenSSH_9.2p1 Debian\0 nginx/1.25.3\0");
    for (path, at) in [("usr/bin/ssh", 700), ("usr/sbin/nginx", 720)] {
        for cut in at..good.len().min(at + 60) {
            read_in_windows(ID, path, &[], &good[..cut], 700);
        }
    }
    survives_anything(ID, "wp-includes/version.php");
    plimsoll_fuzzing::check().with_iterations(2_000).for_each(|bytes: &[u8]| {
        read_in_windows(ID, "usr/bin/python3", &[], &[b"\x7fELFPYTHONHOME\x00003.\0", bytes].concat(), 40);
    });
}

#[test]
fn the_documentation_lists_every_classifier() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/classifiers.md");
    let file = std::fs::File::open(&path).unwrap();
    let text = String::from_utf8(plimsoll_model::read_capped(file, 1 << 20).unwrap()).unwrap();
    let (before, _) = text.split_once("| product |").expect("a table");
    let now = format!("{before}{}", table());
    if std::env::var_os("PLIMSOLL_BLESS").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    assert!(text == now, "run with PLIMSOLL_BLESS=1 and review the difference");
}

fn table() -> String {
    let mut table =
        "| product | files | its version | also in the file | CPE | tried on |\n|---|---|---|---|---|---|\n".to_owned();
    for row in classifiers() {
        let files: Vec<&str> = row.programs.iter().chain(row.texts).chain(row.named).copied().collect();
        let tried = if row.tried.is_empty() { "written samples" } else { row.tried };
        let (files, versions, beside) = (code(&files), code(row.versions), code(row.beside));
        let cpes = code(row.cpes);
        writeln!(table, "| {} | {files} | {versions} | {beside} | {cpes} | {tried} |", row.name).unwrap();
    }
    table
}

fn code(texts: &[&str]) -> String {
    let code = |text: &&str| {
        let text = text.replace('\0', "␀").replace(['\r', '\n'], "↵").replace('\t', "⇥").replace('|', "\\|");
        format!("`{text}`")
    };
    texts.iter().map(code).collect::<Vec<_>>().join(" ")
}

/// Reads the programs of Debian packages, unpacked each into a folder `NAME_VERSION` of the folder that the
/// variable names, and says what was found beside the packages' own versions.
#[test]
fn programs_of_debian_packages_have_the_versions_of_their_packages() {
    let Some(root) = std::env::var_os("PLIMSOLL_UNPACKED_PACKAGES") else {
        println!("skipped: PLIMSOLL_UNPACKED_PACKAGES names no folder");
        return;
    };
    let mut packages: Vec<PathBuf> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    packages.sort();
    for folder in packages {
        let label = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let upstream = upstream(label.split_once('_').unwrap().1);
        let mut files = Vec::new();
        collect(&folder, &mut files);
        for path in files {
            let inner = path.strip_prefix(&folder).unwrap().to_str().unwrap_or_default().to_owned();
            let Ok(file) = std::fs::File::open(&path) else { continue };
            let Ok(bytes) = plimsoll_model::read_capped(file, 1 << 30) else { continue };
            let Reading { packages, gaps, wanted, .. } = read(ID, &inner, &bytes);
            if !wanted {
                continue;
            }
            for package in &packages {
                let right = package.version == upstream;
                println!("{} {label} {inner}: {} {}", if right { "ok" } else { "??" }, package.name, package.version);
            }
            for gap in &gaps {
                println!("gap {label} {inner}: {}", gap.detail);
            }
            if packages.is_empty() && gaps.is_empty() {
                println!("no {label} {inner}");
            }
        }
    }
}

/// `2.39.5` of `1%3a2.39.5-0+deb12u3`.
fn upstream(version: &str) -> String {
    let plain = version.split_once("%3a").map_or(version, |(_, rest)| rest);
    let plain = plain.rsplit_once('-').map_or(plain, |(upstream, _)| upstream);
    plain.split(['+', '~']).next().unwrap().to_owned()
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => collect(&entry.path(), into),
            kind if kind.is_file() => into.push(entry.path()),
            _ => {}
        }
    }
}
