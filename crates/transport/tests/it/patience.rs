//! Asking again: what may pass, how long to wait, and when to stop.

use std::net::TcpListener;
use std::time::Duration;

use plimsoll_transport::{Client, Retry, TransportError};

use crate::server::{Server, answer, ok};
use crate::support::{client, fetch, options, pauses, reference};

#[test]
fn a_busy_host_is_asked_again_with_growing_pauses() {
    let server = Server::start(|_, number| if number < 3 { answer(503) } else { ok("at last") });
    assert_eq!(fetch(&client(), &server.url("/"), 100).unwrap(), b"at last");
    let pauses = pauses();
    assert_eq!(pauses.len(), 3);
    for (pause, full) in pauses.iter().zip([300, 600, 1200].map(Duration::from_millis)) {
        assert!((full / 2..=full).contains(pause), "{pause:?} of {full:?}");
    }
}

#[test]
fn a_host_says_how_long_to_wait() {
    let server = Server::start(|_, number| if number == 0 { answer(429).header("Retry-After", "7") } else { ok("x") });
    fetch(&client(), &server.url("/"), 100).unwrap();
    assert_eq!(pauses(), [Duration::from_secs(7)]);
}

#[test]
fn a_date_to_wait_for_that_has_passed_means_now() {
    let date = "Wed, 21 Oct 2015 07:28:00 GMT";
    let server =
        Server::start(move |_, number| if number == 0 { answer(503).header("Retry-After", date) } else { ok("x") });
    fetch(&client(), &server.url("/"), 100).unwrap();
    assert_eq!(pauses(), [Duration::ZERO]);
}

#[test]
fn a_wait_that_is_too_long_is_told_and_not_made() {
    let server = Server::start(|_, _| answer(429).header("Retry-After", "3600"));
    let error = fetch(&client(), &server.url("/all.zip"), 100).unwrap_err();
    assert!(pauses().is_empty());
    assert_eq!(server.asked().len(), 1);
    let host = &server.host;
    assert_eq!(
        error.to_string(),
        format!("{host} is too busy for /all.zip (status 429); it asks to wait 3600 seconds")
    );
    assert!(error.hint().unwrap().contains("--mirror"));
}

#[test]
fn all_pauses_together_are_bounded() {
    let server = Server::start(|_, _| answer(429).header("Retry-After", "60"));
    assert!(fetch(&client(), &server.url("/"), 100).is_err());
    assert_eq!(pauses(), [Duration::from_secs(60); 2]);
}

#[test]
fn patience_ends() {
    let server = Server::start(|_, _| answer(502));
    let error = fetch(&client(), &server.url("/"), 100).unwrap_err();
    assert!(matches!(error, TransportError::Busy { status: 502, .. }), "{error}");
    assert_eq!(server.asked().len(), 5);
}

#[test]
fn what_will_not_change_is_asked_once() {
    for status in [400, 401, 403, 404, 416, 501] {
        let server = Server::start(move |_, _| answer(status));
        assert!(fetch(&client(), &server.url("/"), 100).is_err());
        assert_eq!(server.asked().len(), 1, "{status}");
    }
    assert!(pauses().is_empty());
}

#[test]
fn a_host_that_is_not_there_is_tried_three_times() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    drop(listener);
    let error = fetch(&client(), &format!("http://{host}/"), 100).unwrap_err();
    assert!(error.to_string().starts_with(&format!("{host} could not be reached: Connection refused")), "{error}");
    assert_eq!(pauses().len(), 2);

    let error = client().manifest(&reference(&host, "app"), &[]).unwrap_err();
    assert!(error.to_string().contains("Connection refused"), "{error}");
}

#[test]
fn a_silent_host_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let mut options = options();
    options.timeouts.answer = Duration::from_millis(50);
    options.retry = Retry { connection_attempts: 1, ..options.retry };
    let error = fetch(&Client::new(options), &format!("http://{host}/"), 100).unwrap_err();
    assert!(error.to_string().contains("no answer within"), "{error}");
}

#[test]
fn a_body_that_drips_is_given_up() {
    let server = Server::start(|_, _| ok([7; 64]));
    let mut options = options();
    options.timeouts.slow_body = Duration::ZERO;
    // No time at all beyond a second for each KiB: the very first bytes come too late.
    let error = fetch(&Client::new(options), &server.url("/all.zip"), 1 << 30).unwrap_err();
    assert!(error.to_string().ends_with("bytes: it comes too slowly"), "{error}");
}
