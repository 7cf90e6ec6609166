//! Stores of Nix and Guix; their databases made by SQLite itself.

use std::io::Write as _;
use std::process::{Command, Stdio};

use plimsoll_catalog::rows;
use plimsoll_facts::{MergeOptions, merge};
use plimsoll_model::{GapKind, Need, Requirement};

use crate::image::{Line, files, image, layer, lines};
use crate::reading::has_tool;

const A: &str = "pnwavbd40h8qnd02ka9l29k9h6dip1aq";
const B: &str = "mdfaqrzbhg6z90ihrgj0hzx70dm2ahpi";

/// A database as Nix lays it out, of so many paths `a0-1.0`, `a1-1.1`, …; each needs the one before it.
/// Every seventh has signatures that take several pages.
fn database(paths: usize, page_bytes: u32) -> Option<Vec<u8>> {
    if !has_tool("python3") {
        return None;
    }
    let script = r#"
import sqlite3, sys
path, paths, page_bytes = sys.argv[1], int(sys.argv[2]), sys.argv[3]
db = sqlite3.connect(path)
db.execute("PRAGMA page_size = " + page_bytes)
db.execute("CREATE TABLE ValidPaths (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, path TEXT UNIQUE NOT NULL, hash TEXT NOT NULL, registrationTime INTEGER NOT NULL, deriver TEXT, narSize INTEGER, ultimate INTEGER, sigs TEXT, ca TEXT)")
db.execute("CREATE TABLE Refs (referrer INTEGER NOT NULL, reference INTEGER NOT NULL, PRIMARY KEY (referrer, reference))")
for at in range(paths):
    name = "/nix/store/%s-a%d-1.%d" % (str(at).rjust(32, "0"), at, at)
    sigs = "s" * (20_000 if at % 7 == 0 else 10)
    db.execute("INSERT INTO ValidPaths VALUES (?, ?, ?, 1, NULL, 120, NULL, ?, NULL)", [at + 1, name, "sha256:" + "0" * 64, sigs])
    db.execute("INSERT INTO Refs VALUES (?, ?)", [at + 1, max(at, 1)])
db.commit()
db.close()
sys.stdout.buffer.write(open(path, "rb").read())
"#;
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("python3");
    command.args(["-", folder.path().join("db").to_str().unwrap(), &paths.to_string(), &page_bytes.to_string()]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(output.stdout)
}

#[test]
fn what_is_in_a_store_and_has_a_version_is_a_package() {
    let place = |name: &str| format!("nix/store/{A}-{name}");
    let inventory = files(&[
        (&place("openssl-3.0.13/lib/libssl.so.3"), b""),
        (&place("openssl-3.0.13-dev/include/ssl.h"), b""),
        (&place("hello.sh"), b""),
        (&place("openssl-3.0.13.drv"), b""),
        (&format!("gnu/store/{B}-hello-2.12.1/bin/hello"), b""),
        ("nix/store/.links/0", b""),
    ]);
    assert_eq!(lines(&inventory), ["hello 2.12.1", "openssl 3.0.13"]);
    assert_eq!(inventory.packages[1].sightings.len(), 2);
    assert!(inventory.gaps.is_empty());
}

#[test]
fn a_store_without_bound_is_cut_and_that_is_said() {
    let places: Vec<String> = (0..30_002).map(|at| format!("nix/store/{at:0>32}-a{at}-1")).collect();
    let all: Vec<Line<'_>> = places.iter().map(|place| Line::File(place, b"")).collect();
    let inventory = image(&[layer(&all)]);
    assert_eq!(inventory.packages.len(), 30_000);
    assert_eq!(inventory.gaps[0].kind, GapKind::LimitReached);
}

#[test]
fn a_file_in_a_store_belongs_to_its_package() {
    let path = format!("nix/store/{A}-hello-2.12.1/bin/hello");
    let layers = [layer(&[Line::File(&path, b""), Line::File("nix/store/other", b"")])];
    let inventory = merge(&layers, &rows(), MergeOptions { files: true, ..MergeOptions::default() });
    let owned: Vec<_> = inventory.files.iter().map(|file| (file.path.to_string(), file.package)).collect();
    assert_eq!(owned, [(path, 0)]);
}

#[test]
fn each_layer_adds_and_takes_away_what_it_says() {
    let place = |name: &str| format!("nix/store/{A}-{name}");
    let (old, new) = (place("openssl-3.0.13"), place("openssl-3.0.15"));
    let (old_file, new_file) = (format!("{old}/lib/a"), format!("{new}/lib/a"));
    let inventory = image(&[
        layer(&[Line::File(&old_file, b"")]),
        layer(&[Line::File("etc/other", b"")]),
        layer(&[Line::Whiteout(&old), Line::File(&new_file, b"")]),
    ]);
    let found: Vec<_> =
        inventory.packages.iter().map(|found| (&*found.package.version, found.presence.name())).collect();
    assert_eq!(found, [("3.0.13", "shadowed"), ("3.0.15", "present")]);
    assert_eq!((inventory.packages[1].introduced_in, inventory.packages[1].version_since), (0, 2));
}

#[test]
fn the_database_says_what_a_package_needs() {
    for page_bytes in [512, 4096, 65536] {
        let Some(database) = database(400, page_bytes) else { return };
        let places: Vec<String> =
            (0..400).filter(|at| *at != 5).map(|at| format!("nix/store/{at:0>32}-a{at}-1.{at}/x")).collect();
        let mut all: Vec<(&str, &[u8])> = places.iter().map(|place| (place.as_str(), &b""[..])).collect();
        all.push(("nix/var/nix/db/db.sqlite", &database));
        let inventory = files(&all);
        assert_eq!((inventory.packages.len(), inventory.gaps.len()), (399, 0), "{page_bytes}");
        for package in inventory.packages.iter().map(|found| &found.package) {
            let at: usize = package.name[1..].parse().unwrap();
            let before = at.checked_sub(1).filter(|before| *before != 5);
            let needed = before.map(|before| Requirement {
                name: format!("a{before}"),
                version: Some(format!("1.{before}")),
                need: Need::Always,
            });
            assert_eq!(package.requires, needed.into_iter().collect::<Vec<_>>(), "{page_bytes}: {}", package.name);
        }
        // Cut anywhere, the store still counts, and that the database cannot be read is said.
        for cut in (0..database.len()).step_by(1 + database.len() / 20) {
            let inventory = files(&[("nix/var/nix/db/db.sqlite", &database[..cut]), (&places[0], b"")]);
            assert_eq!(inventory.packages.len(), 1);
            assert!(inventory.gaps.iter().any(|gap| gap.kind == GapKind::FileUnreadable), "{page_bytes}: {cut}");
        }
    }
}
