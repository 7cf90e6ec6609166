//! `plimsoll db changes`.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use plimsoll_report::{printable, write_json_line};
use plimsoll_vulndb::changes::{self, Change, Cursor};

use super::place::DatabasePlace;
use crate::output::Advice;

/// Options of `db changes`.
#[derive(Debug, Args)]
pub struct ShowChanges {
    #[command(flatten)]
    place: DatabasePlace,
    /// Only what came after this cursor, which an earlier run ended with.
    #[arg(long, value_name = "CURSOR")]
    since: Option<Cursor>,
    /// A line of JSON for each change, and one with the cursor for the next time.
    #[arg(long)]
    json: bool,
}

impl ShowChanges {
    /// Runs it.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let folder = self.place.folder().context("no folder is known for the database")?;
        let changes = changes::read(&folder, self.since).map_err(|error| {
            let hint = error.hint();
            let error = anyhow::Error::new(error);
            match hint {
                Some(hint) => error.context(Advice(hint.into())),
                None => error,
            }
        })?;
        let mut out = std::io::stdout().lock();
        for (cursor, change) in &changes.entries {
            if self.json {
                let line = serde_json::json!({ "cursor": cursor.to_string(), "change": change });
                write_json_line(&line, &mut out)?;
            } else {
                print(&mut out, *cursor, change)?;
            }
        }
        if self.json {
            writeln!(out, "{}", serde_json::json!({ "next": changes.next.to_string() }))?;
        } else {
            writeln!(out, "{} changes; go on with --since {}", changes.entries.len(), changes.next)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(out: &mut dyn Write, cursor: Cursor, change: &Change) -> std::io::Result<()> {
    let Change { shard, name, advisory, source, kind, vulnerabilities } = change;
    let mut line = format!("{cursor:<12} {:<13} {shard:<16}", kind.name());
    if !name.is_empty() {
        line.push_str(&format!(" {name}"));
    }
    if !advisory.is_empty() {
        line.push_str(&format!(" {advisory} ({source})"));
    }
    for other in vulnerabilities.iter().filter(|id| *id != advisory && *id != name) {
        line.push_str(&format!(" {other}"));
    }
    writeln!(out, "{}", printable(&line, usize::MAX))
}
