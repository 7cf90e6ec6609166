//! Go: modules, pseudo-versions, toolchains and the standard library in one order.
//!
//! Modules write `v1.2.3`, advisories write `1.2.3`; a toolchain writes `go1.21rc2`, advisories for the standard library
//! write `1.21.0-0` and `1.21.0-rc.2`. A toolchain version is therefore read as the semantic version that it means:
//! `go1.21rc2` is `1.21.0-rc.2`. What follows a toolchain's release is no part of its order: `X:boringcrypto`
//! experiments, a vendor's `-suffix`.

use std::cmp::Ordering;

use crate::number::{Number, split_while};
use crate::semver::{Parts, strip_v};

pub(crate) struct Version<'a> {
    parts: Parts<'a>,
    unfinished: Option<(Stage, Number<'a>)>,
}

/// A toolchain's pre-release.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Beta,
    Candidate,
}

impl Stage {
    fn identifier(self) -> &'static str {
        match self {
            Stage::Beta => "beta",
            Stage::Candidate => "rc",
        }
    }
}

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        if text.starts_with('(') {
            return Err("it was built from a working tree and has no version");
        }
        if text.starts_with("devel") {
            return Err("it is a development build of Go, between releases");
        }
        let (toolchain, marked) = match text.strip_prefix("go") {
            Some(toolchain) => (toolchain, true),
            None => (text, false),
        };
        let release = toolchain.split(' ').next().unwrap_or_default();
        if marked || is_unfinished_toolchain(release) {
            return parse_toolchain(release);
        }
        if release.len() < toolchain.len() && !toolchain.contains(" X:") {
            return Err("it contains white space");
        }
        Ok(Version { parts: Parts::parse(strip_v(release))?, unfinished: None })
    }

    fn order(&self, other: &Self) -> Ordering {
        self.parts.order_release(&other.parts).then_with(|| match (self.unfinished, other.unfinished) {
            (None, None) => self.parts.order(&other.parts),
            (Some(stage), None) => order_stage(stage, other.parts.prerelease),
            (None, Some(stage)) => order_stage(stage, self.parts.prerelease).reverse(),
            (Some((a, number_a)), Some((b, number_b))) => {
                a.identifier().cmp(b.identifier()).then_with(|| number_a.cmp(&number_b))
            }
        })
    }
}

/// `1.21rc2` without its `go`: no semantic version has a letter right after its second number.
fn is_unfinished_toolchain(text: &str) -> bool {
    let (_, rest) = split_while(text, |byte| byte.is_ascii_digit() || byte == b'.');
    rest.starts_with("rc") || rest.starts_with("beta")
}

fn parse_toolchain(text: &str) -> Result<Version<'_>, &'static str> {
    let text = text.split_once("X:").map_or(text, |(release, _)| release);
    let text = text.split_once(['-', '+']).map_or(text, |(release, _)| release);
    let (parts, rest) = Parts::leading(text, 3)?;
    let unfinished = if rest.is_empty() {
        None
    } else if let Some(number) = rest.strip_prefix("rc") {
        Some((Stage::Candidate, number))
    } else {
        Some((Stage::Beta, rest.strip_prefix("beta").ok_or("it is no Go release such as go1.21rc2")?))
    };
    let unfinished = match unfinished {
        Some((stage, number)) => Some((stage, Number::parse(number).ok_or("its beta or rc has no number")?)),
        None => None,
    };
    Ok(Version { parts, unfinished })
}

/// Compares a toolchain's `rc2` with a pre-release as it would compare if it were written `rc.2`.
fn order_stage((stage, number): (Stage, Number<'_>), prerelease: Option<&str>) -> Ordering {
    let Some(prerelease) = prerelease else { return Ordering::Less };
    let mut identifiers = prerelease.split('.');
    let first = identifiers.next().unwrap_or_default();
    if Number::parse(first).is_some() {
        return Ordering::Greater;
    }
    stage.identifier().cmp(first).then_with(|| match identifiers.next() {
        None => Ordering::Greater,
        Some(second) => match Number::parse(second) {
            None => Ordering::Less,
            Some(second) => {
                number.cmp(&second).then(if identifiers.next().is_some() { Ordering::Less } else { Ordering::Equal })
            }
        },
    })
}
