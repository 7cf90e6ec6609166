//! Licences as packagers write them, as files tell them, by class.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod classes;
mod declared;
mod files;
mod findings;
