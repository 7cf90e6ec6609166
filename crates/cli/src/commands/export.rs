//! `plimsoll db export`.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use plimsoll_vulndb::travel::{export_file, export_folder};

use super::place::DatabaseFolder;
use super::pull::PartOptions;

/// Options of `db export`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  plimsoll db export advisories.tar --for debian-12,npm     for the air gap
  plimsoll db export --folder /srv/www/advisories           for a web server")]
pub struct Export {
    /// The file to write.
    #[arg(required_unless_present = "folder", conflicts_with = "folder")]
    file: Option<PathBuf>,
    /// Write a folder that a web server can give out, or bring one up to date.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    #[command(flatten)]
    place: DatabaseFolder,
    #[command(flatten)]
    part: PartOptions,
}

impl Export {
    /// Runs it.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let (database, wanted) = (self.place.existing()?, self.part.wanted().unwrap_or_default());
        let (exported, out) = match (&self.file, &self.folder) {
            (_, Some(folder)) => (export_folder(&database, &wanted, folder)?, folder),
            (Some(file), None) => (export_file(&database, &wanted, file)?, file),
            (None, None) => anyhow::bail!("where to write is not said"),
        };
        writeln!(
            std::io::stdout().lock(),
            "{} shards, {} KB (unpacked {} KB) in {}",
            exported.shards,
            exported.packed_bytes.div_ceil(1000),
            exported.plain_bytes.div_ceil(1000),
            out.display()
        )?;
        Ok(ExitCode::SUCCESS)
    }
}
