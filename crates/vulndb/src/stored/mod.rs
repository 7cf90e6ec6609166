//! What a shard keeps of records and rows, and how it is packed: nothing is written that follows
//! from something else, and everything comes back exactly as it was.

mod bytes;
mod claim;
mod id;
mod marked;
mod names;
mod record;
mod row;
mod vector;
mod versions;
mod when;
mod words;

pub(crate) use self::bytes::{In, Out, Packed};
pub(crate) use self::claim::{pack_claims, unpack_claims};
pub(crate) use self::record::StoredRecord;
pub(crate) use self::row::{StoredRow, day_of, start_of_day};
pub(crate) use self::versions::{pack as pack_versions, shared_bytes, unpack as unpack_versions};
pub(crate) use self::words::Words;
use plimsoll_model::Timestamp;
use serde::{Deserialize, Serialize};

/// Since when a vulnerability is known to be exploited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exploited {
    /// When it was listed.
    pub date_added: Option<Timestamp>,
    /// The date by which United States federal agencies must have acted.
    pub due: Option<Timestamp>,
    /// Whether ransomware campaigns are known to use it.
    pub ransomware: bool,
}

impl Exploited {
    pub(crate) fn unpack(from: &mut In<'_>) -> Packed<Self> {
        from.value()
    }
}
