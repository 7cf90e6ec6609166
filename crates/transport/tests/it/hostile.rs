//! Answers made of noise: an error, never a panic, a hang or a secret.

use std::sync::{Arc, Mutex};

use plimsoll_transport::{Client, ClientOptions, Login};

use crate::server::{Server, answer, ok};
use crate::support::{fetch, options, read, reference, sha256, shown};

const ITERATIONS: usize = 150;

/// Bytes as text that a header may hold.
fn header(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(b' ' + byte % 95)).collect()
}

#[test]
fn fuzz_challenges_of_registries() {
    let challenge = Arc::new(Mutex::new(String::new()));
    let given = Arc::clone(&challenge);
    let server = Server::start(move |_, _| answer(401).header("WWW-Authenticate", given.lock().unwrap().clone()));
    let login = Login { registry: None, username: "name".into(), password: "geheim".into() };
    let client = Client::new(ClientOptions { login: Some(login), ..options() });
    plimsoll_fuzzing::check().with_type::<(bool, Vec<u8>)>().with_iterations(ITERATIONS).for_each(|(bearer, bytes)| {
        let noise = header(bytes);
        *challenge.lock().unwrap() = if *bearer { format!("Bearer realm=\"{noise}") } else { noise };
        let error = client.manifest(&reference(&server.host, "app"), &[]).unwrap_err();
        assert!(!shown(&error).contains("geheim"));
    });
}

#[test]
fn fuzz_headers_of_files_and_layers() {
    const NAMES: [&str; 6] =
        ["Retry-After", "Location", "Content-Range", "ETag", "Docker-Content-Digest", "Content-Type"];
    type Noise = (u8, u8, Vec<u8>, Vec<u8>);
    let noise: Arc<Mutex<Noise>> = Arc::default();
    let given = Arc::clone(&noise);
    let server = Server::start(move |_, _| {
        let (status, name, value, body) = given.lock().unwrap().clone();
        let status = [200, 206, 301, 307, 401, 404, 416, 429, 500, 503][usize::from(status) % 10];
        answer(status).header(NAMES[usize::from(name) % NAMES.len()], header(&value)).body(body)
    });
    let client = Client::new(options());
    plimsoll_fuzzing::check().with_type::<Noise>().with_iterations(ITERATIONS).for_each(|input| {
        *noise.lock().unwrap() = input.clone();
        let _ = fetch(&client, &server.url("/file"), 1 << 10);
        let of = reference(&server.host, "app");
        let _ = client.manifest(&of, &["a/b"]);
        let _ = client.blob(&of, &sha256(&input.3), input.3.len() as u64).and_then(read);
    });
}

#[test]
fn headers_without_end_are_refused() {
    let server = Server::start(|_, _| {
        let mut answer = ok("x");
        for number in 0..5000 {
            answer = answer.header(&format!("X-{number}"), "y".repeat(200));
        }
        answer
    });
    assert!(fetch(&Client::new(options()), &server.url("/"), 100).is_err());
}
