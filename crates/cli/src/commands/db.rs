//! `plimsoll db …`.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;
use clap::{ArgAction, Args, Subcommand};
use plimsoll_engine::{Build, FeedFiles, FeedResult, Jars, Wanted, build_database, read_jars};
use plimsoll_model::Timestamp;
use plimsoll_report::printable;
use plimsoll_signing::PrivateKey;
use plimsoll_transport::Client;
use plimsoll_vulndb::{Database, SignedManifest, Signing};

use super::feed_status::MAX_PROBLEM;
use super::keys::{self, Validity};
use super::overlays::{self, OverlayOptions};
use super::place::DatabasePlace;
use super::registry::RegistryOptions;
use super::shard_status;
use crate::locations;
use crate::output::{Advice, OutputOptions};

/// What to do with the advisory database.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  plimsoll db update                      fetch what changed in the feeds
  plimsoll db build                       from the feeds, over the network
  plimsoll db build --from mirror/        from a folder laid out like the feeds' hosts
  plimsoll db build --overlay our-own/    with your own advisories and corrections
  plimsoll db push registry.example/security/advisories:1
  plimsoll db pull registry.example/security/advisories:1 --trust-key publisher.pub
  plimsoll db search CVE-2021-44228
  plimsoll db search log4j-core
  plimsoll db search pkg:pypi/django@3.2  what affects this version
  plimsoll db changes --since 12.345      what changed since that cursor")]
pub enum Db {
    /// Make a database from the feeds.
    Build(BuildOptions),
    /// Fetch what changed in the feeds and build anew; a broken download goes on where it ended.
    Update(Box<super::update::Update>),
    /// Push the database to a registry, as an artifact.
    Push(Box<super::push::Push>),
    /// Bring the database up to what is published: in a registry, by a web server, in a folder.
    Pull(Box<super::pull::Pull>),
    /// Write the database into one file, for where there is no network, or into a folder.
    Export(super::export::Export),
    /// Install a database, or a part of one, from such a file.
    Import(super::pull::Import),
    /// Make a key that signs databases.
    Keygen(keys::Keygen),
    /// Sign the database.
    Sign(keys::Sign),
    /// Show its shards, feeds and their age.
    Status {
        #[command(flatten)]
        place: DatabasePlace,
        /// Read every byte and check it.
        #[arg(long)]
        verify: bool,
    },
    /// Show what is known of a vulnerability, a package, or a version of it (a package URL).
    Search(super::search::Search),
    /// Show what the builds changed by meaning: ranges, fixes, status, severity.
    Changes(super::changes::ShowChanges),
}

/// Options of `db build`.
#[derive(Debug, Args)]
pub struct BuildOptions {
    /// A folder, or the address of a mirror, laid out like the feeds' hosts; else the feeds themselves.
    #[arg(long, value_name = "DIR|URL")]
    from: Option<String>,
    /// Where to write it; by default where `scan` looks.
    #[arg(long, value_name = "DIR", env = "PLIMSOLL_DB", hide_env = true)]
    out: Option<PathBuf>,
    /// Only this feed. May be repeated.
    #[arg(long = "feed", value_name = "ID", action = ArgAction::Append)]
    feeds: Vec<String>,
    /// An index of Java archives: a list of lines `SHA-1 group:artifact:version`, or a folder of jars laid
    /// out like a Maven repository. It stays in the database until another one is given.
    #[arg(long, value_name = "FILE|DIR")]
    java_index: Option<PathBuf>,
    /// Sign it with this private key.
    #[arg(long, value_name = "FILE", env = "PLIMSOLL_SIGN_KEY", hide_env = true)]
    sign_key: Option<PathBuf>,
    #[command(flatten)]
    valid: Validity,
    #[command(flatten)]
    own: OverlayOptions,
    #[command(flatten)]
    registry: RegistryOptions,
}

impl Db {
    /// Runs it.
    pub fn run(self, output: &OutputOptions) -> anyhow::Result<ExitCode> {
        match self {
            Self::Build(build) => build.run(output),
            Self::Update(update) => update.run(output),
            Self::Push(push) => push.run(),
            Self::Pull(pull) => pull.run(output),
            Self::Export(export) => export.run(),
            Self::Import(import) => import.run(output),
            Self::Keygen(keygen) => keygen.run(),
            Self::Sign(sign) => sign.run(),
            Self::Status { place, verify } => {
                let code = status(&place.open()?, &SignedManifest::read(&place.existing_folder()?)?, verify)?;
                super::feed_status::print(&place.folder().unwrap_or_default())?;
                Ok(code)
            }
            Self::Search(search) => search.run(output),
            Self::Changes(changes) => changes.run(),
        }
    }
}

impl BuildOptions {
    fn run(self, output: &OutputOptions) -> anyhow::Result<ExitCode> {
        let out = self.out.clone().or_else(locations::default_database);
        let out =
            out.context("no folder is known for the database").context(Advice("give one with --out DIR".into()))?;
        std::fs::create_dir_all(&out).with_context(|| out.display().to_string())?;
        // A key that cannot be read is told before the hours of a build.
        let key = self.sign_key.as_deref().map(PrivateKey::read).transpose()?;
        let client;
        let files = match &self.from {
            Some(from) if !from.starts_with("http://") && !from.starts_with("https://") => {
                FeedFiles::Folder(from.into())
            }
            mirror => {
                client = Client::new(self.registry.transport()?);
                FeedFiles::Network {
                    client: &client,
                    mirror: mirror.as_ref().map(|base| base.trim_end_matches('/').to_owned()),
                }
            }
        };
        // The number must grow, whatever the clock says.
        let overlays_before = overlays::of_database(&out);
        let before = Database::open(&out).map_or(0, |database| database.manifest().generation);
        let shows = output.shows_progress();
        let wanted = if self.feeds.is_empty() { Wanted::Everything } else { Wanted::Feeds(&self.feeds) };
        let jars = match &self.java_index {
            Some(path) => read_jars(path).with_context(|| path.display().to_string())?,
            None => Jars::default(),
        };
        if self.java_index.is_some() {
            output.remark(&format!("{} Java archives, {} left out", jars.jars.len(), jars.left_out));
        }
        let build = Build {
            files: &files,
            wanted,
            overlays: &self.own.overlays,
            jars: jars.jars,
            generation: before + 1,
            built: Some(build_time()),
            signing: key.as_ref().map(|key| Signing { key, expires: self.valid.expires() }),
        };
        let built = build_database(build, &out, &mut |file| {
            if shows {
                output.remark(&format!("reading {file}"));
            }
        });
        let built = built.context("nothing was built; the database that was there stays")?;
        let mut stdout = std::io::stdout().lock();
        writeln!(stdout, "{:<16} {:>9} {:>9} {:>7}  data from", "feed", "records", "withdrawn", "broken")?;
        for feed in &built.feeds {
            print_feed(&mut stdout, feed)?;
        }
        let overlays_hold = overlays::print(&mut stdout, &built.overlays, &overlays_before)?;
        let manifest = Database::open(&out)?;
        let shards = &manifest.manifest().shards;
        let bytes: u64 = shards.iter().map(|shard| shard.size_bytes).sum();
        writeln!(
            stdout,
            "generation {}: {} shards, {} KB in {}",
            before + 1,
            shards.len(),
            bytes / 1000,
            out.display()
        )?;
        let failed = !overlays_hold || built.feeds.iter().any(|feed| !feed.failures.is_empty());
        Ok(ExitCode::from(if failed { 3 } else { 0 }))
    }
}

/// A line on one feed, and what is wrong with it.
pub fn print_feed(out: &mut dyn Write, feed: &FeedResult) -> std::io::Result<()> {
    let summary = &feed.summary;
    let from = summary.data_from.map_or_else(|| "unknown".into(), Timestamp::date);
    writeln!(
        out,
        "{:<16} {:>9} {:>9} {:>7}  {from}",
        feed.feed, summary.records, summary.withdrawn, summary.broken_count
    )?;
    for (path, why) in &feed.failures {
        writeln!(out, "  ! {}", printable(&format!("{path}: {why}"), MAX_PROBLEM))?;
    }
    for broken in summary.broken.iter().take(3) {
        writeln!(out, "  · {}", printable(&format!("{}: {}", broken.name, broken.why), MAX_PROBLEM))?;
    }
    Ok(())
}

fn status(database: &Database, signed: &SignedManifest, verify: bool) -> anyhow::Result<ExitCode> {
    let manifest = database.manifest();
    let mut out = std::io::stdout().lock();
    let built = manifest.built.map_or_else(|| "unknown".into(), |at| at.to_string());
    writeln!(out, "generation {} built {built}", manifest.generation)?;
    let signers: Vec<String> = signed.signers().map(|key| key.to_string()).collect();
    if !signers.is_empty() {
        let until = manifest.expires.map_or_else(String::new, |at| format!(", to be installed until {}", at.date()));
        writeln!(out, "signed by {}{until}", signers.join(", "))?;
    }
    shard_status::print(&mut out, database)?;
    if verify {
        let problems = database.verify();
        for problem in &problems {
            writeln!(out, "! {problem}")?;
        }
        writeln!(
            out,
            "{}",
            if problems.is_empty() {
                "every byte is as it was written"
            } else {
                "the database is damaged: build it again"
            }
        )?;
        return Ok(ExitCode::from(if problems.is_empty() { 0 } else { 2 }));
    }
    Ok(ExitCode::SUCCESS)
}

/// The time of a build: `SOURCE_DATE_EPOCH` where it is set, so that a build can be repeated byte for
/// byte, else the clock's.
pub fn build_time() -> Timestamp {
    let fixed = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.parse().ok());
    fixed.map_or_else(clock, Timestamp)
}

/// What the clock says.
pub fn clock() -> Timestamp {
    Timestamp(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64))
}
