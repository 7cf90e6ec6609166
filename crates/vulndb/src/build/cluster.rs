//! Alias clusters: which ids mean one vulnerability.
//!
//! A cluster never holds two CVEs, whatever the records say. The rules, in this order:
//!
//! 1. A record that names several CVEs is a bundle. It joins nothing, and its id is in no cluster.
//! 2. An id belongs to the CVE that its own record names; else to the one CVE that all records
//!    naming the id agree on; an id that stands beside different CVEs belongs to none of them.
//! 3. A record without a CVE joins its id and its aliases, unless they belong to different CVEs
//!    already: then it joins nothing. Such records are taken in the order of their ids.
//!
//! So the result does not depend on the order in which feeds and records come.

use std::collections::{BTreeSet, HashMap, HashSet};

use plimsoll_model::{Advisory, Cluster};

use super::intern::Interner;

/// Most ids in one cluster; some tens is the most that real feeds make. The better-known ones stay.
const MAX_IDS: usize = 64;

/// Prefixes of ids from the best known down. A malicious package is known by its own id, not by
/// that of the advisory which tells of it; an id with another prefix comes after these.
const BEST_KNOWN: [&str; 7] = ["CVE-", "MAL-", "GHSA-", "GO-", "PYSEC-", "RUSTSEC-", "OSV-"];

/// Which CVE an id belongs to, as far as has been heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Claim {
    One(u32),
    Several,
}

impl Claim {
    fn hear(claims: &mut HashMap<u32, Self>, id: u32, cve: u32) {
        let claim = claims.entry(id).or_insert(Self::One(cve));
        if *claim != Self::One(cve) {
            *claim = Self::Several;
        }
    }
}

/// Hears all records, then knows the clusters.
#[derive(Debug, Default)]
pub(super) struct ClusterBuilder {
    ids: Interner,
    bundles: HashSet<u32>,
    /// By the records with the id itself.
    own: HashMap<u32, Claim>,
    /// By the records that have the id as an alias.
    named: HashMap<u32, Claim>,
    /// Records without a CVE: the id and the aliases.
    loose: BTreeSet<Vec<String>>,
}

impl ClusterBuilder {
    /// Hears a record that is not withdrawn.
    pub fn hear(&mut self, advisory: &Advisory) {
        let id = self.ids.add(advisory.id.as_bytes());
        let cves = cves(advisory);
        let mut named = cves.iter();
        match (named.next(), named.next()) {
            (None, _) => {
                let mut ids = vec![advisory.id.clone()];
                ids.extend(aliases(advisory).map(str::to_owned));
                self.loose.insert(ids);
            }
            (Some(cve), None) => {
                let cve = self.ids.add(cve.as_bytes());
                Claim::hear(&mut self.own, id, cve);
                for alias in aliases(advisory) {
                    let alias = self.ids.add(alias.as_bytes());
                    Claim::hear(&mut self.named, alias, cve);
                }
            }
            (Some(_), Some(_)) => {
                if !is_cve(&advisory.id) {
                    self.bundles.insert(id);
                }
            }
        }
    }

    pub fn finish(mut self) -> Clusters {
        for id in self.loose.iter().flatten() {
            self.ids.add(id.as_bytes());
        }
        let count = self.ids.len() as u32;
        let mut groups = Groups { parents: (0..count).collect(), cves: vec![None; count as usize] };
        for id in 0..count {
            if is_cve(self.ids.text(id)) {
                groups.cves[id as usize] = Some(id);
            }
        }
        for id in (0..count).filter(|id| !self.bundles.contains(id)) {
            if let Some(Claim::One(cve)) = self.own.get(&id).or_else(|| self.named.get(&id)) {
                groups.join(*cve, id);
            }
        }
        for record in &self.loose {
            let members: Vec<u32> = record
                .iter()
                .filter_map(|id| self.ids.find(id.as_bytes()))
                .filter(|id| !self.bundles.contains(id))
                .collect();
            let cves: BTreeSet<u32> = members.iter().filter_map(|id| groups.cve(*id)).collect();
            if cves.len() < 2 {
                for pair in members.windows(2) {
                    groups.join(pair[0], pair[1]);
                }
            }
        }
        Clusters::new(self.ids, groups)
    }
}

/// Sets of ids, each with at most one CVE.
#[derive(Debug)]
struct Groups {
    parents: Vec<u32>,
    /// By the root of a group.
    cves: Vec<Option<u32>>,
}

impl Groups {
    fn root(&mut self, id: u32) -> u32 {
        let mut id = id;
        while self.parents[id as usize] != id {
            let above = self.parents[self.parents[id as usize] as usize];
            self.parents[id as usize] = above;
            id = above;
        }
        id
    }

    fn cve(&mut self, id: u32) -> Option<u32> {
        let root = self.root(id);
        self.cves[root as usize]
    }

    /// Joins two groups, unless each has a CVE of its own.
    fn join(&mut self, left: u32, right: u32) {
        let (left, right) = (self.root(left), self.root(right));
        let (first, second) = (self.cves[left as usize], self.cves[right as usize]);
        if left != right && (first.is_none() || second.is_none()) {
            self.parents[right as usize] = left;
            self.cves[left as usize] = first.or(second);
        }
    }
}

/// The clusters of all records.
#[derive(Debug)]
pub(super) struct Clusters {
    ids: Interner,
    /// By id: its group.
    groups: Vec<u32>,
    /// By group: its ids, the best known first, the others by name.
    members: HashMap<u32, Vec<u32>>,
}

impl Clusters {
    fn new(ids: Interner, mut groups: Groups) -> Self {
        let roots: Vec<u32> = (0..ids.len() as u32).map(|id| groups.root(id)).collect();
        let mut members: HashMap<u32, Vec<u32>> = HashMap::new();
        for (id, root) in roots.iter().enumerate() {
            members.entry(*root).or_default().push(id as u32);
        }
        for of_group in members.values_mut() {
            of_group.sort_unstable_by_key(|id| (rank(ids.text(*id)), ids.text(*id)));
            of_group.truncate(MAX_IDS);
        }
        Self { ids, groups: roots, members }
    }

    /// The vulnerabilities that a record is about: one, or for a bundle one a CVE; sorted.
    pub fn of(&self, advisory: &Advisory) -> Vec<Cluster> {
        let cves = cves(advisory);
        if cves.is_empty() {
            return vec![self.cluster(&advisory.id)];
        }
        cves.into_iter().map(|cve| self.cluster(cve)).collect()
    }

    /// The cluster that a record's scores are about, as a number; `None` for a bundle.
    pub fn group_of(&self, advisory: &Advisory) -> Option<u32> {
        let cves = cves(advisory);
        let id = cves.first().copied().unwrap_or(&advisory.id);
        if cves.len() > 1 {
            return None;
        }
        self.group(id)
    }

    /// The ids that a group's scores are found under: its CVE, else every id.
    pub fn score_keys(&self, group: u32) -> Vec<&str> {
        let mut ids: Vec<&str> = self.members(group).collect();
        if ids.first().is_some_and(|first| is_cve(first)) {
            ids.truncate(1);
        }
        ids
    }

    fn group(&self, id: &str) -> Option<u32> {
        self.ids.find(id.as_bytes()).and_then(|id| self.groups.get(id as usize)).copied()
    }

    fn members(&self, group: u32) -> impl Iterator<Item = &str> {
        self.members.get(&group).into_iter().flatten().map(|id| self.ids.text(*id))
    }

    fn cluster(&self, id: &str) -> Cluster {
        let mut ids = self.group(id).into_iter().flat_map(|group| self.members(group)).map(str::to_owned);
        let Some(first) = ids.next() else { return Cluster { id: id.to_owned(), aliases: Vec::new() } };
        let mut aliases: Vec<String> = ids.collect();
        aliases.sort_unstable();
        Cluster { id: first, aliases }
    }
}

fn rank(id: &str) -> usize {
    BEST_KNOWN.iter().position(|prefix| id.starts_with(prefix)).unwrap_or(BEST_KNOWN.len())
}

fn is_cve(id: &str) -> bool {
    id.starts_with("CVE-")
}

/// The CVEs that a record names anywhere, sorted.
fn cves(advisory: &Advisory) -> BTreeSet<&str> {
    let elsewhere = std::iter::once(&advisory.id).chain(&advisory.aliases).filter(|id| is_cve(id));
    advisory.cves.iter().chain(elsewhere).map(String::as_str).collect()
}

/// The ids that a record has beside its own and its CVEs.
fn aliases(advisory: &Advisory) -> impl Iterator<Item = &str> {
    advisory.aliases.iter().map(String::as_str).filter(|alias| !is_cve(alias) && *alias != advisory.id)
}
