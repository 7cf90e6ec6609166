//! `plimsoll db update`.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{ArgAction, Args};
use indicatif::{ProgressBar, ProgressStyle};
use plimsoll_engine::{
    Fetching, Mirror, Scanner, Step, Supply, Updated, Wanted, enrichment, feeds_beside, open_database, update_database,
};
use plimsoll_feeds::{FEEDS, Feed};
use plimsoll_images::{OpenOptions, SourceSpec};
use plimsoll_model::ShardName;
use plimsoll_signing::PrivateKey;
use plimsoll_transport::Client;
use plimsoll_vulndb::{Database, Signing};

use super::db::{build_time, print_feed};
use super::keys::Validity;
use super::overlays::{self, OverlayOptions};
use super::registry::RegistryOptions;
use crate::locations;
use crate::output::{Advice, OutputOptions};

/// Options of `db update`.
#[derive(Debug, Args)]
#[command(after_help = "\
Without IMAGE or --feed, the feeds of the database that is there are brought up to date; if there is
none, all feeds but the large ones are fetched.

Examples:
  plimsoll db update                       what is there, brought up to date
  plimsoll db update debian:12             and what this image needs
  plimsoll db update --feed osv-pypi       and this feed
  plimsoll db update --fetch-large         also the feeds of some gigabytes")]
pub struct Update {
    /// Also fetch what this image needs.
    image: Option<String>,
    /// Also fetch this feed. May be repeated.
    #[arg(long = "feed", value_name = "ID", action = ArgAction::Append, value_parser = parse_feed)]
    feeds: Vec<String>,
    /// Also fetch feeds that are too large to be fetched without being asked for.
    #[arg(long)]
    fetch_large: bool,
    /// Ask a mirror laid out like the feeds' hosts instead of these.
    #[arg(long, value_name = "URL")]
    from: Option<String>,
    /// Where the database is; by default where `scan` looks.
    #[arg(long, value_name = "DIR", env = "PLIMSOLL_DB", hide_env = true)]
    db: Option<PathBuf>,
    /// Where the feeds' files are kept between updates; by default `feeds` beside the database.
    #[arg(long, value_name = "DIR", env = "PLIMSOLL_FEEDS", hide_env = true)]
    feeds_dir: Option<PathBuf>,
    /// Take a feed even if it is older than the one there is, or has lost more than half of its records.
    #[arg(long)]
    accept_less: bool,
    #[command(flatten)]
    own: OverlayOptions,
    /// Sign it with this private key.
    #[arg(long, value_name = "FILE", env = "PLIMSOLL_SIGN_KEY", hide_env = true)]
    sign_key: Option<PathBuf>,
    #[command(flatten)]
    valid: Validity,
    #[command(flatten)]
    registry: RegistryOptions,
}

fn parse_feed(id: &str) -> Result<String, String> {
    if FEEDS.iter().any(|feed| feed.id == id) {
        return Ok(id.to_owned());
    }
    let ids: Vec<&str> = FEEDS.iter().map(|feed| feed.id).collect();
    Err(format!("known feeds are {}", ids.join(", ")))
}

impl Update {
    /// Runs it.
    pub fn run(self, output: &OutputOptions) -> anyhow::Result<ExitCode> {
        let out = self.db.clone().or_else(locations::default_database);
        let out =
            out.context("no folder is known for the database").context(Advice("give one with --db DIR".into()))?;
        std::fs::create_dir_all(&out).with_context(|| out.display().to_string())?;
        // A key that cannot be read is told before the hours of a build.
        let key = self.sign_key.as_deref().map(PrivateKey::read).transpose()?;
        let feeds_dir = self.feeds_dir.clone().unwrap_or_else(|| feeds_beside(&out));
        let client = Client::new(self.registry.transport()?);
        let (ids, shards) = self.wanted(&out)?;
        let is_wanted: Vec<String> = FEEDS
            .iter()
            .filter(|feed| ids.iter().any(|id| id == feed.id) || self.is_needed(feed, &shards))
            .map(|feed| feed.id.to_owned())
            .collect();
        let mut mirror = Mirror::open(&feeds_dir).with_context(|| feeds_dir.display().to_string())?;
        let fetching = Fetching {
            client: &client,
            base: self.from.as_ref().map(|base| base.trim_end_matches('/').to_owned()),
            accept_less: self.accept_less,
            now: Some(build_time()),
        };
        let bar = output.shows_progress().then(Bar::new);
        let mut watch = |step: Step<'_>| bar.iter().for_each(|bar| bar.show(step));
        let wanted = Wanted::FeedsFor(&is_wanted, &shards);
        let overlays_before = overlays::of_database(&out);
        let update = plimsoll_engine::Update {
            wanted,
            overlays: &self.own.overlays,
            fetching: &fetching,
            signing: key.as_ref().map(|key| Signing { key, expires: self.valid.expires() }),
        };
        let updated = update_database(&mut mirror, &out, update, &mut watch);
        drop(bar);
        let updated = updated.context("nothing was built; the database that was there stays")?;
        print(&updated, &out, &overlays_before)
    }

    /// A feed that fills one of the shards, unless it is too large.
    fn is_needed(&self, feed: &Feed, shards: &[ShardName]) -> bool {
        (self.fetch_large || !feed.large) && shards.iter().any(|shard| feed.shards.holds(shard))
    }

    /// Feeds by their ids, and the shards that the feeds of a release are wanted for.
    fn wanted(&self, out: &std::path::Path) -> anyhow::Result<(Vec<String>, Vec<ShardName>)> {
        let mut ids = self.feeds.clone();
        let mut shards = Vec::new();
        let before = Database::open(out).ok();
        for shard in before.iter().flat_map(|database| &database.manifest().shards) {
            ids.extend(shard.feeds.iter().map(|feed| feed.id.clone()));
            shards.push(shard.name.clone());
        }
        if let Some(image) = &self.image {
            shards.extend(self.shards_of(image)?);
            shards.extend(enrichment());
        } else if ids.is_empty() {
            ids.extend(FEEDS.iter().filter(|feed| !feed.large).map(|feed| feed.id.to_owned()));
        }
        if self.fetch_large && self.image.is_none() {
            ids.extend(FEEDS.iter().filter(|feed| feed.large).map(|feed| feed.id.to_owned()));
        }
        Ok((ids, shards))
    }

    fn shards_of(&self, image: &str) -> anyhow::Result<Vec<ShardName>> {
        let open = OpenOptions { platform: None, verify: false, registry: self.registry.options()? };
        let source = SourceSpec::parse(image).map_err(plimsoll_engine::ScanError::from)?;
        let advisories = open_database(None).map_err(plimsoll_engine::ScanError::from)?;
        let scanner = Scanner { advisories: Supply::Ready(&advisories), cache: None, progress: Default::default() };
        Ok(scanner.shards_needed(source, open)?)
    }
}

/// What was updated, feed by feed; exit code 3 where something of it could not be had.
fn print(updated: &Updated, out: &std::path::Path, overlays_before: &BTreeSet<String>) -> anyhow::Result<ExitCode> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{:<16} {:>9} {:>9} {:>7}  data from", "feed", "records", "withdrawn", "broken")?;
    for feed in &updated.built.feeds {
        print_feed(&mut stdout, feed)?;
    }
    let overlays_hold = overlays::print(&mut stdout, &updated.built.overlays, overlays_before)?;
    let Updated { new_files, unchanged_files, received_bytes, generation, .. } = updated;
    writeln!(stdout, "{new_files} files new ({} KB), {unchanged_files} as they were", received_bytes / 1000)?;
    let database = &updated.built.database;
    writeln!(
        stdout,
        "generation {generation}: {} shards, {} KB in {}",
        database.shards,
        database.size_bytes / 1000,
        out.display()
    )?;
    let failed = !overlays_hold || updated.built.feeds.iter().any(|feed| !feed.failures.is_empty());
    Ok(ExitCode::from(if failed { 3 } else { 0 }))
}

/// A line on standard error that follows the files.
struct Bar(ProgressBar);

impl Bar {
    fn new() -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{msg:<44!} {bar:20} {bytes}/{total_bytes}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    fn show(&self, step: Step<'_>) {
        match step {
            Step::Asking { path } => {
                self.0.set_length(0);
                self.0.set_position(0);
                self.0.set_message(path.to_owned());
            }
            Step::Received { bytes, of } => {
                self.0.set_length(of.unwrap_or(bytes));
                self.0.set_position(bytes);
            }
            Step::Checking { path } => self.0.set_message(format!("reading {path}")),
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
