//! Documents as tools make them, and as nobody should.

#![expect(clippy::unwrap_used, reason = "tests panic where they fail")]

mod envelopes;
mod formats;
mod hostile;
mod identity;
mod real;
mod samples;
