//! Registries that take uploads in ways of their own, or not at all.

use std::io::{Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use plimsoll_transport::{Client, ClientOptions, Login, TransportError};

use crate::server::{Answer, Asked, Server, answer};
use crate::support::{client, options, reference, sha256, shown};

fn push(client: &Client, host: &str) -> Result<bool, TransportError> {
    let open = || Ok(Box::new(Cursor::new(b"shard".to_vec())) as Box<dyn Read + Send>);
    client.push_blob(&reference(host, "team/db"), &sha256(b"shard"), 5, &open)
}

/// A registry that has nothing and sends uploads to `place`.
fn sending_to(place: impl Into<String>) -> impl Fn(&Asked, usize) -> Answer + Send + Sync {
    let place = place.into();
    move |asked, _| match asked.method.as_str() {
        "HEAD" => answer(404),
        "POST" => answer(202).header("Location", place.clone()),
        "PUT" => answer(201),
        _ => answer(200),
    }
}

#[test]
fn the_bytes_go_where_the_registry_says_with_all_that_it_says() {
    let server = Server::start(sending_to("/elsewhere/42?state=a%20b"));
    assert!(push(&client(), &server.host).unwrap());
    let put = server.asked().into_iter().find(|asked| asked.method == "PUT").unwrap();
    let digest = sha256(b"shard").to_string().replace(':', "%3A");
    assert_eq!(put.target, format!("/elsewhere/42?state=a%20b&digest={digest}"));
    assert_eq!((put.body.as_str(), put.header("content-length")), ("shard", Some("5")));
    assert_eq!(put.header("content-type"), Some("application/octet-stream"));
}

#[test]
fn a_login_never_goes_to_a_stranger_who_takes_the_bytes() {
    let storage = Server::start(|_, _| answer(201));
    let place = storage.url("/upload");
    let registry = Server::start(move |asked, number| match asked.header("authorization") {
        None => answer(401).header("WWW-Authenticate", "Basic realm=\"harbour\""),
        Some(_) => sending_to(&place)(asked, number),
    });
    let login = Some(Login { registry: None, username: "name".into(), password: "geheim".into() });
    assert!(push(&Client::new(ClientOptions { login, ..options() }), &registry.host).unwrap());
    let put = &storage.asked()[0];
    assert_eq!((put.method.as_str(), put.body.as_str(), put.header("authorization")), ("PUT", "shard", None));
}

#[test]
fn an_upload_that_was_too_much_is_sent_again_from_the_start() {
    let puts = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&puts);
    let server = Server::start(move |asked, number| match asked.method.as_str() {
        "PUT" if seen.fetch_add(1, Ordering::Relaxed) == 0 => answer(503),
        _ => sending_to("/uploads/1")(asked, number),
    });
    assert!(push(&client(), &server.host).unwrap());
    assert_eq!(puts.load(Ordering::Relaxed), 2);
    assert!(server.asked().iter().filter(|asked| asked.method == "PUT").all(|asked| asked.body == "shard"));
}

#[test]
fn what_is_there_is_not_sent() {
    let server = Server::start(|_, _| answer(200));
    assert!(!push(&client(), &server.host).unwrap());
    assert!(server.asked().iter().all(|asked| ["HEAD", "GET"].contains(&asked.method.as_str())));
}

#[test]
fn an_upload_to_nowhere_or_elsewhere_by_redirect_is_an_error() {
    for begun in [answer(202), answer(200).header("Location", "/x"), answer(202).header("Location", "http://[")] {
        let server = Server::start(move |asked, _| if asked.method == "HEAD" { answer(404) } else { begun.clone() });
        let error = push(&client(), &server.host).unwrap_err();
        assert!(matches!(error, TransportError::Malformed { .. }), "{}", shown(&error));
    }
    let server = Server::start(|asked, _| match asked.method.as_str() {
        "HEAD" => answer(404),
        _ => answer(307).header("Location", "/there"),
    });
    let error = push(&client(), &server.host).unwrap_err();
    assert!(matches!(error, TransportError::Redirect { .. }), "{}", shown(&error));
}

#[test]
fn a_mirror_is_never_pushed_to() {
    let mirror = Server::start(|_, _| answer(200));
    let registry = Server::start(sending_to("/uploads/1"));
    let mirrors = vec![(registry.host.clone(), mirror.host.clone())];
    assert!(push(&Client::new(ClientOptions { mirrors, ..options() }), &registry.host).unwrap());
    assert!(mirror.asked().is_empty());
}

#[test]
fn a_login_that_may_only_read_says_so() {
    let server = Server::start(|asked, _| match asked.method.as_str() {
        "HEAD" => answer(404),
        _ => answer(403).body(r#"{"errors":[{"code":"DENIED","message":"push is not for you"}]}"#),
    });
    let error = push(&client(), &server.host).unwrap_err();
    assert!(error.to_string().contains("push is not for you"), "{error}");
}
