//! Logins: answering a registry that says *who are you?*
//!
//! The registry names its way in a challenge: Basic, or Bearer with the address of a token server
//! (the *realm*). A login comes from the options, else from the login files and the credential
//! helpers they name; without one a token is asked for anonymously. What a registry accepted is
//! kept per repository and made anew once, when it is refused.
//!
//! A login goes to a realm on HTTPS, or to one on the registry's own host where the registry itself
//! is spoken to over plain HTTP; never to another host over plain HTTP. A registry that lies about
//! its realm gains nothing by it, since it would be shown the login anyway.

mod challenge;
mod files;
mod helper;
mod token;

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::Url;
use reqwest::blocking::Response;
use reqwest::header::HeaderValue;

use crate::client::{Inner, hold};
use crate::registry::{Endpoint, same_registry};
use crate::send::failed;
use crate::{Secret, TransportError};
use challenge::Challenge;
use token::Wish;

/// What proves who somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Credential {
    /// Name and password.
    Password { username: String, password: Secret },
    /// What OAuth2 calls a refresh token: good for tokens, not for the registry itself.
    Identity(Secret),
    /// A token of the registry.
    Token(Secret),
}

/// The outcome of looking for a login.
#[derive(Debug, Clone, Default)]
struct Found {
    credential: Option<Credential>,
    /// What went wrong on the way: it matters once the registry refuses.
    trouble: Option<String>,
}

/// What has been learnt.
#[derive(Default)]
pub(crate) struct Logins {
    accepted: Mutex<HashMap<Endpoint, Pass>>,
    found: Mutex<HashMap<Endpoint, Found>>,
}

/// A value for the `Authorization` header.
#[derive(Clone)]
struct Pass {
    header: HeaderValue,
    expires: Option<Instant>,
}

impl Inner {
    /// What this place accepted last time, unless it has expired.
    pub(crate) fn known_login(&self, endpoint: &Endpoint) -> Option<HeaderValue> {
        let accepted = hold(&self.logins.accepted);
        let pass = accepted.get(endpoint)?;
        pass.expires.is_none_or(|expires| Instant::now() < expires).then(|| pass.header.clone())
    }

    /// Answers the challenge of `refusal`, which `url` gave, for these rights (`pull`, `pull,push`).
    pub(crate) fn log_in(
        &self,
        endpoint: &Endpoint,
        url: &Url,
        refusal: Response,
        rights: &str,
        what: &str,
    ) -> Result<HeaderValue, TransportError> {
        let found = self.find_login(endpoint);
        // Whoever a registry redirects to is not asked where logins should go.
        let is_own = refusal.url().origin() == url.origin();
        let challenge = if is_own { challenge::read(refusal.headers()) } else { None };
        let failed_login = |why: &str| TransportError::Login { host: endpoint.host.clone(), why: why.into() };
        let pass = match (challenge, found.credential) {
            (Some(Challenge::Bearer(_)), Some(Credential::Token(token))) => bearer(&token, None),
            (Some(Challenge::Bearer(realm)), credential) => {
                let answer = self.token(Wish { endpoint, rights, what }, url, &realm, credential.as_ref());
                let answer = answer.map_err(|error| explain(error, found.trouble.as_deref()))?;
                bearer(&answer.token, Some(Instant::now() + answer.lives))
            }
            (Some(Challenge::Basic), Some(Credential::Password { username, password })) => {
                Some(basic(&username, &password))
            }
            (Some(Challenge::Basic), Some(_)) => {
                return Err(failed_login("it wants a password, and only a token is known; log in with a password"));
            }
            _ => return Err(explain(failed(refusal, &endpoint.host, what), found.trouble.as_deref())),
        };
        let pass = pass.ok_or_else(|| failed_login("the token cannot be sent: it holds control characters"))?;
        let header = pass.header.clone();
        hold(&self.logins.accepted).insert(endpoint.clone(), pass);
        Ok(header)
    }

    /// A fresh login was refused: a password is wrong then, a token may allow too little.
    pub(crate) fn login_refused(&self, endpoint: &Endpoint, refusal: Response, what: &str) -> TransportError {
        hold(&self.logins.accepted).remove(endpoint);
        let found = self.find_login(endpoint);
        let host = endpoint.host.clone();
        match (challenge::read(refusal.headers()), found.credential) {
            (Some(Challenge::Basic), Some(_)) => TransportError::Login { host, why: "it is not accepted".into() },
            _ => explain(failed(refusal, &host, what), found.trouble.as_deref()),
        }
    }

    /// The user's login for this place, looked for once.
    fn find_login(&self, endpoint: &Endpoint) -> Found {
        let mut found = hold(&self.logins.found);
        let look = || {
            let given = self.options.login.as_ref().filter(|login| {
                let meant = login.registry.as_deref();
                !endpoint.is_mirror && meant.is_none_or(|registry| same_registry(registry, &endpoint.registry))
            });
            match given {
                Some(login) => {
                    let (username, password) = (login.username.clone(), login.password.clone());
                    Found { credential: Some(Credential::Password { username, password }), trouble: None }
                }
                None => files::find(&self.options, endpoint),
            }
        };
        found.entry(endpoint.clone()).or_insert_with(look).clone()
    }
}

/// Adds what went wrong while a login was looked for.
fn explain(error: TransportError, trouble: Option<&str>) -> TransportError {
    match (error, trouble) {
        (TransportError::Denied { host, what, status, detail }, Some(trouble)) => {
            let detail = if detail.is_empty() { trouble.to_owned() } else { format!("{detail}; {trouble}") };
            TransportError::Denied { host, what, status, detail }
        }
        (error, _) => error,
    }
}

fn basic(username: &str, password: &Secret) -> Pass {
    let both = BASE64_STANDARD.encode(format!("{username}:{}", password.reveal()));
    // Base64 is always fit for a header.
    let header = HeaderValue::from_str(&format!("Basic {both}")).unwrap_or(HeaderValue::from_static(""));
    Pass { header: sensitive(header), expires: None }
}

fn bearer(token: &Secret, expires: Option<Instant>) -> Option<Pass> {
    let header = HeaderValue::from_str(&format!("Bearer {}", token.reveal())).ok()?;
    Some(Pass { header: sensitive(header), expires })
}

fn sensitive(mut header: HeaderValue) -> HeaderValue {
    header.set_sensitive(true);
    header
}

/// A token and how long it may be used.
struct Answer {
    token: Secret,
    lives: Duration,
}
