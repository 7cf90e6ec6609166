//! A row without what the look-up says already: its shard and name.

use plimsoll_model::{
    Affected, FixDate, FixDateKind, RangeEnd, Scope, SeverityClaim, ShardName, Status, Timestamp, VersionRange,
};
use serde::{Deserialize, Serialize};

use super::bytes::{In, Out, Packed};
use super::words::Words;
use super::{claim, versions, when};

/// In the order of their numbers, in three bits.
const STATUSES: [Status; 6] =
    [Status::Affected, Status::NotAffected, Status::WontFix, Status::Deferred, Status::EndOfLife, Status::Undetermined];
/// In the order of their numbers.
const FIX_DATES: [FixDateKind; 3] = [FixDateKind::Advisory, FixDateKind::Release, FixDateKind::FirstObserved];
const HAS_VERSIONS: u8 = 1 << 3;
const HAS_SEVERITIES: u8 = 1 << 4;
const HAS_SCOPE: u8 = 1 << 5;
const HAS_FIX_DATE: u8 = 1 << 6;
const IS_OBSERVED: u8 = 1 << 7;
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// A row of an advisory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct StoredRow {
    pub status: Status,
    pub ranges: Vec<VersionRange>,
    pub versions: Vec<String>,
    pub severities: Vec<SeverityClaim>,
    pub fix_date: Option<FixDate>,
    pub scope: Scope,
    /// The day on which a build first had its fix, since 1970; `None` where that was the first build.
    pub observed: Option<u32>,
}

/// The day of a moment; none before 1970.
pub(crate) fn day_of(at: Timestamp) -> Option<u32> {
    u32::try_from(at.0.div_euclid(DAY_SECONDS)).ok()
}

/// The beginning of a day.
pub(crate) fn start_of_day(day: u32) -> Timestamp {
    Timestamp(i64::from(day) * DAY_SECONDS)
}

impl StoredRow {
    pub fn of(affected: Affected) -> Self {
        let Affected { shard: _, name: _, status, ranges, versions, severities, fix_date, scope } = affected;
        Self { status, ranges, versions, severities, fix_date, scope, observed: None }
    }

    pub fn into_affected(self, shard: ShardName, name: String) -> Affected {
        let Self { status, ranges, versions, severities, fix_date, scope, observed: _ } = self;
        Affected { shard, name, status, ranges, versions, severities, fix_date, scope }
    }

    pub fn pack(&self, words: &Words, out: &mut Out) -> Packed<()> {
        let flag = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
        let has_scope = self.scope != Scope::default();
        let status = STATUSES.iter().position(|status| *status == self.status).unwrap_or(0) as u8;
        out.byte(
            status
                | flag(!self.versions.is_empty(), HAS_VERSIONS)
                | flag(!self.severities.is_empty(), HAS_SEVERITIES)
                | flag(has_scope, HAS_SCOPE)
                | flag(self.fix_date.is_some(), HAS_FIX_DATE)
                | flag(self.observed.is_some(), IS_OBSERVED),
        );
        out.number(self.ranges.len() as u64);
        for range in &self.ranges {
            pack_range(range, out);
        }
        if !self.versions.is_empty() {
            versions::pack(&self.versions, out);
        }
        if !self.severities.is_empty() {
            claim::pack_claims(self.severities.iter(), words, out);
        }
        if has_scope {
            out.value(&self.scope)?;
        }
        if let Some(FixDate { kind, at }) = self.fix_date {
            out.byte(FIX_DATES.iter().position(|known| *known == kind).unwrap_or(0) as u8);
            when::pack(at, out);
        }
        if let Some(day) = self.observed {
            out.number(u64::from(day));
        }
        Ok(())
    }

    pub fn unpack(words: &Words, from: &mut In<'_>) -> Packed<Self> {
        let head = from.byte()?;
        let has = |flag: u8| head & flag != 0;
        let status = *STATUSES.get(usize::from(head & 7)).ok_or(postcard::Error::DeserializeBadEncoding)?;
        Ok(Self {
            status,
            ranges: from.list(unpack_range)?,
            versions: if has(HAS_VERSIONS) { versions::unpack(from)? } else { Vec::new() },
            severities: if has(HAS_SEVERITIES) { claim::unpack_claims(words, from)? } else { Vec::new() },
            scope: if has(HAS_SCOPE) { from.value()? } else { Scope::default() },
            fix_date: if has(HAS_FIX_DATE) { Some(unpack_fix_date(from)?) } else { None },
            observed: if has(IS_OBSERVED) { Some(from.small()?) } else { None },
        })
    }
}

/// One byte says where it begins and ends, the texts follow.
fn pack_range(range: &VersionRange, out: &mut Out) {
    let (kind, end) = match &range.end {
        RangeEnd::Open => (0, None),
        RangeEnd::Fixed(version) => (1, Some(version)),
        RangeEnd::LastAffected(version) => (2, Some(version)),
        RangeEnd::Before(version) => (3, Some(version)),
    };
    out.byte(kind << 1 | u8::from(range.introduced.is_some()));
    for version in range.introduced.iter().chain(end) {
        out.text(version);
    }
}

fn unpack_range(from: &mut In<'_>) -> Packed<VersionRange> {
    let kind = from.byte()?;
    let introduced = if kind & 1 == 1 { Some(from.text()?.to_owned()) } else { None };
    let end = match kind >> 1 {
        0 => RangeEnd::Open,
        1 => RangeEnd::Fixed(from.text()?.to_owned()),
        2 => RangeEnd::LastAffected(from.text()?.to_owned()),
        3 => RangeEnd::Before(from.text()?.to_owned()),
        _ => return Err(postcard::Error::DeserializeBadEncoding),
    };
    Ok(VersionRange { introduced, end })
}

fn unpack_fix_date(from: &mut In<'_>) -> Packed<FixDate> {
    let kind = *FIX_DATES.get(usize::from(from.byte()?)).ok_or(postcard::Error::DeserializeBadEncoding)?;
    Ok(FixDate { kind, at: when::unpack(from)? })
}
