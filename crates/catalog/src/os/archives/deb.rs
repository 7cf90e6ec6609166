//! Debian's packages: an `ar` archive, whose second member holds the control files.
//! <https://manpages.debian.org/deb.5>

use plimsoll_facts::Unreadable;
use plimsoll_model::Package;

use super::members::find;
use crate::compressed::plain;
use crate::os::dpkg::package_of;

/// Bytes of the control files.
const MAX_CONTROL_BYTES: usize = 16 << 20;
/// Bytes before the first member of an `ar` archive, and of a member's header.
const MAGIC_BYTES: usize = 8;
const HEADER_BYTES: usize = 60;

/// Reads the beginning of an archive.
pub(super) fn read(head: &[u8]) -> Result<Option<Package>, Unreadable> {
    let mut at = MAGIC_BYTES;
    loop {
        let header = head.get(at..).and_then(|rest| rest.get(..HEADER_BYTES)).ok_or(Unreadable::Truncated)?;
        let text = |from: usize, to: usize| std::str::from_utf8(header.get(from..to)?).ok().map(str::trim);
        let size = text(48, 58).and_then(|size| size.parse::<usize>().ok());
        let size = size.ok_or_else(|| Unreadable::syntax("a member of the archive without a size"))?;
        at += HEADER_BYTES;
        if text(0, 16).is_some_and(|name| name.starts_with("control.tar")) {
            let member = head.get(at..).and_then(|rest| rest.get(..size)).ok_or(Unreadable::Truncated)?;
            let control = plain(member, MAX_CONTROL_BYTES)?;
            let control = find(&control, b"control").ok_or_else(|| Unreadable::syntax("it has no control file"))?;
            return package_of(control).map(Some);
        }
        // Members begin at even places.
        at = size.checked_next_multiple_of(2).and_then(|size| at.checked_add(size)).ok_or(Unreadable::Truncated)?;
    }
}
