//! The archive of all documents, and the lists beside it.

use std::io::Read;

use plimsoll_feeds::{Download, FeedError};

use super::{NEWER, OLDER};
use crate::reading::{Parsed, feed, read, try_read};

const ARCHIVE: &str = "redhat/csaf/v2/vex/csaf_vex_2026-03-03.tar.zst";

/// A tar of members, as `tar` would write it.
pub fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, content) in members {
        let kind = if name.ends_with('/') { b'5' } else { b'0' };
        bytes.extend(header(name, content.len(), kind));
        bytes.extend_from_slice(content);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

fn header(name: &str, size: usize, kind: u8) -> [u8; 512] {
    let mut header = [0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
    header[156] = kind;
    header[148..156].copy_from_slice(b"        ");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    header
}

fn sample() -> Vec<u8> {
    tar(&[
        ("2023/", b""),
        ("2023/cve-2023-4911.json", OLDER.as_bytes()),
        ("2023/cve-2023-0002.json", b"{\"document\":"),
        ("2024/cve-2024-6387.json", NEWER.as_bytes()),
        ("index.txt", b"2024/cve-2024-6387.json"),
    ])
}

fn read_archive(bytes: &[u8]) -> Parsed {
    read("redhat", ARCHIVE, bytes)
}

#[test]
fn an_archive_yields_its_documents_and_names_the_broken_one() {
    let packed = zstd::encode_all(sample().as_slice(), 1).unwrap();
    let parsed = read_archive(&packed);
    assert_eq!((parsed.summary.records, parsed.summary.broken_count), (2, 1));
    assert_eq!(parsed.summary.broken[0].name, "2023/cve-2023-0002.json");
    assert_eq!(parsed.advisory("CVE-2024-6387").affected.len(), 4);
    assert_eq!(parsed.summary.data_from.unwrap().date(), "2026-03-02");
}

#[test]
fn an_archive_cut_anywhere_is_an_error() {
    let whole = sample();
    let last = whole.len() - 1024;
    for end in (0..last).step_by(97).chain([last]) {
        let error = try_read("redhat", ARCHIVE, &mut &whole[..end]).unwrap_err();
        assert!(matches!(error, FeedError::Malformed { .. }), "{end}: {error}");
    }
}

#[test]
fn a_member_that_is_too_large_is_named_and_the_next_one_is_read() {
    let size = (64 << 20) + 1_usize;
    let head = header("2023/cve-2023-0001.json", size, b'0').to_vec();
    let padding = size.next_multiple_of(512);
    let rest = tar(&[("2024/cve-2024-6387.json", NEWER.as_bytes())]);
    let mut bytes = head.as_slice().chain(std::io::repeat(b' ').take(padding as u64)).chain(rest.as_slice());
    let parsed = try_read("redhat", ARCHIVE, &mut bytes).unwrap();
    assert_eq!((parsed.summary.records, parsed.summary.broken_count), (1, 1));
    assert!(parsed.summary.broken[0].why.contains("has more than"));
}

#[test]
fn the_index_leads_to_the_archive_and_to_what_changed_since() {
    let feed = feed("redhat");
    let start = feed.downloads();
    assert!(start.len() == 1 && start[0].is_index);
    let next = feed.listed(&start[0], b"csaf_vex_2026-03-03.tar.zst\n").unwrap();
    let base = "https://security.access.redhat.com/data/csaf/v2/vex";
    assert_eq!(
        next,
        [
            Download::file(format!("{base}/csaf_vex_2026-03-03.tar.zst"), ARCHIVE),
            Download::index(format!("{base}/changes.csv#2026-03-02"), "redhat/csaf/v2/vex/changes.csv"),
            Download::file(format!("{base}/deletions.csv"), "redhat/csaf/v2/vex/deletions.csv"),
        ]
    );
    let changes = "\"2024/cve-2024-6387.json\",\"2026-03-04T10:11:12+00:00\"\n\
                   \"2023/cve-2023-4911.json\",\"2026-03-02T00:00:00+00:00\"\n\
                   \"2021/cve-2021-44228.json\",\"2025-01-01T00:00:00+00:00\"\n\
                   \"../../etc/x.json\",\"2026-03-04T10:11:12+00:00\"\nnot a line\n";
    let changed = feed.listed(&next[1], changes.as_bytes()).unwrap();
    assert_eq!(
        changed,
        [
            Download::file(format!("{base}/2024/cve-2024-6387.json"), "redhat/csaf/v2/vex/2024/cve-2024-6387.json"),
            Download::file(format!("{base}/2023/cve-2023-4911.json"), "redhat/csaf/v2/vex/2023/cve-2023-4911.json"),
        ]
    );
    let files = next.iter().chain(&changed).filter(|download| !download.is_index);
    assert!(files.into_iter().all(|download| feed.owns(&download.mirror_path)));
}

#[test]
fn an_index_that_is_something_else_is_an_error() {
    let feed = feed("redhat");
    let start = &feed.downloads()[0];
    for bytes in
        [&b"<html>"[..], b"", b" \n", b"../csaf_vex_2026-03-03.tar.zst", b"a b.tar.zst", b"x.tar.zst", b"\xff\xfe"]
    {
        assert!(feed.listed(start, bytes).is_err(), "{}", String::from_utf8_lossy(bytes));
    }
    let changes = Download::index("https://a/changes.csv", "redhat/csaf/v2/vex/changes.csv");
    assert!(feed.listed(&changes, b"nothing here").is_err());
}

#[test]
fn deletions_are_records() {
    let list = "\"2023/cve-2023-0030.json\",\"2024-01-25T12:00:00+00:00\"\n";
    let parsed = read("redhat", "redhat/csaf/v2/vex/deletions.csv", list.as_bytes());
    let (source, id, at) = &parsed.deleted[0];
    assert_eq!((source.as_str(), id.as_str(), at.date().as_str()), ("redhat", "CVE-2023-0030", "2024-01-25"));
    assert_eq!(parsed.summary.records, 1);
}

#[test]
fn a_document_that_says_it_is_deleted_is_a_deletion() {
    let parsed = super::read_document(r#"{"document":{"tracking":{"id":"CVE-2023-0030","status":"deleted"}}}"#);
    assert_eq!(parsed.deleted.len(), 1);
    assert!(parsed.advisories.is_empty());
}
