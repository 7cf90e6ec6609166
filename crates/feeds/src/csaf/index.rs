//! What lies beside the documents: the newest archive's name, what changed since, what was deleted.

use plimsoll_model::Timestamp;

use crate::feed::{Download, Feed};
use crate::stream::is_html;
use crate::{FeedError, FeedSummary, Record, text};

/// Every document with the date of its last change, the newest first.
const CHANGES: &str = "changes.csv";
/// Documents that are gone, with the date.
pub(super) const DELETIONS: &str = "deletions.csv";
/// A day, in seconds: an archive is named for the day on which it was made, at some hour.
const DAY: i64 = 86_400;

/// The files that an index names: that of the newest archive names the archive, the list of changes
/// since, and the list of deletions; the list of changes names documents.
///
/// # Errors
/// When the index is not what it should be.
pub fn follow(index: &Download, bytes: &[u8]) -> Result<Vec<Download>, FeedError> {
    let content = content(bytes, "an index of CSAF documents")?;
    let beside = |name: &str| {
        let (url, _since) = index.url.split_once('#').unwrap_or((&index.url, ""));
        let place = |whole: &str| {
            whole.rsplit_once('/').map_or_else(|| name.to_owned(), |(folder, _)| format!("{folder}/{name}"))
        };
        Download::file(place(url), place(&index.mirror_path))
    };
    if index.mirror_path.ends_with(CHANGES) {
        let since = index.url.split_once('#').and_then(|(_, since)| Timestamp::parse(since));
        let listed = lines(content, "a list of changed documents")?;
        return Ok(listed
            .filter(|line| since.is_none_or(|since| line.at >= since))
            .map(|line| beside(line.path))
            .collect());
    }
    let archive = content.trim();
    let is_name = archive.ends_with(".tar.zst") && text::is_id(archive);
    let Some(day) = day_of(archive).filter(|_| is_name) else {
        return Err(FeedError::Malformed { expected: "the name of an archive", why: text::one_line(archive, 80) });
    };
    let changes = beside(CHANGES);
    // The part behind the `#` goes to no server: it says from when on changes are wanted.
    let changes = Download::index(
        format!("{}#{}", changes.url, Timestamp(day.0.saturating_sub(DAY)).date()),
        changes.mirror_path,
    );
    Ok(vec![beside(archive), changes, beside(DELETIONS)])
}

/// Reads the list of deletions.
pub(super) fn deletions(feed: &Feed, bytes: &[u8], sink: &mut dyn FnMut(Record)) -> Result<FeedSummary, FeedError> {
    let expected = "a list of deleted documents";
    let mut summary = FeedSummary::default();
    for line in lines(content(bytes, expected)?, expected)? {
        summary.records = summary.records.saturating_add(1);
        summary.data_from = summary.data_from.max(Some(line.at));
        sink(Record::Deleted { source: feed.id.to_owned(), id: line.id(), at: line.at });
    }
    Ok(summary)
}

fn content<'b>(bytes: &'b [u8], expected: &'static str) -> Result<&'b str, FeedError> {
    if is_html(bytes) {
        return Err(FeedError::Html);
    }
    let malformed = |why: &str| FeedError::Malformed { expected, why: why.into() };
    let content = std::str::from_utf8(bytes).map_err(|_| malformed("it is no text"))?;
    if content.trim().is_empty() { Err(malformed("it is empty")) } else { Ok(content) }
}

/// `"2024/cve-2024-1234.json","2024-09-09T12:00:00+00:00"`.
struct Line<'b> {
    path: &'b str,
    at: Timestamp,
}

impl Line<'_> {
    /// The id of the document, by its file's name.
    fn id(&self) -> String {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.strip_suffix(".json").unwrap_or(name).to_ascii_uppercase()
    }
}

/// The lines of a list. What is no line of one is passed over, unless nothing else is there.
fn lines<'b>(content: &'b str, expected: &'static str) -> Result<impl Iterator<Item = Line<'b>>, FeedError> {
    let mut read = content.lines().filter_map(|line| {
        let (path, at) = line.split_once(',')?;
        let path = path.trim().trim_matches('"');
        let is_path = path.ends_with(".json") && path.split('/').all(text::is_id) && path.split('/').count() <= 3;
        Some(Line { path, at: Timestamp::parse(at.trim().trim_matches('"'))? }).filter(|_| is_path)
    });
    let mut first = read.next();
    if first.is_none() {
        return Err(FeedError::Malformed { expected, why: "no line has a path and a date".into() });
    }
    Ok(std::iter::from_fn(move || first.take().or_else(|| read.next())))
}

/// The day in a name: `csaf_vex_2024-09-09.tar.zst`.
fn day_of(name: &str) -> Option<Timestamp> {
    (0..name.len()).find_map(|at| Timestamp::parse(name.get(at..at.checked_add(10)?)?))
}
