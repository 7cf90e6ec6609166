//! The connections: made when first needed, one pool for all hosts that need nothing special.
//!
//! Reading the system's authorities takes some 20 ms, which a scan of a local file never pays and
//! plain HTTP to this machine does not either.

use std::collections::HashMap;
use std::sync::Mutex;

use reqwest::blocking::{Client, ClientBuilder};
use reqwest::redirect::Policy;
use reqwest::{NoProxy, Proxy, Url};

use crate::client::hold;
use crate::error::root_cause;
use crate::host::{host_of, is_this_machine};
use crate::{ClientOptions, TransportError, certificates};

/// The pools made so far.
#[derive(Default)]
pub(crate) struct Connections {
    pools: Mutex<HashMap<Pool, Client>>,
}

/// What sets one pool apart from another.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Pool {
    /// Plain HTTP needs no authorities.
    tls: bool,
    /// This machine is reached without a proxy.
    direct: bool,
    /// A host with certificates of its own.
    host: Option<String>,
}

impl Connections {
    /// The pool that may speak to the host of this address.
    pub(crate) fn to(&self, url: &Url, options: &ClientOptions) -> Result<Client, TransportError> {
        let host = host_of(url);
        let tls = url.scheme() == "https";
        let folders = if tls { certificates::folders(options, &host) } else { Vec::new() };
        let direct = is_this_machine(&host);
        let pool = Pool { tls, direct, host: (!folders.is_empty()).then(|| host.clone()) };
        let mut pools = hold(&self.pools);
        if let Some(client) = pools.get(&pool) {
            return Ok(client.clone());
        }
        let mut builder = plain(options);
        if !direct {
            builder = with_proxies(builder, options)?;
        }
        builder = if tls {
            builder.tls_certs_merge(certificates::authorities(options, &folders)?)
        } else {
            builder.tls_certs_only([])
        };
        if let Some(identity) = certificates::identity(&folders)? {
            builder = builder.identity(identity);
        }
        let client = builder.build().map_err(|error| TransportError::Unreachable { host, why: root_cause(&error) })?;
        pools.insert(pool, client.clone());
        Ok(client)
    }
}

fn plain(options: &ClientOptions) -> ClientBuilder {
    Client::builder()
        .http1_only()
        .no_proxy()
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .user_agent(options.user_agent.clone())
        .connect_timeout(options.timeouts.connect)
        .timeout(options.timeouts.answer)
}

fn with_proxies(mut builder: ClientBuilder, options: &ClientOptions) -> Result<ClientBuilder, TransportError> {
    let proxies = &options.proxies;
    let none_for = proxies.none_for.as_deref().and_then(NoProxy::from_string);
    let http = proxies.http.as_ref().map(|address| ("HTTP_PROXY", Proxy::http(address.reveal())));
    let https = proxies.https.as_ref().map(|address| ("HTTPS_PROXY", Proxy::https(address.reveal())));
    for (name, proxy) in [http, https].into_iter().flatten() {
        // The address may hold a password, so its variable stands for it.
        let wrong =
            |_| TransportError::Address { address: name.into(), why: "a proxy is written http://host:port".into() };
        builder = builder.proxy(proxy.map_err(wrong)?.no_proxy(none_for.clone()));
    }
    Ok(builder)
}
