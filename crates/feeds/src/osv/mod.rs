//! OSV: a zip of JSON records as the OSV project publishes for each ecosystem.
//!
//! Published zips repeat a record that names packages of several ecosystems in the zip of each, so
//! a feed keeps only the rows of its own shards: the others come with their own feed, and a shard
//! never looks filled because some other ecosystem's feed named a package of it.

mod convert;
mod ecosystem;
mod errata;
mod go;
mod listed;
pub mod overlay;
mod range;
mod raw;
mod row;
mod severity;
mod target;
mod ubuntu;

use std::io::Read;

pub use ecosystem::not_read;

use target::Target;

use crate::feed::{Feed, Format};
use crate::zip::{Wanted, each_member};
use crate::{FeedError, FeedSummary, Record, text};

/// How its files are read.
pub static FORMAT: Format = Format { folder: "osv", parse };

/// Reads a zip of records.
///
/// # Errors
/// See [`FeedError`].
pub fn parse(
    feed: &Feed,
    _path: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    let mut summary = FeedSummary::default();
    each_member(bytes, Wanted::JSON, |member, content| take(feed, member, content, &mut summary, sink))?;
    summary.require_content("an archive of OSV records")?;
    Ok(summary)
}

/// Hands one record of a file on, or counts what is wrong with it.
pub(crate) fn take(
    feed: &Feed,
    member: &str,
    content: Result<&[u8], String>,
    summary: &mut FeedSummary,
    sink: &mut dyn FnMut(Record),
) {
    match content.and_then(|json| read_record(feed, json, summary)) {
        Ok(Some(record)) => sink(record),
        Ok(None) => summary.foreign += 1,
        Err(why) => summary.note_broken(&text::one_line(member, 200), why),
    }
}

/// Reads one record; `None` when it names no package of the feed's shards.
fn read_record(feed: &Feed, json: &[u8], summary: &mut FeedSummary) -> Result<Option<Record>, String> {
    let raw: raw::Record<'_> = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let converted = convert::advisory(Target::feed(feed), &raw)?;
    summary.foreign_rows += converted.foreign_rows;
    if converted.advisory.affected.is_empty() {
        return converted.broken_row.map_or(Ok(None), Err);
    }
    if let Some(why) = converted.broken_row {
        summary.note_broken(&converted.advisory.id, why);
    }
    summary.note_advisory(&converted.advisory);
    Ok(Some(Record::Advisory(converted.advisory)))
}
