//! Arch Linux: `[epoch:]version[-release]` in the order of pacman's `vercmp`.
//!
//! A missing epoch is 0. Two answers of `vercmp` make no order and are replaced: a missing release equals every release
//! there, here it sorts before them; and where separators of different length (`1..a`, `1.1`) stand before a letter and
//! a digit, `vercmp` looks at the separators first and so runs in a circle (`1..a` < `1` < `1.1` < `1..a`), here the
//! letter sorts first.

use std::cmp::Ordering;

use crate::number::{Number, split_while};

pub(crate) struct Version<'a> {
    epoch: Number<'a>,
    version: &'a str,
    release: Option<&'a str>,
}

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        if text.contains(' ') {
            return Err("it contains white space");
        }
        let (epoch, rest) = match text.split_once(':') {
            Some((epoch, rest)) => (Number::parse(epoch).ok_or("its epoch is no number")?, rest),
            None => (Number::ZERO, text),
        };
        let (version, release) = match rest.rsplit_once('-') {
            Some((_, "")) => return Err("its release is empty"),
            Some((version, release)) => (version, Some(release)),
            None => (rest, None),
        };
        if !version.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
            return Err("it has no letter and no digit");
        }
        Ok(Version { epoch, version, release })
    }

    fn order(&self, other: &Self) -> Ordering {
        self.epoch.cmp(&other.epoch).then_with(|| compare_part(self.version, other.version)).then_with(|| {
            match (self.release, other.release) {
                (Some(a), Some(b)) => compare_part(a, b),
                (a, b) => a.is_some().cmp(&b.is_some()),
            }
        })
    }
}

/// Declared in their order: `1.0a` < `1.0` < `1.0.1`. The first number is the length of the separator before.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Segment<'a> {
    Letters(usize, &'a str),
    End,
    Digits(usize, Number<'a>),
}

fn compare_part(mut a: &str, mut b: &str) -> Ordering {
    loop {
        let (segment_a, rest_a) = next_segment(a);
        let (segment_b, rest_b) = next_segment(b);
        let order = segment_a.cmp(&segment_b);
        if order.is_ne() || segment_a == Segment::End {
            return order;
        }
        (a, b) = (rest_a, rest_b);
    }
}

fn next_segment(text: &str) -> (Segment<'_>, &str) {
    let (separator, text) = split_while(text, |byte| !byte.is_ascii_alphanumeric());
    if let Some((number, rest)) = Number::leading(text) {
        return (Segment::Digits(separator.len(), number), rest);
    }
    let (letters, rest) = split_while(text, |byte| byte.is_ascii_alphabetic());
    (if letters.is_empty() { Segment::End } else { Segment::Letters(separator.len(), letters) }, rest)
}
