//! The Debian security tracker's JSON: source package → CVE → release → status.
//!
//! One advisory comes out for each pair of source package and CVE, with one row a release, so that
//! the document (sixty megabytes) is never held whole. The same CVE therefore comes several times,
//! each time with other packages.

pub mod releases;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::io::Read;

use plimsoll_model::{Advisory, AdvisoryClass, Affected, RangeEnd, Scope, ShardName, Status, VersionRange};
use plimsoll_versions::Scheme;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::feed::{Feed, Format};
use crate::stream::{Walk, walk_json};
use crate::{FeedError, FeedSummary, Record, score, text};

#[derive(Deserialize)]
struct RawIssue {
    description: Option<String>,
    releases: Option<BTreeMap<String, RawRelease>>,
}

#[derive(Deserialize)]
struct RawRelease {
    status: Option<String>,
    fixed_version: Option<String>,
    /// What the release carries: archive (`bookworm`, `bookworm-security`) → version.
    repositories: Option<BTreeMap<String, Option<String>>>,
    urgency: Option<String>,
    nodsa_reason: Option<String>,
}

/// How its files are read.
pub static FORMAT: Format = Format { folder: "debian", parse };

/// Reads the tracker's data.
///
/// # Errors
/// See [`FeedError`].
pub fn parse(
    feed: &Feed,
    _path: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    let mut tracker = Tracker { feed, summary: FeedSummary::default(), sink };
    walk_json(bytes, "the Debian tracker's data", &mut tracker)?;
    tracker.summary.require_content("the Debian tracker's data")?;
    Ok(tracker.summary)
}

struct Tracker<'s> {
    feed: &'s Feed,
    summary: FeedSummary,
    sink: &'s mut dyn FnMut(Record),
}

impl Walk for Tracker<'_> {
    fn descends(&mut self, path: &[String]) -> bool {
        path.len() == 1
    }

    fn piece(&mut self, path: &[String], json: &RawValue) {
        let [package, id] = path else { return };
        match self.advisory(package, id, json) {
            Ok(Some(advisory)) => {
                self.summary.note_advisory(&advisory);
                (self.sink)(Record::Advisory(advisory));
            }
            Ok(None) => self.summary.foreign += 1,
            Err(why) => self.summary.note_broken(&format!("{package} {id}"), why),
        }
    }

    fn misfit(&mut self, path: &[String]) {
        self.summary.note_broken(path.first().map_or("", String::as_str), "holds no issues");
    }
}

impl Tracker<'_> {
    fn advisory(&mut self, package: &str, id: &str, json: &RawValue) -> Result<Option<Advisory>, String> {
        let name = text::name(package)?;
        let id = id.trim();
        if !text::is_id(id) {
            return Err("the id has characters that no id has".into());
        }
        let issue: RawIssue = serde_json::from_str(json.get()).map_err(|error| error.to_string())?;
        let mut affected = Vec::new();
        for (codename, release) in issue.releases.iter().flatten() {
            match releases::release_of(codename) {
                Some(number) => affected.push(row(name, number, release).map_err(|why| format!("{codename}: {why}"))?),
                None => self.summary.foreign_rows += 1,
            }
        }
        if affected.is_empty() {
            return Ok(None);
        }
        Ok(Some(Advisory {
            id: id.to_owned(),
            source: self.feed.id.to_owned(),
            cves: text::cve(id).into_iter().collect(),
            aliases: Vec::new(),
            class: AdvisoryClass::Vulnerability,
            title: text::title(issue.description.as_deref(), None),
            severities: Vec::new(),
            published: None,
            modified: None,
            withdrawn: None,
            urls: vec![format!("https://security-tracker.debian.org/tracker/{id}")],
            affected,
        }))
    }
}

fn row(name: &str, number: &str, release: &RawRelease) -> Result<Affected, String> {
    let fixed = match release.fixed_version.as_deref().map(str::trim).filter(|fixed| !fixed.is_empty()) {
        Some(fixed) => Some(text::version(fixed)?),
        None => None,
    };
    let urgency = release.urgency.as_deref().unwrap_or_default().trim().trim_end_matches('*');
    let unfixed = || match release.nodsa_reason.as_deref().map(str::trim) {
        _ if urgency == "end-of-life" => Status::EndOfLife,
        Some("ignored") => Status::WontFix,
        Some("postponed") => Status::Deferred,
        // `no-dsa` alone: affected, the fix may come with a point release.
        _ => Status::Affected,
    };
    let (status, end) = match (release.status.as_deref().map(str::trim), fixed) {
        (Some("resolved"), Some("0")) => (Status::NotAffected, None),
        (Some("resolved"), Some(fixed)) if carries(release, fixed) => {
            (Status::Affected, Some(RangeEnd::Fixed(fixed.to_owned())))
        }
        // The fix exists elsewhere (in sid, say) but not in this release: whoever has that version
        // is safe, whoever follows the release has nothing to upgrade to.
        (Some("resolved" | "open"), Some(fixed)) if fixed != "0" => {
            (unfixed(), Some(RangeEnd::Before(fixed.to_owned())))
        }
        (Some("open"), _) => (unfixed(), Some(RangeEnd::Open)),
        // `undetermined`, and whatever the tracker may say one day that is not known here.
        _ => (Status::Undetermined, Some(RangeEnd::Open)),
    };
    let mut severities = Vec::new();
    score::add(&mut severities, score::from_word(urgency, "debian"));
    Ok(Affected {
        shard: ShardName::distro("debian", Some(number)),
        name: name.to_owned(),
        status,
        ranges: end.map(|end| VersionRange { introduced: None, end }).into_iter().collect(),
        versions: Vec::new(),
        severities,
        fix_date: None,
        scope: Scope::default(),
    })
}

/// Whether the release carries the fix. Where the tracker does not say what it carries, or a version
/// cannot be read, the word `resolved` stands.
fn carries(release: &RawRelease, fixed: &str) -> bool {
    let mut carried = release.repositories.iter().flatten().filter_map(|(_, version)| version.as_deref()).peekable();
    carried.peek().is_none() || carried.any(|version| Scheme::Deb.compare(version, fixed).map_or(true, Ordering::is_ge))
}
