//! Severity: how bad, by whose word, and whether anyone scored it at all.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Ordered from the least to the most severe; `Unknown` sorts lowest but is *unscored*, not safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Severity {
    /// Nobody scored it.
    #[default]
    Unknown,
    /// The distribution calls it negligible.
    Negligible,
    /// CVSS 0.1 to 3.9, or the source's word.
    Low,
    /// CVSS 4.0 to 6.9, or the source's word.
    Medium,
    /// CVSS 7.0 to 8.9, or the source's word.
    High,
    /// CVSS 9.0 to 10.0, or the source's word.
    Critical,
}

impl Severity {
    /// Every level from the most severe down.
    pub const DESCENDING: [Self; 6] =
        [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Negligible, Self::Unknown];

    /// Lower-case name, as options and JSON write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Negligible => "negligible",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// CVSS's own qualitative scale; a score of 0.0 is negligible.
    #[must_use]
    pub fn from_score(score: Score) -> Self {
        match score.tenths() {
            0 => Self::Negligible,
            1..=39 => Self::Low,
            40..=69 => Self::Medium,
            70..=89 => Self::High,
            _ => Self::Critical,
        }
    }

    /// Reads what feeds write, in any case: `Important` and `Moderate` are Red Hat's words for high
    /// and medium, `unimportant` is Debian's for low.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word.trim().to_ascii_lowercase().as_str() {
            "critical" => Self::Critical,
            "high" | "important" => Self::High,
            "medium" | "moderate" => Self::Medium,
            "low" | "unimportant" => Self::Low,
            "negligible" | "none" | "informational" => Self::Negligible,
            "unknown" | "unscored" => Self::Unknown,
            _ => return None,
        })
    }
}

/// A word that is no severity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no severity; critical, high, medium, low, negligible and unknown are")]
pub struct SeverityError(String);

impl FromStr for Severity {
    type Err = SeverityError;

    fn from_str(text: &str) -> Result<Self, SeverityError> {
        Self::from_word(text).ok_or_else(|| SeverityError(text.chars().take(40).collect()))
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

/// A CVSS base score in tenths: 0 to 100 for 0.0 to 10.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Score(u8);

impl Score {
    /// From a score of 0.0 to 10.0; `None` outside it.
    #[must_use]
    pub fn new(score: f64) -> Option<Self> {
        (0.0..=10.0).contains(&score).then(|| Self((score * 10.0).round() as u8))
    }

    /// Tenths: 98 for 9.8.
    #[must_use]
    pub fn tenths(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Score {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

/// What one source says of the severity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SeverityClaim {
    /// The level, from the source's word or computed from its vector.
    pub severity: Severity,
    /// CVSS base score where a vector gives one.
    pub score: Option<Score>,
    /// The CVSS vector as the source writes it.
    pub vector: Option<String>,
    /// Who says so: `ghsa`, `debian`, `almalinux`, `nvd`, …
    pub source: String,
}
