//! CISA's list of known exploited vulnerabilities: which CVEs attackers use, and since when.

use std::io::Read;

use plimsoll_model::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::feed::{Feed, Format};
use crate::stream::{Walk, walk_json};
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
    let mut catalog = Catalog { summary: FeedSummary::default(), sink };
    walk_json(bytes, "CISA's catalog", &mut catalog)?;
    catalog.summary.require_content("CISA's catalog")?;
    Ok(catalog.summary)
}

struct Catalog<'s> {
    summary: FeedSummary,
    sink: &'s mut dyn FnMut(Record),
}

impl Walk for Catalog<'_> {
    fn descends(&mut self, path: &[String]) -> bool {
        matches!(path, [list] if list == "vulnerabilities")
    }

    fn piece(&mut self, path: &[String], json: &RawValue) {
        match path {
            [_, _] => {
                if let Err(why) = self.entry(json) {
                    let place = format!("entry {}", self.summary.records + self.summary.broken_count + 1);
                    self.summary.note_broken(&place, why);
                }
            }
            [key] if key == "dateReleased" => {
                let released = serde_json::from_str::<String>(json.get()).ok();
                self.summary.data_from = self.summary.data_from.max(released.as_deref().and_then(Timestamp::parse));
            }
            _ => {}
        }
    }

    fn misfit(&mut self, _path: &[String]) {}
}

impl Catalog<'_> {
    fn entry(&mut self, json: &RawValue) -> Result<(), String> {
        let entry: RawEntry = serde_json::from_str(json.get()).map_err(|error| error.to_string())?;
        let cve = text::cve(entry.cve.trim()).ok_or_else(|| format!("`{}` is no CVE id", entry.cve))?;
        let date = |field: Option<String>| field.as_deref().and_then(Timestamp::parse);
        let date_added = date(entry.date_added);
        self.summary.records += 1;
        self.summary.data_from = self.summary.data_from.max(date_added);
        (self.sink)(Record::Exploited(KevEntry {
            cve,
            date_added,
            due: date(entry.due),
            ransomware: entry.ransomware.is_some_and(|word| word.trim().eq_ignore_ascii_case("known")),
        }));
        Ok(())
    }
}
