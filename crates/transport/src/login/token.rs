//! The token server: a token for one repository, for a login or for nobody in particular.
//!
//! <https://distribution.github.io/distribution/spec/auth/token/> and, for identity tokens,
//! <https://distribution.github.io/distribution/spec/auth/oauth/>

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{StatusCode, Url};
use serde::Deserialize;

use super::challenge::Realm;
use super::{Answer, Credential, basic};
use crate::body::{Body, Terms};
use crate::client::Inner;
use crate::host::{host_of, is_this_machine};
use crate::registry::Endpoint;
use crate::send::{Act, Request, failed};
use crate::{Secret, TransportError};

const MAX_ANSWER_BYTES: u64 = 1 << 20;
const MAX_SCOPE_BYTES: usize = 4 << 10;
/// What the specification says where the server says nothing.
const DEFAULT_LIFE_S: u64 = 60;
const LONGEST_LIFE_S: u64 = 24 * 3600;
/// A token is not used in its last moments: it could expire on the way.
const LAST_MOMENTS_S: u64 = 5;

#[derive(Deserialize)]
struct Token {
    token: Option<String>,
    access_token: Option<String>,
    #[serde(default)]
    expires_in: serde_json::Value,
}

/// What a token is wanted for.
#[derive(Clone, Copy)]
pub(super) struct Wish<'a> {
    /// The place, and its repository.
    pub(super) endpoint: &'a Endpoint,
    /// What it must allow, where the place does not say: `pull` or `pull,push`.
    pub(super) rights: &'a str,
    /// What is to be had with it, in words.
    pub(super) what: &'a str,
}

impl Inner {
    /// Asks the realm for a token.
    pub(super) fn token(
        &self,
        wish: Wish<'_>,
        registry: &Url,
        realm: &Realm,
        credential: Option<&Credential>,
    ) -> Result<Answer, TransportError> {
        let Wish { endpoint, rights, what } = wish;
        if credential.is_some() && !may_see_logins(&realm.url, registry) {
            let why = format!("it sends logins to {}, over plain HTTP", host_of(&realm.url));
            return Err(TransportError::Login { host: endpoint.host.clone(), why });
        }
        let scope = realm.scope.clone().filter(|scope| scope.len() <= MAX_SCOPE_BYTES);
        let scope = scope.unwrap_or_else(|| format!("repository:{}:{rights}", endpoint.repository));
        let mut url = realm.url.clone();
        let mut asked = vec![("scope", scope.as_str())];
        asked.extend(realm.service.as_deref().map(|service| ("service", service)));
        let pass = match credential {
            Some(Credential::Password { username, password }) => Some(basic(username, password)),
            _ => None,
        };
        let form = match credential {
            Some(Credential::Identity(token)) => {
                asked.extend([
                    ("grant_type", "refresh_token"),
                    ("client_id", "plimsoll"),
                    ("refresh_token", token.reveal()),
                ]);
                Some(encoded(&asked))
            }
            _ => {
                url.query_pairs_mut().extend_pairs(asked);
                None
            }
        };
        let words = format!("token for {what}");
        let headers = &HeaderMap::new();
        let authorization = pass.as_ref().map(|pass| &pass.header);
        let act = form.as_deref().map_or(Act::Get, Act::Form);
        let response = self.send(Request { what: &words, url: &url, headers, authorization, act });
        let host = host_of(&url);
        let response = match response {
            Ok(response) if response.status() == StatusCode::UNAUTHORIZED => Err(failed(response, &host, &words)),
            other => other,
        };
        let response = response.map_err(|error| match error {
            TransportError::Denied { host, detail, .. } | TransportError::Status { host, detail, status: 400, .. }
                if credential.is_some() =>
            {
                let colon = if detail.is_empty() { "" } else { ": " };
                let why = format!("{host} does not accept it{colon}{detail}");
                TransportError::Login { host: endpoint.host.clone(), why }
            }
            // The name to log in to is the registry's.
            TransportError::Denied { what, status, detail, .. } => {
                TransportError::Denied { host: endpoint.host.clone(), what, status, detail }
            }
            other => other,
        })?;
        let terms = Terms { host: host.clone(), what: words.clone(), exact_bytes: None, cap_bytes: MAX_ANSWER_BYTES };
        let bytes = Body::new(terms, response, &self.options, None).into_bytes()?;
        read(&bytes).ok_or_else(|| TransportError::Malformed {
            host,
            what: words,
            why: "there is no token in it".into(),
        })
    }
}

fn read(bytes: &[u8]) -> Option<Answer> {
    let Token { token, access_token, expires_in } = serde_json::from_slice(bytes).ok()?;
    let token = token.or(access_token).filter(|token| !token.is_empty())?;
    let lives_s = expires_in.as_u64().unwrap_or(DEFAULT_LIFE_S).clamp(DEFAULT_LIFE_S, LONGEST_LIFE_S) - LAST_MOMENTS_S;
    Some(Answer { token: Secret::from(token), lives: Duration::from_secs(lives_s) })
}

/// Whether a login may go to this realm, given how the registry itself is spoken to.
fn may_see_logins(realm: &Url, registry: &Url) -> bool {
    let same_host =
        realm.host_str() == registry.host_str() || [realm, registry].iter().all(|url| is_this_machine(&host_of(url)));
    realm.scheme() == "https" || registry.scheme() == "http" && same_host
}

/// `a=1&b=2`, as forms are written.
fn encoded(pairs: &[(&str, &str)]) -> String {
    let Ok(mut url) = Url::parse("form:") else { return String::new() };
    url.query_pairs_mut().extend_pairs(pairs);
    url.query().unwrap_or_default().to_owned()
}
