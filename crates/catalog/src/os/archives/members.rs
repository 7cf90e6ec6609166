//! Members of a tar archive of which perhaps only the beginning is here.

const BLOCK: usize = 512;

/// The bytes of the first member of this name, if they are all here.
pub(super) fn find<'a>(tar: &'a [u8], wanted: &[u8]) -> Option<&'a [u8]> {
    let mut at = 0usize;
    loop {
        let header = tar.get(at..)?.get(..BLOCK)?;
        let name = header.get(..100)?.split(|byte| *byte == 0).next().unwrap_or_default();
        at += BLOCK;
        if name.is_empty() {
            // Zeroes end an archive; apk puts several one after another.
            continue;
        }
        let size = octal(header.get(124..136)?)?;
        let bytes = tar.get(at..)?.get(..size);
        if name.strip_prefix(b"./").unwrap_or(name) == wanted {
            return bytes;
        }
        at = at.checked_add(size.checked_next_multiple_of(BLOCK)?)?;
    }
}

fn octal(digits: &[u8]) -> Option<usize> {
    let digits = digits.iter().filter(|byte| !matches!(byte, b' ' | 0));
    digits.into_iter().try_fold(0usize, |sum, digit| {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit < 8)?;
        sum.checked_mul(8)?.checked_add(usize::from(digit))
    })
}
