//! Deltas lead from one generation of a shard to exactly the next, or nowhere.

use std::fs::File;
use std::path::Path;

use plimsoll_model::{Advisory, Timestamp};
use plimsoll_vulndb::{Builder, DbError, ShardRow, SignedManifest, delta};

use crate::sample::{builder, full, large, record, row, scored, small};

/// The shards of a build, with their bytes.
fn shards(builder: Builder) -> Vec<(ShardRow, Vec<u8>)> {
    let folder = tempfile::tempdir().unwrap();
    builder.finish(folder.path()).unwrap();
    read(folder.path())
}

fn read(folder: &Path) -> Vec<(ShardRow, Vec<u8>)> {
    let rows = SignedManifest::read(folder).unwrap().into_manifest().shards;
    let bytes =
        |row: &ShardRow| plimsoll_model::read_capped(File::open(folder.join(&row.file)).unwrap(), 1 << 24).unwrap();
    rows.into_iter().map(|row| (row.clone(), bytes(&row))).collect()
}

/// Applies the delta of every shard that both have; their sizes.
fn lead(old: &[(ShardRow, Vec<u8>)], new: &[(ShardRow, Vec<u8>)]) -> Vec<usize> {
    let mut sizes = Vec::new();
    for (new_row, new_bytes) in new {
        let Some((old_row, old_bytes)) = old.iter().find(|(row, _)| row.name == new_row.name) else { continue };
        let made = delta::make((old_row, old_bytes.clone()), (new_row, new_bytes.clone())).unwrap();
        let applied = delta::apply((old_row, old_bytes.clone()), &made, new_row).unwrap();
        assert_eq!(&applied, new_bytes, "{}", new_row.name);
        sizes.push(made.len());
    }
    sizes
}

/// Records about some packages, which share records and rows.
fn world(count: usize) -> Vec<Advisory> {
    (0..count)
        .map(|number| {
            let mut advisory = record(&format!("GHSA-{number}"), &[&format!("CVE-2024-{number:04}")], &[]);
            advisory.title = format!("flaw {number} in package-{}", number % 40);
            advisory.severities = vec![scored("ghsa", (number % 100) as f64 / 10.0)];
            advisory.modified = Some(Timestamp(1_700_000_000 + number as i64));
            advisory.affected = vec![
                row("npm", &format!("package-{}", number % 40), &format!("1.{number}")),
                row("npm", &format!("other-{}", number % 7), "2.0"),
            ];
            advisory
        })
        .collect()
}

#[test]
fn every_kind_of_change_is_carried_over() {
    let old = shards(builder(1, world(300)));
    type Edit = fn(&mut Vec<Advisory>);
    let edits: [(&str, Edit); 9] = [
        ("nothing", |_| {}),
        ("a title", |all| all[7].title = "something else".into()),
        ("a date", |all| all[7].modified = Some(Timestamp(1))),
        ("a fix", |all| all[7].affected[0] = row("npm", "package-7", "9.9")),
        ("a score", |all| all[7].severities = vec![scored("ghsa", 9.9)]),
        ("a record less", |all| drop(all.remove(7))),
        ("a record more", |all| all.push(world(301).pop().unwrap())),
        ("another source", |all| all[7].source = "another".into()),
        ("a package less and one more", |all| {
            all.retain(|advisory| advisory.affected[1].name != "other-3");
            all[0].affected.push(row("npm", "aaa", "1"));
            all[1].affected.push(row("npm", "zzz", "1"));
        }),
    ];
    for (what, edit) in edits {
        let mut changed = world(300);
        edit(&mut changed);
        let new = shards(builder(2, changed));
        println!("{what}: {:?}", lead(&old, &new));
        lead(&new, &old);
    }
}

#[test]
fn all_kinds_of_shards_have_deltas() {
    let (old, new) = (shards(small(1)), shards(small(2)));
    assert_eq!(lead(&old, &new).len(), 5);
    let (old, new) = (shards(large(1)), shards(large(2)));
    lead(&old, &new);
    lead(&shards(builder(1, [full()])), &shards(builder(2, [])));
}

#[test]
fn a_small_change_of_a_large_shard_is_a_small_delta() {
    let mut changed = world(6000);
    for advisory in changed.iter_mut().step_by(300) {
        advisory.modified = Some(Timestamp(1_800_000_000));
        advisory.affected[0].ranges[0].end = plimsoll_model::RangeEnd::Fixed("77.1".into());
    }
    let (old, new) = (shards(builder(1, world(6000))), shards(builder(2, changed)));
    let npm = new.iter().find(|(row, _)| row.name.as_str() == "npm").unwrap();
    let packed = zstd::encode_all(npm.1.as_slice(), 19).unwrap().len();
    let sizes = lead(&old, &new);
    assert!(sizes[0] * 100 < packed, "{sizes:?} {packed}");
}

#[test]
fn a_delta_of_other_shards_or_with_a_flipped_bit_gives_nothing() {
    let (old, new) = (shards(builder(1, world(60))), shards(builder(2, world(62))));
    let ((old_row, old_bytes), (new_row, new_bytes)) = (&old[0], &new[0]);
    let made = delta::make((old_row, old_bytes.clone()), (new_row, new_bytes.clone())).unwrap();
    for at in 0..made.len() {
        let mut flipped = made.clone();
        flipped[at] ^= 1 << (at % 8);
        if let Ok(applied) = delta::apply((old_row, old_bytes.clone()), &flipped, new_row) {
            assert_eq!(&applied, new_bytes, "flipped at {at}");
        }
        assert!(delta::apply((old_row, old_bytes.clone()), &made[..at], new_row).is_err(), "cut at {at}");
    }
    let error = delta::apply((new_row, new_bytes.clone()), &made, new_row).unwrap_err();
    assert!(matches!(error, DbError::Delta { .. }) && error.hint().is_some(), "{error}");
    let error = delta::apply((old_row, new_bytes.clone()), &made, new_row).unwrap_err();
    assert!(matches!(error, DbError::Damaged { .. }), "{error}");
    let (severities_row, severities) = &old[1];
    assert!(delta::make((old_row, old_bytes.clone()), (severities_row, severities.clone())).is_err());
}

#[test]
fn fuzz_deltas() {
    let (old, new) = (shards(builder(1, world(40))), shards(builder(2, world(44))));
    let ((old_row, old_bytes), (new_row, new_bytes)) = (&old[0], &new[0]);
    let made = delta::make((old_row, old_bytes.clone()), (new_row, new_bytes.clone())).unwrap();
    plimsoll_fuzzing::check().with_iterations(600).for_each(|input: &[u8]| {
        let mut changed = made.clone();
        for change in input.chunks_exact(3) {
            let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % changed.len();
            changed[place] = change[2];
        }
        for delta in [changed.as_slice(), input] {
            if let Ok(applied) = delta::apply((old_row, old_bytes.clone()), delta, new_row) {
                assert_eq!(&applied, new_bytes);
            }
        }
    });
}
