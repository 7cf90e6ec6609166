//! Arch Linux's security tracker: groups of issues (`AVG-…`) in one version of a package.

use std::collections::BTreeSet;
use std::io::Read;

use plimsoll_model::{Advisory, AdvisoryClass, Affected, RangeEnd, Scope, ShardName, Status, VersionRange};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::feed::{Feed, Format};
use crate::list::read_list;
use crate::{FeedError, FeedSummary, Record, score, text};

/// Packages of one group; real ones have a dozen at most.
const PACKAGES_CAP: usize = 1_000;

#[derive(Deserialize)]
struct RawGroup {
    name: String,
    packages: Vec<String>,
    status: Option<String>,
    severity: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    fixed: Option<String>,
    #[serde(default)]
    issues: Vec<String>,
}

/// How its files are read.
pub static FORMAT: Format = Format { folder: "arch", parse };

const EXPECTED: &str = "the Arch tracker's list of groups";

/// Reads the list of all groups.
///
/// # Errors
/// See [`FeedError`].
pub fn parse(
    feed: &Feed,
    _path: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    read_list(bytes, EXPECTED, "group", &mut |json, summary| {
        let advisory = advisory(feed, json)?;
        summary.note_advisory(&advisory);
        sink(Record::Advisory(advisory));
        Ok(())
    })
}

fn advisory(feed: &Feed, json: &RawValue) -> Result<Advisory, String> {
    let group: RawGroup = serde_json::from_str(json.get()).map_err(|error| error.to_string())?;
    let id = group.name.trim();
    if !text::is_id(id) {
        return Err("the name has characters that no id has".into());
    }
    let (status, end) = state(&group).map_err(|why| format!("{id}: {why}"))?;
    let packages: BTreeSet<&str> = group
        .packages
        .iter()
        .map(|name| text::name(name))
        .collect::<Result<_, _>>()
        .map_err(|why| format!("{id}: {why}"))?;
    if packages.is_empty() || packages.len() > PACKAGES_CAP {
        return Err(format!("{id}: it has {} packages", packages.len()));
    }
    let affected = packages.into_iter().map(|name| Affected {
        shard: ShardName::distro("arch", None),
        name: name.to_owned(),
        status,
        ranges: end.iter().map(|end| VersionRange { introduced: None, end: end.clone() }).collect(),
        versions: Vec::new(),
        severities: Vec::new(),
        fix_date: None,
        scope: Scope::default(),
    });
    let cves: BTreeSet<String> = group.issues.iter().filter_map(|issue| text::cve(issue.trim())).collect();
    Ok(Advisory {
        id: id.to_owned(),
        source: feed.id.to_owned(),
        cves: cves.into_iter().collect(),
        aliases: Vec::new(),
        class: AdvisoryClass::Vulnerability,
        title: text::title(group.kind.as_deref(), None),
        severities: group.severity.and_then(|word| score::from_word(&word, "arch")).into_iter().collect(),
        published: None,
        modified: None,
        withdrawn: None,
        urls: vec![format!("https://security.archlinux.org/{id}")],
        affected: affected.collect(),
    })
}

/// What the status and the fixed version come to. The version that a group was opened for
/// (`affected`) is not the first one with the fault, so that older ones are affected too.
fn state(group: &RawGroup) -> Result<(Status, Option<RangeEnd>), String> {
    let fixed = match group.fixed.as_deref().map(str::trim).filter(|fixed| !fixed.is_empty()) {
        Some(fixed) => Some(text::version(fixed)?.to_owned()),
        None => None,
    };
    let status = group.status.as_deref().unwrap_or_default().trim().to_ascii_lowercase();
    Ok(match (status.as_str(), fixed) {
        ("not affected", _) => (Status::NotAffected, None),
        ("fixed", Some(fixed)) => (Status::Affected, Some(RangeEnd::Fixed(fixed))),
        ("fixed", None) => return Err("it is fixed, but no version says where".into()),
        // The fix is in the testing repositories: whoever has it is safe, others cannot get it yet.
        ("testing" | "vulnerable", Some(fixed)) => (Status::Affected, Some(RangeEnd::Before(fixed))),
        ("testing" | "vulnerable", None) => (Status::Affected, Some(RangeEnd::Open)),
        (_, fixed) => (Status::Undetermined, Some(fixed.map_or(RangeEnd::Open, RangeEnd::Before))),
    })
}
