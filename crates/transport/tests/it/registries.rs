//! Manifests and blobs: lengths and digests that must fit, names that must be names.

use plimsoll_model::{Digest, Reference};
use plimsoll_transport::TransportError;

use crate::server::{Answer, Server, answer, ok};
use crate::support::{client, patterned, read, reference, sha256};

const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// A registry that has one answer for everything.
fn registry(given: Answer) -> Server {
    Server::start(move |asked, _| if asked.target == "/v2/" { answer(200) } else { given.clone() })
}

#[test]
fn a_manifest_is_asked_for_by_tag_and_comes_with_its_digest() {
    let server = registry(ok("{}").header("Content-Type", "Application/vnd.oci.image.manifest.v1+json; charset=utf-8"));
    let manifest = client().manifest(&reference(&server.host, "team/app"), &[OCI_MANIFEST, "*/*"]).unwrap();
    assert_eq!(manifest.bytes, b"{}");
    assert_eq!(manifest.media_type, OCI_MANIFEST);
    assert_eq!(manifest.digest, sha256(b"{}"));
    assert_eq!(server.targets(), ["GET /v2/", "GET /v2/team/app/manifests/latest"]);
    assert_eq!(server.asked()[1].header("accept"), Some("application/vnd.oci.image.manifest.v1+json, */*"));
}

#[test]
fn the_digest_wins_over_the_tag_and_is_checked() {
    let server = registry(ok("{}"));
    let digest = sha256(b"{}");
    let right = Reference { digest: Some(digest), ..reference(&server.host, "app") };
    assert_eq!(client().manifest(&right, &[]).unwrap().digest, digest);
    assert_eq!(server.targets()[1], format!("GET /v2/app/manifests/{digest}"));

    let wrong = Reference { digest: Some(sha256(b"other")), ..right };
    let error = client().manifest(&wrong, &[]).unwrap_err();
    assert!(matches!(error, TransportError::Mismatch { .. }), "{error}");
    assert!(error.to_string().ends_with(&format!("its digest is {digest}, not {}", sha256(b"other"))));
}

#[test]
fn a_manifest_by_sha512_is_checked_as_such() {
    let server = registry(ok("{}"));
    let hex = "27c74670adb75075fad058d5ceaf7b20c4e7786c83bae8a32f626f9782af34c9a33c2046ef60fd2a7878d378e29fec851806bbd9a67878f3a9f1cda4830763fd";
    let digest: Digest = format!("sha512:{hex}").parse().unwrap();
    let of = Reference { digest: Some(digest), ..reference(&server.host, "app") };
    assert_eq!(client().manifest(&of, &[]).unwrap().digest, digest);
}

#[test]
fn a_digest_that_the_host_claims_must_be_true() {
    let server = registry(ok("{}").header("Docker-Content-Digest", sha256(b"other").to_string()));
    let error = client().manifest(&reference(&server.host, "app"), &[]).unwrap_err();
    assert!(matches!(error, TransportError::Mismatch { .. }), "{error}");

    let server = registry(ok("{}").header("Docker-Content-Digest", "tarsum:1"));
    assert!(client().manifest(&reference(&server.host, "app"), &[]).is_ok());
}

#[test]
fn a_manifest_larger_than_four_mebibytes_is_refused() {
    for given in [ok(vec![b' '; (4 << 20) + 1]), ok([b' '; 4096]).endless()] {
        let server = registry(given);
        let error = client().manifest(&reference(&server.host, "app"), &[]).unwrap_err();
        assert!(matches!(error, TransportError::TooLarge { cap_bytes: 4_194_304, .. }), "{error}");
    }
}

#[test]
fn a_manifest_that_breaks_off_is_asked_for_again() {
    let server = Server::start(|asked, number| match (asked.target.as_str(), number) {
        ("/v2/", _) => answer(200),
        (_, 1) => ok("{\"layers\":[]}").cut(4),
        _ => ok("{\"layers\":[]}"),
    });
    assert_eq!(client().manifest(&reference(&server.host, "app"), &[]).unwrap().bytes, b"{\"layers\":[]}");
}

#[test]
fn a_missing_image_is_named() {
    let server = registry(answer(404));
    let error = client().manifest(&reference(&server.host, "app"), &[]).unwrap_err();
    assert_eq!(error.to_string(), format!("{} has no manifest of app:latest", server.host));
}

#[test]
fn a_layer_has_exactly_the_bytes_that_its_manifest_says() {
    let layer = patterned(5000);
    let digest = sha256(&layer);
    let blob = |given: Answer, size| {
        let server = registry(given);
        client().blob(&reference(&server.host, "app"), &digest, size).and_then(read)
    };
    assert_eq!(blob(ok(layer.clone()), 5000).unwrap(), layer);
    assert_eq!(
        blob(ok(layer.clone()).endless(), 5000).unwrap_err().to_string().split(": ").nth(1),
        Some("it is longer than 5000 bytes")
    );
    for size in [0, 4999, 5001, u64::MAX] {
        let error = blob(ok(layer.clone()), size).unwrap_err();
        assert!(matches!(error, TransportError::Mismatch { .. }), "{size}: {error}");
    }
    assert!(matches!(blob(ok(layer.clone()).claiming(6000), 5000), Err(TransportError::Mismatch { .. })));
    assert!(matches!(blob(answer(204), 5000), Err(TransportError::Status { status: 204, .. })));
}

#[test]
fn an_empty_layer_is_empty() {
    let server = registry(ok(""));
    assert_eq!(client().blob(&reference(&server.host, "app"), &sha256(b""), 0).and_then(read).unwrap(), b"");
}

#[test]
fn a_configuration_is_checked_whole() {
    let config = b"{\"os\":\"linux\"}".to_vec();
    let server = registry(ok(config.clone()));
    let of = reference(&server.host, "app");
    let length = config.len() as u64;
    assert_eq!(client().blob_bytes(&of, &sha256(&config), length, 1 << 20).unwrap(), config);
    let other = client().blob_bytes(&of, &sha256(b"other"), length, 1 << 20);
    assert!(matches!(other, Err(TransportError::Mismatch { .. })));
    let short = client().blob_bytes(&of, &sha256(&config), length - 1, 1 << 20);
    assert!(matches!(short, Err(TransportError::Mismatch { .. })));
    let capped = client().blob_bytes(&of, &sha256(&config), length, length - 1);
    assert!(matches!(capped, Err(TransportError::TooLarge { .. })));
}

#[test]
fn names_that_are_none_reach_no_host() {
    let server = registry(ok("{}"));
    for repository in ["", "a//b", "../etc", "a/../b", "a?b", "a#b", "a b", "a%2fb", &"x".repeat(1025)] {
        let error = client().manifest(&reference(&server.host, repository), &[]).unwrap_err();
        assert!(matches!(error, TransportError::Address { .. }), "{repository}: {error}");
    }
    for host in ["", "a/b", "user@host", "host?x", "host#x", "..", "[::1", "host:port:1"] {
        let error = client().manifest(&reference(host, "app"), &[]).unwrap_err();
        assert!(matches!(error, TransportError::Address { .. }), "{host}: {error}");
    }
    for tag in ["../x", "a/b", "a?b", ""] {
        let of = Reference { tag: Some(tag.into()), ..reference(&server.host, "app") };
        let error = client().manifest(&of, &[]).unwrap_err();
        assert!(matches!(error, TransportError::Address { .. }), "{tag}: {error}");
    }
    assert!(server.asked().is_empty());
}

#[test]
fn the_way_to_speak_to_a_registry_is_found_out_once() {
    let server = registry(ok("{}"));
    let client = client();
    for _ in 0..3 {
        client.manifest(&reference(&server.host, "app"), &[]).unwrap();
    }
    assert_eq!(server.targets().iter().filter(|target| *target == "GET /v2/").count(), 1);
}
