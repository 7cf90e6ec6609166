//! The index of Java archives: the SHA-1 of a jar → its Maven coordinates.
//!
//! A shard for each first byte that digests have, `java-00` to `java-ff`, so that a scan pulls those of its
//! own digests. Its keys are of three kinds:
//!
//! | key | value |
//! |---|---|
//! | the first three hexadecimal digits of a SHA-1 | the rows of those 1/4,096, sorted: ten bytes of the digest, the number of the name, that of the version |
//! | `n` and a number | 256 names `group:artifact`, sorted, each by what it does not share with the one before |
//! | `v` and a number | 256 versions, likewise |
//!
//! The rows of a prefix, and names and versions that are numbered alike, lie together, so that a look-up
//! reads three blocks. Of a digest 84 bits are kept beside those of the key that they repeat.

use std::collections::BTreeMap;

use plimsoll_model::ShardName;

use crate::stored::{In, Out, Packed, pack_versions, unpack_versions};
use crate::{Database, DbError, Manifest, ShardKind};

/// Bytes of a digest that a row keeps: all from the second on as far as they go.
const ROW_BYTES: usize = 10;
/// Texts in one value.
const TEXTS: usize = 256;
/// Longest line of a list.
const MAX_LINE_BYTES: usize = 1024;

/// Which package a jar is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Coordinates {
    /// `group:artifact`.
    pub name: String,
    /// The version.
    pub version: String,
}

/// What the jars of an index are, by their digests.
pub(crate) type Jars = BTreeMap<[u8; 20], Coordinates>;
type Row<'j> = (&'j [u8; 20], &'j Coordinates);

/// Why a line of a list is no row of the index.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no line of the form `SHA-1 group:artifact:version`")]
pub struct LineError;

/// Reads a line `SHA-1 group:artifact:version`, as a list of jars or the dump of an index has it; `None`
/// for an empty line or a remark (`#`).
///
/// # Errors
/// When it is anything else.
pub fn read_line(line: &str) -> Result<Option<([u8; 20], Coordinates)>, LineError> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    if line.len() > MAX_LINE_BYTES {
        return Err(LineError);
    }
    let (digits, coordinates) = line.split_once([' ', '\t']).ok_or(LineError)?;
    let (name, version) = coordinates.trim().rsplit_once(':').ok_or(LineError)?;
    let is_named = name.split(':').count() == 2 && name.split(':').all(|part| !part.is_empty());
    if !is_named || version.is_empty() || coordinates.trim().contains(char::is_whitespace) {
        return Err(LineError);
    }
    let coordinates = Coordinates { name: name.to_owned(), version: version.to_owned() };
    Ok(Some((sha1(digits).ok_or(LineError)?, coordinates)))
}

/// A SHA-1 from forty hexadecimal digits.
#[must_use]
pub fn sha1(digits: &str) -> Option<[u8; 20]> {
    let mut bytes = [0; 20];
    if digits.len() != 40 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..40).step_by(2)) {
        *byte = u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// The shard in which a digest is looked up.
#[must_use]
pub fn shard_of(sha1: &[u8; 20]) -> ShardName {
    shard(sha1[0])
}

/// What stands for all shards of the index where shards are named.
pub(crate) fn all() -> ShardName {
    ShardName::clean("java")
}

/// Whether a name is that of a shard of the index, or of all.
pub(crate) fn is_own(name: &ShardName) -> bool {
    *name == all() || (0..=u8::MAX).any(|first| *name == shard(first))
}

/// Whether a database, as far as its manifest says, has an index.
pub(crate) fn is_in(manifest: &Manifest) -> bool {
    manifest.shards.iter().any(|row| row.kind == ShardKind::JavaDigests)
}

fn shard(first: u8) -> ShardName {
    ShardName::clean(&format!("java-{first:02x}"))
}

fn prefix(sha1: &[u8; 20]) -> String {
    format!("{:02x}{:x}", sha1[0], sha1[1] >> 4)
}

fn kept(sha1: &[u8; 20]) -> &[u8] {
    &sha1[1..=ROW_BYTES]
}

/// The values of every shard that has rows, by their keys.
pub(crate) fn shards(jars: &Jars) -> impl Iterator<Item = (ShardName, BTreeMap<String, Vec<u8>>)> {
    (0..=u8::MAX).filter_map(|first| {
        let (mut least, mut greatest) = ([0; 20], [u8::MAX; 20]);
        (least[0], greatest[0]) = (first, first);
        let rows: Vec<Row<'_>> = jars.range(least..=greatest).collect();
        (!rows.is_empty()).then(|| (shard(first), values(&rows)))
    })
}

fn values(rows: &[Row<'_>]) -> BTreeMap<String, Vec<u8>> {
    let mut values: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let names = numbered('n', rows.iter().map(|(_, jar)| jar.name.as_str()), &mut values);
    let versions = numbered('v', rows.iter().map(|(_, jar)| jar.version.as_str()), &mut values);
    for (sha1, Coordinates { name, version }) in rows {
        let number = |of: &BTreeMap<&str, u64>, text: &str| of.get(text).copied().unwrap_or_default();
        let mut row = Out(std::mem::take(values.entry(prefix(sha1)).or_default()));
        row.0.extend_from_slice(kept(sha1));
        row.number(number(&names, name));
        row.number(number(&versions, version));
        values.insert(prefix(sha1), row.0);
    }
    values
}

fn numbered<'t>(
    kind: char,
    texts: impl Iterator<Item = &'t str>,
    values: &mut BTreeMap<String, Vec<u8>>,
) -> BTreeMap<&'t str, u64> {
    let numbers: BTreeMap<&str, u64> = texts.map(|text| (text, 0)).collect();
    let sorted: Vec<&str> = numbers.into_keys().collect();
    for (chunk, number) in sorted.chunks(TEXTS).zip(0_u64..) {
        let texts: Vec<String> = chunk.iter().map(|text| (*text).to_owned()).collect();
        let mut out = Out::default();
        pack_versions(&texts, &mut out);
        values.insert(format!("{kind}{number}"), out.0);
    }
    sorted.into_iter().zip(0..).collect()
}

impl Database {
    /// Whether it has an index of Java archives, of which some shards may not have been pulled.
    #[must_use]
    pub fn has_java_index(&self) -> bool {
        is_in(self.manifest())
    }

    /// Which package the jar with this SHA-1 is; `None` where the index does not know it, or there is none.
    ///
    /// # Errors
    /// When the shard of the digest has not been pulled or cannot be read.
    pub fn java_coordinates(&self, sha1: &[u8; 20]) -> Result<Option<Coordinates>, DbError> {
        let shard = shard_of(sha1);
        let row = self.read_value(&shard, &prefix(sha1), |from| {
            let mut found = None;
            while !from.rest.is_empty() {
                let (digest, name, version) = (from.bytes(ROW_BYTES)?, from.number()?, from.number()?);
                if digest == kept(sha1) {
                    found = Some((name, version));
                }
            }
            Ok(found)
        })?;
        let Some((name, version)) = row.flatten() else { return Ok(None) };
        let text = |kind: char, number: u64| {
            let texts = self.read_value(&shard, &format!("{kind}{}", number / TEXTS as u64), unpack_versions)?;
            let text = texts.and_then(|texts| texts.into_iter().nth((number % TEXTS as u64) as usize));
            text.ok_or_else(|| DbError::Damaged {
                shard: shard.clone(),
                part: format!("it has no text {kind}{number}"),
            })
        };
        Ok(Some(Coordinates { name: text('n', name)?, version: text('v', version)? }))
    }
}

/// Reads a value of any key.
pub(crate) fn unpack(key: &str, from: &mut In<'_>) -> Packed<()> {
    if key.starts_with(['n', 'v']) {
        return unpack_versions(from).map(drop);
    }
    while !from.rest.is_empty() {
        from.bytes(ROW_BYTES)?;
        from.number()?;
        from.number()?;
    }
    Ok(())
}
