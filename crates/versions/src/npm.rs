//! npm: semantic versions as node-semver reads them loosely (`=v1.2.3`, `1.2.3beta`).

use std::cmp::Ordering;

use crate::semver::{Parts, strip_v};

pub(crate) struct Version<'a>(pub(crate) Parts<'a>);

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        let text = strip_v(text.trim_start_matches('=').trim_ascii_start());
        let (parts, rest) = Parts::leading(text, 3)?;
        match rest.strip_prefix('-').unwrap_or(rest) {
            "" if rest.is_empty() => Ok(Version(parts)),
            prerelease => parts.with_prerelease(prerelease).map(Version),
        }
    }

    fn order(&self, other: &Self) -> Ordering {
        self.0.order(&other.0)
    }
}
