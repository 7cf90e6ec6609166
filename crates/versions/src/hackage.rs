//! Haskell packages: numbers apart by dots; a version that goes on is later, so `1.0` is later than `1`.

use std::cmp::Ordering;

use crate::number::{Number, dotted};

pub(crate) struct Version<'a>(Vec<Number<'a>>);

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        dotted(text).map(Version).ok_or("it is not written as numbers apart by dots")
    }

    fn order(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
