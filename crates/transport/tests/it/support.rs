//! What the tests share: options without waiting, references, reading.

use std::cell::RefCell;
use std::io::Read;
use std::time::Duration;

use plimsoll_model::{Digest, Reference, read_capped};
use plimsoll_transport::{Client, ClientOptions, Conditional, Fetched, Retry, TransportError};
use sha2::{Digest as _, Sha256};

thread_local! {
    static PAUSES: RefCell<Vec<Duration>> = const { RefCell::new(Vec::new()) };
}

/// Options that take note of a pause instead of making it.
pub fn options() -> ClientOptions {
    let retry = Retry { sleep: |pause| PAUSES.with_borrow_mut(|all| all.push(pause)), ..Retry::default() };
    ClientOptions { retry, ..ClientOptions::default() }
}

pub fn client() -> Client {
    Client::new(options())
}

/// The pauses of this test so far.
pub fn pauses() -> Vec<Duration> {
    PAUSES.with_borrow(Clone::clone)
}

/// `host/repository:latest`.
pub fn reference(host: &str, repository: &str) -> Reference {
    Reference { registry: host.into(), repository: repository.into(), tag: Some("latest".into()), digest: None }
}

pub fn sha256(bytes: &[u8]) -> Digest {
    Digest::Sha256(Sha256::digest(bytes).into())
}

/// Bytes in which each place looks different.
pub fn patterned(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 31 + at / 251) as u8).collect()
}

/// Fetches without a condition and reads it all.
pub fn fetch(client: &Client, url: &str, cap_bytes: u64) -> Result<Vec<u8>, TransportError> {
    match client.fetch(url, &Conditional::default(), cap_bytes)? {
        Fetched::Body { reader, .. } => read(reader),
        Fetched::Unchanged => panic!("unchanged, which was not asked"),
    }
}

/// Reads to the end; an error is the transport's own.
pub fn read(reader: impl Read) -> Result<Vec<u8>, TransportError> {
    read_capped(reader, 64 << 20).map_err(|error| {
        let inner = error.into_inner().expect("an error of the transport");
        *inner.downcast().expect("an error of the transport")
    })
}

/// What a user sees of an error.
pub fn shown(error: &TransportError) -> String {
    format!("{error} | {} | {error:?}", error.hint().unwrap_or_default())
}
