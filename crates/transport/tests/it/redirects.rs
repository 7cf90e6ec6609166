//! Redirects: to storage without the login, not too often, never down to plain HTTP.

use std::sync::Arc;

use plimsoll_transport::{Client, ClientOptions, Login, TransportError};

use crate::certificates::Authority;
use crate::server::{Server, answer, ok, ranged};
use crate::support::{client, fetch, options, patterned, read, reference, sha256};

#[test]
fn a_layer_comes_from_storage_which_never_sees_the_login() {
    let layer = patterned(100_000);
    let (expected, digest) = (layer.clone(), sha256(&layer));
    let storage = Server::start(move |asked, number| match number {
        0 => ranged(asked, &layer).cut(60_000),
        _ => ranged(asked, &layer),
    });
    let signed = storage.url("/bucket/layer?signature=geheim");
    let registry = Server::start(move |asked, _| match asked.header("authorization") {
        Some("Basic dTpw") => answer(307).header("Location", signed.clone()),
        _ => answer(401).header("WWW-Authenticate", "Basic realm=\"r\""),
    });
    let login = Login { registry: None, username: "u".into(), password: "p".into() };
    let client = Client::new(ClientOptions { login: Some(login), ..options() });
    let reader = client.blob(&reference(&registry.host, "app"), &digest, 100_000).unwrap();
    assert_eq!(read(reader).unwrap(), expected);

    let asked = storage.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[1].range_start(), Some(60_000), "the range goes along");
    assert!(asked.iter().all(|asked| asked.header("authorization").is_none()));
    // Each part was asked of the registry first: a signature lives a short time.
    assert_eq!(registry.targets().iter().filter(|target| target.contains("/blobs/")).count(), 3);
}

#[test]
fn a_redirect_within_the_registry_keeps_the_login() {
    let server = Server::start(|asked, _| match (asked.header("authorization"), asked.target.as_str()) {
        (None, _) => answer(401).header("WWW-Authenticate", "Basic realm=\"r\""),
        (_, "/moved") => ok("{}"),
        _ => answer(301).header("Location", "/moved"),
    });
    let login = Login { registry: None, username: "u".into(), password: "p".into() };
    let client = Client::new(ClientOptions { login: Some(login), ..options() });
    assert_eq!(client.manifest(&reference(&server.host, "app"), &[]).unwrap().bytes, b"{}");
}

#[test]
fn redirects_in_a_circle_end() {
    let server = Server::start(|_, _| answer(302).header("Location", "/again"));
    let error = fetch(&client(), &server.url("/file"), 100).unwrap_err();
    assert_eq!(error.to_string(), format!("{} redirects /file more than five times", server.host));
    assert_eq!(server.asked().len(), 6);
}

#[test]
fn a_redirect_to_nowhere_is_an_error() {
    for location in [None, Some("http://"), Some("https://:0:0/"), Some("file:///etc/passwd")] {
        let server = Server::start(move |_, _| match location {
            Some(location) => answer(302).header("Location", location),
            None => answer(302),
        });
        let error = fetch(&client(), &server.url("/file"), 100).unwrap_err();
        assert!(matches!(error, TransportError::Redirect { .. } | TransportError::Address { .. }), "{error}");
    }
}

#[test]
fn a_redirect_to_another_host_over_plain_http_is_refused() {
    let server = Server::start(|_, _| answer(302).header("Location", "http://elsewhere.invalid/file?signature=geheim"));
    let error = fetch(&client(), &server.url("/file"), 100).unwrap_err();
    assert_eq!(error.to_string(), "elsewhere.invalid is not asked for /file over plain HTTP");
}

#[test]
fn a_redirect_from_https_to_http_is_refused_even_to_this_machine() {
    let authority = Authority::new();
    let plain = Arc::new(Server::start(|_, _| ok("x")));
    let target = plain.url("/file?signature=geheim");
    let server = Server::start_tls(authority.server(), move |_, _| answer(307).header("Location", target.clone()));
    let folder = tempfile::tempdir().unwrap();
    let options = ClientOptions { ca_files: vec![authority.write_to(folder.path())], insecure_http: true, ..options() };
    let error = fetch(&Client::new(options), &format!("https://{}/file", server.host), 100).unwrap_err();
    let expected = format!("{} redirects /file from HTTPS to http://{}/file", server.host, plain.host);
    assert_eq!(error.to_string(), expected);
    assert!(plain.asked().is_empty());
}
