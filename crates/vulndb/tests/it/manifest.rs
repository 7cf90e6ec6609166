//! The manifest as a file from outside.

use plimsoll_vulndb::{Database, DbError, MANIFEST_FILE, Manifest};

use crate::sample::small;

fn json() -> String {
    let folder = tempfile::tempdir().unwrap();
    small(1).finish(folder.path()).unwrap();
    let file = std::fs::File::open(folder.path().join(MANIFEST_FILE)).unwrap();
    String::from_utf8(plimsoll_model::read_capped(file, 1 << 20).unwrap()).unwrap()
}

#[test]
fn a_newer_and_an_older_format_are_told_apart_whatever_else_they_hold() {
    let newer = Manifest::from_json(br#"{"format":999,"of":"the future"}"#).unwrap_err();
    assert!(matches!(newer, DbError::NewerFormat { found: 999, known: 2.. }), "{newer}");
    let older = Manifest::from_json(br#"{"format":0}"#).unwrap_err();
    assert!(matches!(older, DbError::OlderFormat { found: 0, known: 2.. }), "{older}");
    assert!(newer.hint().is_some() && older.hint().is_some());
}

#[test]
fn a_changed_value_is_an_error() {
    let json = json();
    assert!(Manifest::from_json(json.as_bytes()).is_ok());
    for (from, to) in [("\"generation\": 1", "\"generation\": 2"), ("osv-go", "osv-no"), ("1700000000", "1800000000")] {
        assert!(json.contains(from), "{json}");
        let error = Manifest::from_json(json.replace(from, to).as_bytes()).unwrap_err();
        assert!(matches!(error, DbError::Manifest(_)), "{error}");
        assert!(error.hint().is_some());
    }
}

#[test]
fn fields_of_nobody_are_an_error() {
    let json = json().replacen("\"format\"", "\"more\": 1, \"format\"", 1);
    assert!(Manifest::from_json(json.as_bytes()).is_err());
}

#[test]
fn an_endless_manifest_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(MANIFEST_FILE), " ".repeat(9 << 20)).unwrap();
    assert!(matches!(Database::open(folder.path()), Err(DbError::Io { .. })));
}

#[test]
fn fuzz_manifests() {
    let sample = json().into_bytes();
    let right = Manifest::from_json(&sample).unwrap();
    plimsoll_fuzzing::check().with_iterations(4_000).for_each(|input: &[u8]| {
        let mut bytes = sample.clone();
        for change in input.chunks_exact(3) {
            let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
            bytes[place] = change[2];
        }
        if let Ok(manifest) = Manifest::from_json(&bytes) {
            assert_eq!(manifest, right);
        }
        let _ = Manifest::from_json(input);
    });
}
