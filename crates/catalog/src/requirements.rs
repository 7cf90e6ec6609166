//! What a package needs, gathered name by name.

use std::collections::HashMap;

use plimsoll_model::{Need, Requirement};

use crate::lang::field;

/// Requirements of one package that are kept; the largest real one has some 2,000.
const MAX_REQUIREMENTS: usize = 10_000;

/// Gathers what one package needs.
#[derive(Default)]
pub(crate) struct Requirements(Vec<Requirement>);

impl Requirements {
    /// Something that it needs, if that has a name; an unreadable version counts as none.
    pub(crate) fn add(&mut self, name: &str, version: Option<&str>, need: Need) {
        if self.0.len() < MAX_REQUIREMENTS
            && let Some(name) = field(name)
        {
            let version = version.and_then(field).map(str::to_owned);
            self.0.push(Requirement { name: name.to_owned(), version, need });
        }
    }

    /// All of it, sorted, each once by its strongest need.
    pub(crate) fn finish(mut self) -> Vec<Requirement> {
        self.0.sort_by(|a, b| (&a.name, &a.version, a.need).cmp(&(&b.name, &b.version, b.need)));
        self.0.dedup_by(|next, first| (&next.name, &next.version) == (&first.name, &first.version));
        self.0
    }
}

/// The versions of each name in one lock file, so that a name alone can be told.
#[derive(Default)]
pub(crate) struct Locked<'a>(HashMap<&'a str, Option<&'a str>>);

impl<'a> Locked<'a> {
    /// A package of the file.
    pub(crate) fn add(&mut self, name: &'a str, version: &'a str) {
        self.0
            .entry(name)
            .and_modify(|known| *known = known.filter(|known| *known == version))
            .or_insert(Some(version));
    }

    /// The version of this name, if the file has exactly one.
    pub(crate) fn version(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_requirement_is_kept_once_by_its_strongest_need() {
        let mut requirements = Requirements::default();
        requirements.add("b", None, Need::Optional);
        requirements.add("a", Some("1"), Need::Always);
        requirements.add("b", None, Need::Always);
        requirements.add(" ", None, Need::Always);
        let found = requirements.finish();
        assert_eq!(found.len(), 2);
        assert_eq!((found[1].name.as_str(), found[1].need), ("b", Need::Always));
    }

    #[test]
    fn a_name_with_two_versions_is_in_doubt() {
        let mut locked = Locked::default();
        for (name, version) in [("a", "1"), ("b", "1"), ("b", "2"), ("b", "1"), ("a", "1")] {
            locked.add(name, version);
        }
        assert_eq!((locked.version("a"), locked.version("b"), locked.version("c")), (Some("1"), None, None));
    }
}
