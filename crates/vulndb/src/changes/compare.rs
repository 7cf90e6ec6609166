//! Comparing the meaning of two generations of a shard.

use std::collections::HashMap;

use plimsoll_model::{Advisory, Cluster, ShardName};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::{Change, ChangeKind};
use crate::DbError;
use crate::open::{Body, Contents};
use crate::stored::{StoredRecord, StoredRow};

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

/// What leads from the old values to the new ones, each by its key.
pub(crate) fn compare_values(shard: &ShardName, old: &Contents, new: &HashMap<String, Vec<u8>>) -> Vec<Change> {
    let change = |name: &str, kind: ChangeKind| Change {
        name: name.to_owned(),
        vulnerabilities: vec![name.to_owned()],
        ..Change::whole(shard.clone(), kind)
    };
    let old: HashMap<&str, &Body> = old.keys.iter().map(|key| (key.name.as_str(), &key.body)).collect();
    let came = new.iter().filter_map(|(name, value)| match old.get(name.as_str()) {
        Some(Body::Value(before)) if before == value => None,
        Some(_) => Some(change(name, ChangeKind::Changed)),
        None => Some(change(name, ChangeKind::Added)),
    });
    let went = old.keys().filter(|name| !new.contains_key(**name)).map(|name| change(name, ChangeKind::Removed));
    came.chain(went).collect()
}
