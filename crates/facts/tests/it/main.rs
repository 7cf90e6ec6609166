//! Layers written by hand, laid over one another.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod driver;
mod form;
mod history;
mod listed;
mod listing;
mod overlay;
mod owners;
mod relations;
mod robustness;
mod usage;
