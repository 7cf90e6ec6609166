//! Versions that a record lists one by one: which of them its ranges do not already say.
//!
//! OSV's rule is *listed or in a range*. Nearly every list only spells out its ranges (of some
//! 170,000 listed versions in the Python and Java feeds a handful lies outside), so a version that a
//! range holds is left out, and one that no range holds, or that its scheme cannot read, is kept.

use std::cmp::Ordering;

use plimsoll_model::{RangeEnd, VersionRange};
use plimsoll_versions::{Incomparable, Scheme};

/// Whether some range surely holds the version.
pub(super) fn is_in(ranges: &[VersionRange], scheme: Scheme, version: &str) -> bool {
    ranges.iter().any(|range| holds(range, scheme, version).unwrap_or(false))
}

fn holds(range: &VersionRange, scheme: Scheme, version: &str) -> Result<bool, Incomparable> {
    if let Some(introduced) = &range.introduced
        && scheme.compare(version, introduced)? == Ordering::Less
    {
        return Ok(false);
    }
    match &range.end {
        // An unreadable version is in no range, whatever its beginning.
        RangeEnd::Open => scheme.check(version).map(|()| true),
        RangeEnd::Fixed(end) | RangeEnd::Before(end) => Ok(scheme.compare(version, end)? == Ordering::Less),
        RangeEnd::LastAffected(end) => Ok(scheme.compare(version, end)? != Ordering::Greater),
    }
}
