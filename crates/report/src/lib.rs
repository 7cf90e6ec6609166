//! One file per output format; the table [`FORMATS`].
//!
//! A format turns a [`ScanReport`] into text. `--help`, the documentation and the tests read the
//! same table: a new format is one file and one row.

mod bill;
mod facts;
mod history;
mod json;
mod layers;
mod licenses;
mod native;
mod safe_json;
mod schema;
mod suppressed;
mod table;
mod text;

use std::io::{self, Write};

use owo_colors::Style as Paint;
use plimsoll_model::{ScanReport, Severity};

pub use bill::{BILLS, Bill, BillFormat, LAYERS, WriteBill};
pub use safe_json::{write_json, write_json_line};
pub use schema::SCHEMA;
pub use text::{printable, wrap};

/// What the text will be seen on, and how much of it is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether colours are wanted.
    pub color: bool,
    /// Columns of the terminal.
    pub width: u16,
    /// Whether each match that is no finding is listed, with its reason; else they are counted.
    pub shows_suppressed: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { color: false, width: 80, shows_suppressed: false }
    }
}

impl Style {
    /// Text that stands out, where colours are wanted.
    #[must_use]
    pub fn bold(self, text: &str) -> String {
        text::paint(text, Paint::new().bold(), self.color)
    }

    /// Text that stands back, where colours are wanted.
    #[must_use]
    pub fn dim(self, text: &str) -> String {
        text::paint(text, Paint::new().dimmed(), self.color)
    }

    /// Text in the colour of a severity, where colours are wanted.
    #[must_use]
    pub fn severity(self, text: &str, severity: Severity) -> String {
        text::paint(text, text::severity_paint(severity), self.color)
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
