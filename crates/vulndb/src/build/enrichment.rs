//! What a build takes beside advisories, and the shards that it becomes.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use plimsoll_model::{Epss, Facts, LifeCycle, SeverityClaim, ShardName, Timestamp, Weakness};
use serde::Serialize;

use crate::enrichment::{ChannelsEntry, CyclesEntry, EpssEntry, FactsEntry, StoredFacts, epss_place, facts_place};
use crate::{Builder, DbError, ShardKind};

/// What a build has taken beside advisories.
#[derive(Debug, Default)]
pub(super) struct Enrichment {
    epss: BTreeMap<String, Epss>,
    /// By CVE and source.
    facts: BTreeMap<String, BTreeMap<String, Word>>,
    /// By CVE: who scores it, and how.
    severities: BTreeMap<String, BTreeSet<(String, SeverityClaim)>>,
    cycles: BTreeMap<String, BTreeSet<LifeCycle>>,
    weaknesses: BTreeMap<u32, String>,
    repositories: BTreeMap<String, BTreeSet<String>>,
}

/// What one source says of a CVE: the date of its change, and the facts, encoded.
type Word = (Option<Timestamp>, Vec<u8>);

/// A shard of enrichment before it is written.
pub(super) struct Drawn {
    pub name: ShardName,
    pub kind: ShardKind,
    pub sources: BTreeSet<String>,
    /// Values, encoded.
    pub entries: BTreeMap<String, Vec<u8>>,
}

impl Builder {
    /// Adds how probable it is that a CVE is exploited; where it comes twice the higher one counts.
    pub fn add_epss(&mut self, cve: &str, epss: Epss) {
        let known = self.enrichment.epss.entry(cve.to_owned()).or_insert(epss);
        *known = epss.max(*known);
    }

    /// Adds what a source says of a CVE beside the packages. Where one source speaks twice, the newer
    /// word counts.
    pub fn add_facts(&mut self, cve: &str, facts: Facts) {
        let (source, modified, severities) = (facts.source.clone(), facts.modified, facts.severities.clone());
        let Some(encoded) = self.encode(cve, &StoredFacts::of(facts)) else { return };
        let word = (modified, encoded);
        match self.enrichment.facts.entry(cve.to_owned()).or_default().entry(source.clone()) {
            Entry::Vacant(free) => drop(free.insert(word)),
            Entry::Occupied(known) if *known.get() >= word => return,
            Entry::Occupied(mut known) => drop(known.insert(word)),
        }
        let scores = self.enrichment.severities.entry(cve.to_owned()).or_default();
        scores.retain(|(by, _)| *by != source);
        scores.extend(severities.into_iter().map(|claim| (source.clone(), claim)));
    }

    /// Adds until when a release of a product gets fixes.
    pub fn add_life_cycle(&mut self, cycle: LifeCycle) {
        self.enrichment.cycles.entry(cycle.product.clone()).or_default().insert(cycle);
    }

    /// Adds the name of a kind of weakness.
    pub fn add_weakness(&mut self, weakness: Weakness) {
        self.enrichment.weaknesses.insert(weakness.number, weakness.name);
    }

    /// Adds the update channels of a repository that images are built from; where it comes twice, of both.
    pub fn add_repository(&mut self, name: String, channels: Vec<String>) {
        self.enrichment.repositories.entry(name).or_default().extend(channels);
    }

    /// The shards of what was taken.
    pub(super) fn enrichment(&self) -> Result<Vec<Drawn>, DbError> {
        let Enrichment { epss, facts, severities: _, cycles, weaknesses, repositories } = &self.enrichment;
        let mut probabilities: BTreeMap<&str, EpssEntry> = BTreeMap::new();
        for (cve, epss) in epss {
            if let Some((key, place)) = epss_place(cve) {
                probabilities.entry(key).or_default().push((place, *epss));
            }
        }
        let mut words: BTreeMap<&str, FactsEntry> = BTreeMap::new();
        for (cve, by_source) in facts {
            if let Some((key, place)) = facts_place(cve) {
                let decode = |(_, encoded): &Word| postcard::from_bytes(encoded).map_err(DbError::encode);
                let of_cve = by_source.values().map(decode).collect::<Result<Vec<StoredFacts>, _>>()?;
                words.entry(key).or_default().push((place, of_cve));
            }
        }
        let cycles =
            cycles.iter().map(|(product, set)| (product.as_str(), set.iter().cloned().collect::<CyclesEntry>()));
        let names = weaknesses.iter().map(|(number, name)| (number.to_string(), name));
        let channels = repositories.iter().map(|(name, set)| (name, set.iter().cloned().collect::<ChannelsEntry>()));
        let of_facts = facts.values().flat_map(BTreeMap::keys).cloned().collect();
        let of_cycles = self.enrichment.cycles.values().flatten().map(|cycle| cycle.source.clone()).collect();
        let of_repositories = ShardName::redhat_repositories;
        let own = |name: &ShardName| BTreeSet::from([name.to_string()]);
        let all = [
            drawn(ShardName::epss(), ShardKind::Epss, own(&ShardName::epss()), probabilities)?,
            drawn(ShardName::facts(), ShardKind::Facts, of_facts, words)?,
            drawn(ShardName::eol(), ShardKind::LifeCycles, of_cycles, cycles)?,
            drawn(ShardName::cwe(), ShardKind::Weaknesses, own(&ShardName::cwe()), names)?,
            drawn(of_repositories(), ShardKind::Repositories, own(&of_repositories()), channels)?,
        ];
        Ok(all.into_iter().filter(|shard| !shard.entries.is_empty()).collect())
    }

    /// What was said of severities beside advisories: each CVE's claims, and whose feeds say so.
    pub(super) fn other_severities(&self) -> impl Iterator<Item = (&str, &BTreeSet<(String, SeverityClaim)>)> {
        self.enrichment.severities.iter().map(|(cve, claims)| (cve.as_str(), claims))
    }
}

fn drawn<K: Into<String>>(
    name: ShardName,
    kind: ShardKind,
    sources: BTreeSet<String>,
    values: impl IntoIterator<Item = (K, impl Serialize)>,
) -> Result<Drawn, DbError> {
    let encode = |(key, value): (K, _)| Ok((key.into(), postcard::to_stdvec(&value).map_err(DbError::encode)?));
    Ok(Drawn { name, kind, sources, entries: values.into_iter().map(encode).collect::<Result<_, DbError>>()? })
}
