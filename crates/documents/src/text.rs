//! Text from outside made fit to keep: decoded, on one line, of bounded length.

use std::borrow::Cow;
use std::fmt;

/// The longest name, version, reference or licence that is believed, in bytes.
pub(crate) const MAX_FIELD_BYTES: usize = 1_024;
/// Letters of a complaint that are kept: it may quote what it complains of.
const MAX_COMPLAINT_LETTERS: usize = 200;

/// Text of unknown encoding: UTF-8, or what a byte order mark says; wrong bytes become `U+FFFD`.
pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let wide = |bytes: &[u8], join: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| join([pair[0], pair[1]]));
        let letters = char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER));
        Cow::Owned(letters.collect())
    };
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes),
    }
}

/// A value that says something: one line, not empty, not overlong, and none of the words by which
/// SPDX says that it says nothing.
pub(crate) fn field(text: &str) -> Option<&str> {
    let text = text.trim();
    let sound = !text.is_empty() && text.len() <= MAX_FIELD_BYTES && !text.contains(char::is_control);
    (sound && !matches!(text, "NOASSERTION" | "NONE")).then_some(text)
}

/// What was wrong, on one line of bounded length.
pub(crate) fn complaint(error: &dyn fmt::Display) -> String {
    let letters = error.to_string();
    let plain = letters.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    plain.take(MAX_COMPLAINT_LETTERS).collect()
}

/// The text of an error that is on one line already and fits within a gap.
pub(crate) fn shown(text: &str) -> String {
    const SHOWN_LETTERS: usize = 80;
    text.chars().filter(|letter| !letter.is_control()).take(SHOWN_LETTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_order_marks_tell_the_encoding() {
        assert_eq!(decode(b"\xff\xfea\0b\0"), "ab");
        assert_eq!(decode(b"\xfe\xff\0a\0b"), "ab");
        assert_eq!(decode(b"\xef\xbb\xbfab"), "ab");
        assert_eq!(decode(b"caf\xe9"), "caf\u{fffd}");
        assert_eq!(decode(b"\xff\xfe\0\xd8a"), "\u{fffd}");
    }

    #[test]
    fn what_says_nothing_is_no_field() {
        for text in ["", "  ", "NOASSERTION", "NONE", "a\nb", &"x".repeat(2_000)] {
            assert_eq!(field(text), None, "{text}");
        }
        assert_eq!(field(" a b "), Some("a b"));
    }
}
