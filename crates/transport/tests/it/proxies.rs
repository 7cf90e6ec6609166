//! Proxies: for the network, never for this machine.

use plimsoll_transport::{Client, ClientOptions, Proxies, TransportError};

use crate::server::{Server, answer, ok};
use crate::support::{fetch, options, shown};

fn proxied(proxies: Proxies) -> Client {
    Client::new(ClientOptions { proxies, insecure_http: true, ..options() })
}

#[test]
fn a_request_goes_through_the_proxy_with_its_login() {
    let proxy = Server::start(|_, _| ok("from the proxy"));
    let address = proxy.url("").replace("http://", "http://name:geheim@");
    let client = proxied(Proxies { http: Some(address.into()), ..Proxies::default() });
    assert_eq!(fetch(&client, "http://feeds.invalid/all.zip", 100).unwrap(), b"from the proxy");
    assert_eq!(proxy.targets(), ["GET http://feeds.invalid/all.zip"]);
    assert_eq!(proxy.asked()[0].header("proxy-authorization"), Some("Basic bmFtZTpnZWhlaW0="));
}

#[test]
fn https_goes_through_a_tunnel() {
    let proxy = Server::start(|_, _| answer(403));
    let client = proxied(Proxies { https: Some(proxy.host.as_str().into()), ..Proxies::default() });
    assert!(fetch(&client, "https://feeds.invalid/all.zip", 100).is_err());
    assert_eq!(proxy.targets()[0], "CONNECT feeds.invalid:443");
}

#[test]
fn this_machine_and_excepted_hosts_are_reached_directly() {
    let proxy = Server::start(|_, _| ok("from the proxy"));
    let server = Server::start(|_, _| ok("direct"));
    let http = Some(proxy.url("").into());
    let client = proxied(Proxies { http: http.clone(), ..Proxies::default() });
    assert_eq!(fetch(&client, &server.url("/"), 100).unwrap(), b"direct");

    let client = proxied(Proxies { http, none_for: Some("feeds.invalid".into()), ..Proxies::default() });
    assert!(matches!(fetch(&client, "http://feeds.invalid/", 100), Err(TransportError::Unreachable { .. })));
    assert!(proxy.asked().is_empty());
}

#[test]
fn a_proxy_that_is_no_address_is_told_without_its_password() {
    for address in ["http://name:geheim@", "ftp://name:geheim@[::1", "name:geheim@[::1"] {
        let client = proxied(Proxies { http: Some(address.into()), ..Proxies::default() });
        let error = fetch(&client, "http://feeds.invalid/", 100).unwrap_err();
        assert!(error.to_string().starts_with("`HTTP_PROXY` is no usable address"), "{error}");
        assert!(!shown(&error).contains("geheim"), "{}", shown(&error));
        assert!(!format!("{client:?}").contains("geheim"));
    }
}

#[test]
fn a_proxy_that_is_not_there_is_told_without_its_password() {
    for address in ["http://name:geheim@127.0.0.1:1", "socks5h://name:geheim@127.0.0.1:1"] {
        let client = proxied(Proxies { http: Some(address.into()), ..Proxies::default() });
        let error = fetch(&client, "http://feeds.invalid/", 100).unwrap_err();
        assert!(matches!(error, TransportError::Unreachable { .. }), "{error}");
        assert!(!shown(&error).contains("geheim"), "{}", shown(&error));
    }
}
