//! Logging in: challenges, token servers, and who never sees a password.
//!
//! The registry and token server here follow the distribution's specification of token
//! authentication step by step; `real_registry` has the real one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use plimsoll_transport::{Client, ClientOptions, Login, TransportError};

use crate::server::{Answer, Asked, Server, answer, ok};
use crate::support::{client, options, reference, shown};

const BASIC: &str = "Basic realm=\"registry\"";
/// `name:geheim` in base64.
const NAME_GEHEIM: &str = "Basic bmFtZTpnZWhlaW0=";

fn login() -> Login {
    Login { registry: None, username: "name".into(), password: "geheim".into() }
}

fn with_login() -> Client {
    Client::new(ClientOptions { login: Some(login()), ..options() })
}

/// A registry that wants a token of this realm.
fn registry(realm: String) -> Server {
    Server::start(move |asked, _| match asked.header("authorization") {
        Some("Bearer good-for-app") if asked.target.starts_with("/v2/app/") => ok("{}"),
        _ => {
            let scope = "repository:app:pull";
            let challenge = format!("Bearer realm=\"{realm}\",service=\"the registry\",scope=\"{scope}\"");
            answer(401).header("WWW-Authenticate", challenge)
        }
    })
}

fn token_server(handler: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Server {
    Server::start(move |asked, _| handler(asked))
}

#[test]
fn a_password_is_shown_only_when_asked_for() {
    let server = Server::start(|asked, _| match asked.header("authorization") {
        Some(NAME_GEHEIM) => ok("{}"),
        _ => answer(401).header("WWW-Authenticate", BASIC),
    });
    let client = with_login();
    for _ in 0..2 {
        client.manifest(&reference(&server.host, "app"), &[]).unwrap();
    }
    let shown: Vec<bool> = server.asked().iter().map(|asked| asked.header("authorization").is_some()).collect();
    assert_eq!(shown, [false, false, true, true], "the version, a refusal, and from then on with the login");
}

#[test]
fn a_token_is_had_anonymously_and_kept() {
    let tokens = token_server(|_| ok(r#"{"token":"good-for-app","expires_in":300}"#));
    let server = registry(tokens.url("/token?tenant=1"));
    let client = client();
    for _ in 0..2 {
        client.manifest(&reference(&server.host, "app"), &[]).unwrap();
    }
    assert_eq!(tokens.targets(), ["GET /token?tenant=1&scope=repository%3Aapp%3Apull&service=the+registry"]);
    assert_eq!(tokens.asked()[0].header("authorization"), None);
}

#[test]
fn a_token_is_had_with_a_password() {
    let tokens = token_server(|asked| match asked.header("authorization") {
        Some(NAME_GEHEIM) => ok(r#"{"access_token":"good-for-app"}"#),
        _ => answer(401),
    });
    let server = registry(tokens.url("/token"));
    with_login().manifest(&reference(&server.host, "app"), &[]).unwrap();
    assert!(server.asked().iter().all(|asked| asked.header("authorization") != Some(NAME_GEHEIM)));
}

#[test]
fn a_token_that_has_expired_is_made_anew_once() {
    let made = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&made);
    let tokens = token_server(move |_| ok(format!("{{\"token\":\"t{}\"}}", count.fetch_add(1, Ordering::SeqCst))));
    let realm = tokens.url("/token");
    // The first token is good for one request, the second for ever.
    let server = Server::start(move |asked, number| match asked.header("authorization") {
        Some("Bearer t0") if number == 2 => ok("{}"),
        Some("Bearer t1") => ok("{}"),
        _ => answer(401).header("WWW-Authenticate", format!("Bearer realm=\"{realm}\"")),
    });
    let client = client();
    for _ in 0..3 {
        client.manifest(&reference(&server.host, "app"), &[]).unwrap();
    }
    assert_eq!(made.load(Ordering::SeqCst), 2);
    assert!(tokens.targets()[0].ends_with("?scope=repository%3Aapp%3Apull"), "the scope when none is named");
}

#[test]
fn a_token_that_is_refused_is_not_tried_for_ever() {
    let tokens = token_server(|_| ok(r#"{"token":"useless"}"#));
    let server = registry(tokens.url("/token"));
    let error = client().manifest(&reference(&server.host, "app"), &[]).unwrap_err();
    assert!(matches!(error, TransportError::Denied { status: 401, .. }), "{error}");
    assert_eq!(tokens.asked().len(), 1);
}

#[test]
fn each_repository_has_a_token_of_its_own() {
    let tokens = token_server(|_| ok(r#"{"token":"x"}"#));
    let realm = tokens.url("/token");
    let server = Server::start(move |asked, _| match asked.header("authorization") {
        Some(_) => ok("{}"),
        None => answer(401).header("WWW-Authenticate", format!("Bearer realm=\"{realm}\"")),
    });
    let client = client();
    for repository in ["app", "other/app", "app"] {
        client.manifest(&reference(&server.host, repository), &[]).unwrap();
    }
    let scopes = ["/token?scope=repository%3Aapp%3Apull", "/token?scope=repository%3Aother%2Fapp%3Apull"];
    assert_eq!(tokens.asked().iter().map(|asked| asked.target.clone()).collect::<Vec<_>>(), scopes);
}

#[test]
fn a_password_never_goes_to_a_realm_on_another_host_over_plain_http() {
    let server = registry("http://tokens.invalid/token".into());
    let client = Client::new(ClientOptions { login: Some(login()), insecure_http: true, ..options() });
    let error = client.manifest(&reference(&server.host, "app"), &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the login for {} failed: it sends logins to tokens.invalid, over plain HTTP", server.host)
    );
}

#[test]
fn a_realm_of_whoever_the_registry_redirects_to_is_not_asked() {
    let tokens = token_server(|_| ok(r#"{"token":"x"}"#));
    let realm = tokens.url("/token");
    let elsewhere =
        Server::start(move |_, _| answer(401).header("WWW-Authenticate", format!("Bearer realm=\"{realm}\"")));
    let target = elsewhere.url("/v2/");
    let server = Server::start(move |_, _| answer(307).header("Location", target.clone()));
    let error = with_login().manifest(&reference(&server.host, "app"), &[]).unwrap_err();
    assert!(matches!(error, TransportError::Denied { .. }), "{error}");
    assert!(tokens.asked().is_empty());
    assert!(elsewhere.asked().iter().all(|asked| asked.header("authorization").is_none()));
}

#[test]
fn a_wrong_password_is_told() {
    let refuses = || answer(401).body(r#"{"errors":[{"code":"UNAUTHORIZED","message":"wrong password"}]}"#);
    let tokens = token_server(move |_| refuses());
    let server = registry(tokens.url("/token"));
    let error = with_login().manifest(&reference(&server.host, "app"), &[]).unwrap_err();
    let expected = format!("the login for {} failed: {} does not accept it: wrong password", server.host, tokens.host);
    assert_eq!(error.to_string(), expected);
    assert_eq!(error.hint(), Some(format!("log in again with `docker login {}`", server.host)));
    assert!(!shown(&error).contains("geheim"));

    let server = Server::start(|_, _| answer(401).header("WWW-Authenticate", BASIC));
    let error = with_login().manifest(&reference(&server.host, "app"), &[]).unwrap_err();
    assert_eq!(error.to_string(), format!("the login for {} failed: it is not accepted", server.host));
}

#[test]
fn without_a_login_the_advice_is_to_log_in() {
    let server = Server::start(|_, _| answer(401).header("WWW-Authenticate", BASIC));
    let error = client().manifest(&reference(&server.host, "app"), &[]).unwrap_err();
    assert!(matches!(error, TransportError::Denied { status: 401, .. }), "{error}");
    assert!(error.hint().unwrap().contains("docker login"), "{error}");
}

#[test]
fn a_login_for_one_registry_is_not_shown_to_another() {
    let server = Server::start(|_, _| answer(401).header("WWW-Authenticate", BASIC));
    let login = Login { registry: Some("registry.example".into()), ..login() };
    let client = Client::new(ClientOptions { login: Some(login), ..options() });
    assert!(client.manifest(&reference(&server.host, "app"), &[]).is_err());
    assert!(server.asked().iter().all(|asked| asked.header("authorization").is_none()));
}

#[test]
fn a_token_server_that_is_busy_is_asked_again() {
    let tokens = Server::start(|_, number| match number {
        0 => answer(429).header("Retry-After", "2"),
        _ => ok(r#"{"token":"good-for-app"}"#),
    });
    let server = registry(tokens.url("/token"));
    client().manifest(&reference(&server.host, "app"), &[]).unwrap();
    assert_eq!(crate::support::pauses(), [std::time::Duration::from_secs(2)]);
}

#[test]
fn answers_that_hold_no_token_are_errors() {
    let nonsense = ["", "{}", "[]", r#"{"token":""}"#, r#"{"token":7}"#, r#"{"token":"a\nb"}"#, "<html>"];
    for body in nonsense {
        let tokens = token_server(move |_| ok(body));
        let server = registry(tokens.url("/token"));
        let error = client().manifest(&reference(&server.host, "app"), &[]).unwrap_err();
        assert!(matches!(error, TransportError::Malformed { .. } | TransportError::Login { .. }), "{body}: {error}");
    }
    let tokens = token_server(|_| ok([b' '; 4096]).endless());
    let server = registry(tokens.url("/token"));
    let error = client().manifest(&reference(&server.host, "app"), &[]).unwrap_err();
    assert!(matches!(error, TransportError::TooLarge { .. }), "{error}");
}

#[test]
fn a_redirect_of_a_token_server_does_not_take_the_password_along() {
    let elsewhere = Server::start(|_, _| ok(r#"{"token":"good-for-app"}"#));
    let target = elsewhere.url("/token");
    let tokens = token_server(move |_| answer(302).header("Location", target.clone()));
    let server = registry(tokens.url("/token"));
    with_login().manifest(&reference(&server.host, "app"), &[]).unwrap();
    assert_eq!(elsewhere.asked()[0].header("authorization"), None);
}

#[test]
fn no_secret_is_ever_shown() {
    let options = ClientOptions { login: Some(login()), ..options() };
    assert!(!format!("{options:?}").contains("geheim"));
    assert!(!format!("{:?}", Client::new(options)).contains("geheim"));
}
