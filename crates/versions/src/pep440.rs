//! Python: PEP 440, with epochs, pre-, post- and development releases, local versions and all spellings that the PEP
//! normalises. What is not PEP 440 (the legacy versions of old uploads) cannot be compared.

use std::cmp::Ordering;

use crate::number::{Number, compare_ignoring_case, compare_padded, split_while};

pub(crate) struct Version<'a> {
    epoch: Number<'a>,
    release: Vec<Number<'a>>,
    prerelease: Option<(Phase, Number<'a>)>,
    post: Option<Number<'a>>,
    development: Option<Number<'a>>,
    local: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    /// A development release of the release itself, before all its pre-releases.
    Development,
    Alpha,
    Beta,
    Candidate,
    Final,
}

/// Longer spellings before those that they begin with.
const PHASES: [(&str, Phase); 8] = [
    ("alpha", Phase::Alpha),
    ("a", Phase::Alpha),
    ("beta", Phase::Beta),
    ("b", Phase::Beta),
    ("preview", Phase::Candidate),
    ("pre", Phase::Candidate),
    ("rc", Phase::Candidate),
    ("c", Phase::Candidate),
];

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let (text, local) = match text.split_once('+') {
            Some((text, local)) => (text, Some(local)),
            None => (text, None),
        };
        if local.is_some_and(|local| !local.split(LOCAL_SEPARATORS).all(is_local_part)) {
            return Err("its local version has an empty part or a character other than letters and digits");
        }
        let (epoch, text) = match text.split_once('!') {
            Some((epoch, text)) => (Number::parse(epoch).ok_or("its epoch is no number")?, text),
            None => (Number::ZERO, text),
        };
        let (release, rest) = parse_release(text)?;
        let (prerelease, rest) = parse_prerelease(rest);
        let (post, rest) = parse_post(rest);
        let (development, rest) = match parse_tagged(rest, "dev") {
            Some((number, rest)) => (Some(number), rest),
            None => (None, rest),
        };
        if !rest.is_empty() {
            return Err("it is no PEP 440 version");
        }
        Ok(Version { epoch, release, prerelease, post, development, local })
    }

    fn order(&self, other: &Self) -> Ordering {
        self.epoch
            .cmp(&other.epoch)
            .then_with(|| compare_padded(&self.release, &other.release))
            .then_with(|| self.phase().cmp(&other.phase()))
            .then_with(|| self.post.cmp(&other.post))
            .then_with(|| absent_last(self.development, other.development))
            .then_with(|| compare_local(self.local, other.local))
    }
}

impl<'a> Version<'a> {
    fn phase(&self) -> (Phase, Number<'a>) {
        match (self.prerelease, self.post, self.development) {
            (Some(prerelease), _, _) => prerelease,
            (None, None, Some(_)) => (Phase::Development, Number::ZERO),
            (None, _, _) => (Phase::Final, Number::ZERO),
        }
    }
}

fn parse_release(text: &str) -> Result<(Vec<Number<'_>>, &str), &'static str> {
    let (first, mut rest) = Number::leading(text).ok_or("it does not begin with a number")?;
    let mut release = vec![first];
    while let Some((number, after)) = rest.strip_prefix('.').and_then(Number::leading) {
        release.push(number);
        rest = after;
    }
    Ok((release, rest))
}

fn parse_prerelease(text: &str) -> (Option<(Phase, Number<'_>)>, &str) {
    for (spelling, phase) in PHASES {
        if let Some((number, rest)) = parse_tagged(text, spelling) {
            return (Some((phase, number)), rest);
        }
    }
    (None, text)
}

fn parse_post(text: &str) -> (Option<Number<'_>>, &str) {
    if let Some((number, rest)) = text.strip_prefix('-').and_then(Number::leading) {
        return (Some(number), rest);
    }
    for spelling in ["post", "rev", "r"] {
        if let Some((number, rest)) = parse_tagged(text, spelling) {
            return (Some(number), rest);
        }
    }
    (None, text)
}

/// `[separator] tag [separator] [digits]`; no digits are 0.
fn parse_tagged<'a>(text: &'a str, tag: &str) -> Option<(Number<'a>, &'a str)> {
    let text = strip_separator(text);
    let rest = text.get(tag.len()..).filter(|_| text[..tag.len()].eq_ignore_ascii_case(tag))?;
    Some(Number::leading(strip_separator(rest)).unwrap_or((Number::ZERO, rest)))
}

fn strip_separator(text: &str) -> &str {
    text.strip_prefix(LOCAL_SEPARATORS).unwrap_or(text)
}

const LOCAL_SEPARATORS: [char; 3] = ['.', '-', '_'];

fn is_local_part(part: &str) -> bool {
    let (part, rest) = split_while(part, |byte| byte.is_ascii_alphanumeric());
    rest.is_empty() && !part.is_empty()
}

fn absent_last(a: Option<Number<'_>>, b: Option<Number<'_>>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.cmp(&b),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}

/// None first; then part by part, texts before numbers, a shorter one before one that it begins.
fn compare_local(a: Option<&str>, b: Option<&str>) -> Ordering {
    let (Some(a), Some(b)) = (a, b) else { return a.is_some().cmp(&b.is_some()) };
    let (mut a, mut b) = (a.split(LOCAL_SEPARATORS), b.split(LOCAL_SEPARATORS));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(a), Some(b)) => match (Number::parse(a), Number::parse(b)) {
                (Some(a), Some(b)) => a.cmp(&b),
                (None, None) => compare_ignoring_case(a, b),
                (a, b) => a.is_some().cmp(&b.is_some()),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}
