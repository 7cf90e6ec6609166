//! rpm's packages: a lead, a header of signatures, and the package's header as the database keeps it.
//! <https://rpm-software-management.github.io/rpm/manual/format_v4.html>

use plimsoll_facts::{Limit, Unreadable};
use plimsoll_model::Package;

use crate::os::rpm::package_of;

const LEAD_BYTES: usize = 96;
/// Of a header: magic bytes and two numbers.
const BEGIN_BYTES: usize = 16;
const MAGIC: &[u8] = &[0x8e, 0xad, 0xe8, 0x01];

/// Reads the beginning of an archive. A source package is no package that could be installed.
pub(super) fn read(head: &[u8]) -> Result<Option<Package>, Unreadable> {
    if head.get(6..8) == Some(&[0, 1]) {
        return Ok(None);
    }
    let signatures = length_of(head, LEAD_BYTES)?;
    let at = signatures.checked_next_multiple_of(8).and_then(|length| length.checked_add(LEAD_BYTES));
    let rest = at.and_then(|at| head.get(at..)).ok_or(Unreadable::Truncated)?;
    let header = rest.get(..length_of(rest, 0)?).and_then(|header| header.get(MAGIC.len() + 4..));
    package_of(header.ok_or(Unreadable::OverLimit(Limit::Size))?)
}

/// The length of the header at this place.
fn length_of(head: &[u8], at: usize) -> Result<usize, Unreadable> {
    let begin = head.get(at..).and_then(|rest| rest.get(..BEGIN_BYTES)).ok_or(Unreadable::Truncated)?;
    if !begin.starts_with(MAGIC) {
        return Err(Unreadable::syntax("no header where the package's should be"));
    }
    let number = |at: usize| Some(u32::from_be_bytes(*begin.get(at..)?.first_chunk()?) as usize);
    let (entries, data) = number(8).zip(number(12)).ok_or(Unreadable::Truncated)?;
    Ok(entries.saturating_mul(16).saturating_add(data).saturating_add(BEGIN_BYTES))
}
