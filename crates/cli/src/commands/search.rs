//! `plimsoll db search`.

use std::process::ExitCode;

use clap::Args;
use plimsoll_engine::{open_database, rows_of_url};
use plimsoll_matching::Says;
use plimsoll_model::{Candidate, PackageUrl, ShardName};
use plimsoll_report::write_json;
use plimsoll_vulndb::{Database, ShardKind};

use super::evidence_json;
use super::evidence_text::Lines;
use super::place::DatabasePlace;
use crate::output::OutputOptions;

/// Options of `db search`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  plimsoll db search CVE-2021-44228
  plimsoll db search log4j-core
  plimsoll db search pkg:pypi/django@3.2              marks what affects this version
  plimsoll db search 'pkg:deb/debian/curl@7.88.1-10?distro=debian-12'
  plimsoll db search pkg:npm/%40angular/core --json")]
pub struct Search {
    #[command(flatten)]
    place: DatabasePlace,
    /// An id (CVE-…, GHSA-…), a package's name, or a package URL (pkg:…).
    text: String,
    /// As JSON; its shape stands in docs/database.md.
    #[arg(long)]
    json: bool,
}

/// A row, its shard, and what it says of the version that was asked for.
type Found = (ShardName, Candidate, Option<Says>);

impl Search {
    /// Runs it.
    pub fn run(self, output: &OutputOptions) -> anyhow::Result<ExitCode> {
        let (found, missing) = if self.text.trim().starts_with("pkg:") {
            let url: PackageUrl = self.text.parse()?;
            let source = open_database(Some(&self.place.existing_folder()?))?;
            let rows = rows_of_url(&source, &url).map_err(|gap| {
                let subject = if gap.subject.is_empty() { String::new() } else { format!("{}: ", gap.subject) };
                anyhow::anyhow!("{subject}{}", gap.detail)
            })?;
            let found: Vec<Found> = rows.into_iter().map(|row| (row.shard, row.candidate, row.says)).collect();
            (found, Vec::new())
        } else {
            let database = self.place.open()?;
            let hits = database.search(&self.text)?;
            let found: Vec<Found> = hits.into_iter().map(|hit| (hit.shard, hit.candidate, None)).collect();
            (found, not_asked(&database))
        };
        let mut out = std::io::stdout().lock();
        if self.json {
            let rows: Vec<_> =
                found.iter().map(|(shard, row, says)| evidence_json::row(shard, row, says.as_ref())).collect();
            let json = serde_json::json!({ "asked": self.text, "rows": rows, "not_asked": missing });
            write_json(&json, &mut out)?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut lines = Lines { out: &mut out, style: output.style() };
        for (shard, candidate, says) in &found {
            lines.row(shard, candidate, says.as_ref())?;
        }
        if found.is_empty() {
            lines.say(&nothing_known(&self.text))?;
        }
        if !missing.is_empty() {
            lines.say(&format!("not asked, for they have not been pulled: {}", missing.join(", ")))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What is said where the database has nothing.
pub(super) fn nothing_known(asked: &str) -> String {
    format!("nothing is known of {asked}; that does not mean that there is nothing")
}

/// Shards that could not be asked: their files are not here. Nobody asks the index of Java archives.
pub(super) fn not_asked(database: &Database) -> Vec<String> {
    let asked = database.missing().filter(|row| row.kind != ShardKind::JavaDigests);
    asked.map(|row| row.name.to_string()).collect()
}
