//! Which installed package needs which. Databases name packages, virtual packages, libraries, commands
//! and files; what a name stands for is known when all packages of the image are.

use std::collections::{BTreeMap, HashMap, HashSet};

use plimsoll_facts::path_hash;
use plimsoll_model::{Need, Package, Requirement};
use serde::{Deserialize, Serialize};

/// Names that one package needs and offers; real ones stay below 40,000.
const MAX_NAMES: usize = 100_000;

/// What one package needs, and what it answers to beside its own name. Names are kept as hashes: only
/// those that lead to an installed package are ever shown, and as that package's name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Relations {
    offered: Vec<u64>,
    /// Each with its alternatives: one of them is enough, the first that is there.
    needed: Vec<(Need, Vec<u64>)>,
}

/// The hash that a name is compared by.
pub(crate) fn hash_of(name: &[u8]) -> u64 {
    path_hash(name)
}

impl Relations {
    /// It answers to this name too.
    pub(crate) fn offer(&mut self, name: &[u8]) {
        self.offer_hash(hash_of(name));
    }

    /// As [`Self::offer`], by the name's hash.
    pub(crate) fn offer_hash(&mut self, name: u64) {
        if self.offered.len() < MAX_NAMES {
            self.offered.push(name);
        }
    }

    /// It needs this.
    pub(crate) fn need(&mut self, need: Need, name: &[u8]) {
        self.need_any(need, vec![hash_of(name)]);
    }

    /// It needs one of these, by the hashes of their names; the first that is there.
    pub(crate) fn need_any(&mut self, need: Need, names: Vec<u64>) {
        if self.needed.len() < MAX_NAMES && !names.is_empty() {
            self.needed.push((need, names));
        }
    }

    /// Adds what another list of the same package says.
    pub(crate) fn extend(&mut self, more: Self) {
        self.offered.extend(more.offered);
        self.needed.extend(more.needed);
    }

    /// How many names it holds.
    pub(crate) fn len(&self) -> usize {
        self.offered.len() + self.needed.iter().map(|(_, names)| names.len()).sum::<usize>()
    }

    /// The names that it needs.
    pub(crate) fn needed(&self) -> impl Iterator<Item = u64> {
        self.needed.iter().flat_map(|(_, names)| names).copied()
    }

    /// Drops the names that nobody needs.
    pub(crate) fn offer_only(&mut self, needed: &HashSet<u64>) {
        self.offered.retain(|name| needed.contains(name));
    }
}

/// Who answers to a name.
pub(crate) struct Providers {
    by_name: HashMap<u64, usize>,
}

impl Providers {
    /// Among packages; a package of that very name goes before one that only offers it, and of several
    /// that offer it the first does.
    pub(crate) fn of<'a>(packages: impl Iterator<Item = (&'a Package, &'a Relations)> + Clone) -> Self {
        let mut by_name = HashMap::new();
        for (at, (package, _)) in packages.clone().enumerate() {
            by_name.entry(hash_of(package.name.as_bytes())).or_insert(at);
        }
        for (at, (_, relations)) in packages.enumerate() {
            for name in &relations.offered {
                by_name.entry(*name).or_insert(at);
            }
        }
        Self { by_name }
    }

    /// The place of the package that answers to this name's hash.
    pub(crate) fn get(&self, name: u64) -> Option<usize> {
        self.by_name.get(&name).copied()
    }

    /// What a package needs of those that are there, by `names`, each once; itself left out.
    pub(crate) fn requirements(&self, own: &str, relations: &Relations, names: &[String]) -> Vec<Requirement> {
        let mut found: BTreeMap<&str, Need> = BTreeMap::new();
        for (need, alternatives) in &relations.needed {
            let at = alternatives.iter().find_map(|name| self.get(*name));
            let Some(name) = at.and_then(|at| names.get(at)).filter(|name| *name != own) else { continue };
            let least = found.entry(name).or_insert(*need);
            *least = (*least).min(*need);
        }
        found.into_iter().map(|(name, need)| Requirement { name: name.to_owned(), version: None, need }).collect()
    }
}
