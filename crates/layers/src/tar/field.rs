//! Fields of a header block.

use super::block::Block;

/// Text up to the first NUL.
pub(super) fn text(field: &[u8]) -> &[u8] {
    &field[..memchr::memchr(0, field).unwrap_or(field.len())]
}

/// A number: octal digits among spaces and NULs, or base 256 where the first bit is set. `None` if
/// it is neither, negative, or beyond 64 bits.
pub(super) fn number(field: &[u8]) -> Option<u64> {
    let (&first, rest) = field.split_first()?;
    if first & 0x80 != 0 {
        if first & 0x40 != 0 {
            return None;
        }
        return rest.iter().try_fold(u64::from(first & 0x3f), |value, &byte| {
            (value >> 56 == 0).then_some(value << 8 | u64::from(byte))
        });
    }
    let blank = |byte: &&u8| matches!(byte, b' ' | 0);
    let begin = field.iter().take_while(blank).count();
    let digits = &field[begin..];
    let digits = &digits[..digits.len() - digits.iter().rev().take_while(blank).count()];
    // Some writers leave rubbish behind the NUL that ends a number.
    text(digits).iter().try_fold(0_u64, |value, &digit| {
        let digit = u64::from(digit.checked_sub(b'0').filter(|digit| *digit < 8)?);
        (value >> 61 == 0).then_some(value << 3 | digit)
    })
}

/// The part of a path that stands before the name.
pub(super) fn prefix(block: &Block) -> &[u8] {
    match &block[257..265] {
        [b'u', b's', b't', b'a', b'r', 0, ..] if block[508..] == *b"tar\0" => text(&block[345..476]),
        [b'u', b's', b't', b'a', b'r', 0, ..] => text(&block[345..500]),
        // Go before 1.8 wrote long paths in GNU headers so, over the fields of two times.
        b"ustar  \0" if !is_time(&block[345..357]) || !is_time(&block[357..369]) => {
            let prefix = text(&block[345..500]);
            if prefix.is_ascii() { prefix } else { &[] }
        }
        _ => &[],
    }
}

fn is_time(field: &[u8]) -> bool {
    matches!(field.first(), Some(0 | 0x80..)) || number(field).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_octal_or_base_256() {
        assert_eq!(number(b"0000644\0"), Some(0o644));
        assert_eq!(number(b"   644 \0"), Some(0o644));
        assert_eq!(number(b"\0\0\0\0\0\0\0\0"), Some(0));
        assert_eq!(number(b"777777777777"), Some(0o777_777_777_777));
        assert_eq!(number(b"\x80\0\0\0\0\0\0\x02\0\0\0\0"), Some(1 << 33));
        assert_eq!(number(b"\x80\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff"), Some(u64::MAX));
        assert_eq!(number(b"\x80\0\0\x01\0\0\0\0\0\0\0\0"), None);
        assert_eq!(number(b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), None);
        assert_eq!(number(b"0008\0\0\0\0"), None);
        assert_eq!(number(b"-1\0\0\0\0\0\0"), None);
    }
}
