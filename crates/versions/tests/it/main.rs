//! The order of versions, against hand-written pairs, laws, and the tools that define each scheme.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic, and says what it skips")]

mod generate;
mod laws;
mod npm_ranges;
mod oracles;
mod ordered_pairs;
mod real_versions;
