//! `plimsoll layers SOURCE`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use plimsoll_report::{BillFormat, LAYERS};

use super::sbom::{contents, named, write};
use super::source::{SOURCES, SourceArgs};
use crate::output::OutputOptions;

/// Options of `layers`.
#[derive(Debug, Args)]
#[command(after_help = help())]
pub struct Layers {
    #[command(flatten)]
    source: SourceArgs,
    /// Format: table (for people) or json.
    #[arg(long, short, value_name = "FORMAT", default_value = "table", value_parser = parse_format)]
    format: &'static BillFormat,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "PATH")]
    output: Option<PathBuf>,
}

fn help() -> String {
    format!(
        "{SOURCES}

Examples:
  plimsoll layers debian:12
  plimsoll layers image.tar --format json"
    )
}

fn parse_format(name: &str) -> Result<&'static BillFormat, String> {
    named(LAYERS, name)
}

impl Layers {
    /// Runs it.
    pub fn run(self, output: &OutputOptions) -> anyhow::Result<ExitCode> {
        let contents = contents(&self.source, &self.source.options()?, output)?;
        write(self.format, &contents, self.output.as_deref(), output)
    }
}
