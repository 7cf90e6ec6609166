//! A natural order for software that follows no known scheme.
//!
//! A version is cut at everything that is no letter or digit, and between letters and digits; a leading `v` has no
//! weight, nor have zeros at the end of a run of numbers (`1.0` is `1.0.0`, `1.0-rc1` is `1-rc1`). Where two versions
//! part: words for what comes before a release (`dev`, `snapshot`, `nightly`, `alpha`, `a`, `beta`, `b`, `milestone`,
//! `m`, `preview`, `pre`, `rc`, in this order; `a`, `b`, `m` only before a number) < the end < other words, in the order
//! of the alphabet and without regard to case < numbers. So `1.1.1` < `1.1.1a` < `1.1.1w` < `1.1.2`, and `9.8` < `9.8p1`.

use std::cmp::Ordering;

use crate::number::{Number, compare_ignoring_case, split_while};

pub(crate) struct Version<'a>(Vec<Piece<'a>>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    Early(u8),
    End,
    Word(&'a str),
    Digits(Number<'a>),
}

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        if text.contains(' ') {
            return Err("it contains white space");
        }
        if !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return Err("it has no digit");
        }
        let after_v = text.strip_prefix(['v', 'V']).filter(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
        let mut rest = after_v.unwrap_or(text);
        let mut pieces = Vec::new();
        loop {
            rest = split_while(rest, |byte| !byte.is_ascii_alphanumeric()).1;
            if let Some((number, after)) = Number::leading(rest) {
                pieces.push(Piece::Digits(number));
                rest = after;
                continue;
            }
            trim_zeros(&mut pieces);
            let (word, after) = split_while(rest, |byte| byte.is_ascii_alphabetic());
            if word.is_empty() {
                return Ok(Version(pieces));
            }
            let before_digit = after.starts_with(|next: char| next.is_ascii_digit());
            pieces.push(early(word, before_digit).map_or(Piece::Word(word), Piece::Early));
            rest = after;
        }
    }

    fn order(&self, other: &Self) -> Ordering {
        (0..self.0.len().max(other.0.len()))
            .map(|at| self.0.get(at).unwrap_or(&Piece::End).order(other.0.get(at).unwrap_or(&Piece::End)))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

impl Piece<'_> {
    fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Piece::Early(a), Piece::Early(b)) => a.cmp(b),
            (Piece::Word(a), Piece::Word(b)) => compare_ignoring_case(a, b),
            (Piece::Digits(a), Piece::Digits(b)) => a.cmp(b),
            (a, b) => a.kind().cmp(&b.kind()),
        }
    }

    fn kind(&self) -> u8 {
        match self {
            Piece::Early(_) => 0,
            Piece::End => 1,
            Piece::Word(_) => 2,
            Piece::Digits(_) => 3,
        }
    }
}

fn trim_zeros(pieces: &mut Vec<Piece<'_>>) {
    while pieces.last() == Some(&Piece::Digits(Number::ZERO)) {
        pieces.pop();
    }
}

fn early(word: &str, before_digit: bool) -> Option<u8> {
    let is = |name: &str| word.eq_ignore_ascii_case(name);
    Some(match word {
        _ if is("dev") => 0,
        _ if is("snapshot") => 1,
        _ if is("nightly") => 2,
        _ if is("alpha") || before_digit && is("a") => 3,
        _ if is("beta") || before_digit && is("b") => 4,
        _ if is("milestone") || before_digit && is("m") => 5,
        _ if is("preview") => 6,
        _ if is("pre") => 7,
        _ if is("rc") => 8,
        _ => return None,
    })
}
