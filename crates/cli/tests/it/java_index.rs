//! Java archives that do not say what they are, found by their SHA-1.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use zip::write::SimpleFileOptions;

use crate::advisories::small_database;
use crate::program::Program;

fn jar(path: &Path, class: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut archive = zip::ZipWriter::new(File::create(path).unwrap());
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    archive.start_file(class, stored).unwrap();
    archive.write_all(class.as_bytes()).unwrap();
    archive.finish().unwrap();
}

#[test]
fn a_jar_without_any_name_is_known_by_its_digest_and_one_that_is_not_stays_a_gap() {
    let program = Program::new();
    let home = program.home();
    jar(&home.join("repository/org/example/known/1.2/known-1.2.jar"), "a/A.class");
    for place in ["image/app/lib.jar", "image/app/copy.jar", "image/app/known-9.jar"] {
        jar(&home.join(place), "a/A.class");
    }
    jar(&home.join("image/app/other.jar"), "b/B.class");
    small_database(&program);
    let seen = |program: &Program| {
        let (report, _) = program.scan(&["--db", "db", "--fail-on", "none", "dir:image"]);
        let packages: Vec<String> = report["packages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|package| {
                format!(
                    "{}@{} by {}, {}",
                    package["name"], package["version"], package["evidence"], package["locations"]
                )
            })
            .collect();
        let gaps = report["coverage"]["gaps"].as_array().unwrap().iter();
        let gaps: Vec<String> = gaps
            .filter(|gap| gap["kind"] == "no-identity")
            .map(|gap| gap["subject"].as_str().unwrap().into())
            .collect();
        (packages.join("; ").replace('"', ""), gaps)
    };
    let (packages, gaps) = seen(&program);
    assert!(packages.starts_with("known@9 by file-name"), "{packages}");
    assert!(
        ["app/copy.jar", "app/known-9.jar", "app/lib.jar", "app/other.jar"]
            .iter()
            .all(|jar| gaps.iter().any(|gap| gap == jar)),
        "{gaps:?}"
    );

    small_database_with_jars(&program);
    let (packages, gaps) = seen(&program);
    assert_eq!(packages, "org.example:known@1.2 by digest, [app/copy.jar,app/known-9.jar,app/lib.jar]");
    assert_eq!(gaps, ["app/other.jar"]);
}

/// Builds anew with an index; then once more without one, which keeps it.
fn small_database_with_jars(program: &Program) {
    let feeds = program.home().join("feeds");
    fs::create_dir_all(feeds.join("osv/npm")).unwrap();
    let mut archive = zip::ZipWriter::new(File::create(feeds.join("osv/npm/all.zip")).unwrap());
    archive
        .start_file("x.json", SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored))
        .unwrap();
    archive.write_all(b"{}").unwrap();
    archive.finish().unwrap();
    let ran = program.run(&["db", "build", "--from", "feeds", "--out", "db", "--java-index", "repository"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    small_database(program);
}
