//! What one layer yields, and its form in the cache.

use plimsoll_model::{Gap, Location};
use serde::{Deserialize, Serialize};

use crate::{Entries, Found, Section};

/// One thing found, where, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundItem {
    /// The file, and the way inside it.
    pub location: Location,
    /// [`crate::Inspect::id`] of the inspector, as an index into [`SectionFacts::inspectors`].
    pub by: u16,
    /// What.
    pub found: Found,
}

/// What the inspectors of one section found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionFacts {
    /// Which section.
    pub section: Section,
    /// [`crate::fingerprint`] of the inspectors that ran.
    pub fingerprint: u64,
    /// Ids of the inspectors that found something.
    pub inspectors: Vec<String>,
    /// What they found, in the archive's order.
    pub found: Vec<FoundItem>,
    /// Gaps that belong to no single file.
    pub gaps: Vec<Gap>,
}

/// The facts of one layer.
#[derive(Debug, Clone, Default)]
pub struct LayerFacts {
    /// The file list.
    pub entries: Entries,
    /// Oddities of the archive and limits reached while walking it; cached with the entries.
    pub gaps: Vec<Gap>,
    /// What was found, a section each.
    pub sections: Vec<SectionFacts>,
}

/// Why cached facts cannot be used: they are then read again from the layer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cached facts are damaged: {0}")]
pub struct DecodeError(String);

impl LayerFacts {
    /// The file list and its gaps, in the cache's form.
    #[must_use]
    pub fn encode_entries(&self) -> Vec<u8> {
        postcard::to_stdvec(&(&self.entries, &self.gaps)).unwrap_or_default()
    }

    /// Reads [`Self::encode_entries`] back.
    ///
    /// # Errors
    /// When the bytes are not what was written.
    pub fn decode_entries(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (entries, gaps): (Entries, Vec<Gap>) =
            postcard::from_bytes(bytes).map_err(|error| DecodeError(error.to_string()))?;
        if !entries.is_sound() {
            return Err(DecodeError("an entry points outside".into()));
        }
        Ok(Self { entries, gaps, sections: Vec::new() })
    }
}

impl SectionFacts {
    /// The cache's form.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        postcard::to_stdvec(self).unwrap_or_default()
    }

    /// Reads [`Self::encode`] back.
    ///
    /// # Errors
    /// When the bytes are not what was written.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let facts: Self = postcard::from_bytes(bytes).map_err(|error| DecodeError(error.to_string()))?;
        if facts.found.iter().any(|item| usize::from(item.by) >= facts.inspectors.len()) {
            return Err(DecodeError("a finding names no inspector".into()));
        }
        Ok(facts)
    }
}
