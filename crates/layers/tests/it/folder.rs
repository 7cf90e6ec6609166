//! A directory tree as one layer.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use plimsoll_facts::Plan;
use plimsoll_layers::{Budget, Compression, LayerError, LayerRead, ReadOptions, read_folder};

use crate::inspectors::{ROWS, entries, fragments, gaps, texts};
use crate::make::{noise, zip};

fn read(path: &Path) -> LayerRead {
    let plan = Plan::new(ROWS, &[]);
    read_folder(path, &plan, &Budget::new(32 << 20), &ReadOptions::default()).unwrap()
}

#[test]
fn a_tree_is_read_in_the_order_of_its_names() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path();
    fs::create_dir_all(path.join("etc/deep")).unwrap();
    fs::write(path.join("etc/b.txt"), "two").unwrap();
    fs::write(path.join("etc/deep/a.txt"), "one").unwrap();
    fs::write(path.join("etc/.wh.plain"), "").unwrap();
    symlink("/etc/passwd", path.join("etc/outside.txt")).unwrap();
    symlink("..", path.join("etc/loop")).unwrap();
    fs::hard_link(path.join("etc/b.txt"), path.join("etc/c.txt")).unwrap();
    fs::hard_link(path.join("etc/b.txt"), path.join("a-name")).unwrap();
    let program = [b"\x7fELF", &noise(900_000, 3)[..]].concat();
    fs::write(path.join("program"), &program).unwrap();
    fs::write(path.join("z.jar"), zip(&[("note.txt", b"member")])).unwrap();
    let read = read(path);
    assert_eq!(
        entries(&read.facts),
        [
            "File a-name",
            "Directory etc",
            "File etc/.wh.plain",
            "File etc/b.txt",
            "Hardlink etc/c.txt -> etc/b.txt",
            "Directory etc/deep",
            "File etc/deep/a.txt",
            "Symlink etc/loop -> ..",
            "Symlink etc/outside.txt -> /etc/passwd",
            "File program",
            "File z.jar",
        ]
    );
    let found = fragments(&read.facts);
    assert!(found.contains(&("program 0".into(), program)));
    let all = texts(&read.facts);
    for text in ["etc/b.txt 0 two", "etc/deep/a.txt 0 one", "z.jar!note.txt 0 member"] {
        assert!(all.contains(&text.into()), "{text}");
    }
    assert_eq!(read.media, Compression::Folder);
    assert!(gaps(&read.facts).is_empty());
}

#[test]
fn a_socket_or_pipe_is_never_opened() {
    let root = tempfile::tempdir().unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(root.path().join("a.txt")).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, root.path().join("b.txt"), rustix::fs::FileType::Fifo, 0o644.into(), 0)
        .unwrap();
    assert_eq!(entries(&read(root.path()).facts), ["Fifo b.txt"]);
}

#[test]
fn a_missing_folder_is_an_error_and_a_cancelled_one_too() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("a.txt"), "text").unwrap();
    let plan = Plan::new(ROWS, &[]);
    let budget = Budget::new(32 << 20);
    let missing = read_folder(&root.path().join("missing"), &plan, &budget, &ReadOptions::default());
    assert!(matches!(missing.unwrap_err(), LayerError::Read(_)));
    let cancel = Some(Arc::new(AtomicBool::new(true)));
    let cancelled = read_folder(root.path(), &plan, &budget, &ReadOptions { cancel, ..ReadOptions::default() });
    assert!(matches!(cancelled.unwrap_err(), LayerError::Cancelled));
}
