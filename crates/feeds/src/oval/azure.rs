//! Azure Linux and CBL-Mariner: one definition for each source package and CVE.
//!
//! Nothing in a document says which release it is for, so its file's name does.

use std::io::Read;

use plimsoll_model::{Advisory, AdvisoryClass, Affected, RangeEnd, ShardName, Status};

use super::definition::Definition;
use super::document::EXPECTED;
use super::rows::{Condition, Dialect, Place};
use crate::feed::{Feed, Format};
use crate::{FeedError, FeedSummary, Record, score, text};

/// How its files are read.
pub static FORMAT: Format = Format { folder: "oval", parse };

/// Reads the definitions of one release.
///
/// # Errors
/// See [`FeedError`].
pub fn parse(
    feed: &Feed,
    path: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    let no_release = || FeedError::Malformed { expected: EXPECTED, why: "its name says no release".into() };
    let azure = Azure { shard: shard(feed, path).ok_or_else(no_release)? };
    super::read(bytes, &azure, &|definition, affected| advisory(feed, definition, affected), sink)
}

struct Azure {
    shard: ShardName,
}

impl Dialect for Azure {
    fn condition<'t>(&self, _comment: &'t str) -> Option<Condition<'t>> {
        None
    }

    fn place(&self, _product: &str) -> Option<Place> {
        None
    }

    fn own_place(&self) -> Option<Place> {
        Some(Place { shard: self.shard.clone(), channel: None })
    }
}

/// `azurelinux-3.0` of `azurelinux/azurelinux-3.0-oval.xml`, `mariner-2.0` of
/// `azurelinux/cbl-mariner-2.0-oval.xml`.
fn shard(feed: &Feed, path: &str) -> Option<ShardName> {
    let file = path.rsplit('/').next()?;
    let release = file.split_once("-oval")?.0.rsplit('-').next()?;
    Some(ShardName::distro(feed.id, Some(release))).filter(|shard| feed.shards.holds(shard))
}

fn advisory(feed: &Feed, definition: &Definition, mut affected: Vec<Affected>) -> Result<Advisory, String> {
    let cves = definition.all_cves();
    let reference = definition.references.first().map(|reference| &*reference.id);
    let id = match (cves.as_slice(), reference) {
        ([cve], _) => cve,
        (_, Some(reference)) if text::is_id(reference) => reference,
        _ => return Err("it names no vulnerability".into()),
    }
    .to_owned();
    for row in &mut affected {
        settle(row, &definition.patchable);
    }
    super::date_fixes(&mut affected, definition.issued);
    Ok(Advisory {
        id,
        source: feed.id.to_owned(),
        cves,
        aliases: Vec::new(),
        class: AdvisoryClass::Vulnerability,
        title: definition.title.clone(),
        severities: score::from_word(&definition.severity, feed.id).into_iter().collect(),
        published: definition.issued,
        modified: definition.updated,
        withdrawn: None,
        urls: text::urls(definition.references.iter().map(|reference| &*reference.url)),
        affected,
    })
}

/// What `patchable` makes of a row: `false` says that its version is no fix, `Not Applicable` that
/// the package is not affected, whatever the criteria compare.
fn settle(row: &mut Affected, patchable: &str) {
    if patchable.eq_ignore_ascii_case("Not Applicable") {
        row.status = Status::NotAffected;
        row.ranges.clear();
    } else if patchable.eq_ignore_ascii_case("false") {
        for range in &mut row.ranges {
            if let RangeEnd::Fixed(version) = &mut range.end {
                range.end = RangeEnd::Before(std::mem::take(version));
            }
        }
    }
}
