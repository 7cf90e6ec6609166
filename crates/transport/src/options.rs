//! How hosts are reached: plain data, without a look at the environment.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::{Retry, Secret};

/// How hosts are reached. The default knows no login, no proxy, no mirror and no certificate but
/// the system's; [`ClientOptions::from_environment`] adds what the user's environment says.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// Nothing is asked of anyone: every request is [`crate::TransportError::Offline`].
    pub offline: bool,
    /// Plain HTTP to any host that does not answer HTTPS, not only to this machine. Whoever sits
    /// between can then read everything, a login included.
    pub insecure_http: bool,
    /// Certificate authorities beside the system's, in PEM.
    pub ca_files: Vec<PathBuf>,
    /// Folders laid out as `<host[:port]>/{*.crt, *.cert, *.key}`: authorities, and certificates
    /// with their keys by which this client shows itself to that host.
    pub certificate_folders: Vec<PathBuf>,
    /// A login given for this run; wins over those of `login_files`.
    pub login: Option<Login>,
    /// Files in the form of Docker's `config.json`. The first that knows a registry counts; one
    /// that does not exist holds nothing.
    pub login_files: Vec<PathBuf>,
    /// Where `docker-credential-…` programs are looked for, in the form of `PATH`.
    pub helper_path: OsString,
    /// Registry and the mirror that is asked first: `docker.io`, `mirror.example[:port][/prefix]`.
    /// Several for one registry are asked in their order, then the registry itself. A tag means
    /// what the mirror says it does; a digest is checked as always.
    pub mirrors: Vec<(String, String)>,
    /// Proxies. This machine is always reached directly.
    pub proxies: Proxies,
    /// When a request is made again.
    pub retry: Retry,
    /// How long to wait for a host.
    pub timeouts: Timeouts,
    /// What the client calls itself.
    pub user_agent: String,
}

/// A user's login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The registry it is for; `None` where every registry may see it. A mirror never does.
    pub registry: Option<String>,
    /// User name.
    pub username: String,
    /// Password or personal token.
    pub password: Secret,
}

/// Addresses of proxies, which may hold a login.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// For plain HTTP.
    pub http: Option<Secret>,
    /// For HTTPS.
    pub https: Option<Secret>,
    /// Hosts that are reached directly, in the form of `NO_PROXY`.
    pub none_for: Option<String>,
}

/// How long to wait for a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For the connection.
    pub connect: Duration,
    /// For the answer to a request, and for each further piece of a body.
    pub answer: Duration,
    /// For an answer of a credential helper.
    pub helper: Duration,
    /// Time that a body may take, resuming included, beyond one second for each KiB of it.
    pub slow_body: Duration,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            offline: false,
            insecure_http: false,
            ca_files: Vec::new(),
            certificate_folders: Vec::new(),
            login: None,
            login_files: Vec::new(),
            helper_path: OsString::new(),
            mirrors: Vec::new(),
            proxies: Proxies::default(),
            retry: Retry::default(),
            timeouts: Timeouts::default(),
            user_agent: concat!("plimsoll/", env!("CARGO_PKG_VERSION")).into(),
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(60),
            helper: Duration::from_secs(30),
            slow_body: Duration::from_secs(300),
        }
    }
}
