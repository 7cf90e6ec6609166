//! Registries: where a repository is to be had, mirrors first, and asking for it with a login.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use plimsoll_model::Reference;
use reqwest::blocking::Response;
use reqwest::header::HeaderMap;
use reqwest::{StatusCode, Url};

use crate::client::{Inner, hold};
use crate::error::tame;
use crate::host::{host_of, is_host};
use crate::send::{Act, Request, failed};
use crate::{ClientOptions, TransportError};

/// Docker Hub's names: the one in references, an old one, and the host that answers.
pub(crate) const DOCKER_HUB_HOSTS: &[&str] = &["docker.io", "index.docker.io", "registry-1.docker.io"];
const DOCKER_HUB_SERVER: &str = "registry-1.docker.io";

/// What has been learnt about registries.
#[derive(Default)]
pub(crate) struct Registries {
    /// `https` or `http`, for hosts that may speak either.
    schemes: Mutex<HashMap<String, &'static str>>,
    /// Mirrors that could not be reached: they are not asked again for each layer.
    unreachable: Mutex<HashSet<String>>,
}

/// One place where a repository is to be had.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Endpoint {
    /// `host[:port]` that is asked.
    pub(crate) host: String,
    /// The registry's name in references and login files.
    pub(crate) registry: String,
    /// Repository at that host.
    pub(crate) repository: String,
    /// Whether it stands in for another.
    pub(crate) is_mirror: bool,
}

/// Whether two names are of one registry.
pub(crate) fn same_registry(one: &str, other: &str) -> bool {
    one == other || [one, other].iter().all(|name| DOCKER_HUB_HOSTS.contains(name))
}

/// Where a repository is to be had.
pub(crate) struct Places {
    mirrors: Vec<Endpoint>,
    pub(crate) registry: Endpoint,
}

impl Places {
    /// The places for a reference.
    pub(crate) fn of(reference: &Reference, options: &ClientOptions) -> Result<Self, TransportError> {
        let Reference { registry, repository, .. } = reference;
        let mirrors = options.mirrors.iter().filter(|(name, _)| same_registry(name, registry));
        let mirrors = mirrors.map(|(_, mirror)| {
            let place = mirror.trim_start_matches("https://").trim_end_matches('/');
            match place.split_once('/') {
                None => endpoint(place, place, repository.clone(), true),
                Some((host, prefix)) => endpoint(host, host, format!("{prefix}/{repository}"), true),
            }
        });
        let host = if DOCKER_HUB_HOSTS.contains(&registry.as_str()) { DOCKER_HUB_SERVER } else { registry };
        Ok(Self {
            mirrors: mirrors.collect::<Result<_, _>>()?,
            registry: endpoint(host, registry, repository.clone(), false)?,
        })
    }
}

fn endpoint(host: &str, registry: &str, repository: String, is_mirror: bool) -> Result<Endpoint, TransportError> {
    let is_plain = |part: &str| {
        let letters = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        letters && !part.is_empty() && !part.starts_with('.')
    };
    if !is_host(host) || repository.len() > 1024 || !repository.split('/').all(is_plain) {
        return Err(TransportError::Address {
            address: tame(&format!("{host}/{repository}")),
            why: "a registry and repository are written host[:port]/name".into(),
        });
    }
    Ok(Endpoint { host: host.into(), registry: registry.into(), repository, is_mirror })
}

impl Inner {
    /// Asks each place in turn until one has it. Mirrors are asked once: what stands in for
    /// patience is the registry behind them.
    pub(crate) fn first_of<T>(
        &self,
        places: &Places,
        mut ask: impl FnMut(&Endpoint) -> Result<T, TransportError>,
    ) -> Result<T, TransportError> {
        for mirror in &places.mirrors {
            if hold(&self.registries.unreachable).contains(&mirror.host) {
                continue;
            }
            let error = match ask(mirror) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            tracing::debug!(%error, mirror = mirror.host, "asking the next place");
            if matches!(error, TransportError::Unreachable { .. }) {
                hold(&self.registries.unreachable).insert(mirror.host.clone());
            }
        }
        self.options.retry.run(|| ask(&places.registry))
    }

    /// Asks one place once, for `/v2/<repository>/<path>`.
    pub(crate) fn ask(
        &self,
        endpoint: &Endpoint,
        path: &str,
        headers: &HeaderMap,
        what: &str,
    ) -> Result<Response, TransportError> {
        let url = self.address_at(endpoint, path)?;
        let response = self.exchange(endpoint, &url, headers, Act::Get, what)?;
        match response.status() {
            StatusCode::OK | StatusCode::PARTIAL_CONTENT => Ok(response),
            _ => Err(failed(response, &endpoint.host, what)),
        }
    }

    /// The address of `/v2/<repository>/<path>` at a place.
    pub(crate) fn address_at(&self, endpoint: &Endpoint, path: &str) -> Result<Url, TransportError> {
        let Endpoint { host, repository, .. } = endpoint;
        let scheme = self.scheme(host)?;
        address(&format!("{scheme}://{host}/v2/{repository}/{path}"))
    }

    /// One request at a place, with a login where it wants one. What comes back is no *log in*. To
    /// another origin, which a registry may name for an upload, no login goes.
    pub(crate) fn exchange(
        &self,
        endpoint: &Endpoint,
        url: &Url,
        headers: &HeaderMap,
        act: Act<'_>,
        what: &str,
    ) -> Result<Response, TransportError> {
        let is_own = self.address_at(endpoint, "")?.origin() == url.origin();
        let known = self.known_login(endpoint).filter(|_| is_own);
        let mut request = Request { what, url, headers, authorization: known.as_ref(), act };
        let mut response = self.send(request)?;
        if response.status() == StatusCode::UNAUTHORIZED && !is_own {
            return Err(failed(response, &host_of(url), what));
        }
        if response.status() == StatusCode::UNAUTHORIZED {
            let login = self.log_in(endpoint, url, response, act.rights(), what)?;
            request.authorization = Some(&login);
            response = self.send(request)?;
        }
        match response.status() {
            StatusCode::UNAUTHORIZED => Err(self.login_refused(endpoint, response, what)),
            _ => Ok(response),
        }
    }

    /// How this registry is spoken to. Where plain HTTP is acceptable, HTTPS is tried first.
    fn scheme(&self, host: &str) -> Result<&'static str, TransportError> {
        if !self.may_be_plain(host) || self.options.offline {
            return Ok("https");
        }
        let schemes = &self.registries.schemes;
        if let Some(scheme) = hold(schemes).get(host) {
            return Ok(scheme);
        }
        let speaks = |scheme: &str| {
            let url = address(&format!("{scheme}://{host}/v2/"))?;
            let headers = &HeaderMap::new();
            match self.send(Request { what: "its version", url: &url, headers, authorization: None, act: Act::Get }) {
                Err(error @ (TransportError::Unreachable { .. } | TransportError::Certificate { .. })) => Err(error),
                // Any answer will do.
                _ => Ok(()),
            }
        };
        let scheme = match speaks("https") {
            Err(TransportError::Unreachable { .. }) => speaks("http").map(|()| "http"),
            Err(error) => Err(error),
            Ok(()) => Ok("https"),
        }?;
        hold(schemes).insert(host.into(), scheme);
        Ok(scheme)
    }
}

fn address(text: &str) -> Result<Url, TransportError> {
    Url::parse(text).map_err(|error| TransportError::Address { address: text.into(), why: error.to_string() })
}
