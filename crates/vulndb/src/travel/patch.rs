//! Deltas on their way: made when a database is published over an older one, used by whoever has that
//! older one. They save bytes and are never needed: where one is missing, or what comes of it is not
//! the shard that the manifest names, the shard comes whole.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use plimsoll_model::{Digest, read_capped};

use super::carrier::{Carrier, Parcel};
use super::packed::unpack;
use crate::delta::{self, MAX_DELTA_BYTES};
use crate::{Manifest, ShardRow};

/// Larger shards come whole: what they say is held in memory while a delta is applied.
const MAX_PATCHED_BYTES: u64 = 48 << 20;
/// Smaller ones come whole: asking would take longer.
const MIN_PATCHED_BYTES: u64 = 16 << 10;

/// The name of a delta's file.
pub(super) fn delta_file(row: &ShardRow, old: &Digest) -> String {
    let mut digits = old.hex();
    digits.truncate(16);
    format!("{}.from-{digits}.delta", row.file)
}

/// The delta to a shard from what was published before, where it is worth its while; and the digest of
/// the shard it leads from. The old shard is looked for in the database's own folder first.
pub(super) fn from_before(
    database: &Path,
    row: &ShardRow,
    before: &Manifest,
    published: &dyn Carrier,
) -> Option<(Digest, Vec<u8>)> {
    let old = before.shard(&row.name).filter(|old| old.digest != row.digest && can_be_patched(old, row))?;
    let old_bytes = read(database, old).or_else(|| fetch(published, old))?;
    let delta = delta::make((old, old_bytes), (row, read(database, row)?)).ok()?;
    (delta.len() as u64 <= row.size_bytes / 4).then_some((old.digest, delta))
}

/// A shard made of an old one in the folder and a delta, if all that is there and fits.
pub(super) fn patched(folder: &Path, row: &ShardRow, old: &ShardRow, carrier: &dyn Carrier) -> Option<(Vec<u8>, u64)> {
    if old.digest == row.digest || !can_be_patched(old, row) {
        return None;
    }
    let old_bytes = read(folder, old)?;
    let Parcel { bytes, .. } = carrier.delta(row, &old.digest).ok()??;
    let delta = read_capped(bytes, MAX_DELTA_BYTES.min(row.size_bytes)).ok()?;
    let shard = delta::apply((old, old_bytes), &delta, row).ok()?;
    Some((shard, delta.len() as u64))
}

fn can_be_patched(old: &ShardRow, new: &ShardRow) -> bool {
    let sizes = [old.size_bytes, new.size_bytes];
    old.kind == new.kind && sizes.iter().all(|size| (MIN_PATCHED_BYTES..=MAX_PATCHED_BYTES).contains(size))
}

fn read(folder: &Path, row: &ShardRow) -> Option<Vec<u8>> {
    whole(File::open(folder.join(&row.file)).ok()?, row)
}

fn fetch(carrier: &dyn Carrier, row: &ShardRow) -> Option<Vec<u8>> {
    let Parcel { bytes, packed } = carrier.shard(row).ok()?;
    if packed { whole(unpack(bytes, row.size_bytes).ok()?, row) } else { whole(bytes, row) }
}

fn whole(bytes: impl Read, row: &ShardRow) -> Option<Vec<u8>> {
    read_capped(bytes, row.size_bytes).ok().filter(|bytes| bytes.len() as u64 == row.size_bytes)
}
