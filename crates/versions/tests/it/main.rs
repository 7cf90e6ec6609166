//! The order of versions, against hand-written pairs, laws, and the tools that define each scheme.

mod generate;
mod laws;
mod npm_ranges;
mod oracles;
mod ordered_pairs;
mod real_versions;
