//! Dart's pub: Semantic Versioning, but build metadata counts: `1.0.0+1` is later than `1.0.0`.

use std::cmp::Ordering;

use crate::semver::{Parts, order_identifiers, strip_v};

pub(crate) struct Version<'a>(Parts<'a>);

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        Parts::parse(strip_v(text)).map(Version)
    }

    fn order(&self, other: &Self) -> Ordering {
        self.0.order(&other.0).then_with(|| match (self.0.build, other.0.build) {
            (Some(a), Some(b)) => order_identifiers(a, b, str::cmp),
            (a, b) => a.is_some().cmp(&b.is_some()),
        })
    }
}
