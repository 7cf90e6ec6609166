//! npm's ranges: `^1.2`, `~1.2.3`, `>=1 <2`, `1.x`, `1 - 2`, `a || b`, as node-semver reads them loosely.

use crate::number::Number;
use crate::semver::Parts;
use crate::{Incomparable, npm};

/// More alternatives or comparators than this are no range that a person wrote.
const MAX_COMPARATORS: usize = 512;
const MAX_RANGE_BYTES: usize = 8 * 1024;

/// Whether a version satisfies a range. A pre-release satisfies it only if one of the comparators that it has to satisfy
/// names a pre-release of the same three numbers. Fails with the range or the version, whichever cannot be read.
pub fn npm_range_contains(range: &str, version: &str) -> Result<bool, Incomparable> {
    let parsed = crate::read::<npm::Version<'_>>(version)?.0;
    range_contains(range, &parsed).map_err(|why| Incomparable::new(range, why))
}

fn range_contains(range: &str, version: &Parts<'_>) -> Result<bool, &'static str> {
    if range.len() > MAX_RANGE_BYTES {
        return Err("as a range it is longer than 8 KiB");
    }
    if !range.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r')) {
        return Err("as a range it has a character that is not printable ASCII");
    }
    let mut count = 0;
    let mut contained = false;
    for alternative in range.split("||") {
        let comparators = parse_alternative(alternative)?;
        count += comparators.len();
        if count > MAX_COMPARATORS {
            return Err("as a range it has more than 512 comparators");
        }
        contained |= satisfies_all(&comparators, version);
    }
    Ok(contained)
}

#[derive(Clone, Copy)]
struct Comparator<'a> {
    test: Test,
    bound: Parts<'a>,
}

#[derive(Clone, Copy)]
enum Test {
    Less,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    Greater,
    /// The first so many numbers are at most the bound's: `<2.0.0-0` for a bound of 1, of any size.
    PrefixAtMost(usize),
    /// At least the first release after all that begin with so many numbers of the bound: `>=2.0.0` for a bound of 1.
    AfterPrefix(usize),
}

impl Comparator<'_> {
    fn contains(&self, version: &Parts<'_>) -> bool {
        let order = version.order(&self.bound);
        match self.test {
            Test::Less => order.is_lt(),
            Test::LessOrEqual => order.is_le(),
            Test::Equal => order.is_eq(),
            Test::GreaterOrEqual => order.is_ge(),
            Test::Greater => order.is_gt(),
            Test::PrefixAtMost(count) => version.release[..count] <= self.bound.release[..count],
            Test::AfterPrefix(count) => {
                version.release[..count] > self.bound.release[..count]
                    && !(version.prerelease.is_some() && self.is_first_after_prefix(version, count))
            }
        }
    }

    fn is_first_after_prefix(&self, version: &Parts<'_>, count: usize) -> bool {
        version.release[..count - 1] == self.bound.release[..count - 1]
            && version.release[count - 1].is_successor_of(self.bound.release[count - 1])
            && version.release[count..].iter().all(|number| number.is_zero())
    }
}

fn satisfies_all(comparators: &[Comparator<'_>], version: &Parts<'_>) -> bool {
    let names_prerelease = |comparator: &Comparator<'_>| {
        comparator.bound.prerelease.is_some() && comparator.bound.order_release(version).is_eq()
    };
    comparators.iter().all(|comparator| comparator.contains(version))
        && (version.prerelease.is_none() || comparators.iter().any(names_prerelease))
}

fn parse_alternative(text: &str) -> Result<Vec<Comparator<'_>>, &'static str> {
    let mut comparators = Vec::new();
    let words = Words(text);
    if let Some((from, to)) = words.hyphenated() {
        let (from, to) = (Partial::parse(from)?, Partial::parse(to)?);
        expand(Sign::GreaterOrEqual, &from, &mut comparators);
        expand(Sign::LessOrEqual, &to, &mut comparators);
        return Ok(comparators);
    }
    for (sign, version) in words {
        expand(sign, &Partial::parse(version)?, &mut comparators);
    }
    Ok(comparators)
}

/// Writes a sign and a version with gaps as comparators without; none at all contain everything.
fn expand<'a>(sign: Sign, partial: &Partial<'a>, comparators: &mut Vec<Comparator<'a>>) {
    let (bound, given) = (partial.parts, partial.given);
    let mut add = |test, bound| comparators.push(Comparator { test, bound });
    match (sign, given) {
        (Sign::Less | Sign::Greater, 0) => add(Test::Less, Parts { prerelease: Some("0"), ..bound }),
        (_, 0) => {}
        (Sign::None, 3) => add(Test::Equal, bound),
        (Sign::None, _) => {
            add(Test::GreaterOrEqual, bound);
            add(Test::PrefixAtMost(given), bound);
        }
        (Sign::Tilde, _) => {
            add(Test::GreaterOrEqual, bound);
            add(Test::PrefixAtMost(given.min(2)), bound);
        }
        (Sign::Caret, _) => {
            let weighty = bound.release[..given].iter().position(|number| !number.is_zero());
            add(Test::GreaterOrEqual, bound);
            add(Test::PrefixAtMost(weighty.map_or(given, |at| at + 1)), bound);
        }
        (Sign::GreaterOrEqual, _) => add(Test::GreaterOrEqual, bound),
        (Sign::Greater, 3) => add(Test::Greater, bound),
        (Sign::Greater, _) => add(Test::AfterPrefix(given), bound),
        (Sign::LessOrEqual, 3) => add(Test::LessOrEqual, bound),
        (Sign::LessOrEqual, _) => add(Test::PrefixAtMost(given), bound),
        (Sign::Less, 3) => add(Test::Less, bound),
        (Sign::Less, _) => add(Test::Less, Parts { prerelease: Some("0"), ..bound }),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    None,
    Caret,
    Tilde,
    Less,
    LessOrEqual,
    GreaterOrEqual,
    Greater,
}

/// The comparators of one alternative; white space between a sign and its version has no weight.
struct Words<'a>(&'a str);

impl<'a> Words<'a> {
    /// `from - to`, with white space around the hyphen and nothing else beside.
    fn hyphenated(&self) -> Option<(&'a str, &'a str)> {
        let mut words = self.0.split_ascii_whitespace();
        let (from, "-", to) = (words.next()?, words.next()?, words.next()?) else { return None };
        words.next().is_none().then_some((from, to))
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = (Sign, &'a str);

    fn next(&mut self) -> Option<(Sign, &'a str)> {
        const SIGNS: [(&str, Sign); 9] = [
            (">=", Sign::GreaterOrEqual),
            ("<=", Sign::LessOrEqual),
            ("~>=", Sign::Tilde),
            ("~>", Sign::Tilde),
            (">", Sign::Greater),
            ("<", Sign::Less),
            ("~", Sign::Tilde),
            ("^", Sign::Caret),
            ("=", Sign::None),
        ];
        let text = self.0.trim_ascii_start();
        let (sign, text) = SIGNS
            .iter()
            .find_map(|(spelling, sign)| Some((*sign, text.strip_prefix(spelling)?)))
            .unwrap_or((Sign::None, text));
        let text = text.trim_ascii_start();
        let end = text.find([' ', '\t', '\n', '\r']).unwrap_or(text.len());
        let (version, rest) = text.split_at(end);
        self.0 = rest;
        (sign != Sign::None || !version.is_empty()).then_some((sign, version))
    }
}

/// A version of which numbers may be missing or wild (`1.x`, `*`).
#[derive(Clone, Copy)]
struct Partial<'a> {
    parts: Parts<'a>,
    /// How many numbers were given before the first wild or missing one.
    given: usize,
}

impl<'a> Partial<'a> {
    fn parse(text: &'a str) -> Result<Partial<'a>, &'static str> {
        let text = text.trim_start_matches(['v', '=', 'V']);
        let mut parts = Parts { release: [Number::ZERO; 4], prerelease: None, build: None };
        let (mut given, mut numbers) = (0, 0);
        let mut wild = text.is_empty();
        let mut rest = text;
        for at in 0..3 {
            numbers = at + 1;
            if let Some(after) = rest.strip_prefix(['x', 'X', '*']) {
                (wild, rest) = (true, after);
            } else if let Some((number, after)) = Number::leading(rest) {
                rest = after;
                if !wild {
                    parts.release[at] = number;
                    given += 1;
                }
            } else if !rest.is_empty() || at > 0 {
                return Err("as a range it has a comparator that is no version");
            }
            match rest.strip_prefix('.').filter(|_| at < 2) {
                Some(after) => rest = after,
                None => break,
            }
        }
        if !rest.is_empty() {
            let core = rest.split_once('+').map_or(rest, |(core, _)| core);
            let prerelease = core.strip_prefix('-').unwrap_or(core);
            if numbers < 3 {
                return Err("as a range it has a comparator that is no version");
            }
            if !core.is_empty() {
                let complete = parts.with_prerelease(prerelease)?;
                if given == 3 {
                    parts = complete;
                }
            }
        }
        Ok(Partial { parts, given })
    }
}
