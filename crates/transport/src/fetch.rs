//! Getting a file: what the feeds are read from.

use std::fmt;
use std::io::Read;
use std::sync::Arc;

use reqwest::blocking::Response;
use reqwest::header::{
    ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, LAST_MODIFIED, RANGE,
};
use reqwest::{StatusCode, Url};

use crate::body::{Body, Piece, Reopen, Terms, range_start};
use crate::client::Inner;
use crate::error::tame;
use crate::host::host_of;
use crate::send::{Request, failed, place};
use crate::{Client, TransportError};

/// What is known of a file from last time, so that the host need not send it again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditional {
    /// Its `ETag`, as it was sent.
    pub etag: Option<String>,
    /// Its `Last-Modified`, as it was sent.
    pub last_modified: Option<String>,
}

/// An answer.
pub enum Fetched {
    /// The file.
    Body {
        /// Its bytes. An error holds a [`TransportError`].
        reader: Box<dyn Read + Send>,
        /// Its length, where the host says so.
        size_bytes: Option<u64>,
        /// For the next [`Conditional`].
        etag: Option<String>,
        /// For the next [`Conditional`].
        last_modified: Option<String>,
    },
    /// It is as it was.
    Unchanged,
}

impl fmt::Debug for Fetched {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unchanged => out.write_str("Unchanged"),
            Self::Body { size_bytes, etag, last_modified, .. } => out
                .debug_struct("Body")
                .field("size_bytes", size_bytes)
                .field("etag", etag)
                .field("last_modified", last_modified)
                .finish_non_exhaustive(),
        }
    }
}

impl Client {
    /// Gets a file. It is streamed and not unpacked; one that breaks off is resumed if the host
    /// gave it an `ETag` or a date, so that no two versions are ever mixed. An address may hold a
    /// login (`https://user:password@host/`); no other is sent.
    ///
    /// # Errors
    /// When it cannot be had, or says that it is larger than `cap_bytes`; while reading, also when
    /// it turns out to be.
    pub fn fetch(&self, url: &str, known: &Conditional, cap_bytes: u64) -> Result<Fetched, TransportError> {
        let url = Url::parse(url)
            .map_err(|error| TransportError::Address { address: without_secrets(url), why: error.to_string() })?;
        let file = File { url, inner: Arc::clone(&self.inner) };
        let mut headers = HeaderMap::new();
        insert(&mut headers, IF_NONE_MATCH, known.etag.as_deref());
        insert(&mut headers, IF_MODIFIED_SINCE, known.last_modified.as_deref());
        let response = self.inner.options.retry.run(|| file.ask(&headers))?;
        let (host, what) = (host_of(&file.url), file.what());
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_MODIFIED if !headers.is_empty() => return Ok(Fetched::Unchanged),
            _ => return Err(failed(response, &host, &what)),
        }
        let size_bytes = response.content_length();
        if size_bytes.is_some_and(|size| size > cap_bytes) {
            return Err(TransportError::TooLarge { host, what, cap_bytes });
        }
        let etag = text(&response, &ETAG);
        let last_modified = text(&response, &LAST_MODIFIED);
        let terms = Terms { host, what, exact_bytes: size_bytes, cap_bytes };
        let reopen = file.reopener(etag.clone(), last_modified.clone());
        let body = Body::new(terms, response, &self.inner.options, reopen);
        Ok(Fetched::Body { reader: Box::new(body), size_bytes, etag, last_modified })
    }
}

/// What may be shown of a text that is no address.
fn without_secrets(text: &str) -> String {
    let place = text.split(['?', '#']).next().unwrap_or_default();
    tame(place.rsplit('@').next().unwrap_or_default())
}

/// A file of the network.
struct File {
    url: Url,
    inner: Arc<Inner>,
}

impl File {
    fn what(&self) -> String {
        tame(self.url.path())
    }

    fn ask(&self, headers: &HeaderMap) -> Result<Response, TransportError> {
        let what = self.what();
        let request = Request { what: &what, url: &self.url, headers, authorization: None, form: None };
        let response = self.inner.send(request)?;
        match response.status() {
            StatusCode::UNAUTHORIZED => Err(failed(response, &host_of(&self.url), &what)),
            _ => Ok(response),
        }
    }

    /// How to go on after a break; `None` where the host gave nothing to know this version by.
    fn reopener(self, etag: Option<String>, last_modified: Option<String>) -> Option<Reopen> {
        // A weak tag promises the same meaning, not the same bytes.
        let strong = etag.filter(|etag| !etag.starts_with("W/"));
        let (name, version) = match (strong, last_modified) {
            (Some(etag), _) => (ETAG, etag),
            (None, Some(date)) => (LAST_MODIFIED, date),
            (None, None) => return None,
        };
        let reopen = move |at| {
            let mut headers = HeaderMap::new();
            insert(&mut headers, RANGE, Some(&format!("bytes={at}-")));
            insert(&mut headers, IF_RANGE, Some(&version));
            let response = self.inner.options.retry.run(|| self.ask(&headers))?;
            let starts_at = match response.status() {
                StatusCode::PARTIAL_CONTENT => range_start(&response),
                // The host ignores ranges. Without this check it might be another version.
                StatusCode::OK if text(&response, &name).as_ref() == Some(&version) => Some(0),
                _ => None,
            };
            let changed = || TransportError::Broken {
                host: host_of(&self.url),
                what: place(&self.url),
                at_bytes: at,
                why: "it changed meanwhile".into(),
            };
            Ok(Piece { starts_at: starts_at.ok_or_else(changed)?, response })
        };
        Some(Box::new(reopen))
    }
}

fn text(response: &Response, name: &HeaderName) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
}

/// Sets a header; a value that no header can hold is left out, which asks for more, not less.
fn insert(headers: &mut HeaderMap, name: HeaderName, value: Option<&str>) {
    if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
        headers.insert(name, value);
    }
}
