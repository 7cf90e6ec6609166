//! What Go's database adds to a row: ranges of its own that override, and the packages concerned.

use plimsoll_model::GoImport;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::raw::{self, list};
use crate::text;

/// Longest import path or symbol kept, in bytes.
const SYMBOL_BYTES: usize = 512;

/// `ecosystem_specific` of a Go row.
#[derive(Deserialize, Default)]
pub(super) struct GoSpecific {
    #[serde(default, deserialize_with = "list")]
    imports: Vec<RawImport>,
    /// Ranges for modules whose versions are no Go versions; where they stand, the plain range is
    /// mostly a bare `introduced: 0` that would flag everything.
    #[serde(default, deserialize_with = "list")]
    pub custom_ranges: Vec<raw::Range>,
}

#[derive(Deserialize)]
struct RawImport {
    path: Option<String>,
    #[serde(default, deserialize_with = "list")]
    symbols: Vec<String>,
    #[serde(default, deserialize_with = "list")]
    goos: Vec<String>,
    #[serde(default, deserialize_with = "list")]
    goarch: Vec<String>,
}

impl GoSpecific {
    pub fn read(json: Option<&RawValue>) -> Result<Self, String> {
        json.map_or_else(|| Ok(Self::default()), |json| serde_json::from_str(json.get()))
            .map_err(|error| format!("ecosystem_specific: {error}"))
    }

    /// The packages, sorted, each once.
    pub fn imports(&self) -> Vec<GoImport> {
        let words = |list: &[String]| -> Vec<String> {
            let mut words: Vec<String> =
                list.iter().map(|word| text::one_line(word, SYMBOL_BYTES)).filter(|word| !word.is_empty()).collect();
            words.sort_unstable();
            words.dedup();
            words
        };
        let mut imports: Vec<GoImport> = self
            .imports
            .iter()
            .filter_map(|import| {
                let path = text::one_line(import.path.as_deref()?, SYMBOL_BYTES);
                (!path.is_empty()).then(|| GoImport {
                    path,
                    symbols: words(&import.symbols),
                    goos: words(&import.goos),
                    goarch: words(&import.goarch),
                })
            })
            .collect();
        imports.sort_unstable();
        imports.dedup();
        imports
    }
}
