//! `plimsoll scan SOURCE`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::{ArgAction, Args, ValueEnum};
use plimsoll_engine::{
    AdvisorySource, Cache, DEFAULT_CAP_BYTES, FirstFetch, Progress, Publisher, ScanError, ScanOptions, Scanner, Supply,
    open_database,
};
use plimsoll_images::{OpenOptions, SourceSpec};
use plimsoll_matching::MatchOptions;
use plimsoll_model::{Platform, ScanReport, Severity, Timestamp};
use plimsoll_policy::{FailOn, Gate};
use plimsoll_report::{FORMATS, Format, Style};
use plimsoll_transport::{Client, ClientOptions};
use plimsoll_vulndb::SignedManifest;
use plimsoll_vulndb::travel::Rules;

use super::cache::CachePlace;
use super::db::{build_time, clock};
use super::place::DatabasePlace;
use super::trust::TrustOptions;
use crate::output::{Advice, OutputOptions};
use crate::progress::Shown;

/// Options of `scan`.
#[derive(Debug, Args)]
#[command(after_help = "\
Sources:
  debian:12, ghcr.io/a/b@sha256:…   an image in a registry (registry: makes it explicit)
  image.tar, docker-archive:PATH, oci-archive:PATH   an archive; gzip too
  oci-dir:PATH       a folder in OCI layout
  dir:PATH           a file system, such as an unpacked root
  -                  an archive on standard input

Every option can stand in the environment (--fail-on: PLIMSOLL_FAIL_ON) and in plimsoll.yaml.

Examples:
  plimsoll scan debian:12
  plimsoll scan image.tar --fail-on critical --ignore-unfixed
  plimsoll scan app.tar -o json=report.json -o table=report.txt
  plimsoll scan app.tar --db oci://registry.example/security/advisories:1 --trust-key publisher.pub
  docker save app | plimsoll scan -")]
pub struct Scan {
    /// What to scan.
    source: String,
    #[command(flatten)]
    database: DatabasePlace,
    #[command(flatten)]
    cache: CachePlace,
    /// Remember nothing and use nothing remembered.
    #[arg(long, env = "PLIMSOLL_NO_CACHE", hide_env = true)]
    no_cache: bool,
    /// The platform to take from an index: os/architecture[/variant].
    #[arg(long, value_name = "PLATFORM", env = "PLIMSOLL_PLATFORM", hide_env = true)]
    platform: Option<Platform>,
    /// What to look for; `vuln` is built so far.
    #[arg(
        long,
        value_name = "LIST",
        value_enum,
        value_delimiter = ',',
        default_value = "vuln",
        env = "PLIMSOLL_SCANNERS",
        hide_env = true
    )]
    scanners: Vec<ScannerName>,
    /// Format of the report on standard output: table (for people) or json (everything).
    #[arg(long, short, value_name = "FORMAT", default_value = "table", value_parser = parse_format, env = "PLIMSOLL_FORMAT", hide_env = true)]
    format: &'static Format,
    /// Write a report to a file too: FORMAT=PATH. May be repeated.
    #[arg(long, short, value_name = "FORMAT=PATH", value_parser = parse_output, action = ArgAction::Append, env = "PLIMSOLL_OUTPUT", hide_env = true)]
    output: Vec<(&'static Format, PathBuf)>,
    /// Fail from this severity on: critical, high, medium, low, negligible; `none` only reports.
    #[arg(long, value_name = "SEVERITY", value_parser = parse_fail_on, env = "PLIMSOLL_FAIL_ON", hide_env = true)]
    fail_on: Option<FailOn>,
    /// Report only these severities; what is left out stands in the report.
    #[arg(long, value_name = "LIST", value_delimiter = ',', env = "PLIMSOLL_SEVERITY", hide_env = true)]
    severity: Option<Vec<Severity>>,
    /// List each match that is no finding in the table, with who says so and why.
    #[arg(long, env = "PLIMSOLL_SHOW_SUPPRESSED", hide_env = true)]
    show_suppressed: bool,
    /// What has no fix does not count in the verdict.
    #[arg(long, env = "PLIMSOLL_IGNORE_UNFIXED", hide_env = true)]
    ignore_unfixed: bool,
    /// Match only these packages: os, lang.
    #[arg(
        long,
        value_name = "LIST",
        value_enum,
        value_delimiter = ',',
        default_value = "os,lang",
        env = "PLIMSOLL_PKG_TYPES",
        hide_env = true
    )]
    pkg_types: Vec<PackageType>,
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
    /// Use no network: neither a registry nor the feeds.
    #[arg(long, env = "PLIMSOLL_OFFLINE", hide_env = true)]
    offline: bool,
    /// Where there is no database yet: a mirror laid out like the feeds' hosts, asked instead of these.
    #[arg(long, value_name = "URL", env = "PLIMSOLL_FEEDS_FROM", hide_env = true)]
    feeds_from: Option<String>,
    /// Where there is no database yet: also fetch feeds of some gigabytes, if the image needs them.
    #[arg(long, env = "PLIMSOLL_FETCH_LARGE", hide_env = true)]
    fetch_large: bool,
    /// Stop after this long: 90s, 10m, 1h.
    #[arg(long, value_name = "TIME", value_parser = parse_time, env = "PLIMSOLL_TIMEOUT", hide_env = true)]
    timeout: Option<Duration>,
    /// A scan that could not see everything passes all the same.
    #[arg(long, env = "PLIMSOLL_ACCEPT_INCOMPLETE", hide_env = true)]
    accept_incomplete: bool,
    /// Days after which a database is too old, and the scan incomplete; 0 for never.
    #[arg(long, value_name = "DAYS", default_value_t = 7, env = "PLIMSOLL_MAX_DB_AGE", hide_env = true)]
    max_db_age: u16,
    /// Match kernels and their headers as well: an image does not run a kernel of its own.
    #[arg(long, env = "PLIMSOLL_KERNEL_HEADERS", hide_env = true)]
    kernel_headers: bool,
    /// Read local layers even where facts are known by the names the archive gives them.
    #[arg(long, env = "PLIMSOLL_VERIFY", hide_env = true)]
    verify: bool,
    /// Also check the digests of the unpacked layers against the configuration.
    #[arg(long, env = "PLIMSOLL_VERIFY_DIFF_IDS", hide_env = true)]
    verify_diff_ids: bool,
    #[command(flatten)]
    trust: TrustOptions,
    #[command(flatten)]
    registry: super::registry::RegistryOptions,
}

/// What to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ScannerName {
    /// Known vulnerabilities.
    Vuln,
    /// Secrets (not built yet).
    Secret,
    /// Misconfiguration (not built yet).
    Misconfig,
}

/// Families of packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PackageType {
    /// Of the operating system.
    Os,
    /// Of language ecosystems.
    Lang,
}

fn parse_format(name: &str) -> Result<&'static Format, String> {
    let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
    plimsoll_report::format(name).ok_or_else(|| format!("known formats are {}", names.join(", ")))
}

fn parse_output(text: &str) -> Result<(&'static Format, PathBuf), String> {
    let (name, path) = text.split_once('=').ok_or("it is written FORMAT=PATH")?;
    if path.is_empty() {
        return Err("the path is missing".into());
    }
    Ok((parse_format(name)?, path.into()))
}

fn parse_fail_on(text: &str) -> Result<FailOn, String> {
    match text {
        "none" => Ok(FailOn::None),
        _ => text
            .parse()
            .map(FailOn::Severity)
            .map_err(|error: plimsoll_model::severity::SeverityError| error.to_string()),
    }
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

impl Scan {
    /// Runs it.
    pub fn run(self, output: &OutputOptions) -> anyhow::Result<ExitCode> {
        if let Some(name) = self.scanners.iter().find(|name| **name != ScannerName::Vuln) {
            let name = name.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
            bail!("the scanner `{name}` is not built yet; `vuln` is");
        }
        let source = SourceSpec::parse(&self.source).map_err(ScanError::from)?;
        if self.offline && matches!(source, SourceSpec::Registry(_)) {
            return Err(anyhow::anyhow!("{} is in a registry, and --offline forbids the network", self.source))
                .context(Advice("save the image to an archive and scan that".into()));
        }
        self.database.check()?;
        let (folder, rules) = (self.database.folder(), self.trust.rules()?);
        let published = self.database.source()?.filter(|source| !self.offline || source.is_local());
        let carrier = published.map(|source| source.carrier(&self.registry)).transpose()?;
        let advisories = self.advisories(folder.as_deref(), &rules, carrier.is_some())?;
        let client;
        let supply = match (&folder, &carrier) {
            (Some(folder), Some(carrier)) => {
                let stale_before = self.stale_before();
                Supply::Pull(Publisher { carrier: &**carrier, folder, rules: &rules, stale_before })
            }
            (None, Some(_)) => {
                return Err(anyhow::anyhow!("no folder is known for what is pulled"))
                    .context(Advice("give one with --db DIR".into()));
            }
            // What is built here is signed by nobody.
            (Some(folder), None) if !self.trust.names_keys() && advisories.info().starter && !self.offline => {
                client = Client::new(self.registry.transport()?);
                Supply::Fetch(FirstFetch {
                    client: &client,
                    mirror: self.feeds_from.as_deref().map(|base| base.trim_end_matches('/')),
                    folder,
                    large: self.fetch_large,
                    now: Some(build_time()),
                })
            }
            _ => Supply::Ready(&advisories),
        };
        let cache = if self.no_cache { None } else { self.cache.store().map(Cache::new) };
        let options = self.options(source)?;
        let report = run_scan(supply, cache.clone(), &options, output)?;
        for (format, path) in &self.output {
            write_file(&report, format, self.style(Style::default()), path)?;
        }
        let mut out = BufWriter::new(std::io::stdout().lock());
        (self.format.write)(&report, self.style(output.style()), &mut out)?;
        out.flush()?;
        if let Some(cache) = cache {
            keep_small(&cache);
        }
        Ok(ExitCode::from(report.verdict.status.exit_code()))
    }

    fn style(&self, style: Style) -> Style {
        Style { shows_suppressed: self.show_suppressed, ..style }
    }

    /// The advisories that are here: signed by a trusted key, where keys are named.
    fn advisories(&self, folder: Option<&Path>, rules: &Rules, pulls: bool) -> anyhow::Result<AdvisorySource> {
        if pulls {
            return Ok(AdvisorySource::starter().map_err(ScanError::from)?);
        }
        let advisories = open_database(folder).map_err(ScanError::from)?.as_of(clock());
        if let (Some(folder), false) = (folder, advisories.info().starter) {
            rules.trust.check(&SignedManifest::read(folder)?).with_context(|| folder.display().to_string())?;
        }
        Ok(match self.stale_before() {
            Some(limit) => advisories.stale_before(limit),
            None => advisories,
        })
    }

    /// A database built before this is too old.
    fn stale_before(&self) -> Option<Timestamp> {
        let limit_seconds = i64::from(self.max_db_age) * 86_400;
        (self.max_db_age > 0).then(|| Timestamp(clock().0.saturating_sub(limit_seconds)))
    }

    fn options(&self, source: SourceSpec) -> anyhow::Result<ScanOptions> {
        Ok(ScanOptions {
            source,
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
            matching: MatchOptions {
                os_packages: self.pkg_types.contains(&PackageType::Os),
                language_packages: self.pkg_types.contains(&PackageType::Lang),
                kernel_headers: self.kernel_headers,
                now: Some(clock()),
                ..MatchOptions::default()
            },
            gate: Gate {
                fail_on: self.fail_on.unwrap_or(FailOn::Default),
                ignore_unfixed: self.ignore_unfixed,
                accept_incomplete: self.accept_incomplete,
                ..Gate::default()
            },
            severities: self.severity.clone(),
            timeout: self.timeout,
        })
    }
}

/// Scans with progress on standard error.
pub fn run_scan(
    advisories: Supply<'_>,
    cache: Option<Cache>,
    options: &ScanOptions,
    output: &OutputOptions,
) -> anyhow::Result<ScanReport> {
    let progress = Arc::new(Progress::default());
    let shown = output.shows_progress().then(|| Shown::start(Arc::clone(&progress)));
    let report = Scanner { advisories, cache, progress }.scan(options);
    drop(shown);
    Ok(report?)
}

/// Writes a report to a file, whole or not at all.
fn write_file(report: &ScanReport, format: &Format, style: Style, path: &Path) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = || path.display().to_string();
    // A device or pipe is written to; only plain files are replaced.
    if path.metadata().is_ok_and(|about| !about.is_file()) {
        let mut out = BufWriter::new(File::create(path).with_context(name)?);
        (format.write)(report, style, &mut out).with_context(name)?;
        return out.flush().with_context(name);
    }
    let file = tempfile::Builder::new().prefix(".plimsoll-").tempfile_in(folder).with_context(name)?;
    let mut out = BufWriter::new(file);
    (format.write)(report, style, &mut out).with_context(name)?;
    let file = out.into_inner().map_err(std::io::IntoInnerError::into_error).with_context(name)?;
    make_readable(file.as_file()).with_context(name)?;
    file.persist(path).map_err(|error| error.error).with_context(name)?;
    Ok(())
}

/// Temporary files are for their owner alone; a report is a file like any other.
#[cfg(unix)]
fn make_readable(file: &File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_: &File) -> std::io::Result<()> {
    Ok(())
}

/// Once in a while, the cache is brought below its cap. Walking it costs some milliseconds, so
/// this is done when a marker is a day old.
fn keep_small(cache: &Cache) {
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
