//! The files of the cache.

use plimsoll_engine::Store;

#[test]
fn a_value_reads_back_and_a_damaged_one_counts_as_absent() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().join("store"));
    assert_eq!(store.get("a/b"), None);
    store.put("a/b", b"value").unwrap();
    assert_eq!(store.get("a/b").as_deref(), Some(&b"value"[..]));
    let path = folder.path().join("store/a/b");
    let bytes = std::fs::read(&path).unwrap();
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x55;
        std::fs::write(&path, &damaged).unwrap();
        assert!(matches!(store.get("a/b").as_deref(), None | Some(b"value")), "byte {at}");
        std::fs::write(&path, &bytes[..at]).unwrap();
        assert_eq!(store.get("a/b"), None, "cut at {at}");
    }
}

#[test]
fn pruning_keeps_what_was_used_last() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().to_path_buf());
    for name in ["facts/old", "facts/new"] {
        store.put(name, &(0..=255).cycle().take(4000).collect::<Vec<u8>>()).unwrap();
    }
    let past = std::time::SystemTime::UNIX_EPOCH;
    std::fs::File::options().write(true).open(folder.path().join("facts/old")).unwrap().set_modified(past).unwrap();
    let one = store.usage().bytes / 2;
    let removed = store.prune(one);
    assert_eq!(removed.files, 1);
    assert_eq!(store.get("facts/old"), None);
    assert!(store.get("facts/new").is_some());
}

#[test]
fn many_writers_of_one_key_leave_one_sound_value() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().to_path_buf());
    let value = vec![7; 100_000];
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    store.put("facts/one", &value).unwrap();
                    assert_eq!(store.get("facts/one").as_deref(), Some(&value[..]));
                }
            });
        }
    });
    assert_eq!(store.usage().files, 1, "no temporary file stays");
}
