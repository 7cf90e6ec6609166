//! `plimsoll db keygen` and `plimsoll db sign`.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use plimsoll_model::Timestamp;
use plimsoll_signing::PrivateKey;
use plimsoll_vulndb::travel::sign;

use super::db::build_time;
use super::place::DatabaseFolder;

/// Options of `db keygen`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  plimsoll db keygen publisher.key      writes publisher.key and publisher.key.pub")]
pub struct Keygen {
    /// The private key's file; the public key's is beside it, with `.pub`.
    file: PathBuf,
}

/// Options of `db sign`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  plimsoll db sign --key publisher.key
  plimsoll db sign --key next.key --keep-date      a second key beside the first")]
pub struct Sign {
    /// The private key.
    #[arg(long, value_name = "FILE", env = "PLIMSOLL_SIGN_KEY", hide_env = true)]
    key: PathBuf,
    /// Leave the date until when it may be installed as it is, and the signatures that are there.
    #[arg(long)]
    keep_date: bool,
    #[command(flatten)]
    valid: Validity,
    #[command(flatten)]
    place: DatabaseFolder,
}

/// How long a signed database may be installed.
#[derive(Debug, Clone, Copy, Args)]
pub struct Validity {
    /// Days for which it may be installed; after that a mirror that stands still is noticed.
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    valid_days: u16,
}

impl Validity {
    /// Counted from now on.
    pub fn expires(self) -> Timestamp {
        Timestamp(build_time().0.saturating_add(i64::from(self.valid_days) * 86_400))
    }
}

impl Keygen {
    /// Runs it.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let mut public = self.file.clone().into_os_string();
        public.push(".pub");
        let public = PathBuf::from(public);
        let key = PrivateKey::generate()?;
        // The public half first: a private key without it would stand in the way of a second try.
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&public)
            .with_context(|| public.display().to_string())?;
        file.write_all(key.public().to_pem().as_bytes()).with_context(|| public.display().to_string())?;
        if let Err(error) = key.write(&self.file) {
            let _ = std::fs::remove_file(&public);
            return Err(error.into());
        }
        writeln!(
            std::io::stdout().lock(),
            "key {} in {} and {}",
            key.public().id(),
            self.file.display(),
            public.display()
        )?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Sign {
    /// Runs it.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let folder = self.place.existing()?;
        let key = PrivateKey::read(&self.key)?;
        let expires = (!self.keep_date).then(|| self.valid.expires());
        let signed = sign(&folder, &key, expires)?;
        let until = signed.manifest().expires.map_or_else(|| "for ever".into(), |at| format!("until {}", at.date()));
        writeln!(
            std::io::stdout().lock(),
            "generation {} signed by {}, to be installed {until}",
            signed.manifest().generation,
            key.public().id()
        )?;
        Ok(ExitCode::SUCCESS)
    }
}
