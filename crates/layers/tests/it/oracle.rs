//! Other readers and writers as judges: the `tar` and `zip` crates, GNU tar, real images.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Seek, SeekFrom, Write};
use std::process::Command;

use plimsoll_facts::{EntryKind, Plan};
use plimsoll_layers::{Budget, Caps, ReadOptions, read_layer};
use plimsoll_model::{FilePath, read_capped};

use crate::hostile::mutated;
use crate::inspectors::{ROWS, entries, fragments, gaps, inline, read, texts};
use crate::make::{Tar, noise, streamed_zip, zip};

/// The largest blob of one of the shared images; `None` where they are absent.
pub fn real_layer(name: &str) -> Option<Vec<u8>> {
    let path = plimsoll_beside::shared(&format!("images/{name}"))?;
    let mut archive = tar::Archive::new(fs::File::open(path).unwrap());
    let blobs = archive.entries().unwrap().map(|entry| read_capped(entry.unwrap(), 64 << 20).unwrap());
    blobs.max_by_key(Vec::len)
}

#[test]
fn real_layers_read_as_by_the_tar_crate() {
    for name in ["alpine-3.20.3.oci.tar", "busybox-musl.oci.tar", "almalinux-9-micro-arm64.oci.tar"] {
        let Some(layer) = real_layer(name) else { return };
        let read = read(&layer);
        assert!(gaps(&read.facts).is_empty(), "{name}: {:?}", gaps(&read.facts));
        let plain = read_capped(flate2::read::MultiGzDecoder::new(layer.as_slice()), 1 << 30).unwrap();
        assert_eq!(listed(&plain).unwrap(), ours(&read), "{name}");
    }
}

type Listing = Vec<(Vec<u8>, u64)>;

/// Normalised paths and sizes of what is a file, folder or link.
fn listed(plain: &[u8]) -> Option<Listing> {
    let mut archive = tar::Archive::new(plain);
    let mut all = Vec::new();
    for entry in archive.entries().ok()? {
        let entry = entry.ok()?;
        let path = FilePath::new(&entry.path_bytes()).as_bytes().to_vec();
        let kind = entry.header().entry_type();
        if path.is_empty() || kind.is_pax_global_extensions() {
            continue;
        }
        let size = if kind.is_file() || kind.is_contiguous() { entry.size() } else { 0 };
        all.push((path, size));
    }
    Some(all)
}

fn ours(read: &plimsoll_layers::LayerRead) -> Listing {
    read.facts.entries.iter().map(|entry| (entry.path.to_vec(), entry.entry.size)).collect()
}

#[test]
fn fuzz_the_tar_walk_against_the_tar_crate() {
    let sample = Tar::new()
        .file("a.txt", b"hello")
        .folder("folder/")
        .file(&"long/".repeat(30), b"long")
        .link(tar::EntryType::Symlink, "link", "a.txt")
        .link(tar::EntryType::Link, "hard", "a.txt")
        .pax(&[("path", b"renamed"), ("size", b"3")])
        .raw(b'0', b"short", b"two")
        .finish();
    assert_eq!(listed(&sample).unwrap().len(), 6);
    let compared = std::sync::atomic::AtomicUsize::new(0);
    plimsoll_fuzzing::check().with_iterations(4_000).for_each(|input: &[u8]| {
        let plan = Plan::new(ROWS, &[]);
        let bytes = restored(&sample, mutated(&sample, &input[..input.len().min(12)]));
        let ours_read = read_layer(bytes.as_slice(), &plan, &Budget::new(1 << 20), &inline());
        let (Ok(read), Some(listed)) = (ours_read, listed(&bytes)) else { return };
        // What is noted as odd is what readers differ on.
        if read.facts.gaps.is_empty() && !has_directory_with_content(&bytes) {
            // A NUL ends a long name for Go.
            let special = |path: &[u8]| path.contains(&0) || plimsoll_model::path::name_of(path).starts_with(b".wh.");
            if !listed.iter().any(|(path, _)| special(path)) {
                compared.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let ours = ours(&read);
                assert_eq!(listed.iter().zip(&ours).find(|(theirs, ours)| theirs != ours), None);
                assert_eq!(listed.len(), ours.len());
            }
        }
    });
    assert!(compared.into_inner() > 1_000);
}

/// Corrects the checksums of what were headers, so that changed ones are looked at, their magic
/// numbers (without, the `tar` crate takes extended headers for files), and what GNU has where
/// others have a prefix (which Go reads as one if it is no time).
fn restored(sample: &[u8], mut bytes: Vec<u8>) -> Vec<u8> {
    for (block, sample) in bytes.chunks_exact_mut(512).zip(sample.chunks_exact(512)) {
        if sample[257..262] != *b"ustar" {
            continue;
        }
        block[257..265].copy_from_slice(&sample[257..265]);
        block[345..].copy_from_slice(&sample[345..]);
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
    bytes
}

/// Go passes over no content of a folder, the `tar` crate does.
fn has_directory_with_content(bytes: &[u8]) -> bool {
    bytes.chunks_exact(512).any(|block| {
        block[257..262] == *b"ustar"
            && block[156] == b'5'
            && block[124..136].iter().any(|byte| !matches!(byte, 0 | b'0' | b' '))
    })
}

#[test]
fn fuzz_zips_against_the_zip_crate() {
    let inner = zip(&[("note.txt", b"inner")]);
    let members: [(&str, &[u8]); 3] = [("a/note.txt", &[b'x'; 300]), ("b/note.txt", b"second"), ("lib/a.jar", &inner)];
    let samples = [zip(&members), streamed_zip(&members)];
    plimsoll_fuzzing::check().with_iterations(3_000).for_each(|input: &[u8]| {
        let plan = Plan::new(ROWS, &[]);
        for sample in &samples {
            let jar = mutated(sample, &input[..input.len().min(6)]);
            let layer = Tar::new().file("a.jar", &jar).finish();
            for held_archive_bytes in [16 << 20, 0] {
                let caps = Caps { held_archive_bytes, ..Caps::default() };
                let options = ReadOptions { caps, ..inline() };
                let read = read_layer(layer.as_slice(), &plan, &Budget::new(1 << 20), &options).unwrap();
                if gaps(&read.facts).is_empty() {
                    let seen: BTreeMap<_, _> = fragments(&read.facts).into_iter().collect();
                    for (path, content) in notes(&jar) {
                        assert_eq!(seen.get(&format!("a.jar!{path} 0")), Some(&content), "{path}");
                    }
                }
            }
        }
    });
}

/// What the `zip` crate finds under `note.txt`.
fn notes(jar: &[u8]) -> Vec<(String, Vec<u8>)> {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(jar)) else { return Vec::new() };
    let mut notes = Vec::new();
    for at in 0..archive.len() {
        let Ok(member) = archive.by_index(at) else { continue };
        let path = FilePath::new(member.name_raw());
        if path.name() == b"note.txt"
            && let Ok(content) = read_capped(member, 1 << 20)
        {
            notes.push((path.to_string(), content));
        }
    }
    notes
}

#[test]
fn every_format_of_gnu_tar_reads_back() {
    if Command::new("tar").arg("--version").output().is_ok_and(|output| output.stdout.starts_with(b"tar (GNU tar)")) {
    } else {
        assert!(std::env::var_os("CI").is_none(), "GNU tar is missing");
        println!("skipped: GNU tar is not here");
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let path = root.path();
    let long = "long-name-".repeat(15);
    fs::create_dir(path.join("folder")).unwrap();
    fs::write(path.join("folder/a.txt"), "first").unwrap();
    fs::hard_link(path.join("folder/a.txt"), path.join("folder/b.txt")).unwrap();
    std::os::unix::fs::symlink("a.txt", path.join("folder/link")).unwrap();
    fs::write(path.join("folder/data.stream"), noise(400_000, 5)).unwrap();
    let mut sparse = fs::File::create(path.join("folder/sparse.stream")).unwrap();
    for at in 0..40 {
        sparse.seek(SeekFrom::Start(at * 20_000)).unwrap();
        sparse.write_all(b"island").unwrap();
    }
    sparse.set_len(1_000_000).unwrap();
    let sparse = read_capped(fs::File::open(path.join("folder/sparse.stream")).unwrap(), 1 << 20).unwrap();
    let expected: Vec<(String, Vec<u8>)> = vec![
        ("folder/a.txt 0".into(), b"first".to_vec()),
        ("folder/data.stream 0".into(), noise(400_000, 5)),
        ("folder/sparse.stream 0".into(), sparse),
    ];
    let formats: [&[&str]; 8] = [
        &["--format=v7"],
        &["--format=oldgnu", "--sparse"],
        &["--format=gnu", "--sparse"],
        &["--format=ustar"],
        &["--format=posix"],
        &["--format=posix", "--sparse", "--sparse-version=0.0"],
        &["--format=posix", "--sparse", "--sparse-version=0.1"],
        &["--format=posix", "--sparse", "--sparse-version=1.0"],
    ];
    let pack = |format: &[&str]| {
        let sorted = ["--sort=name", "-cf", "-", "folder"];
        let output = Command::new("tar").current_dir(path).args(format).args(sorted).output().unwrap();
        assert!(output.status.success(), "{format:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    for format in formats {
        let read = read(&pack(format));
        let mut shown = fragments(&read.facts);
        shown.sort();
        assert!(
            shown == expected,
            "{format:?}: {:?}",
            shown.iter().map(|(path, bytes)| (path, bytes.len())).collect::<Vec<_>>()
        );
        assert!(gaps(&read.facts).is_empty(), "{format:?}: {:?}", gaps(&read.facts));
        assert!(entries(&read.facts).contains(&"Hardlink folder/b.txt -> folder/a.txt".into()));
        let sizes: Vec<u64> = read
            .facts
            .entries
            .iter()
            .filter(|entry| entry.path.ends_with(b".stream"))
            .map(|entry| entry.entry.size)
            .collect();
        assert_eq!(sizes, [400_000, 1_000_000], "{format:?}");
    }
    fs::write(path.join("folder").join(format!("{long}.txt")), "long").unwrap();
    std::os::unix::fs::symlink(&long, path.join("folder/long-link")).unwrap();
    for format in [&["--format=gnu"], &["--format=posix"]] {
        let read = read(&pack(format));
        assert!(texts(&read.facts).contains(&format!("folder/{long}.txt 0 long")), "{format:?}");
        assert!(entries(&read.facts).contains(&format!("Symlink folder/long-link -> {long}")), "{format:?}");
    }
    let links = read(&pack(&["--format=gnu"])).facts;
    assert_eq!(links.entries.iter().filter(|entry| entry.entry.kind == EntryKind::Hardlink).count(), 1);
}

#[test]
fn capabilities_are_noted() {
    let layer = Tar::new()
        .pax(&[("SCHILY.xattr.security.capability", b"\x01\0\0\x02\0\n\0\0")])
        .raw(b'0', b"bin/ping", b"")
        .file("bin/ls", b"")
        .finish();
    let marked: Vec<bool> = read(&layer).facts.entries.iter().map(|entry| entry.entry.capabilities).collect();
    assert_eq!(marked, [true, false]);
}

#[test]
fn paths_are_normalised_as_everywhere() {
    plimsoll_fuzzing::check().with_iterations(4_000).for_each(|input: &[u8]| {
        let path: Vec<u8> = input.iter().map(|byte| b"a./\xff\0.b/"[usize::from(*byte % 8)]).take(90).collect();
        let layer = Tar::new().pax(&[("path", &path)]).raw(b'0', b"x", b"").finish();
        let plan = Plan::new(ROWS, &[]);
        let read = read_layer(layer.as_slice(), &plan, &Budget::new(1), &inline()).unwrap();
        let expected = FilePath::new(if path.is_empty() { b"x" } else { &path });
        let seen: Vec<_> = read.facts.entries.iter().map(|entry| entry.path.to_vec()).collect();
        assert_eq!(seen, if expected.as_bytes().is_empty() { vec![] } else { vec![expected.as_bytes().to_vec()] });
    });
}
