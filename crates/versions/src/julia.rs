//! Julia packages: Semantic Versioning in which build metadata counts, as `VersionNumber` has it.
//!
//! Wrapped libraries are released that way: `OpenSSL_jll` 3.0.15+1 is later than 3.0.15+0.

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
