//! Files: conditions, caps, and what an answer says of itself.

use plimsoll_transport::{ClientOptions, Conditional, Fetched, TransportError};

use crate::server::{Server, answer, ok};
use crate::support::{client, fetch, options, read, shown};

#[test]
fn a_file_comes_with_what_it_can_be_known_by_next_time() {
    let server = Server::start(|_, _| {
        ok("advisories").header("ETag", "\"v1\"").header("Last-Modified", "Tue, 01 Jul 2025 10:00:00 GMT")
    });
    let fetched = client().fetch(&server.url("/all.zip"), &Conditional::default(), 100).unwrap();
    let Fetched::Body { reader, size_bytes, etag, last_modified } = fetched else { panic!("{fetched:?}") };
    assert_eq!(read(reader).unwrap(), b"advisories");
    assert_eq!(size_bytes, Some(10));
    assert_eq!(etag.as_deref(), Some("\"v1\""));
    assert_eq!(last_modified.as_deref(), Some("Tue, 01 Jul 2025 10:00:00 GMT"));
    let asked = server.asked();
    assert_eq!(asked[0].header("if-none-match"), None);
    assert_eq!(asked[0].header("accept-encoding"), Some("identity"));
    assert!(asked[0].header("user-agent").unwrap().starts_with("plimsoll/"));
}

#[test]
fn an_unchanged_file_is_not_sent_again() {
    let server = Server::start(|asked, _| match asked.header("if-none-match") {
        Some("\"v1\"") => answer(304),
        _ => ok("new"),
    });
    let known = Conditional { etag: Some("\"v1\"".into()), last_modified: Some("a date".into()) };
    assert!(matches!(client().fetch(&server.url("/"), &known, 100), Ok(Fetched::Unchanged)));
    assert_eq!(server.asked()[0].header("if-modified-since"), Some("a date"));
}

#[test]
fn unchanged_is_no_answer_to_an_unconditional_request() {
    let server = Server::start(|_, _| answer(304));
    assert!(matches!(fetch(&client(), &server.url("/"), 100), Err(TransportError::Status { status: 304, .. })));
}

#[test]
fn a_condition_that_no_header_can_hold_is_left_out() {
    let server = Server::start(|_, _| ok("new"));
    let known = Conditional { etag: Some("a\r\nX-Evil: b".into()), last_modified: None };
    assert!(matches!(client().fetch(&server.url("/"), &known, 100), Ok(Fetched::Body { .. })));
    assert_eq!(server.asked()[0].header("x-evil"), None);
}

#[test]
fn a_file_that_says_it_is_too_large_is_not_read() {
    let server = Server::start(|_, _| ok("").claiming(1 << 40));
    let error = client().fetch(&server.url("/all.zip"), &Conditional::default(), 1000).unwrap_err();
    assert!(matches!(error, TransportError::TooLarge { cap_bytes: 1000, .. }), "{error}");
}

#[test]
fn an_endless_file_ends_at_the_cap() {
    let server = Server::start(|_, _| ok([7; 4096]).endless());
    let error = fetch(&client(), &server.url("/all.zip"), 1 << 20).unwrap_err();
    assert!(matches!(error, TransportError::TooLarge { .. }), "{error}");
    assert_eq!(error.to_string(), format!("/all.zip from {} is larger than 1048576 bytes", server.host));
}

#[test]
fn the_cap_itself_is_allowed() {
    let server = Server::start(|_, _| ok([7; 100]));
    assert_eq!(fetch(&client(), &server.url("/"), 100).unwrap(), [7; 100]);
}

#[test]
fn refusals_say_who_refused_what() {
    let server = Server::start(|asked, _| match asked.target.as_str() {
        "/denied?signature=geheim" => {
            answer(403).body(r#"{"errors":[{"code":"DENIED","message":"not\u001b[2J for you"}]}"#)
        }
        "/gone" => answer(404),
        "/login" => answer(401),
        _ => answer(418),
    });
    let message = |path: &str| fetch(&client(), &server.url(path), 100).unwrap_err().to_string();
    let host = &server.host;
    assert_eq!(message("/denied?signature=geheim"), format!("{host} refuses /denied (status 403): not [2J for you"));
    assert_eq!(message("/gone"), format!("{host} has no /gone"));
    assert_eq!(message("/login"), format!("{host} refuses /login (status 401)"));
    assert_eq!(message("/teapot"), format!("{host} answers /teapot with status 418"));
}

#[test]
fn what_is_no_address_of_the_web_is_refused() {
    for url in ["", "all.zip", "file:///etc/passwd", "ftp://host/", "http://", "https://host:port/"] {
        let error = client().fetch(url, &Conditional::default(), 100).unwrap_err();
        assert!(matches!(error, TransportError::Address { .. }), "{url}: {error}");
    }
    let error = client().fetch("https://name:geheim@[::1/x?key=geheim", &Conditional::default(), 100).unwrap_err();
    assert!(!shown(&error).contains("geheim"), "{error}");
}

#[test]
fn plain_http_is_for_this_machine_only() {
    let error = fetch(&client(), "http://feeds.invalid/all.zip?token=geheim", 100).unwrap_err();
    assert!(matches!(error, TransportError::PlainHttp { .. }), "{error}");
    assert!(error.hint().unwrap().contains("--insecure-http"));
    assert!(!shown(&error).contains("geheim"));
}

#[test]
fn offline_asks_nobody() {
    let server = Server::start(|_, _| ok("x"));
    let client = plimsoll_transport::Client::new(ClientOptions { offline: true, ..options() });
    let error = fetch(&client, &server.url("/all.zip"), 100).unwrap_err();
    assert!(matches!(error, TransportError::Offline { .. }), "{error}");
    assert!(server.asked().is_empty());
}

#[test]
fn a_login_in_an_address_is_sent_and_never_shown() {
    let server = Server::start(|_, _| answer(403));
    let url = server.url("/feed?key=geheim").replace("http://", "http://name:geheim@");
    let error = fetch(&client(), &url, 100).unwrap_err();
    assert_eq!(server.asked()[0].header("authorization"), Some("Basic bmFtZTpnZWhlaW0="));
    assert!(!shown(&error).contains("geheim"), "{}", shown(&error));
}
