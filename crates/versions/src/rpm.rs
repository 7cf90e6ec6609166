//! RPM: `[epoch:]version[-release]` in the order of `rpmvercmp`, with `~` (before the end) and `^` (after it).
//!
//! A missing epoch is 0. A missing release sorts before every release, as in rpm's own `rpm.ver` comparison: rpm's
//! dependency matching, where `1` equals both `1-1` and `1-2`, is no order. A caller whose advisory names no release
//! should cut the release off the installed version first.

use std::cmp::Ordering;

use crate::evr::Evr;
use crate::number::{Number, split_while};

pub(crate) struct Version<'a>(Evr<'a>);

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        // What rpm prints for a package without an epoch.
        Evr::parse(text.strip_prefix("(none):").unwrap_or(text)).map(Version)
    }

    fn order(&self, other: &Self) -> Ordering {
        self.0.order(&other.0, next_segment)
    }
}

/// Declared in their order: what stands at one place decides before its value does.
#[derive(PartialEq, Eq, PartialOrd, Ord, Default)]
enum Segment<'a> {
    Tilde,
    #[default]
    End,
    Caret,
    Letters(&'a str),
    Digits(Number<'a>),
}

fn next_segment(text: &str) -> (Segment<'_>, &str) {
    let (_, text) = split_while(text, |byte| !byte.is_ascii_alphanumeric() && byte != b'~' && byte != b'^');
    if let Some((number, rest)) = Number::leading(text) {
        return (Segment::Digits(number), rest);
    }
    match text.as_bytes().first() {
        None => (Segment::End, ""),
        Some(b'~') => (Segment::Tilde, text.get(1..).unwrap_or_default()),
        Some(b'^') => (Segment::Caret, text.get(1..).unwrap_or_default()),
        Some(_) => {
            let (letters, rest) = split_while(text, |byte| byte.is_ascii_alphabetic());
            (Segment::Letters(letters), rest)
        }
    }
}
