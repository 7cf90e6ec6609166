//! One request: which hosts may be asked how, redirects, and what a status means.

use std::error::Error;
use std::io::{self, Read};
use std::time::Duration;

use reqwest::blocking::Response;
use reqwest::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
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
    /// A form to post; without one it is a GET.
    pub(crate) form: Option<&'a str>,
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
            if request.form.is_some() {
                return Err(refused("although it holds a secret"));
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
        let mut builder = match request.form {
            None => client.get(url.clone()),
            Some(form) => {
                client.post(url.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form.to_owned())
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
