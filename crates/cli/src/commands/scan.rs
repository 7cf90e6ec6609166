//! `plimsoll scan SOURCE`.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{ArgAction, Args, ValueEnum};
use plimsoll_engine::{
    AdvisorySource, Cache, FirstFetch, Publisher, ScanError, ScanOptions, Scanner, SourceOptions, Supply, open_database,
};
use plimsoll_licenses::Classes;
use plimsoll_matching::MatchOptions;
use plimsoll_model::{LicenseClass, ScanReport, Severity, Timestamp};
use plimsoll_policy::{FailOn, Gate};
use plimsoll_report::{FORMATS, Format, Style};
use plimsoll_transport::Client;
use plimsoll_vulndb::SignedManifest;
use plimsoll_vulndb::travel::Rules;

use super::db::{build_time, clock};
use super::place::DatabasePlace;
use super::source::{SOURCES, SourceArgs, keep_small, with_progress};
use super::trust::TrustOptions;
use crate::output::{Advice, OutputOptions, write_file};

/// Options of `scan`.
#[derive(Debug, Args)]
#[command(after_help = help())]
pub struct Scan {
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    database: DatabasePlace,
    /// What to look for; `vuln` and `license` are built so far.
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
    /// Fail when a package has a licence of these classes: forbidden, restricted, reciprocal, notice,
    /// permissive, unencumbered, unknown.
    #[arg(long, value_name = "CLASSES", value_delimiter = ',', value_parser = parse_class, env = "PLIMSOLL_FAIL_ON_LICENSE", hide_env = true)]
    fail_on_license: Vec<LicenseClass>,
    /// Put a licence into another class: ID=CLASS, such as MPL-2.0=notice or LicenseRef-Acme*=forbidden. May be repeated.
    #[arg(long, value_name = "ID=CLASS", value_delimiter = ',', value_parser = parse_license_class, action = ArgAction::Append, env = "PLIMSOLL_LICENSE_CLASS", hide_env = true)]
    license_class: Vec<(String, LicenseClass)>,
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
    /// Where there is no database yet: a mirror laid out like the feeds' hosts, asked instead of these.
    #[arg(long, value_name = "URL", env = "PLIMSOLL_FEEDS_FROM", hide_env = true)]
    feeds_from: Option<String>,
    /// Where there is no database yet: also fetch feeds of some gigabytes, if the image needs them.
    #[arg(long, env = "PLIMSOLL_FETCH_LARGE", hide_env = true)]
    fetch_large: bool,
    /// A scan that could not see everything passes all the same.
    #[arg(long, env = "PLIMSOLL_ACCEPT_INCOMPLETE", hide_env = true)]
    accept_incomplete: bool,
    /// Days after which a database is too old, and the scan incomplete; 0 for never.
    #[arg(long, value_name = "DAYS", default_value_t = 7, env = "PLIMSOLL_MAX_DB_AGE", hide_env = true)]
    max_db_age: u16,
    /// Match kernels and their headers as well: an image does not run a kernel of its own.
    #[arg(long, env = "PLIMSOLL_KERNEL_HEADERS", hide_env = true)]
    kernel_headers: bool,
    #[command(flatten)]
    trust: TrustOptions,
}

fn help() -> String {
    format!(
        "{SOURCES}

Every option can stand in the environment (--fail-on: PLIMSOLL_FAIL_ON) and in plimsoll.yaml.

Examples:
  plimsoll scan debian:12
  plimsoll scan image.tar --fail-on critical --ignore-unfixed
  plimsoll scan app.tar -o json=report.json -o table=report.txt
  plimsoll scan app.tar --db oci://registry.example/security/advisories:1 --trust-key publisher.pub
  plimsoll scan app.tar --scanners license --fail-on-license forbidden
  docker save app | plimsoll scan -"
    )
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
    /// Licences of packages.
    License,
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

fn parse_class(name: &str) -> Result<LicenseClass, String> {
    let names: Vec<&str> = LicenseClass::ALL.iter().map(|class| class.name()).collect();
    LicenseClass::from_name(name).ok_or_else(|| format!("the classes are {}", names.join(", ")))
}

fn parse_license_class(text: &str) -> Result<(String, LicenseClass), String> {
    let (license, class) = text.split_once('=').ok_or("it is written ID=CLASS, such as MPL-2.0=notice")?;
    Ok((license.trim().to_owned(), parse_class(class.trim())?))
}

impl Scan {
    /// Runs it.
    pub fn run(self, output: &OutputOptions) -> anyhow::Result<ExitCode> {
        let is_built = |name: &&ScannerName| matches!(name, ScannerName::Vuln | ScannerName::License);
        if let Some(name) = self.scanners.iter().find(|name| !is_built(name)) {
            let name = name.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
            bail!("the scanner `{name}` is not built yet; `vuln` and `license` are");
        }
        let source = self.source.options()?;
        let (is_offline, registry) = (self.source.is_offline(), self.source.registry());
        self.database.check()?;
        let (folder, rules) = (self.database.folder(), self.trust.rules()?);
        let published = self.database.source()?.filter(|source| !is_offline || source.is_local());
        let carrier = published.map(|source| source.carrier(registry)).transpose()?;
        let advisories = self.advisories(folder.as_deref(), &rules, carrier.is_some())?;
        let client;
        let supply = match (&folder, &carrier) {
            _ if !self.scanners.contains(&ScannerName::Vuln) => Supply::Nothing,
            (Some(folder), Some(carrier)) => {
                let stale_before = self.stale_before();
                Supply::Pull(Publisher { carrier: &**carrier, folder, rules: &rules, stale_before })
            }
            (None, Some(_)) => {
                return Err(anyhow::anyhow!("no folder is known for what is pulled"))
                    .context(Advice("give one with --db DIR".into()));
            }
            // What is built here is signed by nobody.
            (Some(folder), None) if !self.trust.names_keys() && advisories.info().starter && !is_offline => {
                client = Client::new(registry.transport()?);
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
        let cache = self.source.cache();
        let options = self.options(source)?;
        let report = run_scan(supply, cache.clone(), &options, output)?;
        for (format, path) in &self.output {
            write_file(path, |out| (format.write)(&report, self.style(Style::default()), out))?;
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

    fn options(&self, source: SourceOptions) -> anyhow::Result<ScanOptions> {
        let mut classes = Classes::default();
        for (license, class) in &self.license_class {
            classes.put(license, *class).context("--license-class")?;
        }
        Ok(ScanOptions {
            source,
            licenses: self.scanners.contains(&ScannerName::License).then_some(classes),
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
                fail_on_licenses: self.fail_on_license.clone(),
                ..Gate::default()
            },
            severities: self.severity.clone(),
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
    Ok(with_progress(output, |progress| Scanner { advisories, cache, progress }.scan(options))?)
}
