//! A database that is cut, flipped or swapped: the right answer or an error, never another answer.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use plimsoll_vulndb::{Database, DbError, MANIFEST_FILE};

use crate::sample::{builder, full, large, record, row, shard, small};

/// Every question whose answer can change, each answered apart.
fn answers(folder: &Path) -> Vec<Result<String, DbError>> {
    let database = match Database::open(folder) {
        Ok(database) => database,
        Err(error) => return vec![Err(error)],
    };
    let say = |answer: &dyn std::fmt::Debug| format!("{answer:?}");
    let lookup = |name: &str, key: &str| database.lookup(&shard(name), key).map(|found| say(&found));
    vec![
        Ok(say(database.manifest())),
        lookup("go", "example.com/module"),
        lookup("go", "example.com/other"),
        lookup("npm", "left-pad"),
        lookup("npm", "evil"),
        lookup("npm", "@scope/name"),
        lookup("npm", "right-pad"),
        database.severities("CVE-2024-0001").map(|found| say(&found)),
        database.severities("CVE-2024-0003").map(|found| say(&found)),
        database.exploited("CVE-2024-0002").map(|found| say(&found)),
        database.exploited("CVE-2024-0001").map(|found| say(&found)),
        database.search("GHSA-xxxx").map(|found| say(&found)),
    ]
}

fn right_answers(folder: &Path) -> Vec<String> {
    answers(folder).into_iter().map(Result::unwrap).collect()
}

/// How many questions were answered with an error; none may be answered wrongly.
fn errors(folder: &Path, right: &[String], what: &str) -> usize {
    let answers = answers(folder);
    for (answer, right) in answers.iter().zip(right) {
        if let Ok(answer) = answer {
            assert_eq!(answer, right, "{what}");
        }
    }
    answers.iter().filter(|answer| answer.is_err()).count()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| !path.ends_with(".lock"));
    files.sort();
    files
}

fn bytes(path: &Path) -> Vec<u8> {
    plimsoll_model::read_capped(File::open(path).unwrap(), 1 << 24).unwrap()
}

fn file_of(folder: &Path, name: &str) -> PathBuf {
    folder.join(&Database::open(folder).unwrap().manifest().shard(&shard(name)).unwrap().file)
}

#[test]
fn a_flip_anywhere_gives_an_error_or_the_right_answer() {
    let folder = tempfile::tempdir().unwrap();
    small(1).finish(folder.path()).unwrap();
    let right = right_answers(folder.path());
    for path in files(folder.path()) {
        let whole = bytes(&path);
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << (at % 8);
            fs::write(&path, &flipped).unwrap();
            let failed = errors(folder.path(), &right, &format!("{} flipped at {at}", path.display()));
            // White space is all that may change in the manifest; in a shard some question reads each part.
            assert!(failed > 0 || path.ends_with(MANIFEST_FILE), "{} flipped at {at}", path.display());
        }
        fs::write(&path, &whole).unwrap();
    }
    assert_eq!(errors(folder.path(), &right, "restored"), 0);
}

#[test]
fn a_file_cut_anywhere_or_longer_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    small(1).finish(folder.path()).unwrap();
    let right = right_answers(folder.path());
    for path in files(folder.path()) {
        let whole = bytes(&path);
        let is_manifest = path.ends_with(MANIFEST_FILE);
        // The manifest's last byte is the end of its last line.
        let end = if is_manifest { whole.len() - 1 } else { whole.len() };
        for length in 0..end {
            fs::write(&path, &whole[..length]).unwrap();
            let failed = errors(folder.path(), &right, &format!("{} cut at {length}", path.display()));
            assert!(failed > 0, "{} cut at {length}", path.display());
        }
        fs::write(&path, [&whole[..], b"!"].concat()).unwrap();
        assert!(errors(folder.path(), &right, "longer") > 0, "{}", path.display());
        fs::write(&path, &whole).unwrap();
    }
}

#[test]
fn a_shard_in_the_place_of_another_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    small(1).finish(folder.path()).unwrap();
    let names = ["go", "kev", "npm", "npm-malware", "severities"];
    for name in names {
        let place = file_of(folder.path(), name);
        let own = bytes(&place);
        for other in names.into_iter().filter(|other| *other != name) {
            fs::write(&place, bytes(&file_of(folder.path(), other))).unwrap();
            let database = Database::open(folder.path()).unwrap();
            assert_eq!(database.verify().len(), 1, "{other} in the place of {name}");
            let error = match name {
                "kev" => database.exploited("CVE-2024-0002").unwrap_err(),
                "severities" => database.severities("CVE-2024-0001").unwrap_err(),
                "go" => database.lookup(&shard("go"), "example.com/module").unwrap_err(),
                _ => database.lookup(&shard("npm"), "left-pad").unwrap_err(),
            };
            assert!(matches!(&error, DbError::Damaged { shard, .. } if shard.as_str() == name), "{error}");
            assert!(error.hint().is_some());
        }
        fs::write(&place, own).unwrap();
    }
}

#[test]
fn a_shard_of_another_build_is_an_error_even_where_all_else_is_alike() {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (folder, fixed) in [(&old, "1"), (&new, "2")] {
        let mut advisory = record("GHSA-1", &[], &[]);
        advisory.affected = vec![row("npm", "left-pad", fixed)];
        builder(1, [advisory]).finish(folder.path()).unwrap();
    }
    let (from, to) = (file_of(old.path(), "npm"), file_of(new.path(), "npm"));
    assert_eq!(bytes(&from).len(), bytes(&to).len());
    fs::copy(from, to).unwrap();
    let error = Database::open(new.path()).unwrap().lookup(&shard("npm"), "left-pad").unwrap_err();
    assert!(error.to_string().contains("of another build"), "{error}");
}

#[test]
fn what_did_not_change_is_the_same_file_in_every_generation() {
    let built = |generation: u64| builder(generation, [full()]).finish_in_memory().unwrap();
    let rows = [1, 2].map(|generation| built(generation).manifest().shards.clone());
    let files = |at: usize| rows[at].iter().map(|row| row.file.clone()).collect::<Vec<_>>();
    assert_eq!(files(0), files(1));
}

#[test]
fn a_file_cut_while_it_is_open_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    large(1).finish(folder.path()).unwrap();
    let database = Database::open(folder.path()).unwrap();
    let seen = database.lookup(&shard("npm"), "package-7").unwrap();
    let path = file_of(folder.path(), "npm");
    let length = fs::metadata(&path).unwrap().len();
    for length in [length - 1, length / 2, 100, 0] {
        OpenOptions::new().write(true).open(&path).unwrap().set_len(length).unwrap();
        let mut failed = 0;
        for number in 0..2000 {
            match database.lookup(&shard("npm"), &format!("package-{number}")) {
                Ok(found) => assert_eq!(found[0].advisory.id, format!("GHSA-{number}")),
                Err(DbError::Damaged { .. }) => failed += 1,
                Err(other) => panic!("{other}"),
            }
        }
        assert!(failed > 0, "{length}");
        // What has been read and checked stays right.
        assert_eq!(database.lookup(&shard("npm"), "package-7").unwrap(), seen);
        assert_eq!(database.verify().len(), 1);
    }
}

#[test]
fn a_file_overwritten_while_it_is_open_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    large(1).finish(folder.path()).unwrap();
    let database = Database::open(folder.path()).unwrap();
    assert!(database.verify().is_empty());
    let mut file = OpenOptions::new().read(true).write(true).open(file_of(folder.path(), "npm")).unwrap();
    let middle = file.metadata().unwrap().len() / 2;
    let mut piece = [0; 1000];
    file.seek(SeekFrom::Start(middle)).unwrap();
    file.read_exact(&mut piece).unwrap();
    file.seek(SeekFrom::Start(middle)).unwrap();
    file.write_all(&piece.map(|byte| !byte)).unwrap();

    let fresh = Database::open(folder.path()).unwrap();
    let answers = (0..2000).map(|number| (number, fresh.lookup(&shard("npm"), &format!("package-{number}"))));
    let mut failed = 0;
    for (number, answer) in answers {
        match answer {
            Ok(found) => assert_eq!(found[0].advisory.id, format!("GHSA-{number}")),
            Err(error) => {
                assert!(error.to_string().contains("block"), "{error}");
                failed += 1;
            }
        }
    }
    assert!((1..2000).contains(&failed), "{failed}");
    assert!(fresh.search("GHSA-1").is_err());
    assert_eq!((fresh.verify().len(), database.verify().len()), (1, 1));
}

#[test]
fn a_missing_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    small(1).finish(folder.path()).unwrap();
    fs::remove_file(file_of(folder.path(), "npm")).unwrap();
    let database = Database::open(folder.path()).unwrap();
    let error = database.lookup(&shard("npm"), "left-pad").unwrap_err();
    assert!(matches!(error, DbError::Missing { .. }), "{error}");
    assert!(!database.has_shard(&shard("npm")) && database.has_shard(&shard("go")));
    assert_eq!(database.lookup(&shard("go"), "example.com/module").unwrap().len(), 1);
    assert_eq!(database.missing().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["npm"]);
}

#[test]
fn a_folder_in_the_place_of_a_shard_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    small(1).finish(folder.path()).unwrap();
    let path = file_of(folder.path(), "npm");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(Database::open(folder.path()).unwrap().lookup(&shard("npm"), "left-pad").is_err());
}
