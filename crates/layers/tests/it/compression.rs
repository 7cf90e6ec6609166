//! How layers are stored, and their digests.

use std::io::Write;

use plimsoll_layers::{Compression, Digesting, LayerError, ReadOptions};
use plimsoll_model::DigestAlgorithm;
use sha2::{Digest, Sha256, Sha512};

use crate::inspectors::{ROWS, entries, gaps, inline, read, try_read, try_read_with};
use crate::make::{Tar, gzip, noise, zstd};

fn sample() -> Vec<u8> {
    Tar::new().file("a.txt", b"hello").file("noise", &noise(700_000, 1)).finish()
}

fn digesting(blob: DigestAlgorithm, diff_id: DigestAlgorithm) -> ReadOptions {
    ReadOptions { digest: Digesting { blob: Some(blob), diff_id: Some(diff_id) }, ..inline() }
}

#[test]
fn each_digest_covers_all_bytes() {
    let plain = [sample(), b"bytes behind the end of the archive".to_vec()].concat();
    let zeros = vec![0; 10_000];
    let blobs = [
        plain.clone(),
        gzip(&plain),
        zstd(&plain),
        [gzip(&plain), zeros.clone()].concat(),
        [zstd(&plain), zeros].concat(),
    ];
    for blob in blobs {
        let options = digesting(DigestAlgorithm::Sha256, DigestAlgorithm::Sha256);
        let read = try_read_with(&blob, ROWS, &options).unwrap();
        assert_eq!(read.blob_digest.unwrap().bytes(), Sha256::digest(&blob).as_slice());
        assert_eq!(read.diff_id.unwrap().bytes(), Sha256::digest(&plain).as_slice());
        assert_eq!((read.blob_bytes, read.plain_bytes), (blob.len() as u64, plain.len() as u64));
        assert!(gaps(&read.facts).is_empty());

        let options = digesting(DigestAlgorithm::Sha512, DigestAlgorithm::Sha256);
        let read = try_read_with(&blob, ROWS, &options).unwrap();
        assert_eq!(read.blob_digest.unwrap().bytes(), Sha512::digest(&blob).as_slice());
        assert_eq!(read.diff_id.unwrap().bytes(), Sha256::digest(&plain).as_slice());
    }
    let read = read(&plain);
    assert_eq!((read.blob_digest, read.diff_id), (None, None));
}

#[test]
fn progress_counts_stored_bytes() {
    let blob = gzip(&sample());
    let progress = std::sync::Arc::default();
    let options = ReadOptions { progress: Some(std::sync::Arc::clone(&progress)), ..inline() };
    try_read_with(&blob, ROWS, &options).unwrap();
    // It was read twice.
    assert_eq!(progress.load(std::sync::atomic::Ordering::Relaxed), 2 * blob.len() as u64);
}

#[test]
fn formats_are_told_by_their_bytes() {
    let plain = sample();
    for (blob, media) in
        [(plain.clone(), Compression::None), (gzip(&plain), Compression::Gzip), (zstd(&plain), Compression::Zstd)]
    {
        let read = read(&blob);
        assert_eq!(read.media, media);
        assert_eq!(entries(&read.facts), ["File a.txt", "File noise"]);
    }
}

#[test]
fn an_archive_of_many_members_or_frames_is_one_layer() {
    let plain = sample();
    for pack in [gzip, zstd] {
        let pieces: Vec<u8> = plain.chunks(50_000).flat_map(pack).collect();
        assert_eq!(entries(&read(&pieces).facts), ["File a.txt", "File noise"]);
    }
}

#[test]
fn skippable_frames_are_passed_over() {
    let skippable = [&b"\x50\x2a\x4d\x18\x05\0\0\0"[..], b"12345"].concat();
    let plain = sample();
    let blob = [skippable.clone(), zstd(&plain[..1000]), skippable.clone(), zstd(&plain[1000..]), skippable].concat();
    assert_eq!(read(&blob).plain_bytes, plain.len() as u64);
}

#[test]
fn every_field_of_a_gzip_header_is_passed_over() {
    let plain = sample();
    let mut encoder = flate2::GzBuilder::new()
        .extra(vec![7; 60_000])
        .filename("layer.tar")
        .comment("x".repeat(300_000))
        .write(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&plain).unwrap();
    assert_eq!(read(&encoder.finish().unwrap()).plain_bytes, plain.len() as u64);
}

#[test]
fn an_empty_layer_is_a_layer() {
    let no_entry = Tar::new().finish();
    for blob in [Vec::new(), no_entry.clone(), gzip(&no_entry), gzip(b""), zstd(b"")] {
        assert!(read(&blob).facts.entries.is_empty());
    }
}

#[test]
fn garbage_behind_compressed_data_is_noted() {
    for pack in [gzip, zstd] {
        let blob = [pack(&sample()), b"garbage".to_vec()].concat();
        let read = read(&blob);
        let expected = "archive-oddity : bytes stand behind the end of the compressed data; they were not read";
        assert_eq!(gaps(&read.facts), [expected]);
    }
}

#[test]
fn what_is_no_layer_says_so() {
    let json = br#"{"architecture":"amd64","config":{}}"#.repeat(100);
    for blob in [&json[..], b"{}", b"\x7fELF", &noise(600, 1), &gzip(&json), &zstd(&json)] {
        let error = try_read(blob).unwrap_err();
        assert!(matches!(error, LayerError::NotALayer), "{error}");
        assert!(error.hint().is_some());
    }
}

#[test]
fn other_compressions_are_named_with_a_hint() {
    for (magic, name) in [(&b"\xfd7zXZ\0...."[..], "xz"), (b"BZh91AY", "bzip2"), (b"\x04\x22\x4d\x18", "lz4")] {
        let error = try_read(magic).unwrap_err();
        assert!(error.to_string().contains(name));
        assert!(error.hint().unwrap().contains("skopeo"));
    }
}

#[test]
fn a_window_beyond_the_cap_is_refused_with_a_hint() {
    let pack = |window_log| {
        let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(window_log).unwrap();
        encoder.write_all(&sample()).unwrap();
        encoder.finish().unwrap()
    };
    assert!(try_read(&pack(25)).is_ok());
    let error = try_read(&pack(26)).unwrap_err();
    assert_eq!(error.to_string(), "its zstd window is larger than 32 MiB");
    assert!(error.hint().is_some());
}

#[test]
fn a_member_that_lies_about_its_length_is_damaged() {
    let good = gzip(&sample());
    for place in [1, 8] {
        let mut blob = good.clone();
        let at = blob.len() - place;
        blob[at] ^= 1;
        let error = try_read(&blob).unwrap_err();
        assert!(matches!(error, LayerError::Damaged { what: "gzip data", .. }), "{error}");
    }
}
