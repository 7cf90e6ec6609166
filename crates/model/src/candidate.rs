//! What the database hands to matching: one record's row about one package name.

use serde::{Deserialize, Serialize};

use crate::{Advisory, Affected, Timestamp};

/// One vulnerability under all its names, as the alias clusters of the database know it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Cluster {
    /// The displayed id: the CVE where there is one, else the best-known id.
    pub id: String,
    /// Every other id, sorted.
    pub aliases: Vec<String>,
}

impl Cluster {
    /// Every id, the displayed one first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.id.as_str()).chain(self.aliases.iter().map(String::as_str))
    }
}

/// One record's row about one package name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The vulnerabilities that the record is about: one, or for a bundle one for each CVE; sorted,
    /// never empty.
    pub clusters: Vec<Cluster>,
    /// The record; its [`Advisory::affected`] is empty, the row stands beside it.
    pub advisory: Advisory,
    /// The row.
    pub affected: Affected,
    /// When the database first saw the row's fix; `None` where that was in its first build, which
    /// cannot know how old the fix was then.
    pub observed: Option<Timestamp>,
}
