//! Ruby: `Gem::Version`. Letters make a pre-release; zeros at the end, and before the first letters, have no weight.

use std::cmp::Ordering;

use crate::number::{Number, split_while};

pub(crate) struct Version<'a>(Vec<Segment<'a>>);

/// Declared in their order: any letters sort before any number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Segment<'a> {
    Letters(&'a str),
    Digits(Number<'a>),
}

const ZERO: Segment<'static> = Segment::Digits(Number::ZERO);

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        check_form(text)?;
        let mut segments: Vec<Segment<'a>> = Vec::new();
        let mut has_letters = false;
        let mut rest = text;
        while let Some(&first) = rest.as_bytes().first() {
            if let Some((number, after)) = Number::leading(rest) {
                segments.push(Segment::Digits(number));
                rest = after;
                continue;
            }
            let (letters, after) = split_while(rest, |byte| byte.is_ascii_alphabetic());
            if letters.is_empty() {
                rest = rest.get(1..).unwrap_or_default();
                if first != b'-' {
                    continue;
                }
            } else {
                rest = after;
            }
            if !has_letters {
                trim_zeros(&mut segments);
            }
            has_letters = true;
            segments.push(Segment::Letters(if letters.is_empty() { "pre" } else { letters }));
        }
        trim_zeros(&mut segments);
        Ok(Version(segments))
    }

    fn order(&self, other: &Self) -> Ordering {
        (0..self.0.len().max(other.0.len()))
            .map(|at| self.0.get(at).unwrap_or(&ZERO).cmp(other.0.get(at).unwrap_or(&ZERO)))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

fn check_form(text: &str) -> Result<(), &'static str> {
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return Err("it does not begin with a digit");
    }
    let (release, prerelease) = text.split_once('-').map_or((text, None), |(release, rest)| (release, Some(rest)));
    let first = release.split('.').next().unwrap_or_default();
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let hyphened =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if Number::parse(first).is_none()
        || !release.split('.').all(plain)
        || prerelease.is_some_and(|prerelease| !prerelease.split('.').all(hyphened))
    {
        return Err("it is not written as letters and digits apart by dots");
    }
    Ok(())
}

fn trim_zeros(segments: &mut Vec<Segment<'_>>) {
    while segments.last() == Some(&ZERO) {
        segments.pop();
    }
}
