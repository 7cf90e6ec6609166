//! Pushing to Debian's `docker-registry`: without a login, with a password, with tokens.

use std::io::{Cursor, Read};

use plimsoll_model::Reference;
use plimsoll_transport::{Client, ClientOptions, TransportError};

use crate::real_registry::{PLAIN, Tokens, login, passwords, start};
use crate::server::{Server, answer, ok};
use crate::support::{client, options, patterned, read, reference, sha256};

const MANIFEST_TYPE: &str = "application/vnd.oci.image.manifest.v1+json";

/// Pushes one blob and a manifest with it as its layer, and pulls both.
fn assert_pushed(client: &Client, host: &str) {
    let of = reference(host, "team/app");
    let (layer, config) = (patterned(3_000_000), b"{}".to_vec());
    for (blob, is_new) in [(&layer, true), (&config, true), (&layer, false)] {
        let open = || Ok(Box::new(Cursor::new(blob.clone())) as Box<dyn Read + Send>);
        assert_eq!(client.push_blob(&of, &sha256(blob), blob.len() as u64, &open).unwrap(), is_new);
    }
    let part = |media_type: &str, blob: &[u8]| {
        format!("{{\"mediaType\":\"{media_type}\",\"digest\":\"{}\",\"size\":{}}}", sha256(blob), blob.len())
    };
    let manifest = format!(
        "{{\"schemaVersion\":2,\"mediaType\":\"{MANIFEST_TYPE}\",\"artifactType\":\"application/x-test\",\"config\":{},\"layers\":[{}]}}",
        part("application/vnd.oci.empty.v1+json", &config),
        part("application/x-layer", &layer)
    );
    let digest = client.push_manifest(&of, MANIFEST_TYPE, manifest.as_bytes()).unwrap();
    let pulled = client.manifest(&of, &[MANIFEST_TYPE]).unwrap();
    assert_eq!((pulled.digest, pulled.bytes.as_slice()), (digest, manifest.as_bytes()));
    let by_digest = Reference { tag: None, digest: Some(digest), ..of.clone() };
    assert_eq!(client.manifest(&by_digest, &[MANIFEST_TYPE]).unwrap(), pulled);
    assert!(read(client.blob(&of, &sha256(&layer), layer.len() as u64).unwrap()).unwrap() == layer);
}

#[test]
fn what_is_pushed_without_a_login_can_be_pulled() {
    let Some(registry) = start(|_| PLAIN.into()) else { return };
    assert_pushed(&client(), &registry.host);
    // A manifest whose blobs are not there, and a blob that is another.
    let of = reference(&registry.host, "team/empty");
    let absent = format!(
        "{{\"schemaVersion\":2,\"mediaType\":\"{MANIFEST_TYPE}\",\"config\":{{\"mediaType\":\"a/b\",\"digest\":\"{}\",\"size\":2}},\"layers\":[]}}",
        sha256(b"absent")
    );
    assert!(client().push_manifest(&of, MANIFEST_TYPE, absent.as_bytes()).is_err());
    let open = || Ok(Box::new(Cursor::new(b"other".to_vec())) as Box<dyn Read + Send>);
    assert!(client().push_blob(&of, &sha256(b"wrong"), 5, &open).is_err());
    assert!(!client().has_blob(&of, &sha256(b"wrong")).unwrap());
}

#[test]
fn a_push_wants_the_password() {
    let secrets = tempfile::tempdir().unwrap();
    let Some(auth) = passwords(secrets.path()) else { return };
    let Some(registry) = start(|_| format!("{PLAIN}{auth}")) else { return };
    let of = reference(&registry.host, "team/app");
    let open = || Ok(Box::new(Cursor::new(b"x".to_vec())) as Box<dyn Read + Send>);
    let nobody = client().push_blob(&of, &sha256(b"x"), 1, &open).unwrap_err();
    assert!(matches!(nobody, TransportError::Denied { status: 401, .. }), "{nobody}");
    let wrong = Client::new(ClientOptions { login: login("wrong"), ..options() });
    assert!(matches!(wrong.push_blob(&of, &sha256(b"x"), 1, &open), Err(TransportError::Login { .. })));
    assert_pushed(&Client::new(ClientOptions { login: login("geheim"), ..options() }), &registry.host);
}

#[test]
fn a_push_asks_for_a_token_that_allows_it() {
    let tokens = Tokens::new();
    let (pem, pull, push) = (tokens.certificate.pem(), tokens.sign("\"pull\""), tokens.sign("\"pull\",\"push\""));
    let server = Server::start(move |asked, _| match asked.header("authorization") {
        Some("Basic bmFtZTpnZWhlaW0=") => {
            let token = if asked.target.contains("push") { &push } else { &pull };
            ok(format!("{{\"token\":\"{token}\",\"expires_in\":300}}"))
        }
        _ => answer(401),
    });
    let realm = server.url("/token");
    let started = start(|folder| {
        std::fs::write(folder.join("roots.pem"), pem).unwrap();
        let roots = folder.join("roots.pem");
        let roots = roots.display();
        format!(
            "{PLAIN}auth: {{token: {{realm: '{realm}', service: registry, issuer: tests, rootcertbundle: {roots}}}}}\n"
        )
    });
    let Some(registry) = started else { return };
    assert_pushed(&Client::new(ClientOptions { login: login("geheim"), ..options() }), &registry.host);
    let asked = server.targets();
    // The registry names the two in any order.
    let allows = |target: &String| ["pull%2Cpush", "push%2Cpull"].iter().any(|both| target.contains(both));
    assert!(asked.iter().any(allows), "{asked:?}");
}
