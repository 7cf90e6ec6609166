//! MITRE's Common Weakness Enumeration: the names of weaknesses and of their categories.

use std::borrow::Cow;
use std::io::Read;

use plimsoll_model::Weakness;
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use crate::feed::{Feed, Format};
use crate::zip::{Wanted, each_member};
use crate::{FeedError, FeedSummary, Record, text};

/// What a file of this feed is.
const EXPECTED: &str = "MITRE's list of weaknesses";
/// The list, which has some twenty megabytes.
const LIST: Wanted = Wanted { suffix: ".xml", cap_bytes: 256 << 20 };

/// How its files are read.
pub static FORMAT: Format = Format { folder: "cwe", parse };

/// Reads the list from its zip.
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
    let mut failure = None;
    each_member(bytes, LIST, |_, xml| {
        let outcome = xml.and_then(|xml| list(xml, &mut summary, sink));
        failure = failure.take().or(outcome.err());
    })?;
    if let Some(why) = failure {
        return Err(FeedError::Malformed { expected: EXPECTED, why });
    }
    summary.require_content(EXPECTED)?;
    Ok(summary)
}

fn list(xml: &[u8], summary: &mut FeedSummary, sink: &mut dyn FnMut(Record)) -> Result<(), String> {
    let mut reader = Reader::from_reader(xml);
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(tag) | Event::Empty(tag) if matches!(tag.local_name().as_ref(), b"Weakness" | b"Category") => {
                match weakness(&tag) {
                    Ok(weakness) => {
                        summary.records += 1;
                        sink(Record::Weakness(weakness));
                    }
                    Err(why) => summary.note_broken("a weakness", why),
                }
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn weakness(tag: &BytesStart<'_>) -> Result<Weakness, String> {
    let attribute = |name: &str| -> Result<String, String> {
        let found = tag.try_get_attribute(name).map_err(|error| error.to_string())?;
        let found = found.ok_or_else(|| format!("it has no {name}"))?;
        let value = std::str::from_utf8(&found.value).map_err(|_| format!("its {name} is no text"))?;
        unescape(value).map(Cow::into_owned).map_err(|error| error.to_string())
    };
    let number = attribute("ID")?.trim().parse().map_err(|_| "its ID is no number".to_owned())?;
    Ok(Weakness { number, name: text::one_line(&attribute("Name")?, text::TITLE_BYTES) })
}
