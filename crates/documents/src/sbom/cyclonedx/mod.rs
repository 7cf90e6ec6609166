//! CycloneDX, in its two spellings.
//! <https://cyclonedx.org/specification/overview/>

pub(super) mod json;
pub(super) mod xml;

/// Components within components.
const MAX_DEPTH: usize = 24;

/// Whether a word of `compositions` says that not everything is listed.
fn is_incomplete(aggregate: &str) -> bool {
    aggregate.trim().starts_with("incomplete")
}
