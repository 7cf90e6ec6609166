//! The table itself.

use std::collections::BTreeSet;
use std::path::Path;

use plimsoll_catalog::CATALOGERS;

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
