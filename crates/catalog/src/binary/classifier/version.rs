//! How far a version goes.

/// Parts between dots.
const MAX_PARTS: usize = 5;
/// Digits of one part.
const MAX_DIGITS: usize = 10;
/// Words behind a version that belong to it, with or without a number.
const WORDS: [&str; 13] = [
    "alpha",
    "beta",
    "canary",
    "dev",
    "git",
    "head",
    "milestone",
    "nightly",
    "preview",
    "pre",
    "rc",
    "snapshot",
    "unstable",
];
/// As [`WORDS`], but only before a number.
const LETTERS: [&str; 6] = ["a", "b", "m", "p", "sp", "u"];

/// The length of the version at the start of `bytes`; `None` if there is none, or if it runs on into
/// something that is no part of a version. `parts` is how many numbers it needs at least.
pub(super) fn version_length(bytes: &[u8], parts: usize) -> Option<usize> {
    let (mut length, found) = numbers(bytes)?;
    if found < parts {
        return None;
    }
    length += suffix(&bytes[length..]);
    ends(&bytes[length..]).then_some(length)
}

/// The length of the numbers at the start of `bytes`, two at least, whatever follows but more of them.
pub(super) fn numbers_length(bytes: &[u8]) -> Option<usize> {
    let (length, found) = numbers(bytes)?;
    let more = matches!(bytes[length..], [b'.', next, ..] if next.is_ascii_digit());
    (found >= 2 && !more).then_some(length)
}

/// Numbers between dots at the start: their length and count.
fn numbers(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut length = digits(bytes).filter(|count| *count > 0)?;
    let mut found = 1;
    while found < MAX_PARTS
        && bytes.get(length) == Some(&b'.')
        && let Some(more) = bytes.get(length + 1..).and_then(digits).filter(|count| *count > 0)
    {
        length += 1 + more;
        found += 1;
    }
    Some((length, found))
}

/// Digits at the start; `None` for more than a version has.
fn digits(bytes: &[u8]) -> Option<usize> {
    let count = bytes.iter().take(MAX_DIGITS + 1).take_while(|byte| byte.is_ascii_digit()).count();
    (count <= MAX_DIGITS).then_some(count)
}

/// Whether a version can end before these bytes.
fn ends(bytes: &[u8]) -> bool {
    match bytes {
        [b'.', next, ..] => !next.is_ascii_digit(),
        [next, ..] => !next.is_ascii_alphanumeric() && *next != b'_',
        [] => true,
    }
}

/// What stands behind the numbers and belongs to the version: `rc1`, `-beta.2`, `p1`, `w`, `_392`,
/// `-14-g0123abc`.
fn suffix(bytes: &[u8]) -> usize {
    let separator = usize::from(matches!(bytes.first(), Some(b'-' | b'.' | b'~' | b'_')));
    let rest = &bytes[separator..];
    let word = |words: &[&str]| {
        let begins =
            |word: &&&str| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()));
        words.iter().find(begins).map_or(0, |word| word.len())
    };
    let number = |from: usize| rest.get(from..).and_then(digits).unwrap_or(0);
    let long = word(&WORDS);
    if long > 0 {
        let dot = usize::from(matches!(rest.get(long), Some(b'.' | b'-')) && number(long + 1) > 0);
        let all = long + dot + number(long + dot);
        return if rest.get(all).is_some_and(u8::is_ascii_alphabetic) { 0 } else { separator + all };
    }
    let short = word(&LETTERS);
    if short > 0 && number(short) > 0 {
        return separator + short + number(short);
    }
    if separator == 0 && rest.first().is_some_and(u8::is_ascii_lowercase) && ends(&rest[1..]) {
        return 1;
    }
    if bytes.first() == Some(&b'_') && number(0) > 0 {
        return 1 + number(0);
    }
    commits(bytes).unwrap_or(0)
}

/// `-14-g0123abc`: commits since the version's tag, and the last of them.
fn commits(bytes: &[u8]) -> Option<usize> {
    let rest = bytes.strip_prefix(b"-")?;
    let count = digits(rest).filter(|count| *count > 0)?;
    let hash = rest[count..].strip_prefix(b"-g")?;
    let length = hash.iter().take(41).take_while(|byte| byte.is_ascii_hexdigit()).count();
    (7..=40).contains(&length).then_some(1 + count + 2 + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_ends_where_it_ends() {
        for (text, expected) in [
            ("1.2.3", Some("1.2.3")),
            ("1.2.3\0", Some("1.2.3")),
            ("1.22.1-9+deb12u1", Some("1.22.1")),
            ("1.2.3.", Some("1.2.3")),
            ("1.2.3, and", Some("1.2.3")),
            ("3.13.0rc1+", Some("3.13.0rc1")),
            ("3.13.0b2)", Some("3.13.0b2")),
            ("2.0.0-rc.3 x", Some("2.0.0-rc.3")),
            ("2.0.0-beta1", Some("2.0.0-beta1")),
            ("21.0.0-nightly20240101aa", Some("21.0.0")),
            ("9.2p1 Debian", Some("9.2p1")),
            ("1.1.1w  11 Sep", Some("1.1.1w")),
            ("1.8.0_392\"", Some("1.8.0_392")),
            ("2.1.0-14-g0123abcd\n", Some("2.1.0-14-g0123abcd")),
            ("17.0.9+9", Some("17.0.9")),
            ("1.2.3abc", None),
            ("1.2.3_a", None),
            ("1.2.3.4.5.6", None),
            ("1", None),
            ("1.x", None),
            ("12345678901.2", None),
            ("", None),
        ] {
            let found = version_length(text.as_bytes(), 2).map(|length| &text[..length]);
            assert_eq!(found, expected, "{text}");
        }
        assert_eq!(version_length(b"252.1-x", 1), Some(5));
        assert_eq!(version_length(b"252 (252)", 1), Some(3));
    }
}
