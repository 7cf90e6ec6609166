//! RPM: `[epoch:]version[-release]` in the order of `rpmvercmp`, with `~` (before the end) and `^` (after it).
//!
//! A missing epoch is 0. A missing release sorts before every release, as in rpm's own `rpm.ver` comparison: rpm's
//! dependency matching, where `1` equals both `1-1` and `1-2`, is no order. A caller whose advisory names no release
//! should cut the release off the installed version first.

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
            // What rpm prints for a package without an epoch.
            Some(("(none)", rest)) => (Number::ZERO, rest),
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

/// Declared in their order: what stands at one place decides before its value does.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Segment<'a> {
    Tilde,
    End,
    Caret,
    Letters(&'a str),
    Digits(Number<'a>),
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
