//! Where the advisory database is, and where it is published.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use plimsoll_model::{Reference, ShardName};
use plimsoll_transport::Client;
use plimsoll_vulndb::travel::{ArchiveCarrier, Carrier, FolderCarrier, RegistryCarrier, WebCarrier};
use plimsoll_vulndb::{Database, MANIFEST_FILE};
use sha2::{Digest, Sha256};

use super::registry::RegistryOptions;
use crate::locations;
use crate::output::Advice;

/// The folder of the database, for commands that change it or send it.
#[derive(Debug, Clone, Args)]
pub struct DatabaseFolder {
    /// Folder of the advisory database; by default below the user's data folder.
    #[arg(long, value_name = "DIR", env = "PLIMSOLL_DB", hide_env = true)]
    db: Option<PathBuf>,
}

impl DatabaseFolder {
    /// The folder, which must be known.
    pub fn known(&self) -> anyhow::Result<PathBuf> {
        known(self.db.clone().or_else(locations::default_database))
    }

    /// The folder of a database that is there.
    pub fn existing(&self) -> anyhow::Result<PathBuf> {
        existing(self.known()?)
    }
}

fn known(folder: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    folder.context("no folder is known for the database").context(Advice("give one with --db DIR".into()))
}

fn existing(folder: PathBuf) -> anyhow::Result<PathBuf> {
    if !folder.join(MANIFEST_FILE).exists() {
        return Err(anyhow::anyhow!("{} holds no database", folder.display()))
            .context(Advice("make one with `plimsoll db build`, or get one with `plimsoll db pull`".into()));
    }
    Ok(folder)
}

/// Where the database is, or where it is published.
#[derive(Debug, Clone, Args)]
pub struct DatabasePlace {
    /// Folder of the advisory database, by default below the user's data folder; or the address of a published one.
    #[arg(long, value_name = "DIR|ADDRESS", env = "PLIMSOLL_DB", hide_env = true)]
    db: Option<PathBuf>,
    /// Where the database is published: oci://REGISTRY/NAME:TAG, https://HOST/FOLDER, a folder or a file. What an image needs of it is pulled.
    #[arg(long, value_name = "ADDRESS", env = "PLIMSOLL_DB_SOURCE", hide_env = true)]
    db_source: Option<String>,
}

impl DatabasePlace {
    /// The folder; `None` where neither the user nor the system names one. What is pulled from a
    /// published database has a folder of its own, unless the user names one.
    pub fn folder(&self) -> Option<PathBuf> {
        self.named_folder().map(Path::to_path_buf).or_else(|| match self.address() {
            Some(address) => locations::pulled_database(&folder_name(&address)),
            None => locations::default_database(),
        })
    }

    /// Where the database is published, if the user says so.
    pub fn source(&self) -> anyhow::Result<Option<Source>> {
        self.address().map(|address| Source::parse(&address)).transpose()
    }

    /// The folder that the user names, unless it is filled from elsewhere, must hold a database.
    pub fn check(&self) -> anyhow::Result<()> {
        match self.named_folder() {
            Some(folder) if self.db_source.is_none() && !folder.join(MANIFEST_FILE).exists() => {
                Err(anyhow::anyhow!("{} holds no database", folder.display()))
                    .context(Advice("make one with `plimsoll db build --out DIR`".into()))
            }
            _ => Ok(()),
        }
    }

    /// The folder of a database that is there.
    pub fn existing_folder(&self) -> anyhow::Result<PathBuf> {
        existing(known(self.folder())?)
    }

    /// The database that is there.
    pub fn open(&self) -> anyhow::Result<Database> {
        let folder = self.existing_folder()?;
        Database::open(&folder).with_context(|| folder.display().to_string())
    }

    fn named_folder(&self) -> Option<&Path> {
        self.db.as_deref().filter(|path| !path.to_str().is_some_and(is_address))
    }

    fn address(&self) -> Option<String> {
        let db = self.db.as_deref().and_then(Path::to_str).filter(|text| is_address(text));
        self.db_source.as_deref().or(db).map(str::to_owned)
    }
}

fn is_address(text: &str) -> bool {
    ["oci://", "registry:", "https://", "http://"].iter().any(|scheme| text.starts_with(scheme))
}

/// A folder's name for an address: a person recognises it, and no two are alike.
fn folder_name(address: &str) -> String {
    let hash: [u8; 32] = Sha256::digest(address).into();
    let digits: String = hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    // An address may hold a login.
    let shown = address.rsplit('@').next().unwrap_or_default();
    format!("{}-{digits}", ShardName::clean(shown))
}

/// Where a database is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// An artifact of a registry.
    Registry(Reference),
    /// The address of a folder.
    Web(String),
    /// A folder of this machine.
    Folder(PathBuf),
    /// A file that `db export` wrote.
    File(PathBuf),
}

impl Source {
    /// Reads what a user writes.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        if let Some(reference) = text.strip_prefix("oci://").or_else(|| text.strip_prefix("registry:")) {
            return Ok(Self::Registry(Reference::parse(reference)?));
        }
        if text.starts_with("https://") || text.starts_with("http://") {
            return Ok(Self::Web(text.to_owned()));
        }
        let path = Path::new(text.strip_prefix("dir:").unwrap_or(text));
        if path.is_dir() {
            return Ok(Self::Folder(path.to_path_buf()));
        }
        if path.is_file() {
            return Ok(Self::File(path.to_path_buf()));
        }
        if text.starts_with(['.', '/', '~']) || text.starts_with("dir:") {
            bail!("there is no {text}");
        }
        Ok(Self::Registry(Reference::parse(text)?))
    }

    /// Whoever brings it.
    pub fn carrier(&self, registry: &RegistryOptions) -> anyhow::Result<Box<dyn Carrier>> {
        Ok(match self {
            Self::Registry(reference) => {
                Box::new(RegistryCarrier::new(Client::new(registry.options()?), reference.clone()))
            }
            Self::Web(base) => Box::new(WebCarrier::new(Client::new(registry.transport()?), base)),
            Self::Folder(path) => Box::new(FolderCarrier::new(path)),
            Self::File(path) => Box::new(ArchiveCarrier::open(path)?),
        })
    }

    /// Whether it is reached without a network.
    pub fn is_local(&self) -> bool {
        matches!(self, Self::Folder(_) | Self::File(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_told_apart() {
        let registry = |text: &str| matches!(Source::parse(text), Ok(Source::Registry(_)));
        assert!(
            registry("oci://ghcr.io/a/db:1") && registry("registry:localhost:5000/db") && registry("host.example/db")
        );
        assert_eq!(Source::parse("https://host/db/").unwrap(), Source::Web("https://host/db/".into()));
        assert_eq!(Source::parse(".").unwrap(), Source::Folder(".".into()));
        assert_eq!(Source::parse("dir:src").unwrap(), Source::Folder("src".into()));
        assert_eq!(Source::parse("Cargo.toml").unwrap(), Source::File("Cargo.toml".into()));
        assert!(Source::parse("./absent").is_err() && Source::parse("dir:absent").is_err());
    }

    #[test]
    fn each_address_has_a_folder_of_its_own_without_its_login() {
        let (one, two) = (folder_name("https://a:geheim@host/db"), folder_name("https://b:geheim@host/db"));
        assert!(one.starts_with("host_db-") && two.starts_with("host_db-") && one != two, "{one} {two}");
    }
}
