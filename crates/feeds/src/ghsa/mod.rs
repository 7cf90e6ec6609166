//! GitHub's advisories as they lie in their own repository: a folder for each, an OSV record in it.
//!
//! `advisories/github-reviewed/2024/01/GHSA-…/GHSA-….json` is read, from an archive of the
//! repository or file by file from a copy. `advisories/unreviewed` is left out: it repeats every CVE
//! and names no packages.

use std::io::Read;

use plimsoll_model::read_capped;

use crate::caps::RECORD_CAP_BYTES;
use crate::feed::{Feed, Format};
use crate::stream::is_html;
use crate::{FeedError, FeedSummary, Record, osv, tar, zip};

/// How its files are read.
pub static FORMAT: Format = Format { folder: "ghsa", parse };

/// Reads an archive of the repository, or one record of it.
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
        osv::take(feed, member, content, &mut summary, sink);
    };
    if path.ends_with(".json") {
        let json = read_capped(bytes, RECORD_CAP_BYTES).map_err(|error| match error.kind() {
            std::io::ErrorKind::FileTooLarge => FeedError::TooLarge { what: "record", cap_bytes: RECORD_CAP_BYTES },
            _ => FeedError::Read(error),
        })?;
        if is_html(&json) {
            return Err(FeedError::Html);
        }
        take(path, Ok(&json));
    } else if path.ends_with(".zip") {
        zip::each_member(bytes, zip::Wanted::JSON, |member, content| {
            if is_reviewed(member) {
                take(member, content);
            }
        })?;
    } else {
        tar::each_member(bytes, tar::Sizes::RECORDS, is_reviewed, take)?;
    }
    summary.require_content("a repository of reviewed advisories")?;
    Ok(summary)
}

/// Whether a file of the repository, whose own folder may stand before it, is a reviewed advisory.
fn is_reviewed(path: &str) -> bool {
    let (folder, file) = path.rsplit_once('/').unwrap_or_default();
    let at = folder.split('/').position(|part| part == "advisories");
    let mut parts = folder.split('/').skip(at.map_or(usize::MAX, |at| at + 1));
    parts.next() == Some("github-reviewed") && file.ends_with(".json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_github_reviewed_is_read() {
        for path in [
            "advisories/github-reviewed/2024/01/GHSA-a/GHSA-a.json",
            "advisory-database-main/advisories/github-reviewed/2024/01/GHSA-a/GHSA-a.json",
        ] {
            assert!(is_reviewed(path), "{path}");
        }
        for path in [
            "advisory-database-main/advisories/unreviewed/2024/01/GHSA-a/GHSA-a.json",
            "advisory-database-main/advisories/unreviewed/github-reviewed/GHSA-a.json",
            "advisory-database-main/package.json",
            "advisories/github-reviewed/2024/01/README.md",
            "github-reviewed.json",
            "",
        ] {
            assert!(!is_reviewed(path), "{path}");
        }
    }
}
