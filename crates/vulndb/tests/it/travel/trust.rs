//! Whose databases are let in.

use std::sync::atomic::{AtomicBool, Ordering};

use plimsoll_model::Timestamp;
use plimsoll_signing::PrivateKey;
use plimsoll_vulndb::travel::{Rules, TravelError, Trust, sign};
use plimsoll_vulndb::{SignedManifest, Signing};

use super::{assert_whole, published, signed, take, trusting};
use crate::sample::small;

const LATER: i64 = 1_800_000_000;

#[test]
fn only_what_a_trusted_key_signed_is_installed() {
    let (key, other) = (PrivateKey::generate().unwrap(), PrivateKey::generate().unwrap());
    let (from, into) = (published(1), tempfile::tempdir().unwrap());
    let error = take(from.path(), into.path(), &trusting(&key)).unwrap_err();
    assert!(matches!(&error, TravelError::Untrusted(why) if why.contains("not signed at all")), "{error}");
    signed(from.path(), &other, LATER);
    let error = take(from.path(), into.path(), &trusting(&key)).unwrap_err();
    assert!(error.to_string().contains(&other.public().id().to_string()), "{error}");
    assert!(error.hint().unwrap().contains("--trust-key"));
    assert!(into.path().read_dir().unwrap().next().is_none(), "nothing is installed");

    // Two hands may sign, so that a key can be changed.
    sign(from.path(), &key, None).unwrap();
    for rules in [trusting(&key), trusting(&other), Rules::default()] {
        let into = tempfile::tempdir().unwrap();
        take(from.path(), into.path(), &rules).unwrap();
        assert_whole(into.path(), 1);
        assert_eq!(SignedManifest::read(into.path()).unwrap().signers().count(), 2);
    }
}

#[test]
fn no_key_at_all_trusts_nobody() {
    let (key, from, into) = (PrivateKey::generate().unwrap(), published(1), tempfile::tempdir().unwrap());
    signed(from.path(), &key, LATER);
    let rules = Rules { trust: Trust::Keys(Vec::new()), ..Rules::default() };
    assert!(matches!(take(from.path(), into.path(), &rules), Err(TravelError::Untrusted(_))));
}

#[test]
fn a_signature_of_another_manifest_is_none() {
    let key = PrivateKey::generate().unwrap();
    let (one, two) = (published(1), published(2));
    signed(one.path(), &key, LATER);
    signed(two.path(), &key, LATER);
    let read = |folder: &std::path::Path| SignedManifest::read(folder).unwrap();
    let json = |manifest: &SignedManifest| String::from_utf8(manifest.json().to_vec()).unwrap();
    let signature = |text: &str| text.split("\"signature\": \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let (first, second) = (json(&read(one.path())), json(&read(two.path())));
    let swapped = second.replace(&signature(&second), &signature(&first));
    let swapped = SignedManifest::from_json(swapped.as_bytes()).unwrap();
    assert!(read(two.path()).is_signed_by(&key.public()));
    assert!(!swapped.is_signed_by(&key.public()));
    let error = Trust::Keys(vec![key.public()]).check(&swapped).unwrap_err();
    assert!(error.to_string().contains("it was changed"), "{error}");
}

#[test]
fn an_older_database_is_refused_unless_asked_for() {
    let key = PrivateKey::generate().unwrap();
    let (old, new, into) = (published(4), published(7), tempfile::tempdir().unwrap());
    signed(old.path(), &key, LATER);
    signed(new.path(), &key, LATER);
    for rules in [trusting(&key), Rules::default()] {
        take(new.path(), into.path(), &rules).unwrap();
        let error = take(old.path(), into.path(), &rules).unwrap_err();
        assert!(matches!(error, TravelError::Older { offered: 4, installed: 7 }), "{error}");
        assert!(error.hint().unwrap().contains("--allow-rollback"));
        assert_whole(into.path(), 7);
        take(old.path(), into.path(), &Rules { allow_rollback: true, ..rules }).unwrap();
        assert_whole(into.path(), 4);
    }
}

#[test]
fn numbers_of_another_publisher_do_not_count() {
    let key = PrivateKey::generate().unwrap();
    let (own, theirs, into) = (published(90), published(4), tempfile::tempdir().unwrap());
    take(own.path(), into.path(), &Rules::default()).unwrap();
    signed(theirs.path(), &key, LATER);
    take(theirs.path(), into.path(), &trusting(&key)).unwrap();
    assert_whole(into.path(), 4);
}

#[test]
fn an_expired_database_is_refused_unless_asked_for() {
    let key = PrivateKey::generate().unwrap();
    let (from, into) = (published(1), tempfile::tempdir().unwrap());
    let rules = trusting(&key);
    let now = rules.now.unwrap().0;
    signed(from.path(), &key, now);
    let error = take(from.path(), into.path(), &rules).unwrap_err();
    assert!(matches!(error, TravelError::Expired(at) if at == Timestamp(now)), "{error}");
    assert!(error.hint().unwrap().contains("--allow-expired"));
    take(from.path(), into.path(), &Rules { allow_expired: true, ..rules.clone() }).unwrap();
    signed(from.path(), &key, now + 1);
    take(from.path(), into.path(), &rules).unwrap();
    assert_whole(into.path(), 1);
}

#[test]
fn a_new_date_ends_the_signatures_of_the_old_one() {
    let (key, other, from) = (PrivateKey::generate().unwrap(), PrivateKey::generate().unwrap(), published(1));
    signed(from.path(), &key, LATER);
    let both = sign(from.path(), &other, None).unwrap();
    assert_eq!(both.signers().count(), 2);
    let again = sign(from.path(), &other, Some(Timestamp(LATER))).unwrap();
    assert_eq!(again.signers().count(), 2);
    let later = signed(from.path(), &other, LATER + 1);
    assert_eq!(later.signers().collect::<Vec<_>>(), [other.public().id()]);
    assert!(later.is_signed_by(&other.public()));
}

#[test]
fn a_signed_build_is_never_seen_without_its_signature() {
    let (folder, key) = (tempfile::tempdir().unwrap(), PrivateKey::generate().unwrap());
    let signing = || Some(Signing { key: &key, expires: Timestamp(LATER) });
    small(1).finish_keeping(folder.path(), &|_| false, signing()).unwrap();
    let is_done = AtomicBool::new(false);
    std::thread::scope(|threads| {
        let reader = threads.spawn(|| {
            let mut seen = 0;
            while !is_done.load(Ordering::Relaxed) {
                let manifest = SignedManifest::read(folder.path()).unwrap();
                assert!(manifest.is_signed_by(&key.public()), "generation {}", manifest.manifest().generation);
                seen += 1;
            }
            seen
        });
        for generation in 2..12 {
            small(generation).finish_keeping(folder.path(), &|_| false, signing()).unwrap();
        }
        is_done.store(true, Ordering::Relaxed);
        assert!(reader.join().unwrap() > 0);
    });
    assert_whole(folder.path(), 11);
    assert_eq!(SignedManifest::read(folder.path()).unwrap().manifest().expires, Some(Timestamp(LATER)));
}
