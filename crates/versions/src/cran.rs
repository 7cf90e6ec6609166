//! R packages: numbers apart by dots or hyphens, which weigh the same; a version that goes on is later.

use std::cmp::Ordering;

use crate::number::Number;

pub(crate) struct Version<'a>(Vec<Number<'a>>);

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        let numbers = text.split(['.', '-']).map(Number::parse).collect::<Option<_>>();
        numbers.map(Version).ok_or("it is not written as numbers apart by dots or hyphens")
    }

    fn order(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
