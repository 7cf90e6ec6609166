//! The answer "could not tell": which version could not be read, and why.

const MAX_SHOWN_CHARS: usize = 200;

/// A version that its scheme cannot read, so that nothing can be said about its place in the order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("version {version:?} cannot be compared: {why}")]
pub struct Incomparable {
    /// The version that could not be read, cut after 200 characters.
    pub version: String,
    /// What is wrong with it, as the end of a sentence.
    pub why: &'static str,
}

impl Incomparable {
    pub(crate) fn new(version: &str, why: &'static str) -> Incomparable {
        Incomparable { version: version.chars().take(MAX_SHOWN_CHARS).collect(), why }
    }
}
