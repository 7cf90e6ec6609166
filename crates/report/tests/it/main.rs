//! Reports as people and programs read them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod bills;
mod formats;
mod json;
mod sample;
mod table;
