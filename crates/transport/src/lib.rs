//! The one HTTP client: registries, logins, the feeds' fetcher, retry and caps.
//!
//! Whoever runs the program says how hosts are reached in [`ClientOptions`], plain data that
//! [`ClientOptions::from_environment`] fills at the edge; [`Client::new`] makes a client of it that
//! connects only once it is asked for something. [`Client::fetch`] gets a file,
//! [`Client::manifest`] and [`Client::blob`] speak the OCI distribution protocol, and so do
//! [`Client::push_blob`] and [`Client::push_manifest`], which never go to a mirror.
//!
//! What holds for every request:
//!
//! - **HTTPS**, unless the host is this machine (`localhost`, `127.0.0.0/8`, `::1`) or
//!   [`ClientOptions::insecure_http`] is set. Such hosts are asked over HTTPS first and over HTTP if
//!   they do not speak TLS; a certificate that is not trusted never leads to plain HTTP.
//! - **Redirects**: five at most, never from HTTPS to HTTP; a login stays with the origin it was
//!   meant for.
//! - **Retries** with growing pauses for what may pass (no connection, 429, 5xx), as long as
//!   `Retry-After` says where that is bearable, and bounded in number and total time.
//! - **Bodies** are streamed. One that breaks off is resumed with a range request; one that is
//!   longer than its cap, shorter than announced or unbearably slow is an error.
//! - **Secrets** never stand in an error, in `Debug` output or in a log, and neither does the query
//!   of an address, which may hold a signature.

mod blob;
mod body;
mod certificates;
mod client;
mod connect;
mod environment;
mod error;
mod fetch;
mod host;
mod login;
mod manifest;
mod options;
mod push;
mod registry;
mod retry;
mod secret;
mod send;

pub use blob::BlobReader;
pub use client::Client;
pub use error::TransportError;
pub use fetch::{Conditional, Fetched, Rest};
pub use manifest::ManifestResponse;
pub use options::{ClientOptions, Login, Proxies, Timeouts};
pub use retry::Retry;
pub use secret::Secret;
