//! NVD's JSON 2.0: pages of its interface and the files of each year, which are alike.
//!
//! Each CVE yields what NVD says of it as [`Facts`], and, where its configurations name applications,
//! an advisory with rows of the shard `cpe`.

mod configurations;
mod raw;

use std::io::Read;

use plimsoll_model::{Advisory, AdvisoryClass, Facts, SeverityClaim, Standing, Timestamp};
use serde_json::value::RawValue;

use crate::feed::{Feed, Format};
use crate::list::read_list_under;
use crate::{FeedError, FeedSummary, Record, score, text};

/// Its own name in metrics.
const NVD: &str = "nvd@nist.gov";
/// CISA's name in metrics, which is no address.
const CISA: &str = "134c704f-9b21-4f2e-91b3-4a467353bcc0";

/// How its files are read.
pub static FORMAT: Format = Format { folder: "nvd", parse };

/// Reads a page or a year.
///
/// # Errors
/// See [`FeedError`].
pub fn parse(
    feed: &Feed,
    _path: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    read_list_under(
        "vulnerabilities",
        bytes,
        "a page of NVD",
        &mut |json, summary| entry(feed, json, summary, sink),
        &mut |key, json, summary| {
            if key == "timestamp" {
                let written = serde_json::from_str::<String>(json.get()).ok();
                summary.data_from = summary.data_from.max(written.as_deref().and_then(text::utc));
            }
        },
    )
}

fn entry(feed: &Feed, json: &RawValue, summary: &mut FeedSummary, sink: &mut dyn FnMut(Record)) -> Result<(), String> {
    let raw::Entry { cve: raw } = serde_json::from_str(json.get()).map_err(|error| error.to_string())?;
    let cve = text::cve(raw.id.trim()).ok_or_else(|| format!("`{}` is no CVE id", raw.id))?;
    let facts = facts(&raw, feed.id);
    summary.records += 1;
    summary.data_from = summary.data_from.max(facts.modified);
    if facts.standing == Standing::Rejected {
        summary.withdrawn += 1;
    } else {
        let rows = configurations::rows(&raw.configurations);
        summary.foreign_rows += rows.foreign;
        if let Some(why) = rows.broken {
            summary.note_broken(&cve, why);
        }
        if !rows.affected.is_empty() {
            sink(Record::Advisory(advisory(&cve, &raw, &facts, rows.affected)));
        }
    }
    sink(Record::Facts { cve, facts });
    Ok(())
}

fn facts(raw: &raw::Cve, source: &str) -> Facts {
    let date = |field: &Option<String>| -> Option<Timestamp> { field.as_deref().and_then(text::utc) };
    let english = raw.descriptions.iter().find(|text| text.lang == "en");
    let is_exploit = |reference: &&raw::Reference| reference.tags.iter().any(|tag| tag.eq_ignore_ascii_case("exploit"));
    let exploits = raw.references.iter().filter(is_exploit).map(|reference| reference.url.as_str());
    let named = raw.weaknesses.iter().flat_map(|weakness| &weakness.description).map(|text| text.value.as_str());
    Facts {
        source: source.to_owned(),
        standing: match raw.vuln_status.as_deref().map(str::trim).unwrap_or_default() {
            "Rejected" => Standing::Rejected,
            "Deferred" => Standing::Deferred,
            "Received" | "Awaiting Analysis" | "Undergoing Analysis" => Standing::Waiting,
            _ => Standing::Published,
        },
        published: date(&raw.published),
        modified: date(&raw.last_modified),
        title: text::title(None, english.map(|text| text.value.as_str())),
        severities: severities(&raw.metrics),
        weaknesses: text::weaknesses(named),
        exploit: text::urls(exploits).into_iter().next(),
        ssvc: None,
    }
}

fn severities(metrics: &raw::Metrics) -> Vec<SeverityClaim> {
    let mut claims = Vec::new();
    let all = [&metrics.v4, &metrics.v31, &metrics.v30, &metrics.v2];
    for metric in all.into_iter().flatten() {
        let source = match metric.source.as_deref().map(str::trim) {
            None | Some("" | NVD) => "nvd".to_owned(),
            Some(CISA) => "cisa".to_owned(),
            Some(other) => format!("cna:{}", text::one_line(&other.to_lowercase(), 80)),
        };
        score::add(&mut claims, score::from_vector(&metric.cvss_data.vector_string, &source));
    }
    claims
}

fn advisory(cve: &str, raw: &raw::Cve, facts: &Facts, affected: Vec<plimsoll_model::Affected>) -> Advisory {
    let own = format!("https://nvd.nist.gov/vuln/detail/{cve}");
    let others = raw.references.iter().map(|reference| reference.url.as_str());
    Advisory {
        id: cve.to_owned(),
        source: facts.source.clone(),
        cves: vec![cve.to_owned()],
        aliases: Vec::new(),
        class: AdvisoryClass::Vulnerability,
        title: facts.title.clone(),
        severities: facts.severities.clone(),
        published: facts.published,
        modified: facts.modified,
        withdrawn: None,
        urls: text::urls(std::iter::once(own.as_str()).chain(others)),
        affected,
    }
}
