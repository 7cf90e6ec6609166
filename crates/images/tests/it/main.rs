//! Every kind of source, opened: one suite for all kinds, then what is special to each, then what
//! is broken.

#![expect(clippy::unwrap_used, reason = "tests panic where they fail")]

mod archive_walk;
mod choice;
mod hostile;
mod kinds;
mod not_images;
mod reading;
mod real;
mod references;
mod registry;
mod sample;
mod spec;
mod stream;
mod tools;
