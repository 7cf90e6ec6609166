//! Dart's pub: Semantic Versioning, but build metadata counts: `1.0.0+1` is later than `1.0.0`.

use std::cmp::Ordering;

use crate::semver::{Parts, strip_v};

pub(crate) struct Version<'a>(Parts<'a>);

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        Parts::parse(strip_v(text)).map(Version)
    }

    fn order(&self, other: &Self) -> Ordering {
        self.0.order_with_build(&other.0)
    }
}
