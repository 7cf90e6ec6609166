//! The Ubuntu CVE tracker: a file for each CVE, with the status of each package in each release and
//! channel. Read from an archive of its repository, or file by file from a copy.

mod entry;
mod releases;

use std::collections::BTreeMap;
use std::io::Read;

use plimsoll_model::{
    Advisory, AdvisoryClass, Affected, RangeEnd, Scope, SeverityClaim, ShardName, Status, Timestamp, VersionRange,
    read_capped,
};

use self::entry::{Entry, Row};
use crate::caps::RECORD_CAP_BYTES;
use crate::feed::{Feed, Format};
use crate::stream::is_html;
use crate::{FeedError, FeedSummary, Record, score, tar, text};

/// How its files are read.
pub static FORMAT: Format = Format { folder: "ubuntu_tracker", parse };

/// Reads an archive of the repository (`….tar`, packed or not), or one file of it.
///
/// # Errors
/// See [`FeedError`].
pub fn parse(
    feed: &Feed,
    path: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    let mut summary = FeedSummary::default();
    let mut take = |member: &str, content: Result<&[u8], String>| {
        let file = member.rsplit('/').next().unwrap_or_default();
        match content.and_then(|content| advisory(feed, file, content, &mut summary)) {
            Ok(Some(advisory)) => {
                summary.note_advisory(&advisory);
                sink(Record::Advisory(advisory));
            }
            Ok(None) => summary.foreign += 1,
            Err(why) => summary.note_broken(file, why),
        }
    };
    if is_cve_file(path) {
        let content = read_capped(bytes, RECORD_CAP_BYTES).map_err(|error| match error.kind() {
            std::io::ErrorKind::FileTooLarge => FeedError::TooLarge { what: "record", cap_bytes: RECORD_CAP_BYTES },
            _ => FeedError::Read(error),
        })?;
        if is_html(&content) {
            return Err(FeedError::Html);
        }
        if content.trim_ascii().is_empty() {
            return Err(FeedError::Malformed {
                expected: "a file of the Ubuntu CVE tracker",
                why: "it is empty".into(),
            });
        }
        take(path, Ok(&content));
    } else {
        tar::each_member(bytes, tar::Sizes::RECORDS, is_cve_file, take)?;
    }
    summary.require_content("the Ubuntu CVE tracker")?;
    Ok(summary)
}

/// `…/active/CVE-2023-5678`; `00boilerplate`, `not-for-us.txt` and the like are none.
fn is_cve_file(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let is_cve = parts.next().is_some_and(|file| text::cve(file).is_some());
    is_cve && matches!(parts.next(), Some("active" | "retired" | "ignored"))
}

/// `None` where no package of a release is named.
fn advisory(feed: &Feed, file: &str, content: &[u8], summary: &mut FeedSummary) -> Result<Option<Advisory>, String> {
    let content = String::from_utf8_lossy(content);
    let entry = Entry::read(&content);
    let named = if entry.candidate.is_empty() { file } else { entry.candidate };
    let id = text::cve(named).ok_or("it names no CVE")?;
    let mut affected = BTreeMap::new();
    for row in &entry.rows {
        match releases::release(row.release) {
            Some((version, channel)) => match convert(row, version, channel, &entry) {
                Ok(Some(row)) => drop(affected.insert((version, channel, row.name.clone()), row)),
                Ok(None) => {}
                Err(why) => summary.note_broken(&format!("{id} {}_{}", row.release, row.package), why),
            },
            None => summary.foreign_rows += 1,
        }
    }
    if entry.is_cut {
        summary.note_broken(&id, "it has more lines than are read");
    }
    if affected.is_empty() {
        return Ok(None);
    }
    let mut severities = Vec::new();
    score::add(&mut severities, score::from_word(entry.priority, "ubuntu"));
    for (source, vector) in &entry.vectors {
        score::add(&mut severities, score::from_vector(vector, &text::one_line(source, 40)));
    }
    Ok(Some(Advisory {
        source: feed.id.to_owned(),
        cves: vec![id.clone()],
        aliases: Vec::new(),
        class: AdvisoryClass::Vulnerability,
        title: text::title(Some(&entry.description), None),
        severities,
        published: published(entry.published),
        modified: None,
        withdrawn: None,
        urls: vec![format!("https://ubuntu.com/security/{id}")],
        affected: affected.into_values().collect(),
        id,
    }))
}

/// One line as a row; `None` where the release has no such package.
fn convert(row: &Row<'_>, version: &str, channel: Option<&str>, entry: &Entry<'_>) -> Result<Option<Affected>, String> {
    let name = text::name(row.package)?;
    let fix = || if row.note.is_empty() { Ok(None) } else { text::version(row.note).map(str::to_owned).map(Some) };
    let (status, end) = match row.status {
        "DNE" => return Ok(None),
        "not-affected" => (Status::NotAffected, None),
        "released" => match fix()? {
            Some(fixed) => (Status::Affected, Some(RangeEnd::Fixed(fixed))),
            None => (Status::Undetermined, Some(RangeEnd::Open)),
        },
        // The fix is made, but nobody can have it yet.
        "pending" => (Status::Affected, Some(fix()?.map_or(RangeEnd::Open, RangeEnd::Before))),
        "needed" | "needs-triage" | "active" => (Status::Affected, Some(RangeEnd::Open)),
        "deferred" => (Status::Deferred, Some(RangeEnd::Open)),
        "ignored" if ends_support(row.note) => (Status::EndOfLife, Some(RangeEnd::Open)),
        "ignored" => (Status::WontFix, Some(RangeEnd::Open)),
        // Whatever the tracker may say one day that is not known here.
        _ => (Status::Undetermined, Some(RangeEnd::Open)),
    };
    let priority = [(row.package, Some(row.release)), (row.package, None)]
        .iter()
        .find_map(|key| entry.priorities.get(key).and_then(|word| score::from_word(word, "ubuntu")));
    Ok(Some(Affected {
        shard: ShardName::distro("ubuntu", Some(version)),
        name: name.to_owned(),
        status,
        ranges: end.map(|end| VersionRange { introduced: None, end }).into_iter().collect(),
        versions: Vec::new(),
        severities: Vec::<SeverityClaim>::from_iter(priority),
        fix_date: None,
        scope: Scope { channel: channel.map(str::to_owned), ..Scope::default() },
    }))
}

/// `end of life`, `reached end-of-life`, `end of standard support, was needed`, `out of standard support`.
fn ends_support(note: &str) -> bool {
    ["end of", "end-of", "out of"].iter().any(|words| note.contains(words))
}

/// `2023-11-06 16:15:00 UTC`, `2019-09-04`; `unknown` is none.
fn published(text: &str) -> Option<Timestamp> {
    let mut words = text.split_whitespace();
    let (date, time) = (words.next()?, words.next());
    let timed = time.and_then(|time| Timestamp::parse(&format!("{date}T{time}Z")));
    timed.or_else(|| Timestamp::parse(date))
}
