//! Blobs: layers, streamed, and configurations, whole.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

use plimsoll_model::{Digest, Reference};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderValue, RANGE};

use crate::body::{Body, Piece, Terms, range_start};
use crate::client::Inner;
use crate::manifest::{check, whole};
use crate::registry::{Endpoint, Places};
use crate::{Client, TransportError};

/// The bytes of a blob: exactly as many as were asked for, or an error that holds a
/// [`TransportError`]. Their digest is left to the reader, who hashes them anyway.
pub struct BlobReader(Body);

impl Read for BlobReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl fmt::Debug for BlobReader {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("BlobReader")
    }
}

impl Client {
    /// A blob of the reference's repository, as a stream. `size_bytes` is what the manifest says of
    /// it; reading ends with an error where fewer or more bytes come. A broken connection is
    /// resumed, from another place where the first one no longer answers.
    ///
    /// The digest names the blob and is **not** checked here: whoever reads a layer computes it on
    /// the way, and hashing is the most expensive thing to do twice.
    ///
    /// # Errors
    /// When it cannot be had.
    pub fn blob(&self, of: &Reference, digest: &Digest, size_bytes: u64) -> Result<BlobReader, TransportError> {
        let blob = Blob::new(self, of, digest, size_bytes)?;
        let piece = blob.open(0)?;
        let (host, what) = (of.registry.clone(), blob.what.clone());
        let terms = Terms { host, what, exact_bytes: Some(size_bytes), cap_bytes: size_bytes };
        let reopen = Box::new(move |at| blob.open(at));
        Ok(BlobReader(Body::new(terms, piece.response, &self.inner.options, Some(reopen))))
    }

    /// A small blob, whole and with its digest checked.
    ///
    /// # Errors
    /// When it cannot be had, is larger than `cap_bytes`, or is not what was asked for.
    pub fn blob_bytes(
        &self,
        of: &Reference,
        digest: &Digest,
        size_bytes: u64,
        cap_bytes: u64,
    ) -> Result<Vec<u8>, TransportError> {
        let blob = Blob::new(self, of, digest, size_bytes)?;
        if size_bytes > cap_bytes {
            return Err(TransportError::TooLarge { host: of.registry.clone(), what: blob.what, cap_bytes });
        }
        self.inner.first_of(&blob.places, |endpoint| {
            let response = self.inner.ask(endpoint, &blob.path, &HeaderMap::new(), &blob.what)?;
            let bytes = whole(self, response, endpoint, &blob.what, cap_bytes, Some(size_bytes))?;
            check(&bytes, digest, &endpoint.host, &blob.what)?;
            Ok(bytes)
        })
    }
}

/// Where a blob is to be had.
struct Blob {
    inner: Arc<Inner>,
    places: Places,
    size_bytes: u64,
    path: String,
    what: String,
}

impl Blob {
    fn new(client: &Client, of: &Reference, digest: &Digest, size_bytes: u64) -> Result<Self, TransportError> {
        Ok(Self {
            inner: Arc::clone(&client.inner),
            places: Places::of(of, &client.inner.options)?,
            size_bytes,
            path: format!("blobs/{digest}"),
            what: format!("blob {} of {}", digest.short(), of.repository),
        })
    }

    fn open(&self, at: u64) -> Result<Piece, TransportError> {
        let mut headers = HeaderMap::new();
        if let (1.., Ok(range)) = (at, HeaderValue::from_str(&format!("bytes={at}-"))) {
            headers.insert(RANGE, range);
        }
        self.inner.first_of(&self.places, |endpoint| self.open_at(endpoint, at, &headers))
    }

    fn open_at(&self, endpoint: &Endpoint, at: u64, headers: &HeaderMap) -> Result<Piece, TransportError> {
        let response = self.inner.ask(endpoint, &self.path, headers, &self.what)?;
        let (host, what) = (endpoint.host.clone(), self.what.clone());
        let starts_at = match response.status() {
            StatusCode::OK => Some(0),
            StatusCode::PARTIAL_CONTENT => range_start(&response).filter(|start| *start <= at),
            _ => None,
        };
        let Some(starts_at) = starts_at else {
            let why = format!("status {} to a request for all bytes from {at} on", response.status().as_u16());
            return Err(TransportError::Malformed { host, what, why });
        };
        let (expected, claimed) = (self.size_bytes.saturating_sub(starts_at), response.content_length());
        if let Some(claimed) = claimed.filter(|claimed| *claimed != expected) {
            let why = format!("the host sends {claimed} bytes of it, not {expected}");
            return Err(TransportError::Mismatch { host, what, why });
        }
        Ok(Piece { starts_at, response })
    }
}
