//! Semantic Versioning 2.0: three numbers, a pre-release before the release, build metadata without weight.
//!
//! Read more gently than the specification: a leading `v`, missing numbers (advisories write `0` for "from the very
//! beginning") and leading zeros are accepted.

use std::cmp::Ordering;

use crate::number::{Number, compare_ignoring_case, compare_padded, split_while};

pub(crate) struct Version<'a>(pub(crate) Parts<'a>);

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        Parts::parse(strip_v(text)).map(Version)
    }

    fn order(&self, other: &Self) -> Ordering {
        self.0.order(&other.0)
    }
}

/// What semantic versions and their relatives are made of: `numbers[-prerelease][+build]`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts<'a> {
    pub(crate) release: [Number<'a>; 4],

    pub(crate) prerelease: Option<&'a str>,
    pub(crate) build: Option<&'a str>,
}

pub(crate) fn strip_v(text: &str) -> &str {
    text.strip_prefix(['v', 'V']).unwrap_or(text)
}

impl<'a> Parts<'a> {
    /// At most three numbers.
    pub(crate) fn parse(text: &'a str) -> Result<Parts<'a>, &'static str> {
        Parts::parse_up_to(text, 3)
    }

    pub(crate) fn parse_up_to(text: &'a str, numbers: usize) -> Result<Parts<'a>, &'static str> {
        let (parts, rest) = Parts::leading(text, numbers)?;
        match rest.strip_prefix('-') {
            Some(prerelease) => parts.with_prerelease(prerelease),
            None if rest.is_empty() => Ok(parts),
            None => Err("it is not written as numbers, -pre-release, +build"),
        }
    }

    /// Reads the numbers and cuts the build metadata off; gives what stands between.
    pub(crate) fn leading(text: &'a str, numbers: usize) -> Result<(Parts<'a>, &'a str), &'static str> {
        let (text, build) = match text.split_once('+') {
            Some((text, build)) => (text, Some(build)),
            None => (text, None),
        };
        if build.is_some_and(|build| !are_identifiers(build)) {
            return Err("its build metadata has an empty part or a character other than letters, digits and hyphens");
        }
        let mut release = [Number::ZERO; 4];
        let (mut written, mut rest) = (0, text);
        loop {
            let (number, after) = Number::leading(rest).ok_or("a number is missing in it")?;
            *release.get_mut(written).filter(|_| written < numbers).ok_or("it has too many numbers")? = number;
            (written, rest) = (written + 1, after);
            match rest.strip_prefix('.') {
                Some(after) => rest = after,
                None => break,
            }
        }
        Ok((Parts { release, prerelease: None, build }, rest))
    }

    pub(crate) fn with_prerelease(mut self, prerelease: &'a str) -> Result<Parts<'a>, &'static str> {
        if !are_identifiers(prerelease) {
            return Err("its pre-release has an empty part or a character other than letters, digits and hyphens");
        }
        self.prerelease = Some(prerelease);
        Ok(self)
    }

    /// Precedence as the specification has it: numbers, then pre-release.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        self.order_release(other).then_with(|| order_prereleases(self.prerelease, other.prerelease, str::cmp))
    }

    pub(crate) fn order_ignoring_case(&self, other: &Self) -> Ordering {
        self.order_release(other)
            .then_with(|| order_prereleases(self.prerelease, other.prerelease, compare_ignoring_case))
    }

    /// As [`Self::order`], but of two that are equal the one with the later build is later, and one without any comes
    /// first.
    pub(crate) fn order_with_build(&self, other: &Self) -> Ordering {
        self.order(other).then_with(|| match (self.build, other.build) {
            (Some(a), Some(b)) => order_identifiers(a, b, str::cmp),
            (a, b) => a.is_some().cmp(&b.is_some()),
        })
    }

    pub(crate) fn order_release(&self, other: &Self) -> Ordering {
        compare_padded(&self.release, &other.release)
    }
}

fn are_identifiers(text: &str) -> bool {
    text.split('.').all(|part| {
        let (identifier, rest) = split_while(part, |byte| byte.is_ascii_alphanumeric() || byte == b'-');
        rest.is_empty() && !identifier.is_empty()
    })
}

fn order_prereleases(a: Option<&str>, b: Option<&str>, text_order: fn(&str, &str) -> Ordering) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => order_identifiers(a, b, text_order),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}

/// Identifiers apart by dots: numbers by value and before texts, a shorter list before one that it begins.
fn order_identifiers(a: &str, b: &str, text_order: fn(&str, &str) -> Ordering) -> Ordering {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(a), Some(b)) => match (Number::parse(a), Number::parse(b)) {
                (Some(a), Some(b)) => a.cmp(&b),
                (None, None) => text_order(a, b),
                (a, b) => a.is_none().cmp(&b.is_none()),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}
