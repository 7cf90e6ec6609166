//! How each feed stands, kept beside the database: what `db status` shows and what a scan says of
//! feeds that could not be brought up to date.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use plimsoll_model::{Timestamp, read_capped};
use serde::{Deserialize, Serialize};

use crate::FeedResult;

const STATUS_FILE: &str = "feeds.json";
const MAX_STATUS_BYTES: u64 = 16 << 20;
/// Problems kept of one feed.
const MAX_PROBLEMS: usize = 20;

/// How one feed went in the last build.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FeedStatus {
    /// Its id.
    pub feed: String,
    /// Files read.
    pub files: u64,
    /// Records in them.
    pub records: u64,
    /// How many of them are withdrawn.
    pub withdrawn: u64,
    /// Records that could not be read.
    pub broken: u64,
    /// The newest date of change in it.
    pub data_from: Option<Timestamp>,
    /// When its hosts were last asked with success; `None` where it was read from a folder.
    pub checked: Option<Timestamp>,
    /// Files that could not be had or read, with the reason; what was there before stays.
    pub problems: Vec<Problem>,
}

/// A file, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Problem {
    /// Its place in a mirror.
    pub file: String,
    /// In one sentence.
    pub why: String,
}

impl From<&FeedResult> for FeedStatus {
    fn from(result: &FeedResult) -> Self {
        let summary = &result.summary;
        let problem = |(file, why): &(String, String)| Problem { file: file.clone(), why: why.clone() };
        Self {
            feed: result.feed.to_owned(),
            files: result.files,
            records: summary.records,
            withdrawn: summary.withdrawn,
            broken: summary.broken_count,
            data_from: summary.data_from,
            checked: result.checked,
            problems: result.failures.iter().take(MAX_PROBLEMS).map(problem).collect(),
        }
    }
}

/// The feeds of the database in a folder; none where that is not known, as of a database that came
/// from elsewhere.
#[must_use]
pub fn feed_status(folder: &Path) -> Vec<FeedStatus> {
    let read = || -> io::Result<Vec<FeedStatus>> {
        let bytes = read_capped(File::open(folder.join(STATUS_FILE))?, MAX_STATUS_BYTES)?;
        Ok(serde_json::from_slice(&bytes)?)
    };
    read().unwrap_or_default()
}

/// Notes how the feeds went.
pub(crate) fn write(folder: &Path, feeds: &[FeedResult]) -> io::Result<()> {
    let status: Vec<FeedStatus> = feeds.iter().map(FeedStatus::from).collect();
    let mut file = tempfile::Builder::new().prefix(".plimsoll-").tempfile_in(folder)?;
    serde_json::to_writer_pretty(&mut file, &status)?;
    file.flush()?;
    file.persist(folder.join(STATUS_FILE)).map_err(|error| error.error)?;
    Ok(())
}
