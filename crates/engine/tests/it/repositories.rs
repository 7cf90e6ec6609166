//! Images that name the repositories they were built from ask what channels those are of.

use plimsoll_engine::{AdvisorySource, Progress, Scanner, Supply};
use plimsoll_images::{OpenOptions, SourceSpec};

/// The shards that a system of this id with a content manifest asks.
fn asked(id: &str, manifest: Option<&str>) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("etc")).unwrap();
    std::fs::write(folder.path().join("etc/os-release"), format!("ID={id}\nVERSION_ID=9.4\n")).unwrap();
    if let Some(manifest) = manifest {
        std::fs::create_dir_all(folder.path().join("usr/share/buildinfo")).unwrap();
        std::fs::write(folder.path().join("usr/share/buildinfo/content-sets.json"), manifest).unwrap();
    }
    let advisories = AdvisorySource::starter().unwrap();
    let scanner = Scanner {
        advisories: Supply::Ready(&advisories),
        cache: None,
        progress: std::sync::Arc::<Progress>::default(),
    };
    let source = SourceSpec::parse(&format!("dir:{}", folder.path().display())).unwrap();
    let asked = scanner.shards_needed(source, OpenOptions::default()).unwrap();
    asked.iter().map(ToString::to_string).collect()
}

#[test]
fn only_images_that_name_repositories_ask_the_table_of_them() {
    let manifest = Some(r#"{"content_sets":["rhel-9-for-x86_64-baseos-rpms"]}"#);
    assert!(asked("rhel", manifest).contains(&"redhat-repositories".to_owned()));
    assert!(!asked("rhel", None).contains(&"redhat-repositories".to_owned()));
    assert!(!asked("rhel", Some(r#"{"content_sets":[]}"#)).contains(&"redhat-repositories".to_owned()));
    assert!(!asked("fedora", None).contains(&"redhat-repositories".to_owned()));
}
