//! Bitnami: `1.2.3-4` is revision 4 of 1.2.3 and later than it; other text after a hyphen is a pre-release.
//!
//! `1.2.3-rc.1-4` is revision 4 of the pre-release `rc.1`. No revision is revision 0.

use std::cmp::Ordering;

use crate::number::Number;
use crate::semver::{Parts, strip_v};

pub(crate) struct Version<'a> {
    parts: Parts<'a>,
    revision: Number<'a>,
}

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        let text = strip_v(text);
        let (text, revision) = match text.rsplit_once('-').and_then(|(rest, last)| Some((rest, Number::parse(last)?))) {
            Some(revised) if !text.contains('+') => revised,
            _ => (text, Number::ZERO),
        };
        Ok(Version { parts: Parts::parse_up_to(text, 4)?, revision })
    }

    fn order(&self, other: &Self) -> Ordering {
        self.parts.order(&other.parts).then_with(|| self.revision.cmp(&other.revision))
    }
}
