//! Java archives that do not say what they are, found by their SHA-1.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use zip::write::SimpleFileOptions;

use crate::advisories::small_database;
use crate::program::{Program, gaps};
use crate::registry::online;
use crate::travel::shards;
use crate::update::serve;

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

/// A database with an advisory on one of forty jars, and an index of all of them; the image
/// has nothing but that jar.
fn forty_jars(program: &Program) {
    let home = program.home();
    for number in 0..40 {
        let place = format!("repository/org/example/jar-{number}/1.2/jar-{number}-1.2.jar");
        jar(&home.join(place), &format!("a/C{number}.class"));
    }
    jar(&home.join("image/app/lib.jar"), "a/C3.class");
    fs::create_dir_all(home.join("feeds/osv/Maven")).unwrap();
    let mut archive = zip::ZipWriter::new(File::create(home.join("feeds/osv/Maven/all.zip")).unwrap());
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    archive.start_file("GHSA-aaaa-bbbb-cccc.json", stored).unwrap();
    let record = r#"{"schema_version":"1.6.0","id":"GHSA-aaaa-bbbb-cccc","modified":"2024-01-01T00:00:00Z",
        "aliases":["CVE-2024-0001"],"affected":[{"package":{"ecosystem":"Maven","name":"org.example:jar-3"},
        "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2.0"}]}]}]}"#;
    archive.write_all(record.as_bytes()).unwrap();
    archive.finish().unwrap();
    let ran = program.run(&["db", "build", "--from", "feeds", "--out", "db", "--java-index", "repository"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

fn java_shards(folder: &Path) -> Vec<String> {
    shards(folder).into_iter().filter(|name| name.starts_with("java-")).collect()
}

#[test]
fn a_scan_pulls_only_the_java_shard_of_its_own_digest_and_the_advisories_for_what_that_names() {
    let program = Program::new();
    forty_jars(&program);
    let folder = |name: &str| program.home().join(name);
    assert!(java_shards(&folder("db")).len() > 20);
    let ran = program.run(&["db", "export", "--folder", "www", "--db", "db"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let address = serve(folder("www"));
    let scan = ["scan", "dir:image", "--format", "json", "--no-cache", "--db-source", &address, "--db", "pulled"];
    let ran = online(&program, &scan).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(report["packages"][0]["name"], "org.example:jar-3");
    assert_eq!(report["findings"].as_array().unwrap().len(), 1, "{}", report["findings"]);
    assert!(!gaps(&report).contains(&"advisory-shard-missing"), "{:?}", gaps(&report));
    let here = java_shards(&folder("pulled"));
    assert_eq!(here.len(), 1, "{here:?}");
    assert!(shards(&folder("pulled")).contains(&"maven".into()));
}

#[test]
fn a_part_in_one_file_has_the_index_only_when_it_is_named_and_what_is_not_there_is_a_gap() {
    let program = Program::new();
    forty_jars(&program);
    let folder = |name: &str| program.home().join(name);
    for (part, into) in [("maven", "without"), ("maven,java", "with")] {
        let file = format!("{into}.tar");
        for arguments in
            [&["db", "export", &file, "--for", part, "--db", "db"][..], &["db", "import", &file, "--db", into]]
        {
            let ran = program.run(arguments);
            assert_eq!(ran.code, 0, "{}", ran.stderr);
        }
    }
    assert_eq!(java_shards(&folder("without")), [""; 0]);
    let shards = java_shards(&folder("db")).len();
    for (into, line) in [("with", format!("java-… ({shards})")), ("without", format!("not pulled: java-… ({shards})"))]
    {
        let status = program.run(&["db", "status", "--db", into]).stdout;
        assert!(status.contains(&line) && !status.contains("java-0"), "one line for all of them: {status}");
    }
    let found = program.run(&["db", "search", "jar-3", "--db", "without"]).stdout;
    assert!(found.contains("GHSA-aaaa-bbbb-cccc") && !found.contains("java-"), "{found}");
    assert_eq!(java_shards(&folder("with")), java_shards(&folder("db")));
    let (report, _) = program.scan(&["dir:image", "--no-cache", "--db", "with"]);
    assert_eq!(report["findings"].as_array().unwrap().len(), 1);
    let (report, _) = program.scan(&["dir:image", "--no-cache", "--db", "without"]);
    let missing: Vec<&str> = (report["coverage"]["gaps"].as_array().unwrap().iter())
        .filter(|gap| gap["kind"] == "advisory-shard-missing")
        .map(|gap| gap["subject"].as_str().unwrap())
        .collect();
    assert!(matches!(missing[..], [shard] if java_shards(&folder("db")).contains(&shard.into())), "{missing:?}");
    assert!(gaps(&report).contains(&"no-identity"));
}
