//! What a state says of a package's version.

use plimsoll_model::RangeEnd;

use crate::text;

/// How a state's value is compared with what is installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    LessThan,
    LessThanOrEqual,
    GreaterThan,
    GreaterThanOrEqual,
    Equals,
    PatternMatch,
    /// One that says nothing that is understood here.
    Other,
}

impl Operation {
    /// By its word; without one a value is compared for equality.
    pub fn read(word: Option<&str>) -> Self {
        match word {
            Some("less than") => Self::LessThan,
            Some("less than or equal") => Self::LessThanOrEqual,
            Some("greater than") => Self::GreaterThan,
            Some("greater than or equal") => Self::GreaterThanOrEqual,
            Some("equals") | None => Self::Equals,
            Some("pattern match") => Self::PatternMatch,
            Some(_) => Self::Other,
        }
    }
}

/// What is affected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Versions {
    /// Everything up to here.
    UpTo(RangeEnd),
    /// This one.
    Exactly(String),
}

impl Versions {
    /// Reads a comparison of `epoch:version-release`; `None` where it holds for no version.
    pub fn read(operation: Operation, evr: &str) -> Result<Option<Self>, String> {
        let evr = text::version(evr)?;
        // Epoch 0 is the one that packages do not write. Microsoft once put a space behind it.
        let evr = evr.strip_prefix("0:").map_or(evr, str::trim_start);
        let is_least = matches!(evr, "0" | "0-0");
        if let Some(wrong) = evr.chars().find(|letter| !is_of_version(*letter)) {
            return Err(format!("`{wrong}` stands in no version: {evr}"));
        }
        Ok(Some(match operation {
            Operation::LessThan if is_least => return Ok(None),
            Operation::LessThan => Self::UpTo(RangeEnd::Fixed(evr.to_owned())),
            Operation::LessThanOrEqual => Self::UpTo(RangeEnd::LastAffected(evr.to_owned())),
            Operation::GreaterThan | Operation::GreaterThanOrEqual if is_least => Self::UpTo(RangeEnd::Open),
            Operation::Equals => Self::Exactly(evr.to_owned()),
            _ => return Err(format!("its comparison with {evr} is none that is known here")),
        }))
    }
}

fn is_of_version(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '+' | '-' | '~' | '^' | ':' | '%' | '{' | '}')
}

/// The processors that an `arch` pattern lists: `(aarch64|x86_64)`. Empty, which limits nothing, for
/// any other pattern.
pub(super) fn architectures(pattern: &str) -> Vec<String> {
    let list = pattern.trim().trim_start_matches(['^', '(']).trim_end_matches(['$', ')']);
    let is_name =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let parts: Vec<String> = list.split('|').map(str::to_owned).collect();
    if parts.iter().all(|part| is_name(part)) { parts } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(word: &str, evr: &str) -> Result<Option<Versions>, String> {
        Versions::read(Operation::read(Some(word)), evr)
    }

    #[test]
    fn every_comparison_keeps_its_meaning() {
        let up_to = |end| Ok(Some(Versions::UpTo(end)));
        assert_eq!(read("less than", "0:2.6.7-3.azl3"), up_to(RangeEnd::Fixed("2.6.7-3.azl3".into())));
        assert_eq!(read("less than", "1:1.1.1k-6.el8_5"), up_to(RangeEnd::Fixed("1:1.1.1k-6.el8_5".into())));
        assert_eq!(read("less than or equal", "0:6.04-9.cm1"), up_to(RangeEnd::LastAffected("6.04-9.cm1".into())));
        assert_eq!(read("greater than", "0:0-0"), up_to(RangeEnd::Open));
        assert_eq!(read("greater than or equal", "0"), up_to(RangeEnd::Open));
        assert_eq!(read("equals", "1.0-1"), Ok(Some(Versions::Exactly("1.0-1".into()))));
        assert_eq!(read("less than", "0: 1.20.10-1.azl3"), up_to(RangeEnd::Fixed("1.20.10-1.azl3".into())));
        assert_eq!(read("less than", "0"), Ok(None));
    }

    #[test]
    fn what_cannot_be_understood_is_said_and_not_guessed() {
        assert!(read("greater than", "0:1.0-1").is_err());
        assert!(read("pattern match", "1.0").is_err());
        assert!(read("less than", "0:1.17.13-2,1.18.8-2,1.21.6-1.azl3").unwrap_err().contains("`,`"));
        assert!(read("less than", " ").is_err());
    }

    #[test]
    fn a_pattern_that_is_no_list_limits_nothing() {
        assert_eq!(architectures("(aarch64|x86_64)"), ["aarch64", "x86_64"]);
        assert_eq!(architectures("^x86_64$"), ["x86_64"]);
        for pattern in ["", ".*", "x86.64", "(a|)", "[ax]"] {
            assert!(architectures(pattern).is_empty(), "{pattern}");
        }
    }
}
