//! What can go wrong on the way, in words for the user.

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use crate::registry::DOCKER_HUB_HOSTS;

/// Why something could not be had. No variant holds a secret or the query of an address.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The network is forbidden.
    #[error("{host} was not asked for {what}: the network is forbidden")]
    Offline {
        /// Host, with port where it has one.
        host: String,
        /// What was wanted, in words.
        what: String,
    },
    /// Not an address, or not one for this client.
    #[error("`{address}` is no usable address: {why}")]
    Address {
        /// The address, without login and query.
        address: String,
        /// Why not.
        why: String,
    },
    /// Plain HTTP where only HTTPS is allowed.
    #[error("{host} is not asked for {what} over plain HTTP")]
    PlainHttp {
        /// Host.
        host: String,
        /// What was wanted.
        what: String,
    },
    /// No connection, or no answer in time.
    #[error("{host} could not be reached: {why}")]
    Unreachable {
        /// Host.
        host: String,
        /// What the system says.
        why: String,
    },
    /// One side does not trust the other's certificate.
    #[error("no secure connection to {host}: {why}")]
    Certificate {
        /// Host.
        host: String,
        /// Whose certificate, and what is wrong with it.
        why: String,
    },
    /// The host has nothing of that name.
    #[error("{host} has no {what}")]
    NotFound {
        /// Host.
        host: String,
        /// What was wanted.
        what: String,
    },
    /// Without a login, or with this one, the host does not give it out.
    #[error("{host} refuses {what} (status {status}){}", after_colon(.detail))]
    Denied {
        /// Host.
        host: String,
        /// What was wanted.
        what: String,
        /// HTTP status: 401 or 403.
        status: u16,
        /// What the host says about it, or why no login was at hand; may be empty.
        detail: String,
    },
    /// There was a login, and it could not be used.
    #[error("the login for {host} failed: {why}")]
    Login {
        /// Host.
        host: String,
        /// Why.
        why: String,
    },
    /// The host asks to come back later: status 429 or 503, or another that may pass.
    #[error("{host} is too busy for {what} (status {status}){}{}", after_colon(.detail), in_seconds(*.wait))]
    Busy {
        /// Host.
        host: String,
        /// What was wanted.
        what: String,
        /// HTTP status.
        status: u16,
        /// How long it asks to wait.
        wait: Option<Duration>,
        /// What the host says about it; may be empty.
        detail: String,
    },
    /// Any other status that is no success.
    #[error("{host} answers {what} with status {status}{}", after_colon(.detail))]
    Status {
        /// Host.
        host: String,
        /// What was wanted.
        what: String,
        /// HTTP status.
        status: u16,
        /// What the host says about it; may be empty.
        detail: String,
    },
    /// A redirect that is not followed.
    #[error("{host} redirects {what} {why}")]
    Redirect {
        /// Host.
        host: String,
        /// What was wanted.
        what: String,
        /// Where to, and why that is wrong.
        why: String,
    },
    /// More bytes than allowed.
    #[error("{what} from {host} is larger than {cap_bytes} bytes")]
    TooLarge {
        /// Host.
        host: String,
        /// What was wanted.
        what: String,
        /// How many bytes are allowed.
        cap_bytes: u64,
    },
    /// The body broke off and could not be resumed.
    #[error("{what} from {host} broke off after {at_bytes} bytes: {why}")]
    Broken {
        /// Host.
        host: String,
        /// What was wanted.
        what: String,
        /// How many bytes had come.
        at_bytes: u64,
        /// Why it could not go on.
        why: String,
    },
    /// The bytes are not those that were asked for.
    #[error("{what} from {host} is not what was asked for: {why}")]
    Mismatch {
        /// Host.
        host: String,
        /// What was wanted.
        what: String,
        /// Which digest or length was expected and which came.
        why: String,
    },
    /// An answer that cannot be understood.
    #[error("{host} sent an unusable answer for {what}: {why}")]
    Malformed {
        /// Host.
        host: String,
        /// What was wanted.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// A file of this machine that says how hosts are reached.
    #[error("{}: {why}", .path.display())]
    Configuration {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

fn after_colon(detail: &str) -> String {
    if detail.is_empty() { String::new() } else { format!(": {detail}") }
}

fn in_seconds(wait: Option<Duration>) -> String {
    wait.map_or_else(String::new, |wait| format!("; it asks to wait {} seconds", wait.as_secs()))
}

impl TransportError {
    /// Advice on what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Offline { .. } => "save it to a file on a machine that may use the network".into(),
            Self::PlainHttp { host, .. } => {
                format!("allow plain HTTP with --insecure-http if you trust the network up to {host}")
            }
            Self::Certificate { .. } => {
                "name your certificate authority with --ca-file; certificates by host, and one \
                 to show to a host, go into the folder of --certs-dir"
                    .into()
            }
            Self::Denied { what, .. } if what.starts_with('/') => {
                "it may need a login, which an address may hold: https://user:password@host/".into()
            }
            Self::Denied { host, .. } => {
                format!("it may not exist, or needs a login: `{}`, or --username with PLIMSOLL_PASSWORD", log_in(host))
            }
            Self::Login { host, .. } => format!("log in again with `{}`", log_in(host)),
            Self::Busy { status: 429, .. } => {
                "hosts allow more to those who are logged in, and a mirror allows the most: --mirror HOST=MIRROR".into()
            }
            Self::NotFound { .. } => "check the name, the tag and the registry".into(),
            Self::Unreachable { .. } => "check the name and the network; proxies are taken from HTTPS_PROXY".into(),
            _ => return None,
        };
        Some(hint)
    }
}

/// Docker knows its own registry by no name at all.
fn log_in(host: &str) -> String {
    if DOCKER_HUB_HOSTS.contains(&host) { "docker login".into() } else { format!("docker login {host}") }
}

/// What an HTTP error says at its root. Never its address, whose query may hold a signature.
pub(crate) fn root_cause(error: &dyn Error) -> String {
    let mut root = error;
    while let Some(source) = root.source() {
        root = source;
    }
    root.to_string()
}

/// A host's words, fit for a terminal: one line, nothing that controls it, not too long.
pub(crate) fn tame(text: &str) -> String {
    const LONGEST: usize = 200;
    let controls =
        |letter: char| letter.is_control() || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let plain: String = text.chars().map(|letter| if controls(letter) { ' ' } else { letter }).take(LONGEST).collect();
    plain.trim().to_owned()
}
