//! `plimsoll cache status|prune`.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use plimsoll_engine::{DEFAULT_CAP_BYTES, Store};

use crate::locations;
use crate::output::{Advice, OutputOptions};

/// Where the cache is.
#[derive(Debug, Clone, Args)]
pub struct CachePlace {
    /// Folder of the cache; by default below the user's cache folder.
    #[arg(long, value_name = "DIR", env = "PLIMSOLL_CACHE", hide_env = true)]
    cache: Option<PathBuf>,
}

impl CachePlace {
    /// The store; `None` where neither the user nor the system names a folder.
    pub fn store(&self) -> Option<Store> {
        self.cache.clone().or_else(locations::default_cache).map(Store::new)
    }
}

/// What to do with the cache.
#[derive(Debug, Subcommand)]
#[command(after_help = "The cache holds facts under the digests of layers, never bytes of an image's files.")]
pub enum CacheCommand {
    /// Show where it is and how much it holds.
    Status(CachePlace),
    /// Remove what was not used for the longest time.
    Prune {
        #[command(flatten)]
        place: CachePlace,
        /// Megabytes to keep.
        #[arg(long, value_name = "MB", default_value_t = DEFAULT_CAP_BYTES >> 20)]
        keep: u64,
    },
}

impl CacheCommand {
    /// Runs it.
    pub fn run(self, _: &OutputOptions) -> anyhow::Result<ExitCode> {
        let (Self::Status(place) | Self::Prune { place, .. }) = &self;
        let store = place
            .store()
            .context("no folder is known for the cache")
            .context(Advice("give one with --cache DIR".into()))?;
        let mut out = std::io::stdout().lock();
        if let Self::Prune { keep, .. } = self {
            let removed = store.prune(keep.saturating_mul(1 << 20));
            writeln!(out, "removed {} files, {} MB", removed.files, removed.bytes >> 20)?;
        }
        let usage = store.usage();
        writeln!(out, "{}: {} files, {} MB", store.root().display(), usage.files, usage.bytes >> 20)?;
        Ok(ExitCode::SUCCESS)
    }
}
