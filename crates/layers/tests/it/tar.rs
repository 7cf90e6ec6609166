//! What a tar archive can hold.

use tar::EntryType;

use crate::inspectors::{entries, fragments, gaps, read, texts};
use crate::make::{Tar, noise};

#[test]
fn kinds_of_entries_are_told_apart() {
    let layer = Tar::new()
        .folder("etc/")
        .file("etc/motd", b"hello")
        .link(EntryType::Symlink, "etc/link", "../motd")
        .link(EntryType::Link, "etc/hard", "./etc/motd")
        .raw(b'3', b"dev/null", b"")
        .raw(b'4', b"dev/sda", b"")
        .raw(b'6', b"run/pipe", b"")
        .finish();
    assert_eq!(
        entries(&read(&layer).facts),
        [
            "Directory etc",
            "File etc/motd",
            "Symlink etc/link -> ../motd",
            "Hardlink etc/hard -> etc/motd",
            "CharDevice dev/null",
            "BlockDevice dev/sda",
            "Fifo run/pipe"
        ]
    );
}

#[test]
fn whiteouts_are_no_files() {
    let layer = Tar::new()
        .file("a/.wh.gone", b"")
        .file("a/.wh..wh..opq", b"")
        .file(".wh..wh..opq", b"")
        .file(".wh.top", b"")
        .file("a/.wh..wh.plnk", b"")
        .raw(b'0', b"a/.wh.", b"")
        .raw(b'0', b"a/.wh...", b"")
        .finish();
    let read = read(&layer);
    assert_eq!(entries(&read.facts), ["Whiteout a/gone", "Opaque a", "Opaque ", "Whiteout top"]);
    assert_eq!(gaps(&read.facts), ["archive-oddity : a whiteout that names no file"]);
}

#[test]
fn paths_never_leave_the_root() {
    let layer = Tar::new()
        .raw(b'0', b"../../etc/passwd", b"")
        .raw(b'0', b"/abs//./b/../c", b"")
        .raw(b'5', b"./", b"")
        .raw(b'0', b"\xff\xfe", b"")
        .pax(&[("path", b"nul\0inside")])
        .raw(b'0', b"x", b"")
        .finish();
    let facts = read(&layer).facts;
    let paths: Vec<_> = facts.entries.iter().map(|entry| entry.path.to_vec()).collect();
    assert_eq!(paths, [&b"etc/passwd"[..], b"abs/c", b"\xff\xfe", b"nul\0inside"]);
}

#[test]
fn files_are_shown_whatever_buffer_they_lie_in() {
    let mut tar = Tar::new();
    let mut expected = Vec::new();
    for (at, size) in [1, 511, 512, 4096, 70_000, 262_144, 300_000, 1_000_000, 0, 5].into_iter().enumerate() {
        let bytes = noise(size, at as u64 + 1);
        let program = [&b"\x7fELF"[..], &bytes].concat();
        tar = tar.file(&format!("{at}.txt"), &bytes).file(&format!("bin/{at}"), &program);
        expected.push((format!("{at}.txt 0"), bytes));
        expected.push((format!("bin/{at} 0"), program));
    }
    let mut shown = fragments(&read(&tar.finish()).facts);
    shown.sort();
    expected.sort();
    assert_eq!(shown.len(), expected.len());
    assert!(shown == expected);
}

#[test]
fn a_file_too_long_for_its_inspector_is_a_gap() {
    let layer = Tar::new().file("a.txt", &[b' '; (1 << 20) + 1]).file("b.txt", b"b").finish();
    let read = read(&layer);
    assert_eq!(texts(&read.facts), ["b.txt 0 b"]);
    assert_eq!(gaps(&read.facts), ["file-too-large a.txt: the limit on size was reached"]);
}

#[test]
fn a_later_entry_of_a_path_takes_the_place_of_the_first() {
    let layer = Tar::new().file("a.txt", b"one").file("./a.txt", b"two").finish();
    let read = read(&layer);
    assert_eq!(texts(&read.facts), ["a.txt 0 two"]);
    assert!(gaps(&read.facts)[0].starts_with("archive-oddity a.txt: it stands twice"));
}
