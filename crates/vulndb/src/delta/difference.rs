//! Comparing what two shards say.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::payload::{Change, Payload};
use crate::open::{Body, Contents, Key};
use crate::stored::{StoredRecord, StoredRow};
use crate::{DbError, ShardRow};

impl Payload {
    /// What leads from the old shard to the new one.
    pub fn difference(old: &Contents, new: &Contents, from: &ShardRow, to: &ShardRow) -> Result<Self, DbError> {
        let refused = |why: &str| DbError::Delta { shard: to.name.clone(), why: why.to_owned() };
        if (&old.meta.name, old.meta.kind) != (&new.meta.name, new.meta.kind) {
            return Err(refused("the shards are not of one kind"));
        }
        let mut payload = Self {
            from: from.digest,
            to: to.digest,
            words: new.meta.words.clone(),
            changed: Vec::new(),
            added: Vec::new(),
            keys: Vec::new(),
        };
        let numbers = payload.compare_records(old, new);
        payload.compare_keys(old, new, &numbers);
        Ok(payload)
    }

    /// The number of each new record: that of the old one which it is or takes the place of, or one
    /// behind the old ones.
    fn compare_records(&mut self, old: &Contents, new: &Contents) -> Vec<u32> {
        let name = |record: &StoredRecord| (record.advisory.source.clone(), record.advisory.id.clone());
        let mut by_name: HashMap<_, Vec<u32>> = HashMap::new();
        for (record, number) in old.records.iter().zip(0..) {
            by_name.entry(name(record)).or_default().push(number);
        }
        let is_same = |number: u32, record: &StoredRecord| old.records.get(number as usize) == Some(record);
        let mut numbers = vec![None; new.records.len()];
        for (record, place) in new.records.iter().zip(&mut numbers) {
            let Some(namesakes) = by_name.get_mut(&name(record)) else { continue };
            if let Some(at) = namesakes.iter().position(|number| is_same(*number, record)) {
                *place = Some(namesakes.swap_remove(at));
            }
        }
        let numbers = new.records.iter().zip(numbers).map(|(record, number)| {
            number.unwrap_or_else(|| match by_name.get_mut(&name(record)).and_then(Vec::pop) {
                Some(number) => {
                    self.changed.push((number, record.clone()));
                    number
                }
                None => {
                    self.added.push(record.clone());
                    (old.records.len() + self.added.len() - 1) as u32
                }
            })
        });
        let numbers = numbers.collect();
        self.changed.sort_by_key(|(number, _)| *number);
        numbers
    }

    fn compare_keys(&mut self, old: &Contents, new: &Contents, numbers: &[u32]) {
        let (mut before, mut after) = (old.keys.iter().zip(0..).peekable(), new.keys.iter().peekable());
        loop {
            let order = match (before.peek(), after.peek()) {
                (None, None) => return,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((old, _)), Some(new)) => old.name.cmp(&new.name),
            };
            let (gone, came) = match order {
                Ordering::Less => (before.next(), None),
                Ordering::Greater => (None, after.next()),
                Ordering::Equal => (before.next(), after.next()),
            };
            self.keys.extend(change(gone, came, numbers));
        }
    }
}

fn change(gone: Option<(&Key, u32)>, came: Option<&Key>, numbers: &[u32]) -> Option<Change> {
    let place = match (gone, came) {
        (Some((_, at)), _) => Ok(at),
        (None, Some(came)) => Err(came.name.clone()),
        (None, None) => return None,
    };
    let old = gone.map(|(key, _)| &key.body);
    let Some(came) = came else {
        return Some(Change { place, is_gone: true, removed: Vec::new(), added: Vec::new(), value: None });
    };
    let mut change = Change { place, is_gone: false, removed: Vec::new(), added: Vec::new(), value: None };
    match &came.body {
        Body::Value(value) => {
            if old == Some(&came.body) {
                return None;
            }
            change.value = Some(value.clone());
        }
        Body::Pairs(pairs) => {
            let old: &[(u32, StoredRow)] = match old {
                Some(Body::Pairs(pairs)) => pairs,
                _ => &[],
            };
            let new = pairs.iter().map(|(record, row)| (numbers.get(*record as usize).copied().unwrap_or(0), row));
            let mut old: HashMap<(u32, &StoredRow), u32> =
                old.iter().zip(0..).map(|((record, row), at)| ((*record, row), at)).collect();
            for (record, row) in new {
                if old.remove(&(record, row)).is_none() {
                    change.added.push((record, row.clone()));
                }
            }
            change.removed = old.into_values().collect();
            change.removed.sort_unstable();
            if gone.is_some() && change.removed.is_empty() && change.added.is_empty() {
                return None;
            }
        }
    }
    Some(change)
}
