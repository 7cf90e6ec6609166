//! PHP: versions as composer/semver normalises them, in the order of PHP's `version_compare`.
//!
//! One to four numbers (or a date), then `dev < alpha < beta < RC < stable < patch`. A branch (`dev-main`, `1.x-dev`)
//! has no place among releases and cannot be compared.

use std::cmp::Ordering;

use crate::number::{Number, compare_padded, split_while};

pub(crate) struct Version<'a> {
    release: Vec<Number<'a>>,
    stability: Stability,
    /// The numbers after the stability, as in `beta2` or `beta2.1`.
    step: Vec<Number<'a>>,
    development: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stability {
    Development,
    Alpha,
    Beta,
    Candidate,
    Stable,
    Patch,
}

const STABILITIES: [(&str, Stability); 9] = [
    ("stable", Stability::Stable),
    ("beta", Stability::Beta),
    ("b", Stability::Beta),
    ("rc", Stability::Candidate),
    ("alpha", Stability::Alpha),
    ("a", Stability::Alpha),
    ("patch", Stability::Patch),
    ("pl", Stability::Patch),
    ("p", Stability::Patch),
];

impl<'a> crate::Version<'a> for Version<'a> {
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        let text = text.split_once(" as ").map_or(text, |(text, _)| text.trim_ascii_end());
        let text = text.rsplit_once('@').map_or(text, |(text, _)| text);
        let text = text.split_once('+').map_or(text, |(text, _)| text);
        if text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("dev-")) {
            return Err("it is a branch, which has no place among releases");
        }
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let (release, rest) = parse_release(text)?;
        let (stability, step, rest) = parse_stability(rest)?;
        let after_separator = rest.strip_prefix(['.', '-']).unwrap_or(rest);
        let development = after_separator.eq_ignore_ascii_case("dev");
        if !development && !rest.is_empty() {
            let branch = rest.starts_with(['.', 'x', 'X', '*']);
            return Err(if branch {
                "it is a branch, which has no place among releases"
            } else {
                "its suffix is unknown"
            });
        }
        let (stability, development) = match (stability, development) {
            (Stability::Stable, true) => (Stability::Development, false),
            other => other,
        };
        Ok(Version { release, stability, step, development })
    }

    fn order(&self, other: &Self) -> Ordering {
        compare_padded(&self.release, &other.release)
            .then_with(|| self.stability.cmp(&other.stability))
            .then_with(|| compare_steps(self, other))
    }
}

/// Numbers apart by dots, or a date of any separators, which has more of them.
fn parse_release(text: &str) -> Result<(Vec<Number<'_>>, &str), &'static str> {
    let (first, mut rest) = Number::leading(text).ok_or("it does not begin with a number")?;
    let (digits, _) = split_while(text, |byte| byte.is_ascii_digit());
    let mut release = vec![first];
    let dated = matches!(digits.len(), 4 | 8 | 10 | 12 | 14) && is_year(digits);
    loop {
        let after = if dated { rest.strip_prefix(['.', '-', ':']) } else { rest.strip_prefix('.') };
        let Some((number, after)) = after.and_then(Number::leading) else { break };
        release.push(number);
        rest = after;
    }
    if !dated && release.len() > 4 {
        return Err("it has more than four numbers");
    }
    Ok((release, rest))
}

fn is_year(digits: &str) -> bool {
    digits.starts_with("19") || digits.starts_with("20")
}

fn parse_stability(text: &str) -> Result<(Stability, Vec<Number<'_>>, &str), &'static str> {
    let bare = text.strip_prefix(['.', '-', '_']).unwrap_or(text);
    let (word, mut rest) = split_while(bare, |byte| byte.is_ascii_alphabetic());
    let Some((_, stability)) = STABILITIES.iter().find(|(name, _)| word.eq_ignore_ascii_case(name)) else {
        return Ok((Stability::Stable, Vec::new(), text));
    };
    let mut step = Vec::new();
    while let Some((number, after)) = Number::leading(rest.strip_prefix(['.', '-']).unwrap_or(rest)) {
        step.push(number);
        rest = after;
    }
    if *stability == Stability::Stable {
        step.clear();
    }
    Ok((*stability, step, rest))
}

/// More numbers are later; `-dev` is before what it is a development of.
fn compare_steps(a: &Version<'_>, b: &Version<'_>) -> Ordering {
    for (step_a, step_b) in a.step.iter().zip(&b.step) {
        let order = step_a.cmp(step_b);
        if order.is_ne() {
            return order;
        }
    }
    a.step.len().cmp(&b.step.len()).then_with(|| b.development.cmp(&a.development))
}
