//! Comparing the meaning of two generations of a shard.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use plimsoll_model::{Advisory, Cluster, LifeCycle, ShardName};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::{Change, ChangeKind};
use crate::enrichment::CyclesEntry;
use crate::open::{Body, Contents};
use crate::stored::{StoredRecord, StoredRow};
use crate::{DbError, ShardKind};

/// What is asked of a record again and again.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub id: String,
    pub source: String,
    /// The displayed ids of its vulnerabilities.
    pub vulnerabilities: Vec<String>,
    /// What the record itself means.
    meaning: u64,
}

impl Known {
    pub fn of(record: &StoredRecord) -> Result<Self, DbError> {
        let StoredRecord { advisory, clusters } = record;
        let Advisory { id, source, class, severities, .. } = advisory;
        let vulnerabilities: Vec<String> = clusters.iter().map(|Cluster { id, .. }| id.clone()).collect();
        let meaning = postcard::to_stdvec(&(class, severities, &vulnerabilities)).map_err(DbError::encode)?;
        Ok(Self { id: id.clone(), source: source.clone(), vulnerabilities, meaning: xxh3_64(&meaning) })
    }

    fn identity(&self, name: &str) -> u64 {
        xxh3_64(format!("{name}\0{}\0{}", self.source, self.id).as_bytes())
    }

    /// What a row of the record means: all but when it was seen and announced.
    fn row(&self, row: &StoredRow) -> Result<u64, DbError> {
        let StoredRow { status, ranges, versions, severities, fix_date: _, scope, observed: _ } = row;
        let bytes = postcard::to_stdvec(&(status, ranges, versions, severities, scope)).map_err(DbError::encode)?;
        Ok(xxh3_64_with_seed(&bytes, self.meaning))
    }

    fn change(&self, shard: &ShardName, name: &str, kind: ChangeKind) -> Change {
        let (advisory, source) = (self.id.clone(), self.source.clone());
        let vulnerabilities = self.vulnerabilities.clone();
        Change { shard: shard.clone(), name: name.to_owned(), advisory, source, kind, vulnerabilities }
    }
}

/// What a shard means: for each package and advisory a number that changes with the meaning.
#[derive(Debug, Default)]
pub(crate) struct Meanings {
    of: HashMap<u64, Meaning>,
    names: Vec<String>,
}

#[derive(Debug)]
struct Meaning {
    /// The sum over its rows, whose order means nothing.
    sum: u64,
    name: u32,
    record: u32,
}

impl Meanings {
    /// Those of a shard, with its records.
    pub fn of(contents: &Contents) -> Result<(Self, Vec<Known>), DbError> {
        let known = contents.records.iter().map(Known::of).collect::<Result<Vec<_>, _>>()?;
        let mut meanings = Self::default();
        for key in &contents.keys {
            let Body::Pairs(pairs) = &key.body else { continue };
            for (record, row) in pairs {
                if let Some(of_record) = known.get(*record as usize) {
                    meanings.hear(&key.name, *record, of_record, row)?;
                }
            }
        }
        Ok((meanings, known))
    }

    /// Adds a row; those of a name come together.
    pub fn hear(&mut self, name: &str, record: u32, known: &Known, row: &StoredRow) -> Result<(), DbError> {
        if self.names.last().is_none_or(|last| last != name) {
            self.names.push(name.to_owned());
        }
        let place = (self.names.len() - 1) as u32;
        let meaning = self.of.entry(known.identity(name)).or_insert(Meaning { sum: 0, name: place, record });
        meaning.sum = meaning.sum.wrapping_add(known.row(row)?);
        Ok(())
    }

    /// What leads from the old meanings to these.
    pub fn changes<'k>(
        &'k self,
        shard: &'k ShardName,
        known: &'k dyn Fn(u32) -> Option<&'k Known>,
        old: (&'k Self, &'k [Known]),
        is_withdrawn: &'k dyn Fn(&Known) -> bool,
    ) -> impl Iterator<Item = Change> + 'k {
        let (old, old_known) = old;
        let came = self.of.iter().filter_map(move |(identity, new)| {
            let kind = match old.of.get(identity) {
                Some(before) if before.sum == new.sum => return None,
                Some(_) => ChangeKind::Changed,
                None => ChangeKind::Added,
            };
            Some(known(new.record)?.change(shard, self.names.get(new.name as usize)?, kind))
        });
        let went = old.of.iter().filter(|(identity, _)| !self.of.contains_key(identity));
        let went = went.filter_map(move |(_, before)| {
            let known = old_known.get(before.record as usize)?;
            let kind = if is_withdrawn(known) { ChangeKind::Withdrawn } else { ChangeKind::Removed };
            Some(known.change(shard, old.names.get(before.name as usize)?, kind))
        });
        came.chain(went)
    }
}

/// What each key of a shard of values means, encoded: who reads the log asks by these names.
pub(crate) type Values = HashMap<String, Vec<u8>>;

/// What the values of a shard mean; `None` where their changes are told to nobody: of EPSS, which moves
/// every day, and of prose.
pub(crate) fn values<'v>(kind: ShardKind, stored: impl Iterator<Item = (&'v str, &'v [u8])>) -> Option<Values> {
    match kind {
        ShardKind::Severities | ShardKind::Exploited | ShardKind::Repositories => {
            Some(stored.map(|(key, value)| (key.to_owned(), value.to_vec())).collect())
        }
        ShardKind::LifeCycles => Some(stored.flat_map(|(_, value)| ends(value)).collect()),
        _ => None,
    }
}

/// `debian 12` and how long it gets fixes, of an entry of releases.
fn ends(entry: &[u8]) -> Vec<(String, Vec<u8>)> {
    let cycles: CyclesEntry = postcard::from_bytes(entry).unwrap_or_default();
    let mut ends: BTreeMap<String, BTreeSet<_>> = BTreeMap::new();
    for LifeCycle { product, release, support, extended, .. } in cycles {
        ends.entry(format!("{product} {release}")).or_default().insert((support, extended));
    }
    let encoded = |(name, ends)| Some((name, postcard::to_stdvec(&ends).ok()?));
    ends.into_iter().filter_map(encoded).collect()
}

/// What leads from the old values to the new ones.
pub(crate) fn compare_values(shard: &ShardName, kind: ShardKind, old: &Contents, new: &Values) -> Vec<Change> {
    let is_about_vulnerabilities = matches!(kind, ShardKind::Severities | ShardKind::Exploited);
    let change = |name: &str, what: ChangeKind| Change {
        name: name.to_owned(),
        vulnerabilities: is_about_vulnerabilities.then(|| name.to_owned()).into_iter().collect(),
        ..Change::whole(shard.clone(), what)
    };
    let stored = old.keys.iter().filter_map(|key| match &key.body {
        Body::Value(value) => Some((key.name.as_str(), value.as_slice())),
        Body::Pairs(_) => None,
    });
    let old = values(kind, stored).unwrap_or_default();
    let came = new.iter().filter_map(|(name, value)| match old.get(name) {
        Some(before) if before == value => None,
        Some(_) => Some(change(name, ChangeKind::Changed)),
        None => Some(change(name, ChangeKind::Added)),
    });
    let went = old.keys().filter(|name| !new.contains_key(*name)).map(|name| change(name, ChangeKind::Removed));
    came.chain(went).collect()
}
