//! OVAL: definitions of what must be installed for a system to be vulnerable.
//!
//! A definition's criteria name tests by id, a test names an object (a package) and a state (its
//! version), and all of them stand after the definitions. So a document is read first, kept as
//! tightly as it goes, and resolved after its end. What the criteria mean by products, severities
//! and ids is each publisher's own: one file each.

pub mod azure;
mod criteria;
mod definition;
mod document;
pub mod oracle;
mod rows;
pub mod suse;
mod tests;
mod version;

use std::io::Read;

use plimsoll_model::{Advisory, Affected, FixDate, FixDateKind, RangeEnd, Timestamp};

use self::definition::Definition;
use self::document::{Document, EXPECTED};
use self::rows::{Dialect, Rows};
use crate::{FeedError, FeedSummary, Record};

/// Makes an advisory of a definition and its rows, of which there is at least one.
type Convert<'c> = &'c dyn Fn(&Definition, Vec<Affected>) -> Result<Advisory, String>;

/// Reads a document, and hands over what `convert` makes of each definition.
fn read(
    bytes: &mut dyn Read,
    dialect: &dyn Dialect,
    convert: Convert<'_>,
    sink: &mut dyn FnMut(Record),
) -> Result<FeedSummary, FeedError> {
    let mut summary = FeedSummary::default();
    let document = Document::read(bytes, &mut summary)?;
    for definition in &document.definitions {
        let Rows { affected, foreign, broken } = Rows::read(&definition.criteria, &document.tests, dialect);
        summary.foreign_rows = summary.foreign_rows.saturating_add(foreign);
        let is_foreign = affected.is_empty() && broken.is_none();
        if let Some(why) = broken {
            summary.note_broken(&definition.id, why);
        }
        if is_foreign {
            summary.foreign = summary.foreign.saturating_add(1);
        }
        if affected.is_empty() {
            continue;
        }
        match convert(definition, affected) {
            Ok(advisory) => {
                summary.note_advisory(&advisory);
                sink(Record::Advisory(advisory));
            }
            Err(why) => summary.note_broken(&definition.id, why),
        }
    }
    summary.data_from = summary.data_from.max(document.made_at);
    summary.require_content(EXPECTED)?;
    Ok(summary)
}

/// The day of an erratum is the day of the fixes in it.
fn date_fixes(affected: &mut [Affected], issued: Option<Timestamp>) {
    for row in affected {
        let has_fix = row.ranges.iter().any(|range| matches!(range.end, RangeEnd::Fixed(_)));
        row.fix_date = issued.filter(|_| has_fix).map(|at| FixDate { kind: FixDateKind::Advisory, at });
    }
}
