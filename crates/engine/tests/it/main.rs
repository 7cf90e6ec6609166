//! The whole road without the program around it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]
#![expect(clippy::disallowed_methods, reason = "tests read what they wrote themselves")]

mod base;
mod build;
mod host;
mod image;
mod java;
mod limits;
mod mirror;
mod oracle;
mod repositories;
mod store;
mod trust;
mod update;
