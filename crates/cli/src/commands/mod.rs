//! One file per command.

mod cache;
mod changes;
mod completions;
mod db;
mod demo;
mod evidence_json;
mod evidence_text;
mod explain;
mod export;
mod feed_status;
mod keys;
mod layers;
mod overlays;
mod place;
mod pull;
mod push;
mod registry;
mod sbom;
mod scan;
mod search;
mod shard_status;
mod source;
mod trust;
mod update;
mod version;

use std::process::ExitCode;

use clap::Subcommand;

use crate::output::OutputOptions;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Scan an image, an archive or a folder, and judge what is found.
    Scan(Box<scan::Scan>),
    /// Write down everything that an image holds: packages, who needs whom, programs, layers.
    Sbom(Box<sbom::Sbom>),
    /// Show what each layer brought, changed and removed, and the bytes that nobody sees.
    Layers(Box<layers::Layers>),
    /// Make a small image with known faults, scan it and show what a pipeline would see.
    Demo(demo::Demo),
    /// The advisory database.
    #[command(subcommand)]
    Db(Box<db::Db>),
    /// Show everything that the database knows of a vulnerability: every source's word.
    Explain(explain::Explain),
    /// What is remembered of layers and images between scans.
    #[command(subcommand)]
    Cache(cache::CacheCommand),
    /// Compare pairs of versions, for those who doubt a finding.
    Version(version::Version),
    /// Completions for a shell.
    Completions(completions::Completions),
}

impl Command {
    /// Runs it.
    pub fn run(self, output: &OutputOptions) -> anyhow::Result<ExitCode> {
        match self {
            Self::Scan(command) => command.run(output),
            Self::Sbom(command) => command.run(output),
            Self::Layers(command) => command.run(output),
            Self::Demo(command) => command.run(output),
            Self::Db(command) => command.run(output),
            Self::Explain(command) => command.run(output),
            Self::Cache(command) => command.run(output),
            Self::Version(command) => command.run(),
            Self::Completions(command) => command.run(),
        }
    }
}
