//! Photon OS's list of CVEs, a file for each release: source package, score, fixed version, status.
//!
//! One advisory comes out for each entry, which is one CVE in one source package.

use std::io::Read;

use plimsoll_model::{
    Advisory, AdvisoryClass, Affected, RangeEnd, Scope, SeverityClaim, ShardName, Status, VersionRange,
};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::feed::{Feed, Format};
use crate::list::read_list;
use crate::{FeedError, FeedSummary, Record, score, text};

#[derive(Deserialize)]
struct RawEntry {
    cve_id: String,
    pkg: String,
    /// A number, or nothing that says one.
    #[serde(default)]
    cve_score: Value,
    /// In words: `all versions before 7.88.1-4.ph4 are vulnerable`, or `NA`.
    aff_ver: Option<String>,
    /// The fixed version, or `NA`.
    res_ver: Option<String>,
    status: Option<String>,
}

/// How its files are read.
pub static FORMAT: Format = Format { folder: "photon", parse };

const EXPECTED: &str = "Photon's list of CVEs";

/// Reads the list of one release, which is known by the file's name (`cve_data_photon5.0.json`).
///
/// # Errors
/// See [`FeedError`].
pub fn parse(
    feed: &Feed,
    path: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    let name = path.rsplit('/').next().unwrap_or_default();
    let release = name.strip_prefix("cve_data_photon").and_then(|rest| rest.split(".json").next()).unwrap_or_default();
    let shard = ShardName::distro("photon", Some(release));
    if !feed.shards.holds(&shard) {
        let why = format!("its name `{}` has no release", text::one_line(name, 100));
        return Err(FeedError::Malformed { expected: EXPECTED, why });
    }
    read_list(bytes, EXPECTED, "entry", &mut |json, summary| {
        let advisory = advisory(feed, &shard, json)?;
        summary.note_advisory(&advisory);
        sink(Record::Advisory(advisory));
        Ok(())
    })
}

fn advisory(feed: &Feed, shard: &ShardName, json: &RawValue) -> Result<Advisory, String> {
    let entry: RawEntry = serde_json::from_str(json.get()).map_err(|error| error.to_string())?;
    let id = entry.cve_id.trim();
    if !text::is_id(id) {
        return Err("the id has characters that no id has".into());
    }
    let name = text::name(&entry.pkg)?;
    let (status, end) = state(&entry).map_err(|why| format!("{id} {name}: {why}"))?;
    let cve = text::cve(id);
    Ok(Advisory {
        id: cve.clone().unwrap_or_else(|| id.to_owned()),
        source: feed.id.to_owned(),
        cves: cve.into_iter().collect(),
        aliases: Vec::new(),
        class: AdvisoryClass::Vulnerability,
        title: String::new(),
        severities: severity(&entry.cve_score).into_iter().collect(),
        published: None,
        modified: None,
        withdrawn: None,
        urls: Vec::new(),
        affected: vec![Affected {
            shard: shard.clone(),
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

/// What the status and the two versions come to.
fn state(entry: &RawEntry) -> Result<(Status, Option<RangeEnd>), String> {
    let word = entry.status.as_deref().unwrap_or_default().trim().to_ascii_lowercase();
    let fixed = known_version(entry.res_ver.as_deref())?.map(str::to_owned).map(RangeEnd::Fixed);
    // Where nothing is fixed the words may still name the version from which on it is safe.
    let stated = entry.aff_ver.as_deref().and_then(first_safe).map(str::to_owned).map(RangeEnd::Before);
    let unfixed = || Some(stated.unwrap_or(RangeEnd::Open));
    Ok(match word.as_str() {
        "not affected" | "not vulnerable" => (Status::NotAffected, None),
        _ if fixed.is_some() => (Status::Affected, fixed),
        "won't fix" | "wont fix" | "will not fix" | "ignored" => (Status::WontFix, unfixed()),
        "deferred" | "postponed" => (Status::Deferred, unfixed()),
        "" | "na" | "affected" | "vulnerable" | "not fixed" | "unfixed" | "open" => (Status::Affected, unfixed()),
        _ => (Status::Undetermined, unfixed()),
    })
}

/// A version; `None` for the words that stand where there is none.
fn known_version(field: Option<&str>) -> Result<Option<&str>, String> {
    let field = field.unwrap_or_default().trim();
    if field.is_empty() || ["na", "n/a", "none", "not fixed", "unfixed"].contains(&field.to_ascii_lowercase().as_str())
    {
        return Ok(None);
    }
    let version = text::version(field)?;
    if version.contains(' ') { Err("its fixed version is none".into()) } else { Ok(Some(version)) }
}

fn first_safe(words: &str) -> Option<&str> {
    let version = words.trim().strip_prefix("all versions before ")?.split_whitespace().next()?;
    text::version(version).ok()
}

/// A score of 0 stands where there is none.
fn severity(field: &Value) -> Option<SeverityClaim> {
    let score = field.as_f64().or_else(|| field.as_str()?.trim().parse().ok()).filter(|score| *score > 0.0)?;
    score::from_score(score, false, "photon")
}
