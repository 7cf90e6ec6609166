//! The index of Java archives.

use plimsoll_model::ShardName;
use plimsoll_vulndb::java::{Coordinates, read_line, shard_of};
use plimsoll_vulndb::travel::{FolderCarrier, Refusal, Rules, TravelError, Wanted, pull};
use plimsoll_vulndb::{BuildInfo, Builder, Database, DbError};

use crate::sample::builder;

fn jar(name: &str, version: &str) -> Coordinates {
    Coordinates { name: name.into(), version: version.into() }
}

/// A digest that looks like one.
fn digest(number: u64) -> [u8; 20] {
    let mut bytes = [0; 20];
    for (at, part) in bytes.chunks_mut(8).enumerate() {
        let mixed = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(at as u32 * 23 + 7);
        part.copy_from_slice(&mixed.to_be_bytes()[..part.len()]);
    }
    bytes
}

#[test]
fn lines_are_read_or_refused() {
    let line = "da39a3ee5e6b4b0d3255bfef95601890afd80709 org.apache.commons:commons-lang3:3.12.0";
    let (sha1, found) = read_line(line).unwrap().unwrap();
    assert_eq!((sha1[0], sha1[19]), (0xda, 0x09));
    assert_eq!(found, jar("org.apache.commons:commons-lang3", "3.12.0"));
    for nothing in ["", "  ", "# a remark"] {
        assert_eq!(read_line(nothing), Ok(None));
    }
    let digits = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
    for bad in ["x", digits, "zz g:a:1", "da39 g:a:1"].map(str::to_owned).into_iter().chain([
        format!("{digits} g:a"),
        format!("{digits} g::1"),
        format!("{digits} g:a:1:2"),
        format!("{digits} g:a:1 more"),
        format!("{digits} g:a:"),
        format!("{}é g:a:1", &digits[..38]),
        format!("{digits} {}", "g:a:1".repeat(1000)),
    ]) {
        assert!(read_line(&bad).is_err(), "{bad}");
    }
}

#[test]
fn every_jar_is_found_by_its_digest_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let coordinates = |number: u64| {
        jar(
            &format!("org.example.group{}:artifact-{}", number % 300, number % 900),
            &format!("{}.{}", number % 40, number / 40),
        )
    };
    let mut builder = Builder::new(BuildInfo { generation: 1, built: None });
    for number in 0..20_000 {
        builder.add_jar(digest(number), coordinates(number));
    }
    // The same bytes under two names: the first in their order.
    builder.add_jar(digest(5), jar("a:a", "1"));
    builder.add_jar(digest(5), jar("z:z", "1"));
    builder.finish(folder.path()).unwrap();
    let database = Database::open(folder.path()).unwrap();
    assert!(database.verify().is_empty());
    assert!(database.has_java_index());
    for number in (0..20_000).step_by(7) {
        assert_eq!(database.java_coordinates(&digest(number)).unwrap(), Some(coordinates(number)), "{number}");
    }
    assert_eq!(database.java_coordinates(&digest(5)).unwrap(), Some(jar("a:a", "1")));
    let mut other = digest(7);
    other[9] ^= 1;
    for unknown in [digest(30_000), other, [0; 20]] {
        assert_eq!(database.java_coordinates(&unknown).unwrap(), None);
    }
    let shards: Vec<&str> = database.manifest().shards.iter().map(|row| row.name.as_str()).collect();
    assert_eq!((shards.len(), shards[0], shards[255]), (256, "java-00", "java-ff"));
}

#[test]
fn the_index_stays_when_the_database_is_built_anew_without_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = builder(1, []);
    first.add_jar(digest(1), jar("g:a", "1"));
    first.finish(folder.path()).unwrap();
    builder(2, []).finish(folder.path()).unwrap();
    let database = Database::open(folder.path()).unwrap();
    assert_eq!(database.java_coordinates(&digest(1)).unwrap(), Some(jar("g:a", "1")));
    assert_eq!(builder(1, []).finish_in_memory().unwrap().java_coordinates(&digest(1)).unwrap(), None);
}

/// An index whose rows lie in the shards of three first bytes.
fn three_shards(generation: u64) -> Builder {
    let mut builder = builder(generation, []);
    for first in [0x00, 0x3f, 0xff] {
        for last in 0..3 {
            builder.add_jar(at(first, last), jar("g:a", &last.to_string()));
        }
    }
    builder
}

fn at(first: u8, last: u8) -> [u8; 20] {
    let mut bytes = [7; 20];
    (bytes[0], bytes[3]) = (first, last);
    bytes
}

fn java_shards(database: &Database) -> Vec<&str> {
    let names = database.manifest().shards.iter().map(|row| row.name.as_str());
    names.filter(|name| name.starts_with("java-")).collect()
}

#[test]
fn only_first_bytes_that_digests_have_make_shards_and_all_of_them_stay_or_go() {
    let folder = tempfile::tempdir().unwrap();
    three_shards(1).finish(folder.path()).unwrap();
    builder(2, []).finish(folder.path()).unwrap();
    let database = Database::open(folder.path()).unwrap();
    assert_eq!(java_shards(&database), ["java-00", "java-3f", "java-ff"]);
    assert_eq!(database.java_coordinates(&at(0xff, 2)).unwrap(), Some(jar("g:a", "2")));
    assert_eq!(database.java_coordinates(&at(0x40, 2)).unwrap(), None);
    // Another index takes the place of the whole one.
    let mut third = builder(3, []);
    third.add_jar(at(0x3f, 9), jar("g:b", "9"));
    third.finish(folder.path()).unwrap();
    let database = Database::open(folder.path()).unwrap();
    assert_eq!(java_shards(&database), ["java-3f"]);
    assert_eq!(database.java_coordinates(&at(0x3f, 1)).unwrap(), None);
}

#[test]
fn a_pull_takes_the_shards_of_the_digests_that_are_named_and_the_others_are_not_read_as_unknown() {
    let from = tempfile::tempdir().unwrap();
    three_shards(1).finish(from.path()).unwrap();
    let take = |wanted: &Wanted| {
        let into = tempfile::tempdir().unwrap();
        pull(&FolderCarrier::new(from.path()), into.path(), wanted, &Rules::default(), Refusal::Fails)?;
        Ok::<_, TravelError>((Database::open(into.path()).unwrap(), into))
    };
    let names = |names: &[&str]| names.iter().map(|name| ShardName::clean(name)).collect();
    let (one, _folder) = take(&Wanted::ForScan(vec![shard_of(&at(0x3f, 1)), ShardName::clean("java-77")])).unwrap();
    let missing: Vec<&str> =
        one.missing().map(|row| row.name.as_str()).filter(|name| name.starts_with("java")).collect();
    assert_eq!(missing, ["java-00", "java-ff"]);
    assert!(one.has_java_index());
    assert_eq!(one.java_coordinates(&at(0x3f, 1)).unwrap(), Some(jar("g:a", "1")));
    let error = one.java_coordinates(&at(0xff, 1)).unwrap_err();
    assert!(matches!(&error, DbError::Missing { shard, .. } if shard.as_str() == "java-ff"), "{error}");

    let (all, _folder) = take(&Wanted::For(names(&["java"]))).unwrap();
    assert_eq!(all.java_coordinates(&at(0xff, 1)).unwrap(), Some(jar("g:a", "1")));
    let error = take(&Wanted::For(names(&["java-77"]))).map(drop).unwrap_err();
    assert!(error.to_string().contains("java-00 to java-ff"), "{error}");
}

/// Bytes a row of the shards' files, of an index in the proportions of the central repository: some twenty
/// versions of each artifact, some seven artifacts of each group.
fn bytes_a_row(rows: u64, has_texts: bool) -> f64 {
    const WORDS: [&str; 12] = [
        "commons", "spring", "client", "logging", "server", "security", "netty", "codec", "kafka", "jackson", "web",
        "support",
    ];
    let word = |number: u64| WORDS[number as usize % WORDS.len()];
    let mut builder = Builder::new(BuildInfo { generation: 1, built: None });
    for number in 0..rows {
        let (artifact, version) = (number / 20, number % 20);
        let group = artifact / 7;
        let [one, two, three] = [group, group / 12, artifact].map(word);
        let name = format!("org.{one}{group}.{two}:{one}-{two}-{three}-{}", artifact % 7);
        let version = format!("{}.{}.{}", artifact % 5, version, number * 7 % 13);
        let known = if has_texts { jar(&name, &version) } else { jar("g:a", "1") };
        builder.add_jar(digest(number), known);
    }
    let database = builder.finish_in_memory().unwrap();
    database.manifest().shards.iter().map(|row| row.size_bytes).sum::<u64>() as f64 / rows as f64
}

#[test]
fn a_small_index_is_small() {
    let (with, without) = (bytes_a_row(20_000, true), bytes_a_row(20_000, false));
    assert!(with < 34.0 && without < 18.0, "{with:.1} bytes a row, {without:.1} without texts");
}

#[test]
fn a_large_index_is_smaller_a_row() {
    let (with, without) = (bytes_a_row(500_000, true), bytes_a_row(500_000, false));
    assert!(with < 22.0 && without < 12.0, "{with:.1} bytes a row, {without:.1} without texts");
}
