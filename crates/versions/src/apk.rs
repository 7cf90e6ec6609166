//! Alpine: digits, one letter, suffixes, commit hash and `-r` revision, as apk-tools 3 orders them.

use std::cmp::Ordering;

use crate::number::{Number, split_while};

pub(crate) struct Version<'a>(&'a str);

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        let mut tokens = Tokens::new(text);
        loop {
            if tokens.advance()? == Token::End {
                return Ok(Version(text));
            }
        }
    }

    fn order(&self, other: &Self) -> Ordering {
        let (mut a, mut b) = (Tokens::new(self.0), Tokens::new(other.0));
        loop {
            let token_a = a.advance().unwrap_or(Token::End);
            let token_b = b.advance().unwrap_or(Token::End);
            let order = token_a.cmp(&token_b);
            if order.is_ne() || token_a == Token::End {
                return order;
            }
        }
    }
}

/// Declared in their order. Where two versions part, the kind of what follows decides: a pre-release sorts before the
/// end, and of the others what may stand earlier in a version sorts later.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Token<'a> {
    PreRelease(usize),
    End,
    Revision(Number<'a>),
    CommitHash(&'a str),
    SuffixNumber(Number<'a>),
    PostRelease(usize),
    Letter(u8),
    /// A later component with a leading zero is a fraction, compared as text; it sorts before all others.
    Fraction(&'a str),
    Digits(Number<'a>),
}

const PRE_RELEASES: [&str; 4] = ["alpha", "beta", "pre", "rc"];
const POST_RELEASES: [&str; 5] = ["cvs", "svn", "git", "hg", "p"];

/// What may follow depends on what was read last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Start,
    Digits,
    Letter,
    Suffix,
    SuffixNumber,
    CommitHash,
    Revision,
}

struct Tokens<'a> {
    rest: &'a str,
    place: Place,
}

impl<'a> Tokens<'a> {
    fn new(text: &'a str) -> Tokens<'a> {
        Tokens { rest: text, place: Place::Start }
    }

    fn advance(&mut self) -> Result<Token<'a>, &'static str> {
        let Some(&first) = self.rest.as_bytes().first() else { return Ok(Token::End) };
        let after_first = self.rest.get(1..).unwrap_or_default();
        match (first, self.place) {
            (b'0'..=b'9', Place::Start) => {
                self.place = Place::Digits;
                self.take_number(self.rest).map(Token::Digits)
            }
            (b'0'..=b'9', Place::Suffix) => {
                self.place = Place::SuffixNumber;
                self.take_number(self.rest).map(Token::SuffixNumber)
            }
            (b'.', Place::Digits) => {
                let (digits, _) = split_while(after_first, |byte| byte.is_ascii_digit());
                let number = self.take_number(after_first)?;
                Ok(if digits.starts_with('0') { Token::Fraction(digits) } else { Token::Digits(number) })
            }
            (b'a'..=b'z', Place::Digits) => {
                (self.rest, self.place) = (after_first, Place::Letter);
                Ok(Token::Letter(first))
            }
            (b'_', Place::Digits | Place::Letter | Place::Suffix | Place::SuffixNumber) => {
                let (name, rest) = split_while(after_first, |byte| byte.is_ascii_lowercase());
                (self.rest, self.place) = (rest, Place::Suffix);
                if let Some(rank) = PRE_RELEASES.iter().position(|suffix| *suffix == name) {
                    return Ok(Token::PreRelease(rank));
                }
                let rank = POST_RELEASES.iter().position(|suffix| *suffix == name);
                rank.map(Token::PostRelease).ok_or("it has an unknown suffix after an underscore")
            }
            (b'~', place) if place > Place::Start && place < Place::CommitHash => {
                let (hash, rest) = split_while(after_first, |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
                (self.rest, self.place) = (rest, Place::CommitHash);
                if hash.is_empty() { Err("its commit hash is empty") } else { Ok(Token::CommitHash(hash)) }
            }
            (b'-', place) if place > Place::Start && place < Place::Revision => {
                let digits = after_first.strip_prefix('r').ok_or("it has a hyphen that begins no -r revision")?;
                self.place = Place::Revision;
                self.take_number(digits).map(Token::Revision)
            }
            _ => Err("it is not written as digits, letter, _suffixes, ~hash, -r revision"),
        }
    }

    fn take_number(&mut self, text: &'a str) -> Result<Number<'a>, &'static str> {
        let (number, rest) = Number::leading(text).ok_or("a number is missing in it")?;
        self.rest = rest;
        Ok(number)
    }
}
