//! Runs of digits of any length, compared as numbers without overflow.

use std::cmp::Ordering;

/// A non-negative integer, kept as its digits without leading zeros; zero is the empty run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number<'a>(&'a str);

impl<'a> Number<'a> {
    pub(crate) const ZERO: Number<'static> = Number("");

    /// Reads a whole text; nothing unless it is one or more digits.
    pub(crate) fn parse(text: &'a str) -> Option<Number<'a>> {
        match Number::leading(text) {
            Some((number, "")) => Some(number),
            _ => None,
        }
    }

    /// Reads the digits that a text begins with, and gives the rest.
    pub(crate) fn leading(text: &'a str) -> Option<(Number<'a>, &'a str)> {
        let (digits, rest) = split_while(text, |byte| byte.is_ascii_digit());
        (!digits.is_empty()).then(|| (Number(digits.trim_start_matches('0')), rest))
    }

    pub(crate) fn is_zero(self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn is_successor_of(self, other: Number<'_>) -> bool {
        let kept = other.0.trim_end_matches('9');
        let nines = other.0.len() - kept.len();
        let (head, raised) = match kept.as_bytes().split_last() {
            Some((last, _)) => (&kept[..kept.len() - 1], last + 1),
            None => ("", b'1'),
        };
        self.0.strip_prefix(head).is_some_and(|rest| {
            rest.len() == nines + 1 && rest.as_bytes()[0] == raised && rest[1..].bytes().all(|digit| digit == b'0')
        })
    }
}

impl Ord for Number<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.cmp(other.0))
    }
}

impl PartialOrd for Number<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Compares dotted numbers, the shorter one filled up with zeros.
pub(crate) fn compare_padded(a: &[Number<'_>], b: &[Number<'_>]) -> Ordering {
    (0..a.len().max(b.len()))
        .map(|at| a.get(at).unwrap_or(&Number::ZERO).cmp(b.get(at).unwrap_or(&Number::ZERO)))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// Reads numbers apart by dots; nothing unless the whole text is that.
pub(crate) fn dotted(text: &str) -> Option<Vec<Number<'_>>> {
    text.split('.').map(Number::parse).collect()
}

/// Splits ASCII text after the bytes that it begins with and that are wanted.
pub(crate) fn split_while(text: &str, wanted: impl Fn(u8) -> bool) -> (&str, &str) {
    let end = text.bytes().position(|byte| !wanted(byte)).unwrap_or(text.len());
    text.split_at(end)
}

/// Compares ASCII text without regard to case.
pub(crate) fn compare_ignoring_case(a: &str, b: &str) -> Ordering {
    a.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(b.bytes().map(|byte| byte.to_ascii_lowercase()))
}
