//! Texts of a record in which its ids and its package are left out and a mark says which.

use super::bytes::{In, Out, Packed};
use super::names::{ID_BYTES, Names};

/// The mark of the package's name; those of ids are their numbers.
const NAME_MARK: u8 = 8;
/// A shorter one repays no mark.
const LEAST_BYTES: usize = 3;

/// Writes the pieces of a text, each with whether a mark follows it.
pub(super) fn pack(text: &str, ids: &[&str], name: Option<&str>, out: &mut Out) {
    let mut pieces = vec![(text, None)];
    let marks = ids.iter().copied().zip(0..NAME_MARK).chain(name.map(|name| (name, NAME_MARK)));
    for (known, mark) in marks.filter(|(known, _)| known.len() >= LEAST_BYTES && text.contains(known)) {
        let split = |(piece, after): (_, Option<u8>)| {
            let mut parts: Vec<_> = str::split(piece, known).map(|part| (part, Some(mark))).collect();
            if let Some((_, last)) = parts.last_mut() {
                *last = after;
            }
            parts
        };
        pieces = pieces.into_iter().flat_map(split).collect();
    }
    for (piece, mark) in pieces {
        out.number((piece.len() as u64) << 1 | u64::from(mark.is_some()));
        out.0.extend_from_slice(piece.as_bytes());
        out.0.extend(mark);
    }
}

pub(super) fn unpack(from: &mut In<'_>, ids: &Names, name: &str) -> Packed<String> {
    let (piece, mut is_marked) = unpack_piece(from)?;
    if !is_marked {
        return Ok(piece.to_owned());
    }
    let mut text = String::with_capacity(piece.len() + 2 * ID_BYTES);
    text.push_str(piece);
    while is_marked {
        let known = match from.byte()? {
            NAME_MARK => name,
            mark => ids.get(usize::from(mark)).ok_or(postcard::Error::DeserializeBadEncoding)?,
        };
        from.spend(known.len() as u64)?;
        text.push_str(known);
        let (piece, goes_on) = unpack_piece(from)?;
        text.push_str(piece);
        is_marked = goes_on;
    }
    Ok(text)
}

fn unpack_piece<'b>(from: &mut In<'b>) -> Packed<(&'b str, bool)> {
    let head = from.small()?;
    let bytes = from.bytes((head >> 1) as usize)?;
    from.spend(bytes.len() as u64)?;
    let piece = std::str::from_utf8(bytes).map_err(|_| postcard::Error::DeserializeBadUtf8)?;
    Ok((piece, head & 1 == 1))
}
