//! `plimsoll sbom SOURCE`.

use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use plimsoll_engine::{Contents, ScanError, SourceOptions, read_image};
use plimsoll_report::{BILLS, Bill, BillFormat};

use super::source::{SOURCES, SourceArgs, keep_small, with_progress};
use crate::output::{OutputOptions, write_file};

/// Options of `sbom`.
#[derive(Debug, Args)]
#[command(after_help = help())]
pub struct Sbom {
    #[command(flatten)]
    source: SourceArgs,
    /// Format: native-json (everything).
    #[arg(long, short, value_name = "FORMAT", default_value = "native-json", value_parser = parse_format)]
    format: &'static BillFormat,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Also say of every file which package owns it.
    #[arg(long)]
    files: bool,
    /// Also read licence files.
    #[arg(long)]
    licenses: bool,
}

fn help() -> String {
    format!(
        "{SOURCES}

Examples:
  plimsoll sbom debian:12 > debian.json
  plimsoll sbom image.tar --files -o inventory.json"
    )
}

fn parse_format(name: &str) -> Result<&'static BillFormat, String> {
    named(BILLS, name)
}

/// The format of this name.
pub fn named(formats: &'static [BillFormat], name: &str) -> Result<&'static BillFormat, String> {
    let names: Vec<&str> = formats.iter().map(|format| format.name).collect();
    let found = formats.iter().find(|format| format.name == name);
    found.ok_or_else(|| format!("known formats are {}", names.join(", ")))
}

impl Sbom {
    /// Runs it.
    pub fn run(self, output: &OutputOptions) -> anyhow::Result<ExitCode> {
        let options = SourceOptions { files: self.files, licenses: self.licenses, ..self.source.options()? };
        let contents = contents(&self.source, &options, output)?;
        write(self.format, &contents, self.output.as_deref(), output)
    }
}

/// What the source holds, with progress on standard error.
pub fn contents(source: &SourceArgs, options: &SourceOptions, output: &OutputOptions) -> Result<Contents, ScanError> {
    let cache = source.cache();
    let contents = with_progress(output, |progress| read_image(options, cache.as_ref(), &progress))?;
    cache.iter().for_each(keep_small);
    Ok(contents)
}

/// Writes to a file or to standard output.
pub fn write(
    format: &BillFormat,
    contents: &Contents,
    path: Option<&std::path::Path>,
    output: &OutputOptions,
) -> anyhow::Result<ExitCode> {
    let bill =
        Bill { plimsoll_version: env!("CARGO_PKG_VERSION"), image: &contents.info, inventory: &contents.inventory };
    if let Some(path) = path {
        write_file(path, |out| (format.write)(&bill, plimsoll_report::Style::default(), out))?;
    } else {
        let mut out = BufWriter::new(std::io::stdout().lock());
        (format.write)(&bill, output.style(), &mut out)?;
        out.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}
