//! One file per output format; the table [`FORMATS`].
//!
//! A format turns a [`ScanReport`] into text. `--help`, the documentation and the tests read the
//! same table: a new format is one file and one row.

mod facts;
mod json;
mod schema;
mod table;
mod text;

use std::io::{self, Write};

use plimsoll_model::ScanReport;

pub use schema::SCHEMA;

/// What the text will be seen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether colours are wanted.
    pub color: bool,
    /// Columns of the terminal.
    pub width: u16,
}

impl Default for Style {
    fn default() -> Self {
        Self { color: false, width: 80 }
    }
}

/// Writes a report in one format.
pub type WriteReport = fn(&ScanReport, Style, &mut dyn Write) -> io::Result<()>;

/// An output format.
#[derive(Clone, Copy)]
pub struct Format {
    /// The name that `--format` takes.
    pub name: &'static str,
    /// One line for `--help`.
    pub about: &'static str,
    /// Writes it.
    pub write: WriteReport,
}

/// Every format.
pub static FORMATS: &[Format] = &[
    Format { name: "table", about: "for people at a terminal", write: table::write },
    Format { name: "json", about: "everything, in a versioned schema (docs/report-json.md)", write: json::write },
];

/// The format of this name.
#[must_use]
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

impl std::fmt::Debug for Format {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.name)
    }
}
