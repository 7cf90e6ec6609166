//! What `db build` and `db update` say of overlays.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{ArgAction, Args};
use plimsoll_engine::OverlayResult;
use plimsoll_report::printable;
use plimsoll_vulndb::Database;

use super::feed_status::MAX_PROBLEM;

/// An organisation's own advisories.
#[derive(Debug, Clone, Default, Args)]
pub struct OverlayOptions {
    /// Your own advisories and corrections: a folder (or file) of OSV records. May be repeated.
    #[arg(long = "overlay", value_name = "DIR", action = ArgAction::Append)]
    pub overlays: Vec<PathBuf>,
}

/// The overlays that a database was made with, by their names as sources.
pub fn of_database(folder: &Path) -> BTreeSet<String> {
    let feeds = Database::open(folder).ok().into_iter().flat_map(|database| {
        let shards = database.manifest().shards.clone();
        shards.into_iter().flat_map(|shard| shard.feeds).map(|feed| feed.id)
    });
    feeds.filter(|id| id.starts_with("overlay:")).collect()
}

/// A line on each overlay, what is wrong with it, and which of those `before` are no part of the new
/// database. Whether all of it could be used.
pub fn print(out: &mut dyn Write, overlays: &[OverlayResult], before: &BTreeSet<String>) -> io::Result<bool> {
    for overlay in overlays {
        writeln!(out, "{:<16} {:>9} {:>9} {:>7}  your own", overlay.source, overlay.records, "", overlay.broken.len())?;
        for broken in &overlay.broken {
            writeln!(out, "  ! {}", printable(&format!("{}: {}", broken.name, broken.why), MAX_PROBLEM))?;
        }
    }
    for source in before.iter().filter(|source| overlays.iter().all(|overlay| overlay.source != **source)) {
        writeln!(out, "{source} was part of the database before and is not any more: give it with --overlay")?;
    }
    Ok(overlays.iter().all(|overlay| overlay.broken.is_empty()))
}
