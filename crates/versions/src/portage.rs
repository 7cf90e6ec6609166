//! Gentoo: numbers, a letter, `_alpha _beta _pre _rc _p` suffixes and `-r`, in the order of the package manager
//! specification, 3.3.

use std::cmp::Ordering;

use crate::number::{Number, split_while};

pub(crate) struct Version<'a> {
    major: Number<'a>,
    components: Vec<Component<'a>>,
    letter: Option<u8>,
    suffixes: Vec<(Suffix, Number<'a>)>,
    revision: Number<'a>,
}

/// A component with a leading zero is a fraction: compared as text without its trailing zeros, before all others.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Component<'a> {
    Fraction(&'a str),
    Integer(Number<'a>),
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Suffix {
    Alpha,
    Beta,
    Pre,
    Candidate,
    None,
    Patch,
}

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        let (text, revision) = match text.rsplit_once("-r") {
            Some((text, revision)) => (text, Number::parse(revision).ok_or("its revision is no number")?),
            None => (text, Number::ZERO),
        };
        let mut parts = text.split('_');
        let numbers = parts.next().unwrap_or_default();
        let (numbers, letter) = match numbers.as_bytes().split_last() {
            Some((last, _)) if last.is_ascii_lowercase() => (&numbers[..numbers.len() - 1], Some(*last)),
            _ => (numbers, None),
        };
        let mut numbers = numbers.split('.');
        let major = numbers.next().and_then(Number::parse).ok_or("it does not begin with a number")?;
        let components = numbers.map(Component::parse).collect::<Option<_>>();
        let components = components.ok_or("it is not written as numbers apart by dots")?;
        let suffixes = parts.map(parse_suffix).collect::<Result<_, _>>()?;
        Ok(Version { major, components, letter, suffixes, revision })
    }

    fn order(&self, other: &Self) -> Ordering {
        self.major
            .cmp(&other.major)
            .then_with(|| self.components.cmp(&other.components))
            .then_with(|| self.letter.cmp(&other.letter))
            .then_with(|| compare_suffixes(&self.suffixes, &other.suffixes))
            .then_with(|| self.revision.cmp(&other.revision))
    }
}

impl<'a> Component<'a> {
    fn parse(text: &'a str) -> Option<Component<'a>> {
        let number = Number::parse(text)?;
        Some(match text.strip_prefix('0') {
            Some(_) => Component::Fraction(text.trim_end_matches('0')),
            None => Component::Integer(number),
        })
    }
}

fn parse_suffix(text: &str) -> Result<(Suffix, Number<'_>), &'static str> {
    let (name, digits) = split_while(text, |byte| byte.is_ascii_alphabetic());
    let suffix = match name {
        "alpha" => Suffix::Alpha,
        "beta" => Suffix::Beta,
        "pre" => Suffix::Pre,
        "rc" => Suffix::Candidate,
        "p" => Suffix::Patch,
        _ => return Err("it has an unknown suffix after an underscore"),
    };
    let number = if digits.is_empty() { Some(Number::ZERO) } else { Number::parse(digits) };
    Ok((suffix, number.ok_or("the number of a suffix is none")?))
}

fn compare_suffixes(a: &[(Suffix, Number<'_>)], b: &[(Suffix, Number<'_>)]) -> Ordering {
    let end = (Suffix::None, Number::ZERO);
    (0..a.len().max(b.len()))
        .map(|at| a.get(at).unwrap_or(&end).cmp(b.get(at).unwrap_or(&end)))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}
