//! Records that an overlay dismisses by their own id. An erratum that stands for several vulnerabilities is
//! the alias of none, so a dismissal by its id meets none by name.

use std::collections::{BTreeMap, BTreeSet};

use plimsoll_model::Candidate;

use crate::draft::Word;

/// By the dismissed id: who dismisses it, and why.
#[derive(Default)]
pub(crate) struct Dismissed<'c>(BTreeMap<&'c str, BTreeSet<(&'c str, &'c str)>>);

impl<'c> Dismissed<'c> {
    /// Hears an overlay's dismissal of a package.
    pub fn hear(&mut self, dismissal: &'c Candidate) {
        let advisory = &dismissal.advisory;
        for id in std::iter::once(&advisory.id).chain(&advisory.aliases) {
            self.0.entry(id).or_default().insert((&advisory.source, &advisory.title));
        }
    }

    /// The reason, and its sentence, why a vulnerability is no finding: every record that holds for it, in
    /// whatever standing, is dismissed.
    pub fn silence<'w>(&self, words: impl Iterator<Item = &'w Word<'c>>) -> Option<(&'static str, String)>
    where
        'c: 'w,
    {
        if self.0.is_empty() {
            return None;
        }
        let mut speakers = BTreeSet::new();
        for row in words.flat_map(|word| &word.holding) {
            let id = row.candidate.advisory.id.as_str();
            let (source, reason) = self.0.get(id)?.first()?;
            speakers.insert(format!("{source} says that {id} does not affect it: {reason}"));
        }
        (!speakers.is_empty()).then(|| ("dismissed-by-overlay", speakers.into_iter().collect::<Vec<_>>().join("; ")))
    }
}
