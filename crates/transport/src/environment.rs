//! The user's environment, read once: where logins, certificates and proxies are.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use crate::{ClientOptions, Proxies, Secret};

impl ClientOptions {
    /// Options as the user's environment says: logins from `REGISTRY_AUTH_FILE`, `DOCKER_CONFIG`
    /// and their default places, certificates from `SSL_CERT_FILE` and the folders of Docker and
    /// the containers tools, proxies from `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`.
    #[must_use]
    pub fn from_environment() -> Self {
        Self::from_variables(&|name| env::var_os(name).filter(|value| !value.is_empty()))
    }

    /// The same from any source of variables.
    pub(crate) fn from_variables(variable: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let path = |name: &str| variable(name).map(PathBuf::from);
        let home = path("HOME").or_else(|| path("USERPROFILE"));
        let config = path("XDG_CONFIG_HOME").or_else(|| home.as_ref().map(|home| home.join(".config")));

        let mut certificate_folders = Vec::from(["/etc/containers/certs.d", "/etc/docker/certs.d"].map(PathBuf::from));
        certificate_folders.extend(config.as_ref().map(|config| config.join("containers/certs.d")));
        certificate_folders.extend(config.as_ref().map(|config| config.join("docker/certs.d")));

        // What the user names outright comes first; then the order of the containers tools.
        let login_files = [
            path("REGISTRY_AUTH_FILE"),
            path("DOCKER_CONFIG").map(|folder| folder.join("config.json")),
            path("XDG_RUNTIME_DIR").map(|folder| folder.join("containers/auth.json")),
            config.map(|folder| folder.join("containers/auth.json")),
            home.map(|home| home.join(".docker/config.json")),
        ];

        Self {
            ca_files: path("SSL_CERT_FILE").into_iter().collect(),
            certificate_folders,
            login_files: login_files.into_iter().flatten().collect(),
            helper_path: variable("PATH").unwrap_or_default(),
            proxies: proxies(variable),
            ..Self::default()
        }
    }
}

fn proxies(variable: &dyn Fn(&str) -> Option<OsString>) -> Proxies {
    let text = |name: &str| variable(name).and_then(|value| value.into_string().ok());
    let either = |lower: &str| text(lower).or_else(|| text(&lower.to_uppercase()));
    // In a CGI program HTTP_PROXY is set by whoever sends a `Proxy` header. https://httpoxy.org
    let http = if variable("REQUEST_METHOD").is_some() { text("http_proxy") } else { either("http_proxy") };
    let all = either("all_proxy");
    Proxies {
        http: http.or_else(|| all.clone()).map(Secret::from),
        https: either("https_proxy").or(all).map(Secret::from),
        none_for: either("no_proxy"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn options(variables: &[(&str, &str)]) -> ClientOptions {
        let variables: HashMap<_, _> = variables.iter().copied().collect();
        ClientOptions::from_variables(&|name| variables.get(name).map(OsString::from))
    }

    #[test]
    fn login_files_that_the_user_names_come_first() {
        let options = options(&[
            ("HOME", "/home/u"),
            ("XDG_RUNTIME_DIR", "/run/user/1"),
            ("DOCKER_CONFIG", "/ci/docker"),
            ("REGISTRY_AUTH_FILE", "/ci/auth.json"),
        ]);
        let expected = [
            "/ci/auth.json",
            "/ci/docker/config.json",
            "/run/user/1/containers/auth.json",
            "/home/u/.config/containers/auth.json",
            "/home/u/.docker/config.json",
        ];
        assert_eq!(options.login_files, expected.map(PathBuf::from));
    }

    #[test]
    fn an_empty_environment_is_no_trouble() {
        let options = options(&[]);
        assert!(options.login_files.is_empty() && options.ca_files.is_empty());
        assert_eq!(options.proxies, Proxies::default());
    }

    #[test]
    fn the_specific_proxy_wins_over_the_general_one() {
        let options = options(&[("ALL_PROXY", "http://all:1"), ("https_proxy", "http://https:1"), ("NO_PROXY", "a,b")]);
        assert_eq!(options.proxies.https, Some("http://https:1".into()));
        assert_eq!(options.proxies.http, Some("http://all:1".into()));
        assert_eq!(options.proxies.none_for.as_deref(), Some("a,b"));
    }

    #[test]
    fn a_proxy_that_a_web_client_could_set_is_ignored() {
        let options = options(&[("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "http://evil:1")]);
        assert_eq!(options.proxies.http, None);
    }
}
