//! Documents that are one list of records, or hold one under a key: each record is read by itself.

use std::io::Read;

use serde_json::value::RawValue;

use crate::stream::{Walk, walk_json, walk_json_list};
use crate::{FeedError, FeedSummary};

/// Reads one record; what is wrong with it is the end of a sentence.
pub(crate) type ReadRecord<'r> = dyn FnMut(&RawValue, &mut FeedSummary) -> Result<(), String> + 'r;

/// What stands beside the list: its key and its value.
pub(crate) type ReadOther<'r> = dyn FnMut(&str, &RawValue, &mut FeedSummary) + 'r;

/// Reads a document that is a list. A broken record is counted, and named as the `word` and its number.
///
/// # Errors
/// As for [`walk_json`], and where the list is empty.
pub(crate) fn read_list(
    bytes: &mut dyn Read,
    expected: &'static str,
    word: &'static str,
    record: &mut ReadRecord<'_>,
) -> Result<FeedSummary, FeedError> {
    let mut list = List { key: None, word, record, other: &mut |_, _, _| {}, seen: 0, summary: FeedSummary::default() };
    walk_json_list(bytes, expected, &mut list)?;
    list.summary.require_content(expected)?;
    Ok(list.summary)
}

/// As [`read_list`], for a document that has the list under a key.
///
/// # Errors
/// As for [`read_list`].
pub(crate) fn read_list_under(
    key: &'static str,
    bytes: &mut dyn Read,
    expected: &'static str,
    record: &mut ReadRecord<'_>,
    other: &mut ReadOther<'_>,
) -> Result<FeedSummary, FeedError> {
    let mut list = List { key: Some(key), word: "entry", record, other, seen: 0, summary: FeedSummary::default() };
    walk_json(bytes, expected, &mut list)?;
    list.summary.require_content(expected)?;
    Ok(list.summary)
}

struct List<'r, 's> {
    /// `None` where the document is the list.
    key: Option<&'static str>,
    word: &'static str,
    record: &'r mut ReadRecord<'s>,
    other: &'r mut ReadOther<'s>,
    seen: u64,
    summary: FeedSummary,
}

impl Walk for List<'_, '_> {
    fn descends(&mut self, path: &[String]) -> bool {
        matches!(path, [list] if self.key.is_some_and(|key| key == list))
    }

    fn piece(&mut self, path: &[String], json: &RawValue) {
        match (self.key, path) {
            (None, _) | (Some(_), [_, _]) => {
                self.seen += 1;
                if let Err(why) = (self.record)(json, &mut self.summary) {
                    self.summary.note_broken(&format!("{} {}", self.word, self.seen), why);
                }
            }
            (Some(_), [key]) => (self.other)(key, json, &mut self.summary),
            _ => {}
        }
    }

    fn misfit(&mut self, _path: &[String]) {}
}
