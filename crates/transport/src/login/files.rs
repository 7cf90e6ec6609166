//! Login files: Docker's `config.json` and the `auth.json` of the containers tools.
//!
//! `auths` holds logins by registry (`quay.io`), by a part of it (`quay.io/team`) or by an old
//! address (`https://index.docker.io/v1/`); `credHelpers` and `credsStore` name programs that know
//! them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use plimsoll_model::read_capped;
use serde::Deserialize;

use super::{Credential, Found, helper};
use crate::registry::{DOCKER_HUB_HOSTS, Endpoint};
use crate::{ClientOptions, Secret};

const MAX_FILE_BYTES: u64 = 4 << 20;
/// What Docker calls its registry in front of helpers.
const DOCKER_HUB_ADDRESS: &str = "https://index.docker.io/v1/";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LoginFile {
    auths: Option<BTreeMap<String, Option<Entry>>>,
    cred_helpers: Option<BTreeMap<String, String>>,
    creds_store: Option<String>,
}

#[derive(Deserialize, Default)]
struct Entry {
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
    identitytoken: Option<String>,
    registrytoken: Option<String>,
}

/// Looks through the files in their order. A file or a helper that fails is passed over; what went
/// wrong is kept.
pub(super) fn find(options: &ClientOptions, endpoint: &Endpoint) -> Found {
    let mut found = Found::default();
    for path in &options.login_files {
        let credential = match read(path) {
            Ok(None) => continue,
            Ok(Some(file)) => from_file(&file, options, endpoint, &mut found.trouble),
            Err(why) => Err(why),
        };
        match credential {
            Ok(None) => {}
            Ok(credential) => return Found { credential, trouble: None },
            Err(why) => note(&mut found.trouble, format!("{}: {why}", path.display())),
        }
    }
    found
}

/// The login of one file: from the helper for this registry, from the one for all, from the file.
fn from_file(
    file: &LoginFile,
    options: &ClientOptions,
    endpoint: &Endpoint,
    trouble: &mut Option<String>,
) -> Result<Option<Credential>, String> {
    let names = names(endpoint);
    let helpers = file.cred_helpers.as_ref().and_then(|helpers| of_names(helpers, &names));
    let store = file.creds_store.as_ref().filter(|store| !store.is_empty());
    for helper in helpers.into_iter().chain(store) {
        match helper::get(helper, server(endpoint), options) {
            Ok(None) => {}
            Ok(credential) => return Ok(credential),
            Err(why) => note(trouble, why),
        }
    }
    match file.auths.as_ref().and_then(|auths| of_names(auths, &names)) {
        Some(Some(entry)) => entry.credential(),
        _ => Ok(None),
    }
}

fn note(trouble: &mut Option<String>, why: String) {
    trouble.get_or_insert(why);
}

impl Entry {
    fn credential(&self) -> Result<Option<Credential>, String> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        if let Some(token) = given(&self.identitytoken) {
            return Ok(Some(Credential::Identity(token.into())));
        }
        if let Some(token) = given(&self.registrytoken) {
            return Ok(Some(Credential::Token(token.into())));
        }
        if let (Some(username), Some(password)) = (given(&self.username), given(&self.password)) {
            return Ok(Some(Credential::Password { username, password: password.into() }));
        }
        let Some(auth) = given(&self.auth) else { return Ok(None) };
        let plain = BASE64_STANDARD.decode(auth.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        // Docker once padded passwords with NUL.
        let both = plain.as_ref().and_then(|plain| plain.trim_end_matches('\0').split_once(':'));
        let (username, password) = both.ok_or("an `auth` in it is no name and password in base64")?;
        Ok(Some(Credential::Password { username: username.into(), password: Secret::from(password) }))
    }
}

fn read(path: &Path) -> Result<Option<LoginFile>, String> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let bytes = read_capped(file, MAX_FILE_BYTES).map_err(|error| error.to_string())?;
    // The parser's own message may quote a secret.
    let parsed = serde_json::from_slice(&bytes);
    parsed.map(Some).map_err(|error| format!("it is no login file (line {}, column {})", error.line(), error.column()))
}

/// What the entry for this place may be called, the most particular first.
fn names(endpoint: &Endpoint) -> Vec<String> {
    let is_hub = DOCKER_HUB_HOSTS.contains(&endpoint.registry.as_str());
    let hosts: &[&str] = if is_hub { DOCKER_HUB_HOSTS } else { &[&endpoint.registry] };
    let mut names = Vec::new();
    let mut path = Some(endpoint.repository.as_str());
    while let Some(part) = path {
        names.extend(hosts.iter().map(|host| format!("{host}/{part}")));
        path = part.rsplit_once('/').map(|(above, _)| above);
    }
    names.extend(hosts.iter().map(|host| (*host).to_owned()));
    names
}

fn of_names<'a, T>(entries: &'a BTreeMap<String, T>, names: &[String]) -> Option<&'a T> {
    let of = |name: &String| entries.iter().find(|(key, _)| plain_key(key) == name);
    names.iter().find_map(of).map(|(_, entry)| entry)
}

/// A key without what old versions wrote around the host.
fn plain_key(key: &str) -> &str {
    let key = key.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
    key.strip_suffix("/v1").or_else(|| key.strip_suffix("/v2")).unwrap_or(key)
}

/// What helpers know this registry by.
fn server(endpoint: &Endpoint) -> &str {
    if DOCKER_HUB_HOSTS.contains(&endpoint.registry.as_str()) { DOCKER_HUB_ADDRESS } else { &endpoint.registry }
}
