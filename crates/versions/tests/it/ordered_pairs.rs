//! Runs `tests/order/*.txt`: one `a < b`, `a = b` or `a ? b` (the second cannot be read) a line.

use std::cmp::Ordering;
use std::fs;
use std::path::PathBuf;

use plimsoll_versions::Scheme;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/order"))
}

/// Versions may hold single spaces: a line is cut at its sign.
pub(crate) fn pairs(scheme: Scheme) -> Vec<(String, Option<Ordering>, String)> {
    let path = folder().join(format!("{}.txt", scheme.name()));
    #[expect(clippy::disallowed_methods, reason = "a file of this crate, not input")]
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let read = |line: &str| {
        [(" < ", Some(Ordering::Less)), (" = ", Some(Ordering::Equal)), (" ? ", None)]
            .into_iter()
            .find_map(|(sign, order)| line.split_once(sign).map(|(a, b)| (a.to_owned(), order, b.to_owned())))
            .unwrap_or_else(|| panic!("{}: {line}", path.display()))
    };
    text.lines().map(read).collect()
}

#[test]
fn every_scheme_orders_its_hand_written_pairs() {
    let mut wrong = Vec::new();
    for &scheme in Scheme::ALL {
        let pairs = pairs(scheme);
        assert!(pairs.len() >= 20, "{scheme:?} has only {} pairs", pairs.len());
        for (a, expected, b) in pairs {
            let order = scheme.compare(&a, &b).ok();
            if order != expected || scheme.compare(&b, &a).ok() != expected.map(Ordering::reverse) {
                wrong.push(format!("{}: {a} against {b}: {order:?}, expected {expected:?}", scheme.name()));
            }
            if expected.is_none() && (scheme.check(&a).is_err() || scheme.check(&b).is_ok()) {
                wrong.push(format!("{}: {b} is readable, or {a} is not", scheme.name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_of_pairs_belongs_to_a_scheme() {
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(Scheme::from_name(name).is_some(), "{} is of no scheme", path.display());
    }
    for &scheme in Scheme::ALL {
        assert_eq!(Scheme::from_name(scheme.name()), Some(scheme));
    }
    assert_eq!(Scheme::from_name("Deb"), None);
}
