//! Until when releases get fixes: endoflife.date's products, and the tables of distro-info.

mod distro_info;
mod raw;

use std::io::Read;

use plimsoll_model::{LifeCycle, Support, Timestamp, read_capped};

use self::raw::{Document, Moment, Product, Release};
use crate::feed::{Feed, Format};
use crate::stream::is_html;
use crate::{FeedError, FeedSummary, Record, text};

/// What a file of this feed is.
const EXPECTED: &str = "endoflife.date's products";
/// Largest file, in bytes; all products together have a few megabytes.
const FILE_CAP_BYTES: u64 = 64 << 20;

/// How its files are read.
pub static FORMAT: Format = Format { folder: "eol", parse };

/// Reads all products, one product, or a table of distro-info (`.csv`).
///
/// # Errors
/// See [`FeedError`].
pub fn parse(
    feed: &Feed,
    path: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if let Some(product) = name.strip_suffix(".csv") {
        return distro_info::parse(feed, product, bytes, sink);
    }
    let json = read_capped(bytes, FILE_CAP_BYTES).map_err(|error| match error.kind() {
        std::io::ErrorKind::FileTooLarge => FeedError::TooLarge { what: "file", cap_bytes: FILE_CAP_BYTES },
        _ => FeedError::Read(error),
    })?;
    if is_html(&json) {
        return Err(FeedError::Html);
    }
    let document: Document = serde_json::from_slice(&json)
        .map_err(|error| FeedError::Malformed { expected: EXPECTED, why: error.to_string() })?;
    let mut summary = FeedSummary::default();
    let products = match document {
        Document::All { result } => result,
        Document::One { result } => vec![result],
        Document::Releases(releases) => {
            vec![Product { name: name.trim_end_matches(".json").to_owned(), releases }]
        }
    };
    for product in &products {
        for release in &product.releases {
            match cycle(feed, &product.name, release) {
                Ok(cycle) => {
                    summary.records += 1;
                    summary.data_from = summary.data_from.max(release.latest_date());
                    sink(Record::LifeCycle(cycle));
                }
                Err(why) => summary.note_broken(&product.name, why),
            }
        }
    }
    summary.require_content(EXPECTED)?;
    Ok(summary)
}

fn cycle(feed: &Feed, product: &str, release: &Release) -> Result<LifeCycle, String> {
    let name = release.name.as_deref().or(release.cycle.as_deref()).unwrap_or_default();
    let date = |text: &Option<String>| -> Option<Timestamp> { text.as_deref().and_then(Timestamp::parse) };
    let support = support(release.eol_from.as_ref().or(release.eol.as_ref()), release.is_eol)?;
    let extended = release.eoes_from.as_ref().or(release.extended_support.as_ref());
    Ok(LifeCycle {
        product: text::name(product)?.to_owned(),
        release: text::version(name)?.to_owned(),
        released: date(&release.release_date),
        support,
        extended: extended.map(|end| self::support(Some(end), release.is_eoes)).transpose()?,
        source: feed.id.to_owned(),
    })
}

/// A day, or whether it is over without one.
fn support(end: Option<&Moment>, is_over: Option<bool>) -> Result<Support, String> {
    match end {
        Some(Moment::Day(day)) => {
            Timestamp::parse(day).map(Support::Until).ok_or_else(|| format!("`{}` is no day", text::one_line(day, 40)))
        }
        Some(Moment::Whether(true)) => Ok(Support::Ended),
        Some(Moment::Whether(false)) => Ok(Support::Open),
        None if is_over == Some(true) => Ok(Support::Ended),
        None => Ok(Support::Open),
    }
}
