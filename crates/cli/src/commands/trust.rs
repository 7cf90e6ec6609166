//! Whose databases are let in: options of the commands that pull.

use std::path::PathBuf;

use anyhow::Context;
use clap::{ArgAction, Args};
use plimsoll_signing::PublicKey;
use plimsoll_vulndb::travel::{Rules, Trust};

use super::db::clock;

/// Whose databases are let in.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Trust in a published database")]
pub struct TrustOptions {
    /// Only databases that this public key has signed. May be repeated.
    #[arg(long = "trust-key", value_name = "FILE", value_delimiter = ',', action = ArgAction::Append, env = "PLIMSOLL_TRUST_KEY", hide_env = true)]
    trust_keys: Vec<PathBuf>,
    /// Also a database older than the one that is there.
    #[arg(long, env = "PLIMSOLL_ALLOW_ROLLBACK", hide_env = true)]
    allow_rollback: bool,
    /// Also a database that has expired.
    #[arg(long, env = "PLIMSOLL_ALLOW_EXPIRED", hide_env = true)]
    allow_expired: bool,
}

impl TrustOptions {
    /// Whether keys were named.
    pub fn names_keys(&self) -> bool {
        !self.trust_keys.is_empty()
    }

    /// What is let in now.
    pub fn rules(&self) -> anyhow::Result<Rules> {
        let keys = self.trust_keys.iter().map(|path| PublicKey::read(path).context("the key of --trust-key"));
        let keys = keys.collect::<anyhow::Result<Vec<_>>>()?;
        Ok(Rules {
            trust: if keys.is_empty() { Trust::Unsigned } else { Trust::Keys(keys) },
            now: Some(clock()),
            allow_rollback: self.allow_rollback,
            allow_expired: self.allow_expired,
        })
    }
}
