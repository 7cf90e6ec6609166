//! Bodies that break off: going on where they stopped, and never mixing two versions.

use plimsoll_transport::TransportError;

use crate::server::{Asked, Server, answer, ok, ranged};
use crate::support::{client, fetch, patterned, pauses, read, reference, sha256};

#[test]
fn a_file_that_breaks_off_goes_on_where_it_stopped() {
    let body = patterned(300_000);
    let expected = body.clone();
    let server = Server::start(move |asked, number| {
        let answer = ranged(asked, &body).header("ETag", "\"v1\"");
        if number < 2 { answer.cut(100_000) } else { answer }
    });
    assert_eq!(fetch(&client(), &server.url("/all.zip"), 1 << 20).unwrap(), expected);
    let ranges: Vec<_> = server.asked().iter().map(Asked::range_start).collect();
    assert_eq!(ranges, [None, Some(100_000), Some(200_000)]);
    assert_eq!(server.asked()[1].header("if-range"), Some("\"v1\""));
    assert_eq!(pauses().len(), 2);
}

#[test]
fn a_file_of_unknown_length_goes_on_as_well() {
    let body = patterned(50_000);
    let expected = body.clone();
    let server = Server::start(move |asked, number| {
        let answer = ranged(asked, &body).header("Last-Modified", "Tue, 01 Jul 2025 10:00:00 GMT");
        if number == 0 { answer.chunked_and_cut(20_000) } else { answer }
    });
    assert_eq!(fetch(&client(), &server.url("/"), 1 << 20).unwrap(), expected);
    assert_eq!(server.asked()[1].header("if-range"), Some("Tue, 01 Jul 2025 10:00:00 GMT"));
}

#[test]
fn a_host_that_ignores_ranges_starts_over_and_the_known_part_is_skipped() {
    let body = patterned(60_000);
    let expected = body.clone();
    let server = Server::start(move |_, number| {
        let answer = ok(body.clone()).header("ETag", "\"v1\"");
        if number == 0 { answer.cut(40_000) } else { answer }
    });
    assert_eq!(fetch(&client(), &server.url("/"), 1 << 20).unwrap(), expected);
}

#[test]
fn a_file_that_changed_meanwhile_is_no_file() {
    let server = Server::start(|_, number| match number {
        0 => ok(patterned(60_000)).header("ETag", "\"v1\"").cut(40_000),
        _ => ok(vec![0; 60_000]).header("ETag", "\"v2\""),
    });
    let error = fetch(&client(), &server.url("/all.zip"), 1 << 20).unwrap_err();
    assert!(error.to_string().ends_with("broke off after 40000 bytes: it changed meanwhile"), "{error}");
}

#[test]
fn without_a_version_to_hold_on_to_a_break_is_the_end() {
    for tag in [None, Some("W/\"weak\"")] {
        let server = Server::start(move |asked, _| {
            let answer = ranged(asked, &patterned(60_000));
            match tag {
                Some(tag) => answer.header("ETag", tag),
                None => answer,
            }
            .cut(100)
        });
        let error = fetch(&client(), &server.url("/all.zip"), 1 << 20).unwrap_err();
        assert!(matches!(error, TransportError::Broken { at_bytes: 100, .. }), "{error}");
        assert_eq!(server.asked().len(), 1);
    }
}

#[test]
fn a_host_that_never_gets_further_is_given_up() {
    let server = Server::start(|asked, number| {
        let answer = ranged(asked, &patterned(60_000)).header("ETag", "\"v1\"");
        answer.cut(if number == 0 { 100 } else { 0 })
    });
    let error = fetch(&client(), &server.url("/"), 1 << 20).unwrap_err();
    assert!(matches!(error, TransportError::Broken { at_bytes: 100, .. }), "{error}");
    assert_eq!(server.asked().len(), 5);
}

#[test]
fn a_host_that_sends_a_byte_at_a_time_is_given_up() {
    let server = Server::start(|asked, _| ranged(asked, &patterned(60_000)).header("ETag", "\"v1\"").cut(1));
    assert!(matches!(fetch(&client(), &server.url("/"), 1 << 20), Err(TransportError::Broken { at_bytes: 21, .. })));
}

#[test]
fn a_part_from_another_place_is_refused() {
    let server = Server::start(|_, number| match number {
        0 => ok(patterned(60_000)).header("ETag", "\"v1\"").cut(100),
        _ => answer(206).header("Content-Range", "bytes 5000-59999/60000").body(patterned(55_000)),
    });
    let error = fetch(&client(), &server.url("/"), 1 << 20).unwrap_err();
    assert!(error.to_string().ends_with("the host goes on at another place"), "{error}");
}

#[test]
fn a_layer_that_breaks_off_goes_on_without_a_tag() {
    let layer = patterned(200_000);
    let (expected, digest) = (layer.clone(), sha256(&layer));
    let server = Server::start(move |asked, number| match asked.target.as_str() {
        "/v2/" => answer(200),
        _ if number == 1 => ranged(asked, &layer).cut(150_000),
        _ => ranged(asked, &layer),
    });
    let reader = client().blob(&reference(&server.host, "app"), &digest, 200_000).unwrap();
    assert_eq!(read(reader).unwrap(), expected);
    assert_eq!(server.asked()[2].range_start(), Some(150_000));
}

#[test]
fn a_layer_from_a_host_that_ignores_ranges_is_whole() {
    let layer = patterned(200_000);
    let (expected, digest) = (layer.clone(), sha256(&layer));
    let server = Server::start(move |asked, number| match asked.target.as_str() {
        "/v2/" => answer(200),
        _ if number == 1 => ok(layer.clone()).cut(150_000),
        _ => ok(layer.clone()),
    });
    let reader = client().blob(&reference(&server.host, "app"), &digest, 200_000).unwrap();
    assert_eq!(read(reader).unwrap(), expected);
}

#[test]
fn a_layer_that_fails_for_good_stays_failed() {
    use std::io::Read;
    let layer = patterned(1000);
    let digest = sha256(&layer);
    let server = Server::start(move |asked, _| match asked.target.as_str() {
        "/v2/" => answer(200),
        _ if asked.range_start().is_some() => answer(404),
        _ => ok(layer.clone()).cut(10),
    });
    let mut reader = client().blob(&reference(&server.host, "app"), &digest, 1000).unwrap();
    let mut window = [0; 64];
    assert_eq!(reader.read(&mut window).unwrap(), 10);
    assert!(reader.read(&mut window).is_err());
    assert!(reader.read(&mut window).unwrap_err().to_string().contains("it has failed before"));
}
