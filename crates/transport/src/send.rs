//! One request: which hosts may be asked how, redirects, and what a status means.

use std::error::Error;
use std::io::{self, Read};
use std::time::Duration;

use reqwest::blocking::{Body, Response};
use reqwest::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER,
};
use reqwest::{StatusCode, Url};
use rustls::CertificateError;
use serde::Deserialize;

use crate::TransportError;
use crate::client::Inner;
use crate::error::{root_cause, tame};
use crate::host::{host_of, is_this_machine};

const MAX_REDIRECTS: usize = 5;
/// Of an answer that is an error, to tell the user what the host says about it.
const MAX_DETAIL_BYTES: usize = 8 << 10;

/// One request.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a> {
    /// What is wanted, in words for messages.
    pub(crate) what: &'a str,
    /// Where.
    pub(crate) url: &'a Url,
    /// Everything but the login.
    pub(crate) headers: &'a HeaderMap,
    /// The login: it goes to the origin of `url` and to no other.
    pub(crate) authorization: Option<&'a HeaderValue>,
    /// What is to be done there.
    pub(crate) act: Act<'a>,
}

/// What is done at an address.
#[derive(Clone, Copy)]
pub(crate) enum Act<'a> {
    /// It is asked for.
    Get,
    /// It is asked about.
    Head,
    /// A form, which may hold a secret, is posted to it.
    Form(&'a str),
    /// Something is begun there.
    Post,
    /// Bytes are put there.
    Put(&'a Upload<'a>),
}

/// Bytes that go out.
pub(crate) struct Upload<'a> {
    /// Gives them from the start, as often as they have to be sent.
    pub(crate) open: &'a dyn Fn() -> io::Result<Box<dyn Read + Send>>,
    /// How many they are.
    pub(crate) size_bytes: u64,
    /// What they are.
    pub(crate) media_type: &'a str,
}

impl Act<'_> {
    /// What a token must allow for it.
    pub(crate) fn rights(self) -> &'static str {
        match self {
            Self::Get | Self::Head | Self::Form(_) => "pull",
            Self::Post | Self::Put(_) => "pull,push",
        }
    }

    /// Why a redirect of it is not followed; `None` where it is.
    fn stays(self) -> Option<&'static str> {
        match self {
            Self::Get | Self::Head => None,
            Self::Form(_) => Some("although it holds a secret"),
            Self::Post | Self::Put(_) => Some("although something is sent there"),
        }
    }
}

impl Inner {
    /// Asks once, following redirects. What comes back is a success (2xx), *not modified* (304) or
    /// *log in* (401); any other status is an error.
    pub(crate) fn send(&self, request: Request<'_>) -> Result<Response, TransportError> {
        let mut url = request.url.clone();
        let mut redirects = 0;
        loop {
            let response = self.send_to(&url, &request)?;
            let status = response.status();
            if status.is_success() || matches!(status, StatusCode::NOT_MODIFIED | StatusCode::UNAUTHORIZED) {
                return Ok(response);
            }
            if !is_redirect(status) {
                return Err(failed(response, &host_of(&url), request.what));
            }
            let refused = |why: &str| TransportError::Redirect {
                host: host_of(&url),
                what: request.what.into(),
                why: why.into(),
            };
            redirects += 1;
            if redirects > MAX_REDIRECTS {
                return Err(refused("more than five times"));
            }
            if let Some(why) = request.act.stays() {
                return Err(refused(why));
            }
            let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
            let next = location.and_then(|location| url.join(location).ok()).ok_or_else(|| refused("to nowhere"))?;
            if url.scheme() == "https" && next.scheme() != "https" {
                return Err(refused(&format!("from HTTPS to {}", place(&next))));
            }
            url = next;
        }
    }

    fn send_to(&self, url: &Url, request: &Request<'_>) -> Result<Response, TransportError> {
        self.allow(url, request.what)?;
        let client = self.connections.to(url, &self.options)?;
        let mut builder = match request.act {
            Act::Get => client.get(url.clone()),
            Act::Head => client.head(url.clone()),
            Act::Form(form) => {
                client.post(url.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form.to_owned())
            }
            Act::Post => client.post(url.clone()).header(CONTENT_LENGTH, 0),
            Act::Put(upload) => {
                let unreadable = |error: io::Error| TransportError::Broken {
                    host: host_of(url),
                    what: request.what.into(),
                    at_bytes: 0,
                    why: error.to_string(),
                };
                let bytes = (upload.open)().map_err(unreadable)?;
                let timeouts = self.options.timeouts;
                client
                    .put(url.clone())
                    .header(CONTENT_TYPE, upload.media_type)
                    .timeout(timeouts.answer + timeouts.slow_body + Duration::from_secs(upload.size_bytes >> 10))
                    .body(Body::sized(bytes, upload.size_bytes))
            }
        };
        builder = builder.headers(request.headers.clone()).header(ACCEPT_ENCODING, "identity");
        if let Some(login) = request.authorization.filter(|_| url.origin() == request.url.origin()) {
            builder = builder.header(AUTHORIZATION, login.clone());
        }
        builder.send().map_err(|error| not_sent(&error, host_of(url), self.options.timeouts.answer))
    }

    /// Whether this address may be asked at all.
    fn allow(&self, url: &Url, what: &str) -> Result<(), TransportError> {
        let (host, what) = (host_of(url), what.to_owned());
        if self.options.offline {
            return Err(TransportError::Offline { host, what });
        }
        match url.scheme() {
            "https" => Ok(()),
            "http" if self.may_be_plain(&host) => Ok(()),
            "http" => Err(TransportError::PlainHttp { host, what }),
            _ => Err(TransportError::Address { address: place(url), why: "only https and http are spoken".into() }),
        }
    }

    /// Whether plain HTTP to this host is acceptable.
    pub(crate) fn may_be_plain(&self, host: &str) -> bool {
        self.options.insecure_http || is_this_machine(host)
    }
}

/// An address without login, query and fragment.
pub(crate) fn place(url: &Url) -> String {
    tame(&format!("{}://{}{}", url.scheme(), host_of(url), url.path()))
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn not_sent(error: &reqwest::Error, host: String, patience: Duration) -> TransportError {
    if let Some(why) = certificate_fault(error) {
        return TransportError::Certificate { host, why };
    }
    let why = match error.is_timeout() {
        true if error.is_connect() => "no connection in time".into(),
        true => format!("no answer within {} seconds", patience.as_secs()),
        false => tame(&root_cause(error)),
    };
    TransportError::Unreachable { host, why }
}

/// What TLS has to say against the certificate, if that is the trouble.
fn certificate_fault(error: &(dyn Error + 'static)) -> Option<String> {
    let mut next = Some(error);
    while let Some(error) = next {
        match error.downcast_ref::<rustls::Error>() {
            Some(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {
                return Some("its certificate is of an unknown authority".into());
            }
            Some(rustls::Error::InvalidCertificate(fault)) => {
                return Some(tame(&format!("its certificate is not trusted: {fault}")));
            }
            Some(rustls::Error::AlertReceived(alert)) => {
                return Some(format!("it refuses us with {alert:?}; it may want to see a certificate"));
            }
            _ => {}
        }
        // An I/O error calls the source of what it wraps its own source, and so hides what it wraps.
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = wrapped.map(|wrapped| wrapped as &(dyn Error + 'static)).or_else(|| error.source());
    }
    None
}

/// What a status that is no success means.
pub(crate) fn failed(response: Response, host: &str, what: &str) -> TransportError {
    let (host, what) = (host.to_owned(), what.to_owned());
    let status = response.status().as_u16();
    let wait = retry_after(response.headers());
    match status {
        404 | 410 => TransportError::NotFound { host, what },
        401 | 403 => TransportError::Denied { host, what, status, detail: detail(response) },
        408 | 429 | 500 | 502 | 503 | 504 => {
            TransportError::Busy { host, what, status, wait, detail: detail(response) }
        }
        _ => TransportError::Status { host, what, status, detail: detail(response) },
    }
}

/// Seconds or a date; a date that has passed means now.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?;
    let seconds = date.timestamp().as_second().saturating_sub(jiff::Timestamp::now().as_second());
    Some(Duration::from_secs(seconds.max(0).unsigned_abs()))
}

/// The list of errors that the distribution specification defines.
#[derive(Deserialize)]
struct Errors {
    errors: Vec<OneError>,
}

#[derive(Deserialize)]
struct OneError {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

/// What the host says about its refusal; empty where it says nothing that a person would read.
fn detail(mut response: Response) -> String {
    // One read: it takes no longer than any answer may.
    let mut bytes = vec![0; MAX_DETAIL_BYTES];
    let length = response.read(&mut bytes).unwrap_or(0);
    let Ok(Errors { errors }) = serde_json::from_slice(&bytes[..length]) else { return String::new() };
    errors
        .first()
        .map_or_else(String::new, |error| tame(if error.message.is_empty() { &error.code } else { &error.message }))
}
