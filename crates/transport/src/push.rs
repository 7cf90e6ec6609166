//! Pushing: blobs in one piece, then the manifest that names them.

use std::io::{self, Cursor, Read};

use plimsoll_model::{Digest, Reference};
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{StatusCode, Url};
use sha2::{Digest as _, Sha256};

use crate::registry::{Endpoint, Places};
use crate::send::{Act, Upload};
use crate::{Client, TransportError};

const BYTES: &str = "application/octet-stream";

impl Client {
    /// Whether the reference's repository has a blob.
    ///
    /// # Errors
    /// When the registry does not answer that.
    pub fn has_blob(&self, of: &Reference, digest: &Digest) -> Result<bool, TransportError> {
        let endpoint = Places::of(of, &self.inner.options)?.registry;
        let what = format!("blob {} of {}", digest.short(), of.repository);
        let asked = self.inner.options.retry.run(|| {
            let url = self.inner.address_at(&endpoint, &format!("blobs/{digest}"))?;
            self.inner.exchange(&endpoint, &url, &HeaderMap::new(), Act::Head, &what)
        });
        match asked {
            Ok(_) => Ok(true),
            Err(TransportError::NotFound { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Puts a blob into the reference's repository, unless it is there: whether it was sent. `open`
    /// gives its bytes from the start, as often as they have to be sent.
    ///
    /// # Errors
    /// When the registry does not take it.
    pub fn push_blob(
        &self,
        of: &Reference,
        digest: &Digest,
        size_bytes: u64,
        open: &dyn Fn() -> io::Result<Box<dyn Read + Send>>,
    ) -> Result<bool, TransportError> {
        if self.has_blob(of, digest)? {
            return Ok(false);
        }
        let endpoint = Places::of(of, &self.inner.options)?.registry;
        let what = format!("an upload of blob {} to {}", digest.short(), of.repository);
        let upload = Upload { open, size_bytes, media_type: BYTES };
        self.inner.options.retry.run(|| {
            let mut place = self.begin(&endpoint, &what)?;
            place.query_pairs_mut().append_pair("digest", &digest.to_string());
            self.put(&endpoint, &place, &upload, &what)
        })?;
        Ok(true)
    }

    /// Puts a manifest into the reference's repository, under its tag where it has one: the manifest's
    /// digest. The blobs that it names must be there.
    ///
    /// # Errors
    /// When the registry does not take it.
    pub fn push_manifest(&self, of: &Reference, media_type: &str, bytes: &[u8]) -> Result<Digest, TransportError> {
        let endpoint = Places::of(of, &self.inner.options)?.registry;
        let digest = Digest::Sha256(Sha256::digest(bytes).into());
        let name = of.tag.clone().unwrap_or_else(|| digest.to_string());
        let what = format!("an upload of the manifest {name} to {}", of.repository);
        let open = || Ok(Box::new(Cursor::new(bytes.to_vec())) as Box<dyn Read + Send>);
        let upload = Upload { open: &open, size_bytes: bytes.len() as u64, media_type };
        self.inner.options.retry.run(|| {
            let url = self.inner.address_at(&endpoint, &format!("manifests/{name}"))?;
            self.put(&endpoint, &url, &upload, &what)
        })?;
        Ok(digest)
    }

    /// Begins an upload: where the registry wants the bytes.
    fn begin(&self, endpoint: &Endpoint, what: &str) -> Result<Url, TransportError> {
        let url = self.inner.address_at(endpoint, "blobs/uploads/")?;
        let response = self.inner.exchange(endpoint, &url, &HeaderMap::new(), Act::Post, what)?;
        let place = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let place = place.and_then(|place| url.join(place).ok());
        let place = place.filter(|_| response.status() == StatusCode::ACCEPTED);
        let place = place.ok_or_else(|| unusable(endpoint, what, "it says no place for the bytes"))?;
        if url.scheme() == "https" && place.scheme() != "https" {
            return Err(unusable(endpoint, what, "it wants the bytes over plain HTTP"));
        }
        Ok(place)
    }

    fn put(&self, endpoint: &Endpoint, url: &Url, upload: &Upload<'_>, what: &str) -> Result<(), TransportError> {
        let response = self.inner.exchange(endpoint, url, &HeaderMap::new(), Act::Put(upload), what)?;
        match response.status() {
            StatusCode::CREATED | StatusCode::OK | StatusCode::NO_CONTENT => Ok(()),
            status => Err(unusable(endpoint, what, &format!("status {}", status.as_u16()))),
        }
    }
}

fn unusable(endpoint: &Endpoint, what: &str, why: &str) -> TransportError {
    TransportError::Malformed { host: endpoint.host.clone(), what: what.into(), why: why.into() }
}
