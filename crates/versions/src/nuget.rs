//! NuGet: one to four numbers, then as Semantic Versioning 2.0, without regard to case.

use std::cmp::Ordering;

use crate::semver::{Parts, strip_v};

pub(crate) struct Version<'a>(Parts<'a>);

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        Parts::parse_up_to(strip_v(text), 4).map(Version)
    }

    fn order(&self, other: &Self) -> Ordering {
        self.0.order_ignoring_case(&other.0)
    }
}
