//! The whole road without the program around it.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod base;
mod build;
mod image;
mod limits;
mod mirror;
mod store;
mod trust;
