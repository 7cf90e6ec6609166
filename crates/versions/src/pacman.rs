//! Arch Linux: `[epoch:]version[-release]` in the order of pacman's `vercmp`.
//!
//! A missing epoch is 0. Two answers of `vercmp` make no order and are replaced: a missing release equals every release
//! there, here it sorts before them; and where separators of different length (`1..a`, `1.1`) stand before a letter and
//! a digit, `vercmp` looks at the separators first and so runs in a circle (`1..a` < `1` < `1.1` < `1..a`), here the
//! letter sorts first.

use std::cmp::Ordering;

use crate::evr::Evr;
use crate::number::{Number, split_while};

pub(crate) struct Version<'a>(Evr<'a>);

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        Evr::parse(text).map(Version)
    }

    fn order(&self, other: &Self) -> Ordering {
        self.0.order(&other.0, next_segment)
    }
}

/// Declared in their order: `1.0a` < `1.0` < `1.0.1`. The first number is the length of the separator before.
#[derive(PartialEq, Eq, PartialOrd, Ord, Default)]
enum Segment<'a> {
    Letters(usize, &'a str),
    #[default]
    End,
    Digits(usize, Number<'a>),
}

fn next_segment(text: &str) -> (Segment<'_>, &str) {
    let (separator, text) = split_while(text, |byte| !byte.is_ascii_alphanumeric());
    if let Some((number, rest)) = Number::leading(text) {
        return (Segment::Digits(separator.len(), number), rest);
    }
    let (letters, rest) = split_while(text, |byte| byte.is_ascii_alphabetic());
    (if letters.is_empty() { Segment::End } else { Segment::Letters(separator.len(), letters) }, rest)
}
