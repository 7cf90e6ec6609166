//! Login files and credential helpers: which entry is for which registry.

use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use plimsoll_transport::{Client, ClientOptions, TransportError};
use tempfile::TempDir;

use crate::server::{Server, answer, ok};
use crate::support::{options, reference, shown};

/// A registry that wants a password and remembers what it was shown.
fn registry() -> Server {
    Server::start(|asked, _| match asked.header("authorization") {
        Some(_) => ok("{}"),
        None => answer(401).header("WWW-Authenticate", "Basic realm=\"r\""),
    })
}

/// A folder with login files and helpers.
struct Home {
    folder: TempDir,
    files: Vec<PathBuf>,
}

impl Home {
    fn new(files: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut paths = Vec::new();
        for (number, content) in files.iter().enumerate() {
            paths.push(folder.path().join(format!("{number}.json")));
            std::fs::write(&paths[number], content).unwrap();
        }
        Self { folder, files: paths }
    }

    fn client(&self) -> Client {
        let mut options = options();
        options.timeouts.helper = Duration::from_millis(if cfg!(unix) { 2000 } else { 10_000 });
        let helper_path = self.folder.path().as_os_str().to_owned();
        Client::new(ClientOptions { login_files: self.files.clone(), helper_path, ..options })
    }

    #[cfg(unix)]
    fn with_helper(self, name: &str, script: &str) -> Self {
        use std::os::unix::fs::PermissionsExt;
        let path = self.folder.path().join(format!("docker-credential-{name}"));
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        self
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// The login that a registry was shown for a repository, as `name:password`.
fn login_for(home: &Home, server: &Server, repository: &str) -> Option<String> {
    let _ = home.client().manifest(&reference(&server.host, repository), &[]);
    let asked = server.asked().pop()?;
    let base64 = asked.header("authorization")?.strip_prefix("Basic ")?;
    Some(String::from_utf8(BASE64_STANDARD.decode(base64).unwrap()).unwrap())
}

fn entry(name: &str) -> String {
    format!("{{\"auth\":\"{}\"}}", BASE64_STANDARD.encode(format!("{name}:pass:word")))
}

#[test]
fn the_entry_of_the_registry_counts() {
    let server = registry();
    let host = &server.host;
    for key in [host.clone(), format!("https://{host}"), format!("http://{host}/v1/"), format!("{host}/v2/")] {
        let home =
            Home::new(&[&format!("{{\"auths\":{{\"other.example\":{},\"{key}\":{}}}}}", entry("other"), entry("own"))]);
        assert_eq!(login_for(&home, &server, "team/app").as_deref(), Some("own:pass:word"), "{key}");
    }
}

#[test]
fn the_most_particular_entry_counts() {
    let server = registry();
    let host = &server.host;
    let home = Home::new(&[&format!(
        "{{\"auths\":{{\"{host}\":{},\"{host}/team\":{},\"{host}/team/app\":{}}}}}",
        entry("all"),
        entry("team"),
        entry("app"),
    )]);
    for (repository, name) in
        [("team/app", "app"), ("team/other", "team"), ("team/app/deep", "app"), ("teammate", "all")]
    {
        assert_eq!(login_for(&home, &server, repository), Some(format!("{name}:pass:word")), "{repository}");
    }
}

#[test]
fn the_first_file_that_knows_the_registry_counts() {
    let server = registry();
    let host = &server.host;
    let files = [
        "{\"auths\":{\"other.example\":{}}}".into(),
        format!("{{\"auths\":{{\"{host}\":{}}}}}", entry("second")),
        format!("{{\"auths\":{{\"{host}\":{}}}}}", entry("third")),
    ];
    let mut home = Home::new(&[&files[0], &files[1], &files[2]]);
    home.files.insert(0, home.path().join("absent/config.json"));
    assert_eq!(login_for(&home, &server, "app").as_deref(), Some("second:pass:word"));
}

#[test]
fn name_and_password_may_stand_in_the_clear() {
    let server = registry();
    let home =
        Home::new(&[&format!("{{\"auths\":{{\"{}\":{{\"username\":\"n\",\"password\":\"p\"}}}}}}", server.host)]);
    assert_eq!(login_for(&home, &server, "app").as_deref(), Some("n:p"));
}

#[test]
fn a_broken_file_is_told_once_the_registry_refuses_and_its_secrets_are_not() {
    let server = registry();
    let host = &server.host;
    let broken = [
        "{\"auths\":\"geheim\"}",
        "{\"auths\":{\"x\":\"geheim\"}}",
        "geheim",
        &format!("{{\"auths\":{{\"{host}\":{{\"auth\":\"geheim!\"}}}}}}"),
    ];
    for file in broken {
        let home = Home::new(&[file]);
        let error = home.client().manifest(&reference(host, "app"), &[]).unwrap_err();
        assert!(error.to_string().contains("0.json: "), "{error}");
        assert!(!shown(&error).contains("geheim"), "{}", shown(&error));
    }
}

#[test]
fn a_broken_file_does_not_matter_where_no_login_is_needed() {
    let server = Server::start(|_, _| ok("{}"));
    let home = Home::new(&["geheim"]);
    assert!(home.client().manifest(&reference(&server.host, "app"), &[]).is_ok());
}

#[test]
fn an_identity_token_is_posted_to_the_token_server() {
    let tokens = Server::start(|asked, _| match asked.method.as_str() {
        "POST" => ok(r#"{"access_token":"good"}"#),
        _ => answer(405),
    });
    let realm = tokens.url("/token");
    let server = Server::start(move |asked, _| match asked.header("authorization") {
        Some("Bearer good") => ok("{}"),
        _ => answer(401).header("WWW-Authenticate", format!("Bearer realm=\"{realm}\",service=\"s\"")),
    });
    let home = Home::new(&[&format!("{{\"auths\":{{\"{}\":{{\"identitytoken\":\"ge&heim\"}}}}}}", server.host)]);
    home.client().manifest(&reference(&server.host, "app"), &[]).unwrap();
    let asked = &tokens.asked()[0];
    assert_eq!(asked.target, "/token");
    assert_eq!(asked.header("content-type"), Some("application/x-www-form-urlencoded"));
    let form =
        "scope=repository%3Aapp%3Apull&service=s&grant_type=refresh_token&client_id=plimsoll&refresh_token=ge%26heim";
    assert_eq!(asked.body, form);
}

#[test]
fn an_identity_token_is_not_taken_along_by_a_redirect() {
    let elsewhere = Server::start(|_, _| ok(r#"{"access_token":"good"}"#));
    let target = elsewhere.url("/token");
    let tokens = Server::start(move |_, _| answer(307).header("Location", target.clone()));
    let realm = tokens.url("/token");
    let server = Server::start(move |_, _| answer(401).header("WWW-Authenticate", format!("Bearer realm=\"{realm}\"")));
    let home = Home::new(&[&format!("{{\"auths\":{{\"{}\":{{\"identitytoken\":\"geheim\"}}}}}}", server.host)]);
    let error = home.client().manifest(&reference(&server.host, "app"), &[]).unwrap_err();
    assert!(matches!(error, TransportError::Redirect { .. }), "{error}");
    assert!(elsewhere.asked().is_empty());
}

#[test]
fn a_token_of_the_registry_is_sent_as_it_is() {
    let server = Server::start(|asked, _| match asked.header("authorization") {
        Some("Bearer mine") => ok("{}"),
        _ => answer(401).header("WWW-Authenticate", "Bearer realm=\"https://tokens.invalid/\""),
    });
    let home = Home::new(&[&format!("{{\"auths\":{{\"{}\":{{\"registrytoken\":\"mine\"}}}}}}", server.host)]);
    home.client().manifest(&reference(&server.host, "app"), &[]).unwrap();
}

#[cfg(unix)]
mod helpers {
    use super::*;

    const ANSWERS: &str =
        r#"read server; printf '{"ServerURL":"%s","Username":"from-helper","Secret":"%s"}' "$server" "$1""#;

    fn file(server: &Server, helper: &str) -> String {
        format!("{{\"credHelpers\":{{\"{}\":\"{helper}\"}}}}", server.host)
    }

    fn error(home: &Home, server: &Server) -> TransportError {
        home.client().manifest(&reference(&server.host, "app"), &[]).unwrap_err()
    }

    #[test]
    fn the_helper_of_the_registry_is_asked() {
        let server = registry();
        let home = Home::new(&[&file(&server, "test")]).with_helper("test", ANSWERS);
        assert_eq!(login_for(&home, &server, "app").as_deref(), Some("from-helper:get"));
    }

    #[test]
    fn the_store_is_asked_for_every_registry_and_gets_its_name() {
        let server = registry();
        let script = r#"read server; printf '{"Username":"u","Secret":"%s"}' "$server""#;
        let home = Home::new(&["{\"credsStore\":\"test\"}"]).with_helper("test", script);
        assert_eq!(login_for(&home, &server, "app"), Some(format!("u:{}", server.host)));
    }

    #[test]
    fn a_helper_that_knows_nothing_leaves_it_to_the_file() {
        let server = registry();
        let content = format!("{{\"credsStore\":\"test\",\"auths\":{{\"{}\":{}}}}}", server.host, entry("file"));
        let home =
            Home::new(&[&content]).with_helper("test", "echo 'credentials not found in native keychain'; exit 1");
        assert_eq!(login_for(&home, &server, "app").as_deref(), Some("file:pass:word"));
    }

    #[test]
    fn a_helper_asked_twice_runs_once() {
        let server = registry();
        let home = Home::new(&[&file(&server, "test")]);
        let count = home.path().join("count");
        let home = home.with_helper("test", &format!("echo run >> '{}'\n{ANSWERS}", count.display()));
        let client = home.client();
        for _ in 0..2 {
            client.manifest(&reference(&server.host, "app"), &[]).unwrap();
        }
        assert_eq!(std::fs::metadata(count).unwrap().len(), "run\n".len() as u64);
    }

    #[test]
    fn a_token_user_means_an_identity_token() {
        let tokens = Server::start(|_, _| ok(r#"{"access_token":"good"}"#));
        let realm = tokens.url("/token");
        let server = Server::start(move |asked, _| match asked.header("authorization") {
            Some("Bearer good") => ok("{}"),
            _ => answer(401).header("WWW-Authenticate", format!("Bearer realm=\"{realm}\"")),
        });
        let script = r#"printf '{"Username":"<token>","Secret":"refresh"}'"#;
        let home = Home::new(&[&file(&server, "test")]).with_helper("test", script);
        home.client().manifest(&reference(&server.host, "app"), &[]).unwrap();
        assert!(tokens.asked()[0].body.ends_with("&refresh_token=refresh"));
    }

    #[test]
    fn a_helper_that_fails_is_told_once_the_registry_refuses() {
        let server = registry();
        for (script, message) in [
            ("echo 'the keychain is locked'; exit 1", "docker-credential-test: the keychain is locked"),
            ("echo '{\"Username\":\"u\",\"Secret\":[\"geheim\"]}'", "docker-credential-test: its answer is no login"),
            ("yes geheim", "docker-credential-test: longer than the cap"),
        ] {
            let home = Home::new(&[&file(&server, "test")]).with_helper("test", script);
            let error = error(&home, &server);
            assert!(error.to_string().contains(message), "{error}");
            assert!(!shown(&error).contains("geheim"), "{}", shown(&error));
        }
    }

    #[test]
    fn a_helper_that_hangs_is_ended() {
        let server = registry();
        for script in ["exec sleep 60", "exec >&-; exec sleep 60"] {
            let home = Home::new(&[&file(&server, "test")]).with_helper("test", script);
            let mut options = options();
            options.timeouts.helper = Duration::from_millis(100);
            let helper_path = home.path().as_os_str().to_owned();
            let client = Client::new(ClientOptions { login_files: home.files.clone(), helper_path, ..options });
            let error = client.manifest(&reference(&server.host, "app"), &[]).unwrap_err();
            assert!(error.to_string().contains("docker-credential-test: "), "{error}");
        }
    }

    #[test]
    fn a_name_that_is_a_path_runs_nothing() {
        let server = registry();
        for name in ["../evil", "x/../../evil", "", "absent", "a b", "a;b"] {
            let home = Home::new(&[&file(&server, name)]);
            let evil = home.path().join("evil");
            let home = home.with_helper("x", &format!("touch '{}'", evil.display()));
            let error = error(&home, &server);
            assert!(error.to_string().contains("there is no such program in the PATH"), "{error}");
            assert!(!evil.exists());
        }
    }

    #[test]
    fn folders_that_depend_on_where_one_stands_are_not_searched() {
        let server = registry();
        let home = Home::new(&[&file(&server, "test")]).with_helper("test", ANSWERS);
        let options = ClientOptions { login_files: home.files.clone(), helper_path: ".::relative".into(), ..options() };
        let error = Client::new(options).manifest(&reference(&server.host, "app"), &[]).unwrap_err();
        assert!(error.to_string().contains("there is no such program in the PATH"), "{error}");
    }
}
