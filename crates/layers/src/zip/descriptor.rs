//! The record behind a member whose header did not know its sizes.

use plimsoll_facts::Unreadable;

use super::Measure;
use super::local::{u32_at, u64_at};
use crate::chunks::Passing;

const SIGNATURE: &[u8; 4] = b"PK\x07\x08";

/// Passes over the descriptor that begins here, and returns its checksum. The signature in front
/// is optional and sizes have 32 or 64 bits: the form whose sizes fit what was seen is taken.
pub(super) fn pass_over(bytes: &mut dyn Passing, compressed: u64, size: Option<u64>) -> Result<Measure, Unreadable> {
    let head = bytes.peek(SIGNATURE.len() + 20)?;
    let signature = if head.starts_with(SIGNATURE) { SIGNATURE.len() } else { 0 };
    let forms = [(signature, false), (signature, true), (0, false), (0, true)];
    let found = forms.into_iter().find_map(|(begin, wide)| {
        let length = begin + if wide { 20 } else { 12 };
        let fields = head.get(begin..length)?;
        let crc = u32_at(fields, 0);
        let measure = if wide {
            Measure { crc, compressed: u64_at(fields, 4), size: u64_at(fields, 12) }
        } else {
            Measure { crc, compressed: u32_at(fields, 4).into(), size: u32_at(fields, 8).into() }
        };
        let fits = measure.compressed == compressed && size.is_none_or(|size| size == measure.size);
        fits.then_some((measure, length))
    });
    let (measure, length) = found.ok_or_else(|| Unreadable::syntax("the sizes behind a member do not fit it"))?;
    bytes.advance(length);
    Ok(measure)
}
