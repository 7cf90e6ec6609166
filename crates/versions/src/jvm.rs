//! Java runtimes: `1.8.0_392-b08` and `8u392-b08` beside JEP 322's `17.0.9+9-LTS`, in one order.
//!
//! The old forms are read as the new ones: update 392 of Java 8 is `8.0.392`. A pre-release (`-ea`) sorts before the
//! release, a build number after the same version without one; what stands behind (`-LTS`) has no weight.

use std::cmp::Ordering;

use crate::number::{Number, compare_padded, dotted, split_while};

pub(crate) struct Version<'a> {
    numbers: Vec<Number<'a>>,
    prerelease: Option<&'a str>,
    build: Option<Number<'a>>,
}

const EIGHT_AND_BEFORE: [&str; 8] = ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8"];

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        let text = text.strip_prefix("jdk").map_or(text, |rest| rest.strip_prefix('-').unwrap_or(rest));
        let (core, rest) = split_while(text, |byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'u'));
        let numbers = parse_numbers(core)?;
        let mut version = Version { numbers, prerelease: None, build: None };
        if let Some(build) = rest.strip_prefix('+') {
            let (number, _) = split_build(build)?;
            version.build = number;
            return Ok(version);
        }
        if rest.starts_with('b') {
            version.build = Some(old_build(rest).ok_or("its build is no number")?);
            return Ok(version);
        }
        let Some(suffix) = rest.strip_prefix('-') else {
            return if rest.is_empty() { Ok(version) } else { Err("it is no version of a Java runtime") };
        };
        if let Some((prerelease, build)) = suffix.split_once('+') {
            version.prerelease = check_prerelease(prerelease)?;
            version.build = split_build(build)?.0;
            return Ok(version);
        }
        // Debian's builds repeat the update in their suffix: `1.8.0_382-8u382-ga-1~deb11u1-b05`.
        let mut prerelease_may_follow = true;
        for part in suffix.split('-') {
            if let Some(build) = old_build(part) {
                version.build = Some(build);
            } else if prerelease_may_follow && !part.starts_with("8u") {
                version.prerelease = check_prerelease(part)?;
            }
            prerelease_may_follow = false;
        }
        Ok(version)
    }

    fn order(&self, other: &Self) -> Ordering {
        compare_padded(&self.numbers, &other.numbers)
            .then_with(|| match (self.prerelease, other.prerelease) {
                (Some(a), Some(b)) => compare_prereleases(a, b),
                (a, b) => a.is_none().cmp(&b.is_none()),
            })
            .then_with(|| self.build.cmp(&other.build))
    }
}

/// `17.0.9`, `1.8.0_392`, `8u392`.
fn parse_numbers(core: &str) -> Result<Vec<Number<'_>>, &'static str> {
    const NO_VERSION: &str = "it does not begin with the numbers of a Java runtime";
    if let Some((feature, update)) = core.split_once('u') {
        let (feature, update) = (Number::parse(feature).ok_or(NO_VERSION)?, dotted(update).ok_or(NO_VERSION)?);
        return Ok([feature, Number::ZERO].into_iter().chain(update).collect());
    }
    let (release, update) = core.split_once('_').map_or((core, None), |(release, update)| (release, Some(update)));
    let old = EIGHT_AND_BEFORE
        .iter()
        .any(|old| release.strip_prefix(old).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')));
    let release = if old { release.get(2..).unwrap_or_default() } else { release };
    let mut numbers = dotted(release).ok_or(NO_VERSION)?;
    if let Some(update) = update {
        numbers.resize(numbers.len().max(2), Number::ZERO);
        numbers.push(Number::parse(update).ok_or("its update is no number")?);
    }
    Ok(numbers)
}

/// `b08`
fn old_build(text: &str) -> Option<Number<'_>> {
    text.strip_prefix('b').and_then(Number::parse)
}

/// The build number, if there is one before the optional part.
fn split_build(text: &str) -> Result<(Option<Number<'_>>, &str), &'static str> {
    match Number::leading(text) {
        Some((number, rest)) if rest.is_empty() || rest.starts_with(['-', '.']) => Ok((Some(number), rest)),
        None if text.starts_with('-') => Ok((None, text)),
        _ => Err("its build is no number"),
    }
}

/// A long-term support mark is no pre-release.
fn check_prerelease(text: &str) -> Result<Option<&str>, &'static str> {
    if text.eq_ignore_ascii_case("lts") {
        return Ok(None);
    }
    let plain =
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'));
    if plain { Ok(Some(text)) } else { Err("its pre-release is not written as letters and digits") }
}

fn compare_prereleases(a: &str, b: &str) -> Ordering {
    match (Number::parse(a), Number::parse(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (None, None) => a.cmp(b),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}
