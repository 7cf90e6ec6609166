//! The record of a Go program's build information, byte by byte.

use super::MAX_MODULES_BYTES;
use crate::lang::field;

const HEADER_BYTES: usize = 32;
const MAX_VERSION_BYTES: usize = 256;

/// What stands behind a header.
pub(super) enum Record<'a> {
    /// It goes on in bytes that have not come yet.
    Unfinished,
    /// No header after all.
    Nothing,
    /// The old form: pointers to what stands elsewhere.
    Pointers,
    /// The form since Go 1.18.
    Inline { version: &'a str, modules: &'a [u8] },
}

/// Reads bytes that begin like a header.
pub(super) fn read_record(bytes: &[u8]) -> Record<'_> {
    let Some((header, rest)) = bytes.split_at_checked(HEADER_BYTES) else { return Record::Unfinished };
    let (pointer_bytes, flags) = (header[14], header[15]);
    match flags {
        0 | 1 if matches!(pointer_bytes, 4 | 8) => return Record::Pointers,
        2 | 3 => {}
        _ => return Record::Nothing,
    }
    let (version, rest) = match counted(rest, MAX_VERSION_BYTES) {
        Counted::Text(text, rest) => (text, rest),
        Counted::Unfinished => return Record::Unfinished,
        Counted::Nothing => return Record::Nothing,
    };
    let Some(version) = std::str::from_utf8(version).ok().and_then(field) else { return Record::Nothing };
    if !version.starts_with("go") && !version.starts_with("devel") {
        return Record::Nothing;
    }
    match counted(rest, MAX_MODULES_BYTES) {
        Counted::Text(modules, _) => Record::Inline { version, modules },
        Counted::Unfinished => Record::Unfinished,
        Counted::Nothing => Record::Nothing,
    }
}

enum Counted<'a> {
    Unfinished,
    Nothing,
    Text(&'a [u8], &'a [u8]),
}

/// A string after its length as a base-128 number, least significant digits first.
fn counted(bytes: &[u8], max: usize) -> Counted<'_> {
    let mut length = 0_usize;
    for (at, &byte) in bytes.iter().enumerate() {
        if at == 4 {
            return Counted::Nothing;
        }
        length |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            if length > max {
                return Counted::Nothing;
            }
            return match bytes[at + 1..].split_at_checked(length) {
                Some((text, rest)) => Counted::Text(text, rest),
                None => Counted::Unfinished,
            };
        }
    }
    Counted::Unfinished
}

/// `go1.13` to `go1.17.13` at the start of the program's packed strings, where it ends for certain:
/// one at the window's edge is shown again whole.
pub(super) fn old_version(bytes: &[u8]) -> Option<String> {
    let text = bytes.get(.."go1.17.13".len() + 1)?;
    let tail = text.strip_prefix(b"go1.1")?;
    if !matches!(tail.first()?, b'3'..=b'7') {
        return None;
    }
    let mut end = 6;
    if text.get(end) == Some(&b'.') && text.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end += 2;
        end += usize::from(text.get(end).is_some_and(u8::is_ascii_digit));
    }
    if text.get(end).is_none_or(u8::is_ascii_digit) {
        return None;
    }
    String::from_utf8(text[..end].to_vec()).ok()
}
