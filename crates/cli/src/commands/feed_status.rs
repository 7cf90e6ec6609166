//! How each feed of a database stands, for `db status`.

use std::io::Write;
use std::path::Path;

use plimsoll_engine::{FeedStatus, feed_status};
use plimsoll_feeds::FEEDS;
use plimsoll_model::Timestamp;
use plimsoll_report::printable;

/// Most that is shown of a problem.
pub(super) const MAX_PROBLEM: usize = 500;

/// Prints a line for each feed, what is wrong with it, and which feeds are not there.
pub fn print(folder: &Path) -> std::io::Result<()> {
    let feeds = feed_status(folder);
    if feeds.is_empty() {
        return Ok(());
    }
    let mut out = std::io::stdout().lock();
    writeln!(out)?;
    writeln!(out, "{:<18} {:>9} {:>7}  {:<11} {:<11}", "feed", "records", "broken", "data from", "checked")?;
    for feed in &feeds {
        line(&mut out, feed)?;
    }
    for (what, large) in [("missing", false), ("missing, large", true)] {
        let is_missing = |id: &str| feeds.iter().all(|feed| feed.feed != id);
        let ids: Vec<&str> =
            FEEDS.iter().filter(|feed| feed.large == large && is_missing(feed.id)).map(|feed| feed.id).collect();
        if !ids.is_empty() {
            wrapped(&mut out, what, &ids)?;
        }
    }
    Ok(())
}

fn line(out: &mut dyn Write, feed: &FeedStatus) -> std::io::Result<()> {
    let date = |at: Option<Timestamp>| at.map_or_else(|| "unknown".into(), Timestamp::date);
    let checked = feed.checked.map_or_else(|| "-".into(), Timestamp::date);
    let FeedStatus { feed: id, records, broken, data_from, problems, .. } = feed;
    writeln!(out, "{id:<18} {records:>9} {broken:>7}  {:<11} {checked}", date(*data_from))?;
    for problem in problems {
        writeln!(out, "  ! {}", printable(&format!("{}: {}", problem.file, problem.why), MAX_PROBLEM))?;
    }
    Ok(())
}

/// A list in lines of at most eighty columns.
fn wrapped(out: &mut dyn Write, what: &str, ids: &[&str]) -> std::io::Result<()> {
    let mut line = format!("{what}:");
    for (at, id) in ids.iter().enumerate() {
        let comma = if at + 1 == ids.len() { "" } else { "," };
        if line.len() + id.len() + 2 > 80 {
            writeln!(out, "{line}")?;
            line = " ".into();
        }
        line.push_str(&format!(" {id}{comma}"));
    }
    writeln!(out, "{line}")
}
