//! A delta's bytes.
//!
//! | part | what it holds |
//! |---|---|
//! | magic, format | `PLIMDELT`, a number |
//! | from, to | the digests of the old and the new shard's file |
//! | head | a zstd frame: the new shard's words, the numbers of the old records that changed |
//! | rest | a zstd frame for which the old shard's dictionary and the old forms of those records are the dictionary: their new forms, new records, changed keys |

use plimsoll_model::Digest;

use super::MAX_DELTA_BYTES;
use crate::format::{FORMAT, MAX_ANSWER_BYTES};
use crate::open::Contents;
use crate::stored::{In, Out, Packed, StoredRecord, StoredRow, Words};
use crate::{DbError, ShardRow};

const MAGIC: [u8; 8] = *b"PLIMDELT";
const LEVEL: i32 = 19;
/// Largest dictionary: beyond it the old forms of records do not help.
const MAX_DICTIONARY_BYTES: usize = 4 << 20;

const GONE: u8 = 0;
const OLD_KEY: u8 = 1;
const NEW_KEY: u8 = 2;
const OLD_VALUE: u8 = 3;
const NEW_VALUE: u8 = 4;

/// What leads from one shard to another.
#[derive(Debug)]
pub(super) struct Payload {
    pub from: Digest,
    pub to: Digest,
    pub words: Words,
    /// By the numbers of the old shard, sorted.
    pub changed: Vec<(u32, StoredRecord)>,
    /// Numbered behind the old shard's.
    pub added: Vec<StoredRecord>,
    /// In the order of the keys.
    pub keys: Vec<Change>,
}

/// What changed of one key.
#[derive(Debug)]
pub(super) struct Change {
    /// Its number in the old shard, or the name of a new one.
    pub place: Result<u32, String>,
    pub is_gone: bool,
    /// Numbers of its old rows, sorted.
    pub removed: Vec<u32>,
    pub added: Vec<(u32, StoredRow)>,
    /// Its new value, where it has no rows.
    pub value: Option<Vec<u8>>,
}

impl Payload {
    pub fn encode(&self, old: &Contents) -> Result<Vec<u8>, DbError> {
        let mut head = Out::default();
        head.value(&self.words).map_err(DbError::encode)?;
        head.number(self.changed.len() as u64);
        let mut before = 0;
        for (number, _) in &self.changed {
            head.number(u64::from(number - before));
            before = *number;
        }
        let mut rest = Out::default();
        self.pack(&mut rest).map_err(DbError::encode)?;

        let dictionary = dictionary(old, &self.words, self.changed.iter().map(|(number, _)| *number));
        if head.0.len().max(rest.0.len()) as u64 > MAX_DELTA_BYTES {
            let (shard, what) = (old.meta.name.clone(), "the delta");
            return Err(DbError::TooLarge { shard, what, cap_bytes: MAX_DELTA_BYTES });
        }
        self.sealed(&head.0, &rest.0, &dictionary)
    }

    fn sealed(&self, head: &[u8], rest: &[u8], dictionary: &[u8]) -> Result<Vec<u8>, DbError> {
        let mut out = Out(MAGIC.to_vec());
        out.number(u64::from(FORMAT));
        out.value(&(self.from, self.to)).map_err(DbError::encode)?;
        for (plain, dictionary) in [(head, [].as_slice()), (rest, dictionary)] {
            let mut compressor = zstd::bulk::Compressor::with_dictionary(LEVEL, dictionary).map_err(DbError::encode)?;
            let frame = compressor.compress(plain).map_err(DbError::encode)?;
            out.number(plain.len() as u64);
            out.number(frame.len() as u64);
            out.0.extend_from_slice(&frame);
        }
        Ok(out.0)
    }

    pub fn decode(delta: &[u8], old: &Contents, new: &ShardRow) -> Result<Self, DbError> {
        let refused = |why: String| DbError::Delta { shard: new.name.clone(), why };
        Self::read(delta, old).map_err(|error| refused(format!("it cannot be read: {error}")))
    }

    fn read(delta: &[u8], old: &Contents) -> Packed<Self> {
        let bad = || postcard::Error::DeserializeBadEncoding;
        let mut from = In::new(delta, u64::MAX);
        if from.bytes(MAGIC.len())? != MAGIC || from.small()? != FORMAT {
            return Err(bad());
        }
        let (old_digest, new_digest) = from.value()?;
        let (head_bytes, head_frame) = frame(&mut from)?;
        let head = zstd::bulk::decompress(head_frame, head_bytes).map_err(|_| bad())?;
        let mut head = In::new(&head, MAX_ANSWER_BYTES);
        let words: Words = head.value()?;
        let mut before = 0_u32;
        let numbers = head.list(|from| {
            before = before.checked_add(from.small()?).ok_or_else(bad)?;
            Ok(before)
        })?;
        head.end()?;

        let (rest_bytes, rest_frame) = frame(&mut from)?;
        from.end()?;
        let dictionary = dictionary(old, &words, numbers.iter().copied());
        let mut inflater = zstd::bulk::Decompressor::with_dictionary(&dictionary).map_err(|_| bad())?;
        let rest = inflater.decompress(rest_frame, rest_bytes).map_err(|_| bad())?;
        let mut rest = In::new(&rest, MAX_ANSWER_BYTES);
        let mut payload =
            Self { from: old_digest, to: new_digest, words, changed: Vec::new(), added: Vec::new(), keys: Vec::new() };
        payload.unpack(numbers, &mut rest)?;
        rest.end()?;
        Ok(payload)
    }

    fn pack(&self, out: &mut Out) -> Packed<()> {
        for (_, record) in &self.changed {
            record.pack(&self.words, None, out);
        }
        out.number(self.added.len() as u64);
        for record in &self.added {
            record.pack(&self.words, None, out);
        }
        out.number(self.keys.len() as u64);
        let mut before = 0;
        for change in &self.keys {
            let has_value = change.value.is_some();
            match (&change.place, change.is_gone) {
                (Ok(_), true) => out.byte(GONE),
                (Ok(_), false) => out.byte(if has_value { OLD_VALUE } else { OLD_KEY }),
                (Err(_), _) => out.byte(if has_value { NEW_VALUE } else { NEW_KEY }),
            }
            match &change.place {
                Ok(number) => {
                    out.number(u64::from(number - before));
                    before = *number;
                }
                Err(name) => out.text(name),
            }
            if let Some(value) = &change.value {
                out.value(value)?;
            } else if !change.is_gone {
                out.number(change.removed.len() as u64);
                for number in &change.removed {
                    out.number(u64::from(*number));
                }
                out.number(change.added.len() as u64);
                for (record, row) in &change.added {
                    out.number(u64::from(*record));
                    row.pack(&self.words, out)?;
                }
            }
        }
        Ok(())
    }

    fn unpack(&mut self, numbers: Vec<u32>, from: &mut In<'_>) -> Packed<()> {
        let bad = || postcard::Error::DeserializeBadEncoding;
        let words = &self.words;
        for number in numbers {
            self.changed.push((number, StoredRecord::unpack(words, "", from)?));
        }
        self.added = from.list(|from| StoredRecord::unpack(words, "", from))?;
        let mut before = 0_u32;
        self.keys = from.list(|from| {
            let kind = from.byte()?;
            let place = match kind {
                GONE | OLD_KEY | OLD_VALUE => {
                    before = before.checked_add(from.small()?).ok_or_else(bad)?;
                    Ok(before)
                }
                NEW_KEY | NEW_VALUE => Err(from.text()?.to_owned()),
                _ => return Err(bad()),
            };
            let mut change =
                Change { place, is_gone: kind == GONE, removed: Vec::new(), added: Vec::new(), value: None };
            match kind {
                OLD_VALUE | NEW_VALUE => change.value = Some(from.value()?),
                OLD_KEY | NEW_KEY => {
                    change.removed = from.list(In::small)?;
                    change.added = from.list(|from| Ok((from.small()?, StoredRow::unpack(words, from)?)))?;
                }
                _ => {}
            }
            Ok(change)
        })?;
        Ok(())
    }
}

/// The length of what a frame holds, and the frame.
fn frame<'b>(from: &mut In<'b>) -> Packed<(usize, &'b [u8])> {
    let plain_bytes = from.number()?;
    if plain_bytes > MAX_DELTA_BYTES {
        return Err(postcard::Error::DeserializeBadEncoding);
    }
    let length = from.small()? as usize;
    Ok((plain_bytes as usize, from.bytes(length)?))
}

/// What both sides have: the old shard's dictionary without its head, then the old forms of records.
fn dictionary(old: &Contents, words: &Words, numbers: impl Iterator<Item = u32>) -> Vec<u8> {
    let mut out = Out::default();
    // Never mistaken for a dictionary with tables.
    out.byte(0);
    out.0.extend_from_slice(&old.dictionary);
    for record in numbers.filter_map(|number| old.records.get(number as usize)) {
        if out.0.len() > MAX_DICTIONARY_BYTES {
            break;
        }
        record.pack(words, None, &mut out);
    }
    out.0
}

#[cfg(test)]
mod hostile {
    use std::fs::File;

    use plimsoll_model::{Advisory, AdvisoryClass, Affected, RangeEnd, Scope, ShardName, Status, VersionRange};

    use super::*;
    use crate::{BuildInfo, Builder, Database};

    fn shard(generation: usize) -> (ShardRow, Vec<u8>) {
        let mut builder = Builder::new(BuildInfo { generation: 1, built: None });
        for number in 0..20 + generation {
            let affected = Affected {
                shard: ShardName::clean("npm"),
                name: format!("package-{}", number % 9),
                status: Status::Affected,
                ranges: vec![VersionRange { introduced: None, end: RangeEnd::Fixed(format!("1.{}", number % 4)) }],
                versions: Vec::new(),
                severities: Vec::new(),
                fix_date: None,
                scope: Scope::default(),
            };
            builder.add(Advisory {
                id: format!("GHSA-{number}"),
                source: "feed".into(),
                cves: vec![format!("CVE-2024-{:04}", number % 30)],
                aliases: Vec::new(),
                class: AdvisoryClass::Vulnerability,
                title: if number % 7 == 0 { format!("in build {generation}") } else { String::new() },
                severities: Vec::new(),
                published: None,
                modified: None,
                withdrawn: None,
                urls: Vec::new(),
                affected: vec![affected],
            });
        }
        let folder = tempfile::tempdir().unwrap();
        builder.finish(folder.path()).unwrap();
        let row = Database::open(folder.path()).unwrap().manifest().shards[0].clone();
        let bytes = plimsoll_model::read_capped(File::open(folder.path().join(&row.file)).unwrap(), 1 << 20).unwrap();
        (row, bytes)
    }

    #[test]
    fn fuzz_what_frames_hold() {
        let ((old_row, old_bytes), (new_row, new_bytes)) = (shard(1), shard(3));
        let [old, new] = [(&old_row, &old_bytes), (&new_row, &new_bytes)]
            .map(|(row, bytes)| Contents::of_bytes(bytes.clone(), row).unwrap());
        let payload = Payload::difference(&old, &new, &old_row, &new_row).unwrap();
        let dictionary = dictionary(&old, &payload.words, payload.changed.iter().map(|(number, _)| *number));
        let (mut head, mut rest) = (Out::default(), Out::default());
        head.value(&payload.words).unwrap();
        head.number(payload.changed.len() as u64);
        let mut before = 0;
        for (number, _) in &payload.changed {
            head.number(u64::from(number - before));
            before = *number;
        }
        payload.pack(&mut rest).unwrap();
        let honest = payload.sealed(&head.0, &rest.0, &dictionary).unwrap();
        assert_eq!(super::super::apply((&old_row, old_bytes.clone()), &honest, &new_row).unwrap(), new_bytes);

        plimsoll_fuzzing::check().with_iterations(1_500).for_each(|input: &[u8]| {
            let (mut head, mut rest) = (head.0.clone(), rest.0.clone());
            for change in input.chunks_exact(3) {
                let into = if change[0] & 3 == 0 { &mut head } else { &mut rest };
                let place = usize::from(change[1]) % into.len();
                into[place] = change[2];
            }
            let delta = payload.sealed(&head, &rest, &dictionary).unwrap();
            if let Ok(applied) = super::super::apply((&old_row, old_bytes.clone()), &delta, &new_row) {
                assert_eq!(applied, new_bytes);
            }
        });
    }
}
