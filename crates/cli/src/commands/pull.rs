//! `plimsoll db pull` and `plimsoll db import`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use plimsoll_model::ShardName;
use plimsoll_vulndb::travel::{ArchiveCarrier, Carrier, Pulled, Refusal, Wanted, pull};

use super::place::{DatabaseFolder, Source};
use super::registry::RegistryOptions;
use super::trust::TrustOptions;
use crate::output::OutputOptions;

/// Options of `db pull`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  plimsoll db pull registry.example/security/advisories:1 --trust-key publisher.pub
  plimsoll db pull https://mirror.example/advisories --for debian-12,pypi,npm
  plimsoll db pull /mnt/share/advisories")]
pub struct Pull {
    /// Where it is published: REGISTRY/NAME:TAG, https://HOST/FOLDER, a folder or a file.
    #[arg(env = "PLIMSOLL_DB_SOURCE", hide_env = true)]
    source: String,
    #[command(flatten)]
    place: DatabaseFolder,
    #[command(flatten)]
    part: PartOptions,
    #[command(flatten)]
    trust: TrustOptions,
    #[command(flatten)]
    registry: RegistryOptions,
}

/// Options of `db import`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  plimsoll db import advisories.tar --trust-key publisher.pub")]
pub struct Import {
    /// A file that `db export` wrote.
    file: PathBuf,
    #[command(flatten)]
    place: DatabaseFolder,
    #[command(flatten)]
    part: PartOptions,
    #[command(flatten)]
    trust: TrustOptions,
}

/// Which part of a database.
#[derive(Debug, Clone, Args)]
pub struct PartOptions {
    /// Only these shards, as `db status` lists them.
    #[arg(long, value_name = "LIST", value_delimiter = ',', conflicts_with = "for_")]
    shards: Vec<String>,
    /// Only what scans of these distribution releases and ecosystems need: debian-12, alpine-3.20, npm.
    #[arg(long = "for", id = "for_", value_name = "LIST", value_delimiter = ',')]
    for_: Vec<String>,
}

impl PartOptions {
    /// The part; `None` where none is named.
    pub fn wanted(&self) -> Option<Wanted> {
        let names = |names: &[String]| names.iter().map(|name| ShardName::clean(name)).collect();
        match (self.shards.as_slice(), self.for_.as_slice()) {
            ([], []) => None,
            ([], some) => Some(Wanted::For(names(some))),
            (some, _) => Some(Wanted::Shards(names(some))),
        }
    }
}

impl Pull {
    /// Runs it.
    pub fn run(self, output: &OutputOptions) -> anyhow::Result<ExitCode> {
        let source = Source::parse(&self.source)?;
        let carrier = source.carrier(&self.registry)?;
        let wanted = self.part.wanted().unwrap_or_default();
        take(&*carrier, &self.place.known()?, &wanted, &self.trust, output)
    }
}

impl Import {
    /// Runs it.
    pub fn run(self, output: &OutputOptions) -> anyhow::Result<ExitCode> {
        let archive = ArchiveCarrier::open(&self.file)?;
        let wanted = self.part.wanted().map_or_else(|| archive.present(), Ok)?;
        take(&archive, &self.place.known()?, &wanted, &self.trust, output)
    }
}

fn take(
    carrier: &dyn Carrier,
    folder: &Path,
    wanted: &Wanted,
    trust: &TrustOptions,
    output: &OutputOptions,
) -> anyhow::Result<ExitCode> {
    let pulled = pull(carrier, folder, wanted, &trust.rules()?, Refusal::Fails)?;
    if !trust.names_keys() {
        output.remark("no key was named with --trust-key, so nothing vouches for the publisher");
    }
    say(&pulled, folder, &mut std::io::stdout().lock())?;
    Ok(ExitCode::SUCCESS)
}

fn say(pulled: &Pulled, folder: &Path, out: &mut dyn Write) -> std::io::Result<()> {
    let Pulled { manifest, came, there, travelled_bytes, installed_bytes, .. } = pulled;
    writeln!(
        out,
        "generation {}: {} shards came ({} KB, unpacked {} KB), {there} were there, in {}",
        manifest.generation,
        came.len(),
        travelled_bytes.div_ceil(1000),
        installed_bytes.div_ceil(1000),
        folder.display()
    )
}
