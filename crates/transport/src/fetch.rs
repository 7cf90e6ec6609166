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
use crate::send::{Act, Request, failed, place};
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

/// What is left of a file of which the first bytes are there already.
pub struct Rest {
    /// The bytes, from [`Rest::starts_at`] on. An error holds a [`TransportError`].
    pub reader: Box<dyn Read + Send>,
    /// Where they start: at the byte asked for; at 0 where the file has changed meanwhile, or the host
    /// cannot send parts.
    pub starts_at: u64,
    /// For the next [`Conditional`].
    pub etag: Option<String>,
    /// For the next [`Conditional`].
    pub last_modified: Option<String>,
}

impl fmt::Debug for Rest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Rest").field("starts_at", &self.starts_at).finish_non_exhaustive()
    }
}

impl Client {
    /// Gets the rest of a file, from byte `at` on, if it still is the version that `known` tells.
    ///
    /// # Errors
    /// As [`Client::fetch`]; the cap is on the whole file.
    pub fn fetch_rest(&self, url: &str, at: u64, known: &Conditional, cap_bytes: u64) -> Result<Rest, TransportError> {
        let parsed = Url::parse(url)
            .map_err(|error| TransportError::Address { address: without_secrets(url), why: error.to_string() })?;
        let file = File { url: parsed, inner: Arc::clone(&self.inner) };
        // A weak tag promises the same meaning, not the same bytes.
        let strong = known.etag.as_deref().filter(|etag| !etag.starts_with("W/"));
        let Some(version) = strong.or(known.last_modified.as_deref()) else { return self.whole(url, cap_bytes) };
        let mut headers = HeaderMap::new();
        insert(&mut headers, RANGE, Some(&format!("bytes={at}-")));
        insert(&mut headers, IF_RANGE, Some(version));
        let response = self.inner.options.retry.run(|| file.ask(&headers))?;
        let starts_at = match response.status() {
            StatusCode::PARTIAL_CONTENT if range_start(&response) == Some(at) => at,
            StatusCode::OK => 0,
            // The part that is there may be all, or of another version.
            StatusCode::RANGE_NOT_SATISFIABLE | StatusCode::PARTIAL_CONTENT => return self.whole(url, cap_bytes),
            _ => return Err(failed(response, &host_of(&file.url), &file.what())),
        };
        let (host, what) = (host_of(&file.url), file.what());
        let exact_bytes = response.content_length();
        let cap_bytes = cap_bytes.saturating_sub(starts_at);
        if exact_bytes.is_some_and(|size| size > cap_bytes) {
            return Err(TransportError::TooLarge { host, what, cap_bytes });
        }
        let etag = text(&response, &ETAG).or_else(|| known.etag.clone());
        let last_modified = text(&response, &LAST_MODIFIED).or_else(|| known.last_modified.clone());
        let terms = Terms { host, what, exact_bytes, cap_bytes };
        let reopen = file.reopener(etag.clone(), last_modified.clone()).map(|reopen| shifted(reopen, starts_at));
        let body = Body::new(terms, response, &self.inner.options, reopen);
        Ok(Rest { reader: Box::new(body), starts_at, etag, last_modified })
    }

    fn whole(&self, url: &str, cap_bytes: u64) -> Result<Rest, TransportError> {
        match self.fetch(url, &Conditional::default(), cap_bytes)? {
            Fetched::Body { reader, etag, last_modified, .. } => Ok(Rest { reader, starts_at: 0, etag, last_modified }),
            Fetched::Unchanged => Err(TransportError::Address {
                address: without_secrets(url),
                why: "the host says that it is unchanged, which was not asked".into(),
            }),
        }
    }
}

/// Reopens a body that began in the middle of its file.
fn shifted(mut reopen: Reopen, by: u64) -> Reopen {
    Box::new(move |at| {
        let mut piece = reopen(at.saturating_add(by))?;
        // Before the part that is there: it cannot be gone back to, and the next read says so.
        piece.starts_at = piece.starts_at.checked_sub(by).unwrap_or(u64::MAX);
        Ok(piece)
    })
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
        let request = Request { what: &what, url: &self.url, headers, authorization: None, act: Act::Get };
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
