//! Mirrors: asked first, trusted with nothing, passed over when they fail.

use std::net::TcpListener;

use plimsoll_model::Reference;
use plimsoll_transport::{Client, ClientOptions, Login};

use crate::server::{Server, answer, ok, ranged};
use crate::support::{options, patterned, read, reference, sha256};

fn client(registry: &Server, mirrors: &[&str]) -> Client {
    let mirrors = mirrors.iter().map(|mirror| (registry.host.clone(), (*mirror).to_owned())).collect();
    Client::new(ClientOptions { mirrors, ..options() })
}

#[test]
fn the_mirror_is_asked_first_below_its_prefix() {
    let mirror = Server::start(|_, _| ok("{}"));
    let registry = Server::start(|_, _| answer(500));
    let client = client(&registry, &[&format!("{}/cache/hub", mirror.host)]);
    client.manifest(&reference(&registry.host, "team/app"), &[]).unwrap();
    assert_eq!(mirror.targets()[1], "GET /v2/cache/hub/team/app/manifests/latest");
    assert!(registry.asked().is_empty());
}

#[test]
fn mirrors_are_asked_in_their_order_and_then_the_registry() {
    let first = Server::start(|_, _| answer(404));
    let second = Server::start(|_, _| answer(503));
    let registry = Server::start(|_, _| ok("{}"));
    let client = client(&registry, &[&first.host, &second.host]);
    assert_eq!(client.manifest(&reference(&registry.host, "app"), &[]).unwrap().bytes, b"{}");
    // Patience is for the registry; a mirror is asked once.
    assert_eq!((first.asked().len(), second.asked().len()), (2, 2));
}

#[test]
fn a_mirror_that_gives_something_else_is_passed_over() {
    let mirror = Server::start(|_, _| ok("{\"evil\":true}"));
    let registry = Server::start(|_, _| ok("{}"));
    let client = client(&registry, &[&mirror.host]);
    let of = Reference { digest: Some(sha256(b"{}")), ..reference(&registry.host, "app") };
    assert_eq!(client.manifest(&of, &[]).unwrap().bytes, b"{}");
    assert_eq!(client.blob_bytes(&of, &sha256(b"{}"), 2, 100).unwrap(), b"{}");
    assert_eq!(client.blob(&of, &sha256(b"{}"), 2).and_then(read).unwrap(), b"{}");
}

#[test]
fn a_mirror_that_is_not_there_is_tried_once_for_all_layers() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let absent = listener.local_addr().unwrap().to_string();
    let registry = Server::start(|_, _| ok("{}"));
    let client = client(&registry, &[&absent]);
    drop(listener);
    client.manifest(&reference(&registry.host, "app"), &[]).unwrap();
    // Whoever answers there now is not asked any more.
    let _late = TcpListener::bind(&absent).unwrap();
    client.manifest(&reference(&registry.host, "app"), &[]).unwrap();
}

#[test]
fn a_layer_that_breaks_off_at_the_mirror_goes_on_at_the_registry() {
    let layer = patterned(100_000);
    let (expected, digest, at_mirror) = (layer.clone(), sha256(&layer), layer.clone());
    let mirror = Server::start(move |asked, number| match number {
        0 => answer(200),
        1 => ranged(asked, &at_mirror).cut(70_000),
        _ => answer(500),
    });
    let registry = Server::start(move |asked, _| ranged(asked, &layer));
    let reader = client(&registry, &[&mirror.host]).blob(&reference(&registry.host, "app"), &digest, 100_000).unwrap();
    assert_eq!(read(reader).unwrap(), expected);
    assert_eq!(registry.asked().last().unwrap().range_start(), Some(70_000));
}

#[test]
fn a_mirror_is_not_shown_the_registrys_login() {
    let wants_login = || answer(401).header("WWW-Authenticate", "Basic realm=\"r\"");
    let mirror = Server::start(move |_, _| wants_login());
    let registry = Server::start(move |asked, _| match asked.header("authorization") {
        Some(_) => ok("{}"),
        None => wants_login(),
    });
    let login = Login { registry: None, username: "u".into(), password: "p".into() };
    let mirrors = vec![(registry.host.clone(), mirror.host.clone())];
    let client = Client::new(ClientOptions { mirrors, login: Some(login), ..options() });
    client.manifest(&reference(&registry.host, "app"), &[]).unwrap();
    assert!(mirror.asked().iter().all(|asked| asked.header("authorization").is_none()));
}

#[test]
fn the_hub_has_one_mirror_under_all_its_names() {
    for (configured, written) in
        [("docker.io", "docker.io"), ("docker.io", "index.docker.io"), ("registry-1.docker.io", "docker.io")]
    {
        let mirror = Server::start(|_, _| ok("{}"));
        let mirrors = vec![(configured.into(), mirror.host.clone())];
        let client = Client::new(ClientOptions { mirrors, ..options() });
        assert!(client.manifest(&reference(written, "library/debian"), &[]).is_ok());
    }
}

#[test]
fn what_is_no_mirror_is_told() {
    let registry = Server::start(|_, _| ok("{}"));
    for mirror in ["http://mirror.example", "mirror.example/..", "user@mirror.example"] {
        let error = client(&registry, &[mirror]).manifest(&reference(&registry.host, "app"), &[]).unwrap_err();
        assert!(error.to_string().contains("is no usable address"), "{mirror}: {error}");
    }
}
