//! The index of Java archives.

use plimsoll_vulndb::java::{Coordinates, read_line};
use plimsoll_vulndb::{BuildInfo, Builder, Database};

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
    let bytes = database.manifest().shards[0].size_bytes as f64 / 20_000.0;
    assert!(bytes < 24.0, "{bytes} bytes a row");
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
