//! What was deleted, or was said anew: which advisories no longer stand.

use std::collections::HashMap;

use plimsoll_model::{Advisory, Timestamp};

/// By source and id the moment up to which nothing stands.
#[derive(Debug, Default)]
pub(super) struct Deletions(HashMap<String, HashMap<String, Timestamp>>);

impl Deletions {
    /// Of several moments the last one counts.
    pub fn add(&mut self, source: String, id: String, at: Timestamp) {
        let until = self.0.entry(source).or_default().entry(id).or_insert(at);
        *until = at.max(*until);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the advisory does not stand any more. One that does not say when it was changed is
    /// older than any deletion.
    pub fn hold(&self, advisory: &Advisory) -> bool {
        let until = self.0.get(&advisory.source).and_then(|of_source| of_source.get(&advisory.id));
        until.is_some_and(|until| advisory.modified.is_none_or(|modified| modified <= *until))
    }
}
