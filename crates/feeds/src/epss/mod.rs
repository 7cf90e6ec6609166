//! The Exploit Prediction Scoring System's table: CVE, probability, percentile.

use std::io::Read;

use plimsoll_model::{Epss, Probability, Timestamp};

use crate::feed::{Feed, Format};
use crate::lines::each_line;
use crate::{FeedError, FeedSummary, Record, text};

/// What a file of this feed is.
const EXPECTED: &str = "the table of EPSS";

/// How its files are read.
pub static FORMAT: Format = Format { folder: "epss", parse };

/// Reads the table.
///
/// # Errors
/// See [`FeedError`].
pub fn parse(
    _feed: &Feed,
    _path: &str,
    bytes: &mut dyn Read,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    let mut summary = FeedSummary::default();
    let mut has_heading = false;
    each_line(bytes, EXPECTED, |number, line| {
        if let Some(comment) = line.strip_prefix('#') {
            summary.data_from = summary.data_from.max(score_date(comment));
        } else if !has_heading {
            has_heading = line.split(',').map(str::trim).eq(["cve", "epss", "percentile"]);
            if !has_heading {
                let why = format!("line {number} does not name the columns cve, epss, percentile");
                return Err(FeedError::Malformed { expected: EXPECTED, why });
            }
        } else if !line.trim().is_empty() {
            match row(line) {
                Ok((cve, epss)) => {
                    summary.records += 1;
                    sink(Record::Epss { cve, epss });
                }
                Err(why) => summary.note_broken(&format!("line {number}"), why),
            }
        }
        Ok(())
    })?;
    summary.require_content(EXPECTED)?;
    Ok(summary)
}

/// Of `model_version:v2025.03.14,score_date:2025-03-14T00:00:00+0000` the day.
fn score_date(comment: &str) -> Option<Timestamp> {
    let written = comment.split(',').find_map(|part| part.trim().strip_prefix("score_date:"))?;
    Timestamp::parse(written.trim().get(..10)?)
}

fn row(line: &str) -> Result<(String, Epss), String> {
    let mut columns = line.split(',').map(str::trim);
    let (Some(id), Some(score), Some(percentile)) = (columns.next(), columns.next(), columns.next()) else {
        return Err("it has no three columns".into());
    };
    let cve = text::cve(id).ok_or_else(|| format!("`{}` is no CVE id", text::one_line(id, 60)))?;
    let probability = |text: &str| text.parse().ok().and_then(Probability::new);
    let epss = probability(score).zip(probability(percentile)).map(|(score, percentile)| Epss { score, percentile });
    epss.map(|epss| (cve, epss)).ok_or_else(|| "it has no probabilities".into())
}
