//! A day's change travels as a delta; where that does not fit, the shard comes whole.

use std::path::Path;

use plimsoll_transport::{Client, ClientOptions};
use plimsoll_vulndb::travel::{FolderCarrier, Pulled, Refusal, Rules, Wanted, WebCarrier, export_folder, pull};
use tempfile::TempDir;

use super::host::{Answer, Host};
use super::{assert_whole, bytes, came};
use crate::sample::{builder, record, row};

/// Many records, of which a few say something else in each generation.
fn day(generation: u64, into: &Path) {
    let advisories = (0..4000_u64).map(|number| {
        let day = if number % 400 == 0 { generation } else { 0 };
        let hash = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ day;
        let mut advisory = record(&format!("GHSA-{number}"), &[&format!("CVE-2024-{number}")], &[]);
        advisory.title = format!("flaw {hash:x}{:x}", hash.rotate_left(17).wrapping_mul(31));
        advisory.affected = vec![row("npm", &format!("package-{number}"), &format!("{}.{day}.1", hash % 97))];
        advisory
    });
    builder(generation, advisories).finish(into).unwrap();
}

/// A published folder with the second day's database over the first's, and a folder with the first.
fn two_days() -> (TempDir, TempDir) {
    let [database, packed, into] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    day(1, database.path());
    export_folder(database.path(), &Wanted::Everything, packed.path()).unwrap();
    let carrier = FolderCarrier::new(packed.path());
    pull(&carrier, into.path(), &Wanted::Everything, &Rules::default(), Refusal::Fails).unwrap();
    day(2, database.path());
    export_folder(database.path(), &Wanted::Everything, packed.path()).unwrap();
    (packed, into)
}

fn serve(packed: &Path) -> Host {
    let host = Host::start();
    for entry in packed.read_dir().unwrap() {
        let path = entry.unwrap().path();
        host.put(path.file_name().unwrap().to_str().unwrap(), bytes(&path));
    }
    host
}

fn take(host: &Host, into: &Path) -> Pulled {
    let carrier = WebCarrier::new(Client::new(ClientOptions::default()), &host.base);
    pull(&carrier, into, &Wanted::Everything, &Rules::default(), Refusal::Fails).unwrap()
}

fn paths(host: &Host) -> Vec<String> {
    host.asked().into_iter().map(|asked| asked.path).collect()
}

#[test]
fn a_day_s_change_travels_as_a_delta_and_ends_with_the_very_shard() {
    let (packed, into) = two_days();
    let host = serve(packed.path());
    let pulled = take(&host, into.path());
    assert_eq!(came(&pulled), ["npm"]);
    let asked = paths(&host);
    assert!(asked.len() == 2 && asked[1].ends_with(".delta"), "{asked:?}");
    let fresh = tempfile::tempdir().unwrap();
    let whole = take(&host, fresh.path());
    assert!(pulled.travelled_bytes * 8 < whole.travelled_bytes, "{pulled:?} {whole:?}");
    assert_whole(into.path(), 2);
    assert_whole(fresh.path(), 2);
}

#[test]
fn a_delta_that_is_damaged_or_gone_costs_only_bytes() {
    let (packed, _) = two_days();
    let names: Vec<_> = packed.path().read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    let delta = names.iter().find(|path| path.extension().is_some_and(|extension| extension == "delta")).unwrap();
    let (name, right) = (delta.file_name().unwrap().to_str().unwrap(), bytes(delta));
    let mut wrongs = vec![Vec::new(), b"<html>".to_vec(), right[..right.len() / 2].to_vec()];
    for at in (0..right.len()).step_by((right.len() / 4).max(1)) {
        let mut flipped = right.clone();
        flipped[at] ^= 4;
        wrongs.push(flipped);
    }
    for wrong in wrongs {
        let (_, into) = two_days();
        let host = serve(packed.path());
        host.answer(name, Answer { body: wrong, ..Answer::default() });
        take(&host, into.path());
        let asked = paths(&host);
        assert!(asked.len() == 3 && asked[2].ends_with(".zst"), "{asked:?}");
        assert_whole(into.path(), 2);
    }
    std::fs::remove_file(delta).unwrap();
    let (_, into) = two_days();
    take(&serve(packed.path()), into.path());
    assert_whole(into.path(), 2);
}

#[test]
fn deltas_of_days_gone_by_are_cleared_away() {
    let database = tempfile::tempdir().unwrap();
    let packed = tempfile::tempdir().unwrap();
    for generation in 1..6 {
        day(generation, database.path());
        export_folder(database.path(), &Wanted::Everything, packed.path()).unwrap();
    }
    let names = packed.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let deltas = names.filter(|name| name.ends_with(".delta")).count();
    assert_eq!(deltas, 2, "to this generation and the one before");
}
