//! Real images of distributions, with real advisories. What is asserted was read off the images
//! themselves, so that it never drifts.

use plimsoll_beside::shared;
use serde_json::Value;

use crate::program::{Program, database, findings, gaps, packages};

fn scan(name: &str) -> Option<(Value, i32)> {
    let (images, database) = (shared("images")?, database()?);
    let path = images.join(name);
    Some(Program::new().scan(&[path.to_str().unwrap(), "--db", database, "--verify-diff-ids"]))
}

#[test]
fn alpine_images_hold_the_packages_of_their_database() {
    for (name, version, count) in [
        ("alpine-3.9.6.oci.tar", "3.9.6", 14),
        ("alpine-3.10.9.oci.tar", "3.10.9", 14),
        ("alpine-3.11.13.oci.tar", "3.11.13", 14),
        ("alpine-3.14.10.oci.tar", "3.14.10", 14),
        ("alpine-3.18.9.oci.tar", "3.18.9", 15),
        ("alpine-3.20.3.oci.tar", "3.20.3", 14),
    ] {
        let Some((report, _)) = scan(name) else { return };
        assert_eq!(report["system"]["id"], "alpine", "{name}");
        assert_eq!(report["system"]["version"], version, "{name}");
        assert_eq!(packages(&report, "apk").len(), count, "{name}");
    }
}

#[test]
fn an_alpine_release_without_a_feed_is_incomplete() {
    let Some((report, code)) = scan("alpine-3.20.3.oci.tar") else { return };
    assert_eq!(code, 3);
    // Where the feed cannot answer for busybox, its product name would; but no feed of these is here.
    assert_eq!(gaps(&report), ["no-cpe-feed", "no-feed"]);
    assert!(findings(&report).is_empty());
}

#[test]
fn an_alpine_image_with_all_fixes_of_its_feed_passes() {
    let Some((report, code)) = scan("alpine-3.10.9.oci.tar") else { return };
    assert_eq!(findings(&report), [""; 0]);
    assert_eq!(code, 0, "{report}");
}

#[test]
fn almalinux_packages_are_read_from_sqlite_and_matched_by_their_errata() {
    let Some((report, code)) = scan("almalinux-9-micro-arm64.oci.tar") else { return };
    assert_eq!(report["system"]["id"], "almalinux");
    assert_eq!(report["image"]["platform"], "linux/arm64");
    assert!(packages(&report, "rpm").len() > 20);
    assert!(report["packages"].as_array().unwrap().iter().all(|package| package["name"] != "gpg-pubkey"));
    let wrong =
        report["findings"].as_array().unwrap().iter().filter(|row| {
            row["evidence"].as_array().unwrap().iter().any(|evidence| evidence["source"] != "osv-almalinux")
        });
    assert_eq!(wrong.count(), 0, "only the distribution's own feed answers for its packages");
    assert_ne!(code, 2);
}

#[test]
fn an_image_of_one_unknown_binary_is_incomplete() {
    let Some((report, code)) = scan("busybox-musl.oci.tar") else { return };
    assert_eq!(code, 3);
    assert!(gaps(&report).contains(&"no-packages"), "{:?}", gaps(&report));
}
