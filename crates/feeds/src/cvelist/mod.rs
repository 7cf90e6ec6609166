//! The CVE list: a JSON record (format 5) for each CVE, alone in its file or many in a zip, which may
//! lie in a zip itself.
//!
//! The record's own numbering authority (CNA) says what it knows, and others add to it (ADP): CISA
//! its scores, and the points of its decision what to do first (SSVC).

mod raw;
mod ssvc;

use std::io::Read;

use plimsoll_model::{Facts, SeverityClaim, Standing, Timestamp, read_capped};

use self::raw::{Container, CveRecord};
use crate::caps::RECORD_CAP_BYTES;
use crate::feed::{Feed, Format};
use crate::stream::is_html;
use crate::zip::{Wanted, each_member, each_member_of};
use crate::{FeedError, FeedSummary, Record, score, text};

/// What a file of this feed is.
const EXPECTED: &str = "a CVE record or a zip of them";
/// The zip within the zip that is published every midnight.
const INNER: Wanted = Wanted { suffix: ".zip", cap_bytes: 2 << 30 };
/// CISA's name as a provider.
const CISA: &str = "cisa-adp";

/// How its files are read.
pub static FORMAT: Format = Format { folder: "cvelist", parse };

/// Reads one record, a zip of records, or a zip of such zips.
///
/// # Errors
/// See [`FeedError`].
pub fn parse(
    feed: &Feed,
    path: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    let mut list = List { feed, summary: FeedSummary::default(), sink };
    if path.ends_with(".json") {
        list.file(path, bytes)?;
    } else if path.ends_with(".zip.zip") {
        let mut failure = None;
        each_member(bytes, INNER, |member, zip| match zip {
            Ok(zip) => {
                let outcome = each_member_of(zip, Wanted::JSON, |member, json| list.member(member, json));
                failure = failure.take().or(outcome.err());
            }
            Err(why) => list.summary.note_broken(member, why),
        })?;
        failure.map_or(Ok(()), Err)?;
    } else {
        each_member(bytes, Wanted::JSON, |member, json| list.member(member, json))?;
    }
    list.summary.require_content(EXPECTED)?;
    Ok(list.summary)
}

struct List<'s> {
    feed: &'s Feed,
    summary: FeedSummary,
    sink: &'s mut dyn FnMut(Record),
}

impl List<'_> {
    /// A record that is a file of its own. One that is cut short is an error of the whole file.
    fn file(&mut self, path: &str, bytes: &mut dyn Read) -> Result<(), FeedError> {
        let json = read_capped(bytes, RECORD_CAP_BYTES).map_err(|error| match error.kind() {
            std::io::ErrorKind::FileTooLarge => FeedError::TooLarge { what: "record", cap_bytes: RECORD_CAP_BYTES },
            _ => FeedError::Read(error),
        })?;
        if is_html(&json) {
            return Err(FeedError::Html);
        }
        let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&json);
        serde_json::from_slice::<serde::de::IgnoredAny>(json)
            .map_err(|error| FeedError::Malformed { expected: EXPECTED, why: error.to_string() })?;
        if let Err(why) = self.record(json) {
            self.summary.note_broken(path, why);
        }
        Ok(())
    }

    fn member(&mut self, name: &str, json: Result<&[u8], String>) {
        // Beside the records lie indexes of the last changes.
        let file = name.rsplit('/').next().unwrap_or(name);
        if !file.starts_with("CVE-") {
            return;
        }
        if let Err(why) = json.and_then(|json| self.record(json)) {
            self.summary.note_broken(file, why);
        }
    }

    fn record(&mut self, json: &[u8]) -> Result<(), String> {
        let raw: CveRecord = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        let cve = text::cve(raw.cve_metadata.cve_id.trim())
            .ok_or_else(|| format!("`{}` is no CVE id", text::one_line(&raw.cve_metadata.cve_id, 60)))?;
        let facts = facts(&raw, self.feed.id);
        self.summary.records += 1;
        self.summary.withdrawn += u64::from(facts.standing == Standing::Rejected);
        self.summary.data_from = self.summary.data_from.max(facts.modified);
        (self.sink)(Record::Facts { cve, facts });
        Ok(())
    }
}

fn facts(raw: &CveRecord, source: &str) -> Facts {
    let metadata = &raw.cve_metadata;
    let date = |field: &Option<String>| -> Option<Timestamp> { field.as_deref().and_then(text::utc) };
    let cna = &raw.containers.cna;
    let containers = || std::iter::once(cna).chain(&raw.containers.adp);
    let english = cna.descriptions.iter().find(|text| text.lang.starts_with("en"));
    let named = containers().flat_map(|container| &container.problem_types).flat_map(|kind| &kind.descriptions);
    let exploits = containers()
        .flat_map(|container| &container.references)
        .filter(|reference| reference.tags.iter().any(|tag| tag.eq_ignore_ascii_case("exploit")));
    Facts {
        source: source.to_owned(),
        standing: match metadata.state.as_deref() {
            Some("REJECTED") => Standing::Rejected,
            _ => Standing::Published,
        },
        published: date(&metadata.date_published),
        modified: containers()
            .map(|container| date(&container.provider_metadata.date_updated))
            .chain([date(&metadata.date_updated), date(&metadata.date_rejected)])
            .max()
            .flatten(),
        title: text::title(cna.title.as_deref(), english.map(|text| text.value.as_str())),
        severities: severities(raw),
        weaknesses: text::weaknesses(named.filter_map(|problem| problem.cwe_id.as_deref())),
        exploit: text::urls(exploits.map(|reference| reference.url.as_str())).into_iter().next(),
        ssvc: raw.containers.adp.iter().filter(|container| is_cisa(container)).find_map(ssvc::decision),
    }
}

fn is_cisa(container: &Container) -> bool {
    container.provider_metadata.short_name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(CISA))
}

fn severities(raw: &CveRecord) -> Vec<SeverityClaim> {
    let mut claims = Vec::new();
    let mut take = |container: &Container, source: &str| {
        for metric in &container.metrics {
            for vector in [&metric.v4, &metric.v31, &metric.v30, &metric.v2].into_iter().flatten() {
                let vector = vector.vector_string.as_deref().unwrap_or_default();
                score::add(&mut claims, score::from_vector(vector, source));
            }
        }
    };
    let name = |container: &Container| {
        text::one_line(&container.provider_metadata.short_name.as_deref().unwrap_or("unknown").to_lowercase(), 80)
    };
    take(&raw.containers.cna, &format!("cna:{}", name(&raw.containers.cna)));
    for container in &raw.containers.adp {
        let source = if is_cisa(container) { "cisa".to_owned() } else { format!("adp:{}", name(container)) };
        take(container, &source);
    }
    claims
}
