//! Writing the shard that an old one and its changes give.

use std::cmp::Ordering;
use std::iter::Peekable;

use super::payload::{Change, Payload};
use crate::build::{RowsWriter, ShardWriter, WrittenShard};
use crate::format::Meta;
use crate::open::{Body, Contents, Key};
use crate::stored::{Out, StoredRecord, StoredRow, pack_claims};
use crate::{DbError, ShardKind};

/// Numbers of records, and their rows.
type Rows = Vec<(u32, StoredRow)>;

pub(super) fn written(old: Contents, payload: Payload) -> Result<WrittenShard, DbError> {
    let Contents { meta: Meta { name, kind, words: _ }, keys, mut records, dictionary: _ } = old;
    let Payload { words, changed, added, keys: changes, .. } = payload;
    let shard = name.clone();
    let refused = |why: &str| DbError::Delta { shard: shard.clone(), why: why.to_owned() };
    let is_changed: std::collections::HashSet<u32> = changed.iter().map(|(number, _)| *number).collect();
    for (number, record) in changed {
        *records.get_mut(number as usize).ok_or_else(|| refused("it changes what is not there"))? = record;
    }
    records.extend(added);
    let merged = merge(keys, changes).map_err(refused)?;
    let meta = Meta { name, kind, words };
    if !matches!(kind, ShardKind::Advisories | ShardKind::Malware) {
        return values(meta, merged);
    }

    let mut rows: Vec<(String, Rows)> = Vec::with_capacity(merged.len());
    for (name, body, is_touched) in merged {
        let Body::Pairs(mut pairs) = body else { return Err(refused("it has values where rows should be")) };
        if pairs.iter().any(|(record, _)| *record as usize >= records.len()) {
            return Err(refused("it names records that are not there"));
        }
        if is_touched || pairs.iter().any(|(record, _)| is_changed.contains(record)) {
            sort(&mut pairs, &records)?;
        }
        rows.push((name, pairs));
    }
    let of_keys =
        rows.iter().zip(0..).flat_map(|((_, pairs), key)| pairs.iter().map(move |(record, _)| (key, *record)));
    let mut writer = RowsWriter::new(meta, of_keys);
    let read_record = |number: u32| {
        records.get(number as usize).cloned().ok_or_else(|| refused("it names records that are not there"))
    };
    for (name, pairs) in &rows {
        let left_out = writer.key(name, pairs.iter().cloned().map(Ok), &read_record)?;
        if !left_out.is_empty() {
            return Err(refused("it knows too much of one name"));
        }
    }
    writer.finish()
}

/// The order in which a build writes the rows of a key: by what their records say, then by what they
/// say themselves.
fn sort(pairs: &mut Rows, records: &[StoredRecord]) -> Result<(), DbError> {
    let mut with_bytes = Vec::with_capacity(pairs.len());
    for (record, row) in pairs.drain(..) {
        let advisory = records.get(record as usize).map(|record| &record.advisory);
        let bare = StoredRow { observed: None, ..row.clone() };
        let bytes = (
            postcard::to_stdvec(&advisory).map_err(DbError::encode)?,
            postcard::to_stdvec(&bare).map_err(DbError::encode)?,
        );
        with_bytes.push((bytes, (record, row)));
    }
    with_bytes.sort_by(|left, right| left.0.cmp(&right.0));
    pairs.extend(with_bytes.into_iter().map(|(_, pair)| pair));
    Ok(())
}

fn values(meta: Meta, merged: Vec<(String, Body, bool)>) -> Result<WrittenShard, DbError> {
    let Meta { name: shard, kind, words } = meta.clone();
    let refused = |why: &str| DbError::Delta { shard: shard.clone(), why: why.to_owned() };
    let mut writer = ShardWriter::new(meta);
    for (name, body, _) in merged {
        let Body::Value(value) = body else { return Err(refused("it has rows where values should be")) };
        let packed = match kind {
            ShardKind::Severities => {
                let claims: Vec<_> = postcard::from_bytes(&value).map_err(|error| refused(&error.to_string()))?;
                let mut out = Out::default();
                pack_claims(claims.iter(), &words, &mut out);
                out.0
            }
            _ => value,
        };
        writer.value(&name, &packed)?;
    }
    writer.finish()
}

/// The keys of both, in their order, with what they say now and whether that changed.
fn merge(old: Vec<Key>, changes: Vec<Change>) -> Result<Vec<(String, Body, bool)>, &'static str> {
    let mut merged: Vec<(String, Body, bool)> = Vec::with_capacity(old.len());
    let mut changes = changes.into_iter().peekable();
    for (key, number) in old.into_iter().zip(0_u32..) {
        while let Some(new) = changes.next_if(|change| is_before(change, &key.name)) {
            merged.push(added(new)?);
        }
        match next_of(&mut changes, number) {
            None => merged.push((key.name, key.body, false)),
            Some(Change { is_gone: true, .. }) => {}
            Some(change) => merged.push((key.name, changed(key.body, change)?, true)),
        }
    }
    for new in changes {
        merged.push(added(new)?);
    }
    if !merged.is_sorted_by(|left, right| left.0 < right.0) {
        return Err("its keys are not sorted");
    }
    Ok(merged)
}

fn is_before(change: &Change, name: &str) -> bool {
    change.place.as_ref().is_err_and(|new| new.as_str().cmp(name) == Ordering::Less)
}

fn next_of(changes: &mut Peekable<impl Iterator<Item = Change>>, number: u32) -> Option<Change> {
    changes.next_if(|change| change.place == Ok(number))
}

fn added(change: Change) -> Result<(String, Body, bool), &'static str> {
    let Change { place: Err(name), added, value, .. } = change else { return Err("it changes what is not there") };
    Ok((name, value.map_or(Body::Pairs(added), Body::Value), true))
}

fn changed(old: Body, change: Change) -> Result<Body, &'static str> {
    if let Some(value) = change.value {
        return Ok(Body::Value(value));
    }
    let Body::Pairs(pairs) = old else { return Err("it has rows where values should be") };
    let mut removed = change.removed.iter().peekable();
    let mut rows: Rows = Vec::with_capacity(pairs.len());
    for (pair, number) in pairs.into_iter().zip(0_u32..) {
        if removed.next_if(|removed| **removed == number).is_none() {
            rows.push(pair);
        }
    }
    if removed.next().is_some() {
        return Err("it removes what is not there");
    }
    rows.extend(change.added);
    Ok(Body::Pairs(rows))
}
