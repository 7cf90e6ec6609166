//! The folder while databases come and go.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use plimsoll_vulndb::{Database, DbError, MANIFEST_FILE};

use crate::sample::{builder, full, large, record, row, shard, small};

fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| {
            let bytes = plimsoll_model::read_capped(File::open(entry.path()).unwrap(), 1 << 24).unwrap();
            (entry.file_name().into_string().unwrap(), bytes)
        })
        .collect()
}

#[test]
fn the_order_of_advisories_and_feeds_leaves_no_trace() {
    let mut advisories: Vec<_> = (0..60)
        .map(|number| {
            let mut advisory = record(&format!("GHSA-{number}"), &[&format!("CVE-2024-{}", number % 7)], &[]);
            advisory.aliases = vec![format!("GO-{}", number / 3), format!("X-{}", number % 11)];
            if number % 5 == 0 {
                advisory.cves.clear();
            }
            advisory.affected = vec![row("npm", &format!("p{}", number % 9), "1"), row("go", "m", "2")];
            advisory
        })
        .collect();
    advisories.push(full());
    let built = |advisories: Vec<_>| {
        let folder = tempfile::tempdir().unwrap();
        let mut builder = builder(3, advisories);
        builder.add_exploited("CVE-2024-1", None, None, false);
        builder.finish(folder.path()).unwrap();
        content(folder.path())
    };
    let straight = built(advisories.clone());
    let mut shuffled = advisories.clone();
    shuffled.reverse();
    assert_eq!(built(shuffled), straight);
    for step in [7, 23, 31] {
        let shuffled = (0..advisories.len()).map(|at| advisories[at * step % advisories.len()].clone()).collect();
        assert_eq!(built(shuffled), straight, "in steps of {step}");
    }
}

#[test]
fn a_database_in_memory_answers_as_one_in_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    small(1).finish(folder.path()).unwrap();
    let (written, memory) = (Database::open(folder.path()).unwrap(), small(1).finish_in_memory().unwrap());
    assert_eq!(written.manifest(), memory.manifest());
    assert_eq!(written.search("left-pad").unwrap(), memory.search("left-pad").unwrap());
    assert!(memory.verify().is_empty());
}

#[test]
fn what_is_open_goes_on_when_the_database_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    large(1).finish(folder.path()).unwrap();
    let open = Database::open(folder.path()).unwrap();
    open.lookup(&shard("npm"), "package-0").unwrap();
    for generation in 2..5 {
        large(generation).finish(folder.path()).unwrap();
    }
    for number in 0..2000 {
        let found = open.lookup(&shard("npm"), &format!("package-{number}")).unwrap();
        assert!(found[0].advisory.title.starts_with(&format!("number {number} of generation 1,")));
    }
}

#[test]
fn what_began_with_the_generation_before_may_open_its_shards_yet() {
    let folder = tempfile::tempdir().unwrap();
    large(1).finish(folder.path()).unwrap();
    let open = Database::open(folder.path()).unwrap();
    large(2).finish(folder.path()).unwrap();
    let found = open.lookup(&shard("npm"), "package-1").unwrap();
    assert!(found[0].advisory.title.contains("generation 1,"));

    let late = Database::open(folder.path()).unwrap();
    large(3).finish(folder.path()).unwrap();
    large(4).finish(folder.path()).unwrap();
    let error = late.lookup(&shard("npm"), "package-1").unwrap_err();
    assert!(matches!(error, DbError::Replaced { .. }), "{error}");
    assert!(error.hint().is_some());
}

#[test]
fn old_shards_and_leavings_of_dead_builds_go_and_strangers_stay() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in
        [("notes.txt", "mine"), ("x.shard", "mine"), ("npm.0123456789abcdef.shard", "old"), (".plimsoll-dead", "half")]
    {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    for generation in 1..4 {
        large(generation).finish(folder.path()).unwrap();
    }
    let names: Vec<String> = content(folder.path()).into_keys().collect();
    let shards = names.iter().filter(|name| name.starts_with("npm.")).count();
    assert_eq!(shards, 2, "this generation's and the one before: {names:?}");
    let segments = names.iter().filter(|name| name.starts_with("changes-")).count();
    assert_eq!(names.len(), shards + segments + 4, "{names:?}");
    for name in [".lock", MANIFEST_FILE, "notes.txt", "x.shard"] {
        assert!(names.iter().any(|found| found == name), "{name}");
    }
}

#[test]
fn builds_into_one_folder_at_the_same_time_wait_for_each_other_and_readers_never_see_a_mixture() {
    let folder = tempfile::tempdir().unwrap();
    large(0).finish(folder.path()).unwrap();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|threads| {
        let reader = threads.spawn(|| {
            let mut answers = 0;
            while !is_over.load(Ordering::Relaxed) {
                let database = Database::open(folder.path()).unwrap();
                let generation = database.manifest().generation;
                for number in [3, 1999] {
                    match database.lookup(&shard("npm"), &format!("package-{number}")) {
                        Ok(found) => {
                            assert!(found[0].advisory.title.contains(&format!("of generation {generation},")));
                            answers += 1;
                        }
                        Err(DbError::Replaced { .. }) => {}
                        Err(other) => panic!("{other}"),
                    }
                }
            }
            answers
        });
        let builds: Vec<_> = (1..5)
            .map(|generation| {
                let folder = folder.path();
                threads.spawn(move || {
                    for _ in 0..3 {
                        large(generation).finish(folder).unwrap();
                    }
                })
            })
            .collect();
        for build in builds {
            build.join().unwrap();
        }
        is_over.store(true, Ordering::Relaxed);
        assert!(reader.join().unwrap() > 0);
    });
    let database = Database::open(folder.path()).unwrap();
    assert!(database.verify().is_empty());
    assert!((1..5).contains(&database.manifest().generation));
    assert!(!content(folder.path()).keys().any(|name| name.starts_with(".plimsoll-")));
}

#[test]
fn a_build_that_fails_leaves_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    small(1).finish(folder.path()).unwrap();
    let before = content(folder.path());
    let mut reserved = record("GHSA-1", &[], &[]);
    reserved.affected = vec![row("kev", "p", "1")];
    assert!(builder(2, [reserved]).finish(folder.path()).is_err());
    assert_eq!(content(folder.path()), before);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = small(1).finish(&file.join("database")).unwrap_err();
    assert!(error.to_string().contains("database"), "{error}");
    let error = Database::open(&folder.path().join("nowhere")).unwrap_err();
    assert!(error.to_string().contains(MANIFEST_FILE), "{error}");
}

#[cfg(unix)]
#[test]
fn others_may_read_a_database_as_far_as_the_umask_lets_them() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    small(1).finish(folder.path()).unwrap();
    fs::write(folder.path().join("plain"), "").unwrap();
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
    assert_eq!(mode(MANIFEST_FILE), mode("plain"));
}
