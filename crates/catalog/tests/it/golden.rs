//! What each cataloger makes of a few small files, beside its revision: output that changes
//! without a raised revision would leave stale facts in the cache.
//!
//! `golden/ID/` holds the files (a folder `NAME!` is an archive that was opened), `golden/ID.txt`
//! what must come out. `PLIMSOLL_BLESS=1` writes the latter, but never at an unchanged revision.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use plimsoll_catalog::CATALOGERS;
use plimsoll_facts::{
    Entry, EntryKind, FileMeta, Found, Inspect, LayerBuilder, Limits, MergeOptions, Plan, RowIndex, Sink, Unpacked,
    merge, path_hash,
};
use plimsoll_model::{FilePath, Location, Package, Position, Requirement};

use crate::reading::inspect;

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

#[test]
fn facts_change_only_with_the_revision() {
    let bless = std::env::var_os("PLIMSOLL_BLESS").is_some();
    let mut stale = Vec::new();
    for row in CATALOGERS {
        let id = row.inspect.id();
        let path = golden().join(id).with_extension("txt");
        let revision = format!("revision {}\n", row.inspect.revision());
        let expected = std::fs::File::open(&path).ok().map(|file| plimsoll_model::read_capped(file, 1 << 20).unwrap());
        let expected = String::from_utf8(expected.unwrap_or_default()).unwrap();
        let now = format!("{revision}{}", facts(row.inspect));
        if now == expected {
            continue;
        }
        assert!(!expected.starts_with(&revision), "{id}: raise its revision()\nexpected {expected}\nfound {now}");
        if bless {
            std::fs::write(&path, now).unwrap();
        } else {
            stale.push(id);
        }
    }
    assert!(stale.is_empty(), "run with PLIMSOLL_BLESS=1 and review the difference: {stale:?}");
}

#[test]
fn every_golden_file_belongs_to_a_row() {
    for entry in std::fs::read_dir(golden()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let id = name.strip_suffix(".txt").unwrap_or(&name);
        assert!(CATALOGERS.iter().any(|row| row.inspect.id() == id), "{name} belongs to no cataloger");
    }
}

/// The layer's facts, then the packages of the image.
fn facts(inspector: &'static dyn Inspect) -> String {
    let plan = Plan::new(&[inspector], &[]);
    let mut builder = LayerBuilder::new(&plan, Limits::default());
    let mut opened = None;
    for (path, inside, bytes) in &files(inspector.id()) {
        let size = bytes.len() as u64;
        // An archive is one entry, however many members it has.
        if opened.replace(path) != Some(path) {
            builder.entry(path.as_bytes(), b"", Entry::new(EntryKind::File, size, 0o644, (0, 0), false), true);
        }
        let mut rows: Vec<RowIndex> = Vec::new();
        match inside.last() {
            Some(member) => plan.by_member_path(member.as_bytes(), &mut rows),
            None => {
                plan.by_path(path.as_bytes(), &mut rows);
                plan.by_magic(bytes, &mut rows);
            }
        }
        let file = |inside| FileMeta {
            path: path.as_bytes(),
            inside,
            kind: EntryKind::File,
            mode: 0o644,
            owner: (0, 0),
            size,
        };
        if !rows.is_empty() {
            let mut sink = Sink::new(FilePath::from(path.as_str()), inside.clone());
            inspect(inspector, &file(inside), bytes, 64 << 10, &mut sink);
            builder.found(0, sink);
        }
        if !inside.is_empty() {
            let archive = Unpacked { sha1: None, members: 1, complete: true };
            let mut sink = Sink::new(FilePath::from(path.as_str()), Vec::new());
            inspector.unpacked(&file(&[]), &archive, &mut sink);
            builder.found(0, sink);
        }
    }
    let layer = builder.finish();
    let mut text = String::new();
    for item in layer.sections.iter().flat_map(|section| &section.found) {
        let place = place(&item.location);
        match &item.found {
            Found::Package(package) => writeln!(text, "{place}: {}", line(package)),
            Found::Fragment { kind, bytes } => {
                writeln!(text, "{place}: fragment {kind}, {} bytes, {:016x}", bytes.len(), path_hash(bytes))
            }
            other => writeln!(text, "{place}: {other:?}"),
        }
        .unwrap();
    }
    if inspector.join().is_some() {
        let inventory = merge(&[layer], &[inspector], MergeOptions::default());
        if let Some(distro) = inventory.identity.distro() {
            writeln!(text, "system: {} {}", distro.id, distro.version.as_deref().unwrap_or("-")).unwrap();
        }
        for installed in &inventory.packages {
            let places: Vec<String> = installed.locations().map(place).collect();
            writeln!(text, "joined {}: {}", places.join(", "), line(&installed.package)).unwrap();
        }
        inventory.gaps.iter().for_each(|gap| writeln!(text, "gap: {gap:?}").unwrap());
    }
    text
}

/// The golden files of a row: the path in the image, the way inside an archive, the bytes.
pub fn files(id: &str) -> Vec<(String, Vec<FilePath>, Vec<u8>)> {
    let root = golden().join(id);
    let mut files: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    collect(&root, &root, &mut files);
    assert!(!files.is_empty(), "{id}: no golden files");
    let parts = |(path, bytes): (PathBuf, Vec<u8>)| {
        let (path, inside) = split(path.to_str().unwrap());
        (path, inside, bytes)
    };
    files.into_iter().map(parts).collect()
}

fn collect(root: &Path, folder: &Path, into: &mut Vec<(PathBuf, Vec<u8>)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(root, &path, into);
        } else {
            let file = std::fs::File::open(&path).unwrap();
            let bytes = plimsoll_model::read_capped(file, 1 << 20).unwrap();
            into.push((path.strip_prefix(root).unwrap().to_owned(), bytes));
        }
    }
}

/// `a.jar!/b` is the member `b` of `a.jar`.
fn split(path: &str) -> (String, Vec<FilePath>) {
    let mut parts = path.split("!/");
    let outer = parts.next().unwrap().to_owned();
    (outer, parts.map(FilePath::from).collect())
}

fn place(location: &Location) -> String {
    location.inside.iter().fold(location.path.to_string(), |place, inside| format!("{place}!{inside}"))
}

fn line(package: &Package) -> String {
    let mut line = format!("{} {} {}", package.kind.name(), package.name, package.version);
    let source = package.source.as_ref().map(|source| format!("{} {}", source.name, source.version));
    for (name, value) in [
        ("architecture", &package.architecture),
        ("source", &source),
        ("module", &package.module),
        ("vendor", &package.vendor),
        ("licence", &package.license),
    ] {
        if let Some(value) = value {
            write!(line, ", {name} {value}").unwrap();
        }
    }
    for cpe in &package.cpes {
        write!(line, ", cpe {cpe}").unwrap();
    }
    for Requirement { name, version, need } in &package.requires {
        let version = version.as_deref().map(|version| format!(" {version}")).unwrap_or_default();
        write!(line, ", {} needs {name}{version}", need.name()).unwrap();
    }
    if let Some(direct) = package.direct {
        line.push_str(if direct { ", direct" } else { ", transitive" });
    }
    if package.development {
        line.push_str(", for development");
    }
    match package.position {
        Some(Position::Line(number)) => write!(line, ", line {number}").unwrap(),
        Some(Position::Offset(at)) => write!(line, ", byte {at}").unwrap(),
        None => {}
    }
    write!(line, ", by {}", package.evidence.name()).unwrap();
    line
}
