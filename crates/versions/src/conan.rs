//! Conan: any number of parts apart by dots, a `-pre-release`, and a `+build` that counts.
//!
//! A part is a number with letters behind it or a word: `1.1.1` < `1.1.1w` < `1.1.2` < `1.1.cci`; zeros at the end have
//! no weight. Conan itself compares a number with anything else as text, which is no order (9 < 10 < `1a` < 9): here a
//! part is compared by the number that it begins with, then by what follows, and a part without a number comes last.

use std::cmp::Ordering;

use crate::number::{Number, split_while};

pub(crate) struct Version<'a> {
    release: Vec<Part<'a>>,
    prerelease: Option<Vec<Part<'a>>>,
    build: Option<Vec<Part<'a>>>,
}

/// Whether it has no number, its number, what follows.
type Part<'a> = (bool, Number<'a>, &'a str);

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        let (text, build) = match text.rsplit_once('+') {
            Some((text, build)) => (text, Some(parts(build)?)),
            None => (text, None),
        };
        let (release, prerelease) = match text.split_once('-') {
            Some((release, prerelease)) => (release, Some(parts(prerelease)?)),
            None => (text, None),
        };
        Ok(Version { release: parts(release)?, prerelease, build })
    }

    fn order(&self, other: &Self) -> Ordering {
        let prereleases = match (&self.prerelease, &other.prerelease) {
            (Some(a), Some(b)) => a.cmp(b),
            (a, b) => a.is_none().cmp(&b.is_none()),
        };
        self.release.cmp(&other.release).then(prereleases).then_with(|| self.build.cmp(&other.build))
    }
}

fn parts(text: &str) -> Result<Vec<Part<'_>>, &'static str> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+');
    let mut parts = Vec::new();
    for part in text.split('.') {
        if part.is_empty() {
            return Err("it has an empty part");
        }
        if !split_while(part, allowed).1.is_empty() {
            return Err("it has a character other than letters, digits and _ - + .");
        }
        parts.push(match Number::leading(part) {
            Some((number, rest)) => (false, number, rest),
            None => (true, Number::ZERO, part),
        });
    }
    while parts.pop_if(|part| *part == (false, Number::ZERO, "")).is_some() {}
    Ok(parts)
}
