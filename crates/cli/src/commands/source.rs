//! What to look at: options shared by the commands that read an image.

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::{ArgAction, Args};
use plimsoll_engine::{Cache, DEFAULT_CAP_BYTES, Progress, ScanError, SourceOptions};
use plimsoll_images::{OpenOptions, SourceSpec};
use plimsoll_model::Platform;
use plimsoll_transport::ClientOptions;

use super::cache::CachePlace;
use super::registry::RegistryOptions;
use crate::output::{Advice, OutputOptions};
use crate::progress::Shown;

/// The kinds of source, for `--help`.
pub const SOURCES: &str = "\
Sources:
  debian:12, ghcr.io/a/b@sha256:…   an image in a registry (registry: makes it explicit)
  image.tar, docker-archive:PATH, oci-archive:PATH   an archive; gzip too
  oci-dir:PATH       a folder in OCI layout
  dir:PATH           a file system, such as an unpacked root
  -                  an archive on standard input";

/// What to look at, and how.
#[derive(Debug, Args)]
pub struct SourceArgs {
    /// The image, archive or folder.
    source: String,
    #[command(flatten)]
    cache: CachePlace,
    /// Remember nothing and use nothing remembered.
    #[arg(long, env = "PLIMSOLL_NO_CACHE", hide_env = true)]
    no_cache: bool,
    /// The platform to take from an index: os/architecture[/variant].
    #[arg(long, value_name = "PLATFORM", env = "PLIMSOLL_PLATFORM", hide_env = true)]
    platform: Option<Platform>,
    /// Leave out files that match this glob (`usr/share/**`). May be repeated.
    #[arg(long, value_name = "GLOB", action = ArgAction::Append, env = "PLIMSOLL_EXCLUDE", hide_env = true)]
    exclude: Vec<String>,
    /// Take the system to be this, whatever the image says: ID:VERSION, such as debian:12.
    #[arg(long, value_name = "ID:VERSION", value_parser = parse_distro, env = "PLIMSOLL_DISTRO", hide_env = true)]
    distro: Option<(String, String)>,
    /// The base image: an archive or a reference. Its layers, and what they hold, are marked as the base's.
    #[arg(long, value_name = "SOURCE", env = "PLIMSOLL_BASE", hide_env = true)]
    base: Option<String>,
    /// What the report calls the image.
    #[arg(long, value_name = "NAME", env = "PLIMSOLL_NAME", hide_env = true)]
    name: Option<String>,
    /// Use no network: neither a registry nor, for advisories, the feeds.
    #[arg(long, env = "PLIMSOLL_OFFLINE", hide_env = true)]
    offline: bool,
    /// Stop after this long: 90s, 10m, 1h.
    #[arg(long, value_name = "TIME", value_parser = parse_time, env = "PLIMSOLL_TIMEOUT", hide_env = true)]
    timeout: Option<Duration>,
    /// Read local layers even where facts are known by the names the archive gives them.
    #[arg(long, env = "PLIMSOLL_VERIFY", hide_env = true)]
    verify: bool,
    /// Also check the digests of the unpacked layers against the configuration.
    #[arg(long, env = "PLIMSOLL_VERIFY_DIFF_IDS", hide_env = true)]
    verify_diff_ids: bool,
    #[command(flatten)]
    registry: RegistryOptions,
}

fn parse_distro(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((id, version)) if !id.is_empty() && !version.is_empty() => Ok((id.to_lowercase(), version.into())),
        _ => Err("it is written ID:VERSION, such as alpine:3.20".into()),
    }
}

fn parse_time(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let number: u64 = digits.parse().map_err(|_| "it is written as 90s, 10m or 1h")?;
    let unit = match &text[digits.len()..] {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return Err("units are s, m and h".into()),
    };
    match number.saturating_mul(unit) {
        0 => Err("no time at all".into()),
        seconds => Ok(Duration::from_secs(seconds)),
    }
}

impl SourceArgs {
    /// Whether the network may not be used.
    pub fn is_offline(&self) -> bool {
        self.offline
    }

    /// How registries and the hosts of feeds are reached.
    pub fn registry(&self) -> &RegistryOptions {
        &self.registry
    }

    /// The cache, unless nothing is to be remembered or no folder is known for it.
    pub fn cache(&self) -> Option<Cache> {
        if self.no_cache { None } else { self.cache.store().map(Cache::new) }
    }

    /// The same for the engine.
    pub fn options(&self) -> anyhow::Result<SourceOptions> {
        let source = SourceSpec::parse(&self.source).map_err(ScanError::from)?;
        if self.offline && matches!(source, SourceSpec::Registry(_)) {
            return Err(anyhow::anyhow!("{} is in a registry, and --offline forbids the network", self.source))
                .context(Advice("save the image to an archive and scan that".into()));
        }
        Ok(SourceOptions {
            open: OpenOptions {
                platform: self.platform.clone(),
                verify: self.verify,
                registry: ClientOptions { offline: self.offline, ..self.registry.options()? },
            },
            name: self.name.clone(),
            verify_diff_ids: self.verify_diff_ids,
            exclude: self.exclude.clone(),
            distro: self.distro.clone(),
            base: self.base.as_deref().map(SourceSpec::parse).transpose().map_err(ScanError::from)?,
            timeout: self.timeout,
            ..SourceOptions::new(source)
        })
    }
}

/// Runs something that takes a while, with progress on standard error where a person looks.
pub fn with_progress<T>(output: &OutputOptions, run: impl FnOnce(Arc<Progress>) -> T) -> T {
    let progress = Arc::new(Progress::default());
    let shown = output.shows_progress().then(|| Shown::start(Arc::clone(&progress)));
    let result = run(progress);
    drop(shown);
    result
}

/// Once in a while, the cache is brought below its cap. Walking it costs some milliseconds, so
/// this is done when a marker is a day old.
pub fn keep_small(cache: &Cache) {
    let marker = cache.store().root().join("pruned-last");
    let fresh = marker
        .metadata()
        .and_then(|about| about.modified())
        .is_ok_and(|at| at.elapsed().is_ok_and(|age| age < Duration::from_secs(86_400)));
    if !fresh && cache.store().root().is_dir() {
        let _ = cache.store().prune(DEFAULT_CAP_BYTES);
        let _ = File::create(marker);
    }
}
