//! The tables of distro-info: a release a line, its columns named in the first.

use std::io::Read;

use plimsoll_model::{LifeCycle, Support, Timestamp};

use crate::feed::Feed;
use crate::lines::each_line;
use crate::{FeedError, FeedSummary, Record, text};

/// What a file of this feed is.
const EXPECTED: &str = "a table of distro-info";

/// Reads the table of one distribution.
pub(super) fn parse(
    feed: &Feed,
    product: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    let mut summary = FeedSummary::default();
    let mut heading: Option<Vec<String>> = None;
    each_line(bytes, EXPECTED, |number, line| {
        let Some(heading) = &heading else {
            let names: Vec<String> = line.split(',').map(|name| name.trim().to_ascii_lowercase()).collect();
            if !["version", "eol"].iter().all(|wanted| names.iter().any(|name| name == wanted)) {
                let why = "its first line names no columns version and eol".into();
                return Err(FeedError::Malformed { expected: EXPECTED, why });
            }
            heading = Some(names);
            return Ok(());
        };
        let columns: Vec<&str> = line.split(',').map(str::trim).collect();
        let field = |name: &str| {
            let at = heading.iter().position(|column| column == name)?;
            columns.get(at).copied().filter(|text| !text.is_empty())
        };
        if line.trim().is_empty() {
            return Ok(());
        }
        match cycle(feed, product, field) {
            Ok(Some(cycle)) => {
                summary.records += 1;
                sink(Record::LifeCycle(cycle));
            }
            Ok(None) => summary.foreign += 1,
            Err(why) => summary.note_broken(&format!("line {number}"), why),
        }
        Ok(())
    })?;
    summary.require_content(EXPECTED)?;
    Ok(summary)
}

/// `None` for what is no release (`sid`, `experimental`).
fn cycle<'f>(feed: &Feed, product: &str, field: impl Fn(&str) -> Option<&'f str>) -> Result<Option<LifeCycle>, String> {
    let Some(version) = field("version") else { return Ok(None) };
    // `22.04 LTS` is the release `22.04`.
    let release = version.split(' ').next().unwrap_or(version);
    let day = |name: &str| match field(name) {
        Some(text) => {
            Timestamp::parse(text).map(Some).ok_or_else(|| format!("`{}` is no day", text::one_line(text, 40)))
        }
        None => Ok(None),
    };
    let extended = ["eol-elts", "eol-esm", "eol-lts"].map(day).into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(Some(LifeCycle {
        product: text::name(product)?.to_owned(),
        release: text::version(release)?.to_owned(),
        released: day("release")?,
        support: day("eol")?.map_or(Support::Open, Support::Until),
        extended: extended.into_iter().flatten().max().map(Support::Until),
        source: feed.id.to_owned(),
    }))
}
