//! Files to packages: operating systems, languages, binaries; the table CATALOGERS.
//!
//! Each row reads one kind of evidence. A new one is one file in `os/`, `lang/` or `binary/` and
//! one row in [`CATALOGERS`].

pub mod binary;
pub mod lang;
pub mod os;

use plimsoll_facts::Inspect;
use plimsoll_model::PackageKind;

/// One row of the table: an inspector and what a reader of the documentation wants to know of it.
pub struct Cataloger {
    /// The inspector.
    pub inspect: &'static dyn Inspect,
    /// The kind of package it yields; `None` where it yields none, or several kinds.
    pub kind: Option<PackageKind>,
    /// What it reads, in a few words for people.
    pub title: &'static str,
    /// The files it reads, as people write them.
    pub reads: &'static [&'static str],
    /// Whether its packages are declared (lock files) rather than installed.
    pub declared: bool,
    /// Its source file below `src/`, such as `os/apk.rs` or the folder `os/rpm`.
    pub file: &'static str,
}

/// Every cataloger.
pub static CATALOGERS: &[Cataloger] = &[
    // Operating systems
    // Languages
    // Binaries
];

/// The inspectors of [`CATALOGERS`], in the table's order.
#[must_use]
pub fn rows() -> Vec<&'static dyn Inspect> {
    CATALOGERS.iter().map(|cataloger| cataloger.inspect).collect()
}
