//! The document: everything in it that says something, kept until its end.

use std::io::Read;

use plimsoll_model::Timestamp;

use super::definition::Definition;
use super::tests::Tests;
use crate::xml::{Element, each_record};
use crate::{FeedError, FeedSummary};

/// Definitions, tests, objects and states are the children of the root's children.
const LEVEL: usize = 2;
/// Most memory that a document may take, in bytes, about.
const KEPT_CAP_BYTES: usize = 512 << 20;
/// What such a file is called in errors.
pub(super) const EXPECTED: &str = "an OVAL document";

/// A document, read.
#[derive(Default)]
pub(super) struct Document {
    pub definitions: Vec<Definition>,
    pub tests: Tests,
    /// When it was made.
    pub made_at: Option<Timestamp>,
    /// What the definitions take in memory, about.
    definition_bytes: usize,
}

impl Document {
    /// Reads it. Definitions that cannot be read are noted as broken.
    pub fn read(bytes: &mut dyn Read, summary: &mut FeedSummary) -> Result<Self, FeedError> {
        let mut document = Self::default();
        each_record(bytes, "oval_definitions", LEVEL, EXPECTED, &mut |record| match record {
            _ if document.is_full() => {}
            Ok(record) => document.take(&record, summary),
            Err(cut) => summary.note_broken(cut.record.attribute("id").unwrap_or_default(), cut.why),
        })?;
        if document.is_full() {
            return Err(FeedError::TooLarge { what: "content", cap_bytes: KEPT_CAP_BYTES as u64 });
        }
        Ok(document)
    }

    fn is_full(&self) -> bool {
        self.definition_bytes.saturating_add(self.tests.size_bytes()) > KEPT_CAP_BYTES
    }

    fn take(&mut self, record: &Element, summary: &mut FeedSummary) {
        match record.name.as_str() {
            "definition" => match Definition::read(record, &mut self.tests) {
                Ok(definition) => {
                    self.definition_bytes = self.definition_bytes.saturating_add(definition.size_bytes());
                    self.definitions.push(definition);
                }
                Err(why) => summary.note_broken(record.attribute("id").unwrap_or_default(), why),
            },
            "timestamp" => self.made_at = Timestamp::parse(&record.text),
            _ => self.tests.take(record),
        }
    }
}
