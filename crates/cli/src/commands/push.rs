//! `plimsoll db push`.

use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use plimsoll_model::Reference;
use plimsoll_transport::Client;
use plimsoll_vulndb::travel::push;

use super::place::DatabaseFolder;
use super::registry::RegistryOptions;

/// Options of `db push`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  plimsoll db build --sign-key publisher.key
  plimsoll db push registry.example/security/advisories:1")]
pub struct Push {
    /// The artifact: REGISTRY/NAME:TAG.
    reference: String,
    #[command(flatten)]
    place: DatabaseFolder,
    #[command(flatten)]
    registry: RegistryOptions,
}

impl Push {
    /// Runs it.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let text = self.reference.strip_prefix("oci://").unwrap_or(&self.reference);
        let reference = Reference::parse(text)?;
        let client = Client::new(self.registry.options()?);
        let pushed = push(&self.place.existing()?, &client, &reference)?;
        writeln!(
            std::io::stdout().lock(),
            "{reference}@{}: {} shards, {} KB, of which {} KB were sent",
            pushed.digest,
            pushed.shards,
            pushed.packed_bytes.div_ceil(1000),
            pushed.sent_bytes.div_ceil(1000)
        )?;
        Ok(ExitCode::SUCCESS)
    }
}
