//! Options for registries, shared by the commands that reach one.

use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::{ArgAction, Args};
use plimsoll_transport::{ClientOptions, Login};

use crate::output::Advice;

/// The password never stands on a command line, where every user of the machine can read it.
const PASSWORD: &str = "PLIMSOLL_PASSWORD";

/// How to reach a registry.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Registry")]
pub struct RegistryOptions {
    /// Plain HTTP to any host; without it only to this machine.
    #[arg(long, env = "PLIMSOLL_INSECURE_HTTP", hide_env = true)]
    insecure_http: bool,
    /// Further certificate authorities, in PEM.
    #[arg(long, value_name = "FILE", env = "PLIMSOLL_CA_FILE", hide_env = true)]
    ca_file: Option<PathBuf>,
    /// Certificates by host, beside those of Docker: `DIR/HOST[:PORT]/{ca.crt, client.cert, client.key}`.
    #[arg(long, value_name = "DIR", env = "PLIMSOLL_CERTS_DIR", hide_env = true)]
    certs_dir: Option<PathBuf>,
    /// User name; the password is read from PLIMSOLL_PASSWORD. Without it, Docker's logins count.
    #[arg(long, value_name = "NAME", env = "PLIMSOLL_USERNAME", hide_env = true)]
    username: Option<String>,
    /// Ask this mirror first: HOST=MIRROR, such as docker.io=mirror.example. May be repeated.
    #[arg(long = "mirror", value_name = "HOST=MIRROR", value_parser = parse_mirror, value_delimiter = ',', action = ArgAction::Append, env = "PLIMSOLL_MIRROR", hide_env = true)]
    mirrors: Vec<(String, String)>,
}

impl RegistryOptions {
    /// How registries are reached: the environment's ways, and those of the command line before
    /// them.
    pub fn options(&self) -> anyhow::Result<ClientOptions> {
        let mut options = ClientOptions::from_environment();
        options.insecure_http = self.insecure_http;
        options.ca_files.extend(self.ca_file.clone());
        options.certificate_folders.extend(self.certs_dir.clone());
        options.mirrors.clone_from(&self.mirrors);
        options.login = self.username.as_ref().map(|name| login(name)).transpose()?;
        Ok(options)
    }

    /// The same for what is no registry: the hosts of feeds. A registry's login is not theirs.
    pub fn transport(&self) -> anyhow::Result<ClientOptions> {
        Ok(ClientOptions { login: None, ..self.options()? })
    }
}

fn login(username: &str) -> anyhow::Result<Login> {
    let password = std::env::var(PASSWORD).ok().filter(|password| !password.is_empty());
    let password = password
        .ok_or_else(|| anyhow!("there is a user name and no password"))
        .context(Advice(format!("put it into the environment as {PASSWORD}")))?;
    Ok(Login { registry: None, username: username.into(), password: password.into() })
}

fn parse_mirror(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((host, mirror)) if !host.is_empty() && !mirror.is_empty() => Ok((host.into(), mirror.into())),
        _ => Err("it is written HOST=MIRROR".into()),
    }
}
