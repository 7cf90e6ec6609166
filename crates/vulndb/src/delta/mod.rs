//! What changed from one generation of a shard to the next, so that a day costs kilobytes.
//!
//! A delta says what changed in meaning: records and rows that went, came or are others. It is applied
//! to what the old shard says, and the result is written as a build would write it; it must then have
//! exactly the digest that the new manifest names, and is refused otherwise. So a delta needs no trust:
//! nothing but the shard of the manifest can come out.

mod apply;
mod difference;
mod payload;

use plimsoll_model::Digest;
use sha2::{Digest as _, Sha256};

use self::payload::Payload;
use crate::open::Contents;
use crate::{DbError, ShardRow};

/// Largest delta that is made or read.
pub const MAX_DELTA_BYTES: u64 = 64 << 20;

/// The delta that leads from an old shard's file to a new one's. It may be larger than the new shard
/// where nearly everything changed.
///
/// # Errors
/// When one of the files is not what its row says, or the two are not of one kind.
pub fn make(old: (&ShardRow, Vec<u8>), new: (&ShardRow, Vec<u8>)) -> Result<Vec<u8>, DbError> {
    let ((old_row, old), (new_row, new)) = (old, new);
    let (old, new) = (checked(old_row, old)?, checked(new_row, new)?);
    Payload::difference(&old, &new, old_row, new_row)?.encode(&old)
}

/// The new shard's file, from the old one's and the delta.
///
/// # Errors
/// When the old file is not what its row says, or the delta does not lead from it to exactly the shard
/// that the new row names.
pub fn apply(old: (&ShardRow, Vec<u8>), delta: &[u8], new: &ShardRow) -> Result<Vec<u8>, DbError> {
    let (old_row, old) = old;
    let refused = |why: &str| DbError::Delta { shard: new.name.clone(), why: why.to_owned() };
    let old = checked(old_row, old)?;
    let payload = Payload::decode(delta, &old, new)?;
    if (payload.from, payload.to) != (old_row.digest, new.digest) {
        return Err(refused("it leads from or to another shard"));
    }
    let written = apply::written(old, payload)?;
    if written.digest != new.digest || written.size_bytes() != new.size_bytes {
        return Err(refused("what comes out is not the shard of the manifest"));
    }
    Ok(written.into_bytes())
}

/// What a file says, once it is known to be the row's.
fn checked(row: &ShardRow, bytes: Vec<u8>) -> Result<Contents, DbError> {
    if Digest::Sha256(Sha256::digest(&bytes).into()) != row.digest {
        let part = "its digest is not that of the manifest".to_owned();
        return Err(DbError::Damaged { shard: row.name.clone(), part });
    }
    Contents::of_bytes(bytes, row)
}
