//! Ubuntu Pro's own status file: which update channels an image follows.

use serde::Deserialize;

/// Services read; the client knows some fifteen.
const MAX_SERVICES: usize = 64;
/// Bytes of a service's name.
const MAX_NAME: usize = 64;

#[derive(Deserialize)]
struct Status {
    #[serde(default)]
    attached: bool,
    #[serde(default)]
    services: Vec<Service>,
}

#[derive(Deserialize)]
struct Service {
    name: String,
    /// `enabled`, `disabled`, `n/a`; a system that is not attached has none.
    status: Option<String>,
}

/// The names of the services that are enabled, sorted: they are the channels' names. `None` where the
/// file is no status.
pub(super) fn channels(json: &[u8]) -> Option<Vec<String>> {
    let status: Status = serde_json::from_slice(json).ok()?;
    let enabled = status.services.into_iter().take(MAX_SERVICES).filter(|service| {
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        status.attached
            && service.status.as_deref() == Some("enabled")
            && service.name.len() <= MAX_NAME
            && service.name.bytes().all(is_name)
    });
    let mut channels: Vec<String> = enabled.map(|service| service.name).collect();
    channels.sort_unstable();
    channels.dedup();
    Some(channels)
}
