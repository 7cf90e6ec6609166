//! Images that are broken, by accident or on purpose: a clear error, within memory, without a hang.

use std::io::Write;
use std::process::Stdio;

use crate::advisories::small_database;
use crate::image::{self, GZIP, ZSTD};
use crate::program::{Program, Ran, gaps, packages};

/// What no scan may need more of.
const MEMORY: u64 = 150 << 20;

/// Scans an image as JSON within the memory.
fn scan(program: &Program, image: &[u8]) -> Ran {
    std::fs::write(program.home().join("image.tar"), image).unwrap();
    let arguments = ["scan", "oci-archive:image.tar", "--no-cache", "--format", "json", "--timeout", "120s"];
    let (ran, peak) = program.run_watched(&mut program.command(&arguments));
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    assert!(peak.is_none_or(|peak| peak < MEMORY), "{peak:?} bytes, {}", ran.stderr);
    ran
}

/// The report of a scan that must not fail.
fn report(ran: &Ran) -> serde_json::Value {
    assert_ne!(ran.code, 2, "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

fn refused(ran: &Ran, words: &str) {
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    assert!(ran.stderr.contains("error: ") && ran.stderr.contains(words), "{}", ran.stderr);
}

fn demo(program: &Program) -> Vec<u8> {
    assert_eq!(program.run(&["demo", "--keep", "demo.tar"]).code, 0);
    std::fs::read(program.home().join("demo.tar")).unwrap()
}

#[test]
fn a_truncated_archive_is_an_error_with_a_reason() {
    let program = Program::new();
    let image = demo(&program);
    for part in 0..16 {
        let cut = image.len() * part / 16;
        std::fs::write(program.home().join("cut.tar"), &image[..cut]).unwrap();
        let ran = program.run(&["scan", "oci-archive:cut.tar", "--no-cache"]);
        assert_eq!(ran.code, 2, "cut at {cut}: {}", ran.stdout);
        assert!(ran.stderr.contains("error: "), "{}", ran.stderr);
    }
}

#[test]
fn a_flipped_bit_never_changes_what_is_found_in_silence() {
    let program = Program::new();
    let image = demo(&program);
    let (expected, _) = program.scan(&["demo.tar", "--no-cache"]);
    for at in (0..image.len()).step_by(image.len() / 60) {
        let mut bytes = image.clone();
        bytes[at] ^= 0x10;
        std::fs::write(program.home().join("flipped.tar"), &bytes).unwrap();
        let ran = program.run(&["scan", "oci-archive:flipped.tar", "--no-cache", "--format", "json"]);
        if ran.code != 2 {
            let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
            assert_eq!(report["findings"], expected["findings"], "a flip at {at}");
        }
    }
}

#[test]
fn what_is_no_image_is_refused_with_a_hint() {
    let program = Program::new();
    std::fs::write(program.home().join("text.tar"), "this is no archive").unwrap();
    std::fs::create_dir(program.home().join("folder")).unwrap();
    for source in
        ["text.tar", "folder", "oci-dir:folder", "docker-archive:missing.tar", "oci-archive:text.tar", "sbom:x", ""]
    {
        let ran = program.run(&["scan", source, "--offline"]);
        assert_eq!(ran.code, 2, "{source}: {}", ran.stdout);
        assert!(ran.stderr.contains("error: "), "{source}: {}", ran.stderr);
        assert!(!ran.stderr.contains("panicked"), "{source}: {}", ran.stderr);
    }
}

#[test]
fn an_empty_folder_is_incomplete_and_never_a_pass() {
    let program = Program::new();
    std::fs::create_dir(program.home().join("folder")).unwrap();
    let (report, code) = program.scan(&["dir:folder"]);
    assert_eq!(code, 3);
    assert!(report["coverage"]["gaps"].as_array().unwrap().iter().any(|gap| gap["kind"] == "no-packages"));
}

#[test]
fn a_file_of_a_gigabyte_of_zeros_is_passed_over() {
    let layer = image::gzip(|out| {
        out.write_all(&image::header(b"app/node_modules/big/package.json", b'0', 1 << 30, b"")).unwrap();
        image::write_many(out, 0, 1 << 30);
        out.write_all(&image::lodash()).unwrap();
    });
    assert!(layer.len() < 16 << 20);
    let report = report(&scan(&Program::new(), &image::archive(GZIP, &layer)));
    assert_eq!(packages(&report, "npm"), ["lodash@4.17.4"]);
    assert!(gaps(&report).contains(&"file-too-large"), "{:?}", gaps(&report));
}

#[test]
fn names_of_600_megabytes_fill_no_memory() {
    for kind in [b'L', b'K', b'x', b'g'] {
        let size: u64 = 600 << 20;
        let layer = image::gzip(|out| {
            out.write_all(&image::header(b"././@LongLink", kind, size, b"")).unwrap();
            if matches!(kind, b'x' | b'g') {
                write!(out, "{size} path=").unwrap();
                image::write_many(out, b'a', size - 16);
                out.write_all(b"\n").unwrap();
            } else {
                image::write_many(out, b'a', size);
            }
            out.write_all(&image::lodash()).unwrap();
        });
        let ran = scan(&Program::new(), &image::archive(GZIP, &layer));
        if ran.code == 2 {
            assert!(ran.stderr.contains("error: "), "{}", ran.stderr);
        } else {
            assert_ne!(report(&ran)["coverage"]["gaps"].as_array().unwrap().len(), 0);
        }
    }
}

#[test]
fn a_zstd_window_beyond_the_cap_is_refused_with_a_hint() {
    // A frame that asks for a window of 256 MiB and holds one raw block.
    let mut layer = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x90];
    let block = image::lodash();
    layer.extend(&(u32::try_from(block.len()).unwrap() << 3 | 1).to_le_bytes()[..3]);
    layer.extend(block);
    let ran = scan(&Program::new(), &image::archive(ZSTD, &layer));
    refused(&ran, "window");
    assert!(ran.stderr.contains("hint: "), "{}", ran.stderr);
}

#[test]
fn six_hundred_thousand_entries_are_walked_within_memory() {
    const COUNT: u32 = 600_000;
    let layer = image::gzip(|out| {
        let mut block = image::header(b"srv/d000000/n", b'0', 0, b"");
        for number in 0..COUNT {
            block[5..11].copy_from_slice(format!("{number:06}").as_bytes());
            image::sign(&mut block);
            out.write_all(&block).unwrap();
        }
        out.write_all(&image::lodash()).unwrap();
    });
    let report = report(&scan(&Program::new(), &image::archive(GZIP, &layer)));
    assert_eq!(packages(&report, "npm"), ["lodash@4.17.4"]);
}

#[test]
fn odd_names_links_and_doubles_hide_nothing() {
    let package = |name: &str| format!(r#"{{"name":"{name}","version":"1.0.0"}}"#).into_bytes();
    let long = [b"app/node_modules/".as_slice(), &b"x".repeat(64 << 10), b"/package.json"].concat();
    let mut layer = Vec::new();
    for (name, content) in [
        (b"../../app/node_modules/up/package.json".as_slice(), package("up")),
        (b"/app/node_modules/absolute/package.json", package("absolute")),
        (b"./app/./node_modules//dotted/package.json", package("dotted")),
        (b"app/node_modules/\xff\xfe/package.json", package("bytes")),
        (b"app/node_modules/twice/package.json", package("once")),
        (b"app/node_modules/twice/package.json", package("twice")),
    ] {
        layer.extend(image::file(name, &content));
    }
    layer.extend(image::header(b"loop/a", b'2', 0, b"b"));
    layer.extend(image::header(b"loop/b", b'2', 0, b"a"));
    layer.extend(image::header(b"self", b'2', 0, b"self"));
    layer.extend(image::header(b"app/node_modules/lost/package.json", b'1', 0, b"no/such/file"));
    layer.extend(image::header(b"odd", b'9', 0, b""));
    layer.extend(image::file(b"././@LongLink", &long));
    let at = layer.len() - long.len().next_multiple_of(512) - 512;
    layer[at..at + 512].copy_from_slice(&image::header(b"././@LongLink", b'L', long.len() as u64, b""));
    layer.extend(image::file(b"short", &package("long")));
    layer.extend(image::lodash());
    let layer = image::gzip(|out| out.write_all(&layer).unwrap());
    let report = report(&scan(&Program::new(), &image::archive(GZIP, &layer)));
    let found = packages(&report, "npm");
    for name in ["absolute@1.0.0", "dotted@1.0.0", "bytes@1.0.0", "twice@1.0.0", "lodash@4.17.4"] {
        assert!(found.iter().any(|package| package == name), "{name} is not in {found:?}");
    }
    assert!(!found.contains(&"once@1.0.0".to_owned()), "the second entry of a path replaces the first");
}

#[test]
fn a_layer_that_is_another_is_refused() {
    let (named, held) = (image::gzip(|out| out.write_all(&image::lodash()).unwrap()), image::gzip(|_| ()));
    let mut padded = held.clone();
    padded.resize(named.len(), 0);
    for held in [&held, &padded] {
        refused(&scan(&Program::new(), &image::archive_with(GZIP, &named, Some(held))), "");
    }
    refused(&scan(&Program::new(), &image::archive_with(GZIP, &named, None)), "sha256:");
}

#[test]
fn more_bytes_than_the_archive_says_do_not_count_in_silence() {
    // Two members of gzip; the size at the end of the last says nothing of the first.
    let mut layer = image::gzip(|out| out.write_all(&image::file(b"etc/one", &[7; 2000])).unwrap());
    layer.extend(image::gzip(|out| out.write_all(&image::lodash()).unwrap()));
    let report = report(&scan(&Program::new(), &image::archive(GZIP, &layer)));
    assert_eq!(packages(&report, "npm"), ["lodash@4.17.4"]);
}

#[test]
fn an_endless_image_on_standard_input_ends_by_a_limit_or_by_the_time() {
    let program = Program::new();
    let many = image::file(b"etc/motd", b"hello");
    refused(&fed(&program, "120s", &[], &many), "limit");
    let one = image::header(b"blobs/sha256/0", b'0', (8 << 30) - 1, b"");
    refused(&fed(&program, "2s", &one, &[b'x'; 64 << 10]), "after 2 seconds");
}

/// Scans what begins with some bytes and goes on with others for ever.
fn fed(program: &Program, timeout: &str, first: &[u8], for_ever: &[u8]) -> Ran {
    let mut command = program.command(&["scan", "-", "--no-cache", "--timeout", timeout]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut more = input.write_all(first).is_ok();
            while more {
                more = input.write_all(for_ever).is_ok();
            }
        });
        Ran::from(child.wait_with_output().unwrap())
    })
}

#[test]
fn a_damaged_database_is_an_error_or_incomplete_and_never_a_pass() {
    let program = Program::new();
    let folder = small_database(&program);
    assert_eq!(program.run(&["demo", "--keep", "demo.tar", "--quiet"]).code, 0);
    let arguments = ["demo.tar", "--db", "db", "--no-cache", "--ignore-unfixed"];
    let (whole, code) = program.scan(&arguments);
    assert_eq!(code, 1);
    let mut files = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    for path in &files {
        let bytes = std::fs::read(path).unwrap();
        let cut = bytes[..bytes.len() / 2].to_vec();
        let mut damages = vec![Vec::new(), cut];
        for at in (0..bytes.len()).step_by(bytes.len().div_ceil(12).max(1)) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 0x40;
            damages.push(flipped);
        }
        for damage in damages {
            std::fs::write(path, &damage).unwrap();
            let ran = program.run(&[&["scan", "--format", "json"], &arguments[..]].concat());
            let name = path.display();
            assert!(!ran.stderr.contains("panicked"), "{name}: {}", ran.stderr);
            assert_ne!(ran.code, 0, "{name}");
            if ran.code == 1 {
                let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
                let shown = gaps(&report).iter().any(|kind| kind.contains("shard"));
                assert!(shown || report["findings"] == whole["findings"], "{name}");
            }
        }
        std::fs::write(path, bytes).unwrap();
    }
}
