//! Echo's own advisories: source package → CVE → fixed version and severity.

use std::io::Read;

use plimsoll_model::{Advisory, AdvisoryClass, Affected, RangeEnd, Scope, ShardName, Status, VersionRange};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::feed::{Feed, Format};
use crate::stream::{Walk, walk_json};
use crate::{FeedError, FeedSummary, Record, score, text};

#[derive(Deserialize)]
struct RawIssue {
    fixed_version: Option<String>,
    severity: Option<String>,
}

/// How its files are read.
pub static FORMAT: Format = Format { folder: "echo", parse };

/// Reads `data.json`.
///
/// # Errors
/// See [`FeedError`].
pub fn parse(
    feed: &Feed,
    _path: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    let mut list = List { feed, summary: FeedSummary::default(), sink };
    walk_json(bytes, "Echo's advisories", &mut list)?;
    list.summary.require_content("Echo's advisories")?;
    Ok(list.summary)
}

struct List<'s> {
    feed: &'s Feed,
    summary: FeedSummary,
    sink: &'s mut dyn FnMut(Record),
}

impl Walk for List<'_> {
    fn descends(&mut self, path: &[String]) -> bool {
        path.len() == 1
    }

    fn piece(&mut self, path: &[String], json: &RawValue) {
        let [package, id] = path else { return };
        match advisory(self.feed, package, id, json) {
            Ok(advisory) => {
                self.summary.note_advisory(&advisory);
                (self.sink)(Record::Advisory(advisory));
            }
            Err(why) => self.summary.note_broken(&format!("{package} {id}"), why),
        }
    }

    fn misfit(&mut self, path: &[String]) {
        self.summary.note_broken(path.first().map_or("", String::as_str), "holds no issues");
    }
}

fn advisory(feed: &Feed, package: &str, id: &str, json: &RawValue) -> Result<Advisory, String> {
    let name = text::name(package)?;
    let id = id.trim();
    if !text::is_id(id) {
        return Err("the id has characters that no id has".into());
    }
    let issue: RawIssue = serde_json::from_str(json.get()).map_err(|error| error.to_string())?;
    let (status, end) = match issue.fixed_version.as_deref().map(str::trim) {
        // As in Debian's data, from which it is made.
        Some("0") => (Status::NotAffected, None),
        None | Some("") => (Status::Affected, Some(RangeEnd::Open)),
        Some(fixed) => (Status::Affected, Some(RangeEnd::Fixed(text::version(fixed)?.to_owned()))),
    };
    let mut severities = Vec::new();
    score::add(&mut severities, issue.severity.and_then(|word| score::from_word(&word, "echo")));
    Ok(Advisory {
        id: id.to_owned(),
        source: feed.id.to_owned(),
        cves: text::cve(id).into_iter().collect(),
        aliases: Vec::new(),
        class: AdvisoryClass::Vulnerability,
        title: String::new(),
        severities,
        published: None,
        modified: None,
        withdrawn: None,
        urls: text::cve(id).map(|cve| format!("https://advisory.echohq.com/cve/{cve}")).into_iter().collect(),
        affected: vec![Affected {
            shard: ShardName::distro("echo", None),
            name: name.to_owned(),
            status,
            ranges: end.map(|end| VersionRange { introduced: None, end }).into_iter().collect(),
            versions: Vec::new(),
            severities: Vec::new(),
            fix_date: None,
            scope: Scope::default(),
        }],
    })
}
