//! Places in the change log.

use std::fmt;
use std::str::FromStr;

/// A place in the change log: behind the `index`th change of a generation. Written `12.345`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cursor {
    /// The build.
    pub generation: u64,
    /// Changes of that build which have been read.
    pub index: u32,
}

/// A text that is no cursor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no cursor; one looks like `12.345`")]
pub struct CursorError(String);

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let parts = text.split_once('.');
        let cursor = parts.and_then(|(generation, index)| {
            Some(Self { generation: generation.parse().ok()?, index: index.parse().ok()? })
        });
        cursor.ok_or_else(|| CursorError(text.chars().take(40).collect()))
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.generation, self.index)
    }
}
