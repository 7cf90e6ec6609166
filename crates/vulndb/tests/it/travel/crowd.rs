//! Many at once.

use plimsoll_vulndb::Database;
use plimsoll_vulndb::travel::{Rules, Wanted};

use super::{assert_whole, names, published, take, take_some};
use crate::sample::shard;

#[test]
fn ten_pulls_at_once_fetch_each_shard_once() {
    let (from, into) = (published(1), tempfile::tempdir().unwrap());
    let came: usize = std::thread::scope(|threads| {
        let pulls: Vec<_> = (0..10)
            .map(|_| threads.spawn(|| take(from.path(), into.path(), &Rules::default()).unwrap().came.len()))
            .collect();
        pulls.into_iter().map(|pull| pull.join().unwrap()).sum()
    });
    assert_eq!(came, 5);
    assert_whole(into.path(), 1);
}

#[test]
fn pulls_of_different_parts_at_once_end_with_all_of_them() {
    let (from, into) = (published(1), tempfile::tempdir().unwrap());
    std::thread::scope(|threads| {
        for name in ["go", "npm", "npm-malware", "kev", "severities"] {
            let (from, into) = (from.path(), into.path());
            threads.spawn(move || {
                for _ in 0..5 {
                    take_some(from, into, &Wanted::Shards(names(&[name])), &Rules::default()).unwrap();
                }
            });
        }
    });
    assert_whole(into.path(), 1);
}

#[test]
fn a_scan_goes_on_with_what_it_pulled_while_another_pulls_the_next_generation() {
    let (one, two, into) = (published(1), published(2), tempfile::tempdir().unwrap());
    let wanted = Wanted::For(names(&["npm"]));
    let pulled = take_some(one.path(), into.path(), &wanted, &Rules::default()).unwrap();
    // Another scan pulls a newer database, and nothing of it for npm.
    take_some(two.path(), into.path(), &Wanted::For(names(&["go"])), &Rules::default()).unwrap();
    let database = Database::open_as(into.path(), pulled.manifest);
    assert!(database.has_shard(&shard("npm")));
    assert_eq!(database.lookup(&shard("npm"), "left-pad").unwrap().len(), 2);
}
