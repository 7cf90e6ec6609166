//! Hosts as users write them, and which of them are this machine.

use std::net::{IpAddr, Ipv4Addr};

use reqwest::Url;

/// `host[:port]` of an address, without a port that goes without saying.
pub(crate) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.into(), |port| format!("{host}:{port}"))
}

/// Whether `host[:port]` is this machine.
pub(crate) fn is_this_machine(host: &str) -> bool {
    let name = without_port(host);
    if name.eq_ignore_ascii_case("localhost") {
        return true;
    }
    let address: Option<IpAddr> = name.trim_start_matches('[').trim_end_matches(']').parse().ok();
    match address {
        Some(IpAddr::V4(v4)) => v4.is_loopback(),
        Some(IpAddr::V6(v6)) => v6.is_loopback() || v6.to_ipv4_mapped().as_ref().is_some_and(Ipv4Addr::is_loopback),
        None => false,
    }
}

/// The name or address of `host[:port]`.
pub(crate) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !name.is_empty() && port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Whether the text is a plain `host[:port]`, so that it may become a part of an address or of a
/// path.
pub(crate) fn is_host(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    !text.is_empty() && text.len() <= 300 && text.bytes().all(is_plain) && !text.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_many_names() {
        for host in
            ["localhost", "LOCALHOST:5000", "127.0.0.1", "127.8.9.1:80", "[::1]:5000", "[::1]", "[::ffff:127.0.0.1]"]
        {
            assert!(is_this_machine(host), "{host}");
        }
        for host in ["localhost.example", "127.0.0.1.example", "10.0.0.1:5000", "[::2]", "0.0.0.0", "example:127", ""] {
            assert!(!is_this_machine(host), "{host}");
        }
    }

    #[test]
    fn a_host_is_no_path() {
        assert!(is_host("registry.example:5000") && is_host("[::1]:5000"));
        for text in ["", "..", "../etc", "a/b", "a?b", "a b", "user@host", &"x".repeat(301)] {
            assert!(!is_host(text), "{text}");
        }
    }
}
