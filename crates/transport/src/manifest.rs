//! Manifests: small, whole, and checked.

use plimsoll_model::{Digest, DigestAlgorithm, Reference};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};
use sha2::{Digest as _, Sha256, Sha512};

use crate::body::{Body, Terms};
use crate::error::tame;
use crate::registry::{Endpoint, Places};
use crate::{Client, TransportError};

/// What the specification asks registries to accept, and no more.
const MAX_MANIFEST_BYTES: u64 = 4 << 20;

/// A manifest or an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestResponse {
    /// As it was sent; what its digest is of.
    pub bytes: Vec<u8>,
    /// `Content-Type` without parameters; empty where the host sent none.
    pub media_type: String,
    /// Computed from the bytes.
    pub digest: Digest,
}

impl Client {
    /// The manifest of a reference: by its digest, else by its tag, else `latest`. Its digest is
    /// computed; a digest in the reference and one that the host claims must be the same.
    ///
    /// # Errors
    /// When it cannot be had, is larger than 4 MiB, or is not what was asked for.
    pub fn manifest(&self, of: &Reference, accept: &[&str]) -> Result<ManifestResponse, TransportError> {
        let name = match (&of.digest, &of.tag) {
            (Some(digest), _) => digest.to_string(),
            (None, tag) => tag.clone().unwrap_or_else(|| "latest".into()),
        };
        if of.digest.is_none() && !is_tag(&name) {
            return Err(TransportError::Address { address: tame(&name), why: "it is no tag".into() });
        }
        let mut headers = HeaderMap::new();
        if let Ok(types) = HeaderValue::from_str(&accept.join(", ")) {
            headers.insert(ACCEPT, types);
        }
        let mark = if of.digest.is_some() { '@' } else { ':' };
        let what = format!("manifest of {}{mark}{name}", of.repository);
        let places = Places::of(of, &self.inner.options)?;
        self.inner.first_of(&places, |endpoint| self.manifest_from(endpoint, &name, of.digest, &headers, &what))
    }

    fn manifest_from(
        &self,
        endpoint: &Endpoint,
        name: &str,
        asked: Option<Digest>,
        headers: &HeaderMap,
        what: &str,
    ) -> Result<ManifestResponse, TransportError> {
        let response = self.inner.ask(endpoint, &format!("manifests/{name}"), headers, what)?;
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        let media_type = header(CONTENT_TYPE.as_str()).and_then(|value| value.split(';').next()).unwrap_or_default();
        let media_type = media_type.trim().to_ascii_lowercase();
        // A claim in a form that nobody knows is no claim.
        let claimed: Option<Digest> = header("docker-content-digest").and_then(|value| value.parse().ok());
        let bytes = whole(self, response, endpoint, what, MAX_MANIFEST_BYTES, None)?;
        let algorithm = asked.as_ref().map_or(DigestAlgorithm::Sha256, Digest::algorithm);
        let digest = digest_of(&bytes, algorithm);
        for expected in [asked, claimed].into_iter().flatten() {
            check(&bytes, &expected, &endpoint.host, what)?;
        }
        Ok(ManifestResponse { bytes, media_type, digest })
    }
}

fn is_tag(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=128).contains(&text.len()) && text.bytes().all(is_plain) && !text.starts_with(['.', '-'])
}

/// Reads a small body.
pub(crate) fn whole(
    client: &Client,
    response: reqwest::blocking::Response,
    endpoint: &Endpoint,
    what: &str,
    cap_bytes: u64,
    exact_bytes: Option<u64>,
) -> Result<Vec<u8>, TransportError> {
    let terms = Terms { host: endpoint.host.clone(), what: what.into(), exact_bytes, cap_bytes };
    Body::new(terms, response, &client.inner.options, None).into_bytes()
}

/// Whether the bytes have this digest.
pub(crate) fn check(bytes: &[u8], expected: &Digest, host: &str, what: &str) -> Result<(), TransportError> {
    let got = digest_of(bytes, expected.algorithm());
    if got == *expected {
        return Ok(());
    }
    let why = format!("its digest is {got}, not {expected}");
    Err(TransportError::Mismatch { host: host.into(), what: what.into(), why })
}

fn digest_of(bytes: &[u8], algorithm: DigestAlgorithm) -> Digest {
    match algorithm {
        DigestAlgorithm::Sha256 => Digest::Sha256(Sha256::digest(bytes).into()),
        DigestAlgorithm::Sha512 => Digest::Sha512(Sha512::digest(bytes).into()),
    }
}
