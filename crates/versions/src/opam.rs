//! OCaml's opam: Debian's order, but any text of its characters is a version.
//!
//! `v0.16.0` begins with a letter, `1.0_beta` has an underscore and `1.0-` an empty revision; `4.14.1~rc1` comes before
//! `4.14.1`.

use std::cmp::Ordering;

use crate::deb::compare_part;
use crate::number::Number;

pub(crate) struct Version<'a> {
    epoch: Number<'a>,
    upstream: &'a str,
    revision: &'a str,
}

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+.~-:".contains(&byte)) {
            return Err("it has a character other than letters, digits and _ + . ~ - :");
        }
        let numbered = text.split_once(':').and_then(|(epoch, rest)| Some((Number::parse(epoch)?, rest)));
        let (epoch, rest) = numbered.unwrap_or((Number::ZERO, text));
        let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, ""));
        Ok(Version { epoch, upstream, revision })
    }

    fn order(&self, other: &Self) -> Ordering {
        self.epoch
            .cmp(&other.epoch)
            .then_with(|| compare_part(self.upstream, other.upstream))
            .then_with(|| compare_part(self.revision, other.revision))
    }
}
