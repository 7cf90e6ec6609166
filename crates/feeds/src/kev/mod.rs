//! CISA's list of known exploited vulnerabilities: which CVEs attackers use, and since when.

use std::io::Read;

use plimsoll_model::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::feed::{Feed, Format};
use crate::list::read_list_under;
use crate::{FeedError, FeedSummary, KevEntry, Record, text};

#[derive(Deserialize)]
struct RawEntry {
    #[serde(rename = "cveID")]
    cve: String,
    #[serde(rename = "dateAdded")]
    date_added: Option<String>,
    #[serde(rename = "dueDate")]
    due: Option<String>,
    #[serde(rename = "knownRansomwareCampaignUse")]
    ransomware: Option<String>,
}

/// How its files are read.
pub static FORMAT: Format = Format { folder: "kev", parse };

/// Reads the catalog.
///
/// # Errors
/// See [`FeedError`].
pub fn parse(
    _feed: &Feed,
    _path: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    read_list_under(
        "vulnerabilities",
        bytes,
        "CISA's catalog",
        &mut |json, summary| {
            let entry = entry(json)?;
            summary.records += 1;
            summary.data_from = summary.data_from.max(entry.date_added);
            sink(Record::Exploited(entry));
            Ok(())
        },
        &mut |key, json, summary| {
            if key == "dateReleased" {
                let released = serde_json::from_str::<String>(json.get()).ok();
                summary.data_from = summary.data_from.max(released.as_deref().and_then(Timestamp::parse));
            }
        },
    )
}

fn entry(json: &RawValue) -> Result<KevEntry, String> {
    let entry: RawEntry = serde_json::from_str(json.get()).map_err(|error| error.to_string())?;
    let cve = text::cve(entry.cve.trim()).ok_or_else(|| format!("`{}` is no CVE id", entry.cve))?;
    let date = |field: Option<String>| field.as_deref().and_then(Timestamp::parse);
    Ok(KevEntry {
        cve,
        date_added: date(entry.date_added),
        due: date(entry.due),
        ransomware: entry.ransomware.is_some_and(|word| word.trim().eq_ignore_ascii_case("known")),
    })
}
