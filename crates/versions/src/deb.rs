//! Debian: `[epoch:]upstream[-revision]` in the order of Debian policy 5.6.12.
//!
//! A missing epoch is 0 and a missing revision sorts as `0`. As dpkg itself does, an upstream version that begins with
//! a letter is read although policy forbids it.

use std::cmp::Ordering;

use crate::number::{Number, split_while};

pub(crate) struct Version<'a> {
    epoch: Number<'a>,
    upstream: &'a str,
    revision: &'a str,
}

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        let (epoch, rest) = match text.split_once(':') {
            Some((epoch, rest)) => (Number::parse(epoch).ok_or("its epoch is no number")?, rest),
            None => (Number::ZERO, text),
        };
        let (upstream, revision) = match rest.rsplit_once('-') {
            Some((_, "")) => return Err("its revision is empty"),
            Some(parts) => parts,
            None => (rest, ""),
        };
        if upstream.is_empty() {
            return Err("it has no upstream version");
        }
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".+~-:".contains(&byte);
        if !upstream.bytes().all(allowed) {
            return Err("its upstream version has a character other than letters, digits and . + ~ - :");
        }
        if !revision.bytes().all(|byte| allowed(byte) && byte != b':') {
            return Err("its revision has a character other than letters, digits and . + ~");
        }
        Ok(Version { epoch, upstream, revision })
    }

    fn order(&self, other: &Self) -> Ordering {
        self.epoch
            .cmp(&other.epoch)
            .then_with(|| compare_part(self.upstream, other.upstream))
            .then_with(|| compare_part(self.revision, other.revision))
    }
}

/// Texts and numbers by turns, as Debian policy compares an upstream version or a revision.
pub(crate) fn compare_part(mut a: &str, mut b: &str) -> Ordering {
    while !(a.is_empty() && b.is_empty()) {
        let (text_a, rest_a) = split_while(a, |byte| !byte.is_ascii_digit());
        let (text_b, rest_b) = split_while(b, |byte| !byte.is_ascii_digit());
        let (number_a, rest_a) = Number::leading(rest_a).unwrap_or((Number::ZERO, ""));
        let (number_b, rest_b) = Number::leading(rest_b).unwrap_or((Number::ZERO, ""));
        let order = compare_text(text_a, text_b).then_with(|| number_a.cmp(&number_b));
        if order.is_ne() {
            return order;
        }
        (a, b) = (rest_a, rest_b);
    }
    Ordering::Equal
}

fn compare_text(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    (0..a.len().max(b.len()))
        .map(|at| weight(a.get(at)).cmp(&weight(b.get(at))))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// Tilde before the end, the end before letters, letters before everything else.
fn weight(byte: Option<&u8>) -> u16 {
    match byte {
        Some(b'~') => 0,
        None => 1,
        Some(letter) if letter.is_ascii_alphabetic() => u16::from(*letter),
        Some(other) => u16::from(*other) + 256,
    }
}
