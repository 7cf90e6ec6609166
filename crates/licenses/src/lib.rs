//! Licences: what packages declare and licence files say, as SPDX expressions; their classes.
//!
//! [`expression`] makes an SPDX expression of a name as packagers write it. The inspectors of [`rows`]
//! read licence files: a Debian copyright file says itself which licence it means, another text is
//! compared with the texts of the SPDX list. [`findings`] puts both together, package by package, by
//! the classes of [`CLASSES`], which a user may change.

mod classes;
mod copyright;
mod expression;
mod files;
mod findings;
mod names;
mod text;

pub use classes::{CLASSES, Classes, UnknownLicense};
pub use expression::{Expression, expression};
pub use findings::findings;

use plimsoll_facts::Inspect;

/// The inspectors of licence files.
#[must_use]
pub fn rows() -> Vec<&'static dyn Inspect> {
    vec![&files::LicenseFiles]
}
