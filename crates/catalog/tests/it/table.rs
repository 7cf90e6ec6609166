//! The table itself.

use std::collections::BTreeSet;
use std::path::Path;

use plimsoll_catalog::{CATALOGERS, Cataloger, Tried};
use plimsoll_facts::Pattern;
use plimsoll_model::{FilePath, PackageKind};

use crate::reading::read_in_windows;

#[test]
fn ids_are_unique() {
    let mut seen = BTreeSet::new();
    for cataloger in CATALOGERS {
        assert!(seen.insert(cataloger.inspect.id()), "{} stands twice", cataloger.inspect.id());
        assert!(!cataloger.inspect.patterns().is_empty() || !cataloger.inspect.patterns_inside().is_empty());
        assert!(!cataloger.title.is_empty() && !cataloger.reads.is_empty());
    }
}

#[test]
fn every_file_of_the_folders_is_in_the_table() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let listed: BTreeSet<&str> = CATALOGERS.iter().map(|cataloger| cataloger.file).collect();
    for listed in &listed {
        assert!(source.join(listed).exists(), "{listed} is not there");
    }
    for folder in ["os", "lang", "binary", "sbom"] {
        for entry in std::fs::read_dir(source.join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let path = format!("{folder}/{name}");
            assert!(name == "mod.rs" || listed.contains(path.as_str()), "{path} has no row in the table");
        }
    }
}

#[test]
fn every_inspector_survives_any_bytes_under_any_of_its_paths() {
    let files: Vec<(&str, String, Vec<FilePath>)> = CATALOGERS
        .iter()
        .flat_map(|row| {
            let outside = row.inspect.patterns().iter().map(|pattern| (path_of(*pattern), Vec::new()));
            let inside = row.inspect.patterns_inside().iter();
            let inside = inside.map(|pattern| ("a/b.jar".to_owned(), vec![FilePath::from(path_of(*pattern).as_str())]));
            outside.chain(inside).map(|(path, inside)| (row.inspect.id(), path, inside)).collect::<Vec<_>>()
        })
        .collect();
    plimsoll_fuzzing::check().with_type::<(u16, u8, Vec<u8>)>().with_iterations(20_000).for_each(
        |(file, window, bytes)| {
            let (id, path, inside) = &files[usize::from(*file) % files.len()];
            read_in_windows(id, path, inside, bytes, usize::from(*window) + 1);
        },
    );
}

/// A path that the pattern matches.
fn path_of(pattern: Pattern) -> String {
    match pattern {
        Pattern::Path(path) | Pattern::Name(path) => path.to_owned(),
        Pattern::Suffix(suffix) => format!("a/specifications/b{suffix}"),
        Pattern::Under(folder, end) => format!("{folder}/a{end}"),
        Pattern::In(folder, end) => format!("a/{folder}/b{end}"),
        Pattern::Magic(_) => "usr/bin/a".to_owned(),
    }
}

#[test]
fn the_documentation_names_every_row() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/catalogs.md");
    let file = std::fs::File::open(path).unwrap();
    let text = String::from_utf8(plimsoll_model::read_capped(file, 1 << 20).unwrap()).unwrap();
    let line = |row: &Cataloger| {
        let kind = row.kind.map_or("—", PackageKind::name);
        let reads: Vec<String> = row.reads.iter().map(|path| format!("`{path}`")).collect();
        let counts = match (row.kind, row.declared) {
            (None, _) => "—",
            (_, true) => "declared",
            (_, false) => "installed",
        };
        let purl = row.kind.map_or("—", PackageKind::purl_type);
        let tried = match row.tried {
            Tried::Real(on) => format!("real: {on}"),
            Tried::Written => "written".to_owned(),
        };
        format!("| {} | {kind} | {purl} | {} | {counts} | {tried} |", row.title, reads.join(", "))
    };
    let table: Vec<String> = CATALOGERS.iter().map(line).collect();
    assert!(text.contains(&table.join("\n")), "the table in docs/catalogs.md should be\n{}", table.join("\n"));
}
