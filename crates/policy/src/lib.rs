//! The gate: findings and coverage to a verdict. Pure.
//!
//! [`judge`] applies the built-in policy. Its rules, by the names that reasons carry:
//!
//! | rule | breaks it |
//! |---|---|
//! | `malware` | a malicious package, whatever else is chosen |
//! | `known-exploited` | a vulnerability on the list of known exploited ones |
//! | `severity` | a vulnerability from the line on: high, unless the user moves it |
//! | `unscored` | nobody scored it: counts as medium, on a line of its own |
//! | `license` | a licence of a class that the user named |
//! | `coverage` | what had to be seen and was not: INCOMPLETE, which FAIL beats |
//!
//! Only packages that are present count; in a folder, declared ones do too.

mod gate;
mod judge;
mod unscored;

pub use gate::{FailOn, Gate, POLICY};
pub use judge::judge;
