//! `plimsoll explain`.

use std::process::ExitCode;

use clap::Args;
use plimsoll_engine::explain;
use plimsoll_report::write_json;

use super::evidence_json;
use super::evidence_text::Lines;
use super::place::DatabasePlace;
use super::search::{not_asked, nothing_known};
use crate::output::OutputOptions;

/// Show everything that the database knows of a vulnerability.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  plimsoll explain CVE-2021-44228
  plimsoll explain GHSA-jfh8-c2jp-5v3q --package log4j-core
  plimsoll explain CVE-2021-44228 --json")]
pub struct Explain {
    /// Any of its ids: CVE-…, GHSA-…, DSA-….
    id: String,
    /// Only records about packages of this name, or of which it is the last part.
    #[arg(long, value_name = "NAME")]
    package: Option<String>,
    /// As JSON; its shape stands in docs/database.md.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: DatabasePlace,
}

impl Explain {
    /// Runs it.
    pub fn run(self, output: &OutputOptions) -> anyhow::Result<ExitCode> {
        let database = self.place.open()?;
        let explained = explain(&database, &self.id, self.package.as_deref())?;
        let missing = not_asked(&database);
        let mut out = std::io::stdout().lock();
        if self.json {
            let rows = explained.rows.iter().map(|hit| evidence_json::row(&hit.shard, &hit.candidate, None));
            let json = serde_json::json!({
                "asked": self.id,
                "vulnerabilities": explained.vulnerabilities.iter().map(evidence_json::vulnerability).collect::<Vec<_>>(),
                "rows": rows.collect::<Vec<_>>(),
                "not_asked": missing,
            });
            write_json(&json, &mut out)?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut lines = Lines { out: &mut out, style: output.style() };
        for known in &explained.vulnerabilities {
            lines.vulnerability(known)?;
        }
        for hit in &explained.rows {
            lines.row(&hit.shard, &hit.candidate, None)?;
        }
        if explained.vulnerabilities.is_empty() {
            lines.say(&nothing_known(&self.id))?;
        } else if explained.rows.is_empty() {
            let of = self.package.as_ref().map_or_else(String::new, |name| format!(" of {name}"));
            lines.say(&format!(
                "no record{of} names a package that it affects; that does not mean that there is none"
            ))?;
        }
        if !missing.is_empty() {
            lines.say(&format!("not asked, for they have not been pulled: {}", missing.join(", ")))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
