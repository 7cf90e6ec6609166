//! What is known of a vulnerability or a product beside the packages that it affects.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{SeverityClaim, Timestamp};

/// A probability in hundred-thousandths: 94,358 for 0.94358.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Probability(u32);

impl Probability {
    /// From a number of 0.0 to 1.0; `None` outside it.
    #[must_use]
    pub fn new(probability: f64) -> Option<Self> {
        (0.0..=1.0).contains(&probability).then(|| Self((probability * 100_000.0).round() as u32))
    }

    /// Hundred-thousandths: 94,358 for 0.94358.
    #[must_use]
    pub fn hundred_thousandths(self) -> u32 {
        self.0
    }

    /// `94.4%`, `0.02%`.
    #[must_use]
    pub fn percent(self) -> String {
        match self.0 {
            0..1_000 => format!("{}.{:02}%", self.0 / 1_000, self.0 % 1_000 / 10),
            _ => {
                let tenths = (self.0 + 50) / 100;
                format!("{}.{}%", tenths / 10, tenths % 10)
            }
        }
    }
}

impl fmt::Display for Probability {
    /// `0.94358`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{:05}", self.0 / 100_000, self.0 % 100_000)
    }
}

/// How probable it is that a vulnerability is exploited within thirty days, by the Exploit
/// Prediction Scoring System. Where there is none it is unknown, not zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Epss {
    /// The probability.
    pub score: Probability,
    /// The share of all vulnerabilities with the same or a lower one.
    pub percentile: Probability,
}

/// How far a vulnerability is exploited, by whoever decided with the SSVC method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Exploitation {
    /// Nothing is known of it.
    None,
    /// A proof of concept is public.
    ProofOfConcept,
    /// It is exploited.
    Active,
}

impl Exploitation {
    /// The method's own word, lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ProofOfConcept => "poc",
            Self::Active => "active",
        }
    }
}

/// What control an exploit gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TechnicalImpact {
    /// Some.
    Partial,
    /// All.
    Total,
}

impl TechnicalImpact {
    /// The method's own word, lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Partial => "partial",
            Self::Total => "total",
        }
    }
}

/// The points of a stakeholder-specific decision, as CISA publishes them with the CVE records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ssvc {
    /// How far it is exploited.
    pub exploitation: Option<Exploitation>,
    /// Whether an attacker can do so without a person for each victim.
    pub automatable: Option<bool>,
    /// What control an exploit gives.
    pub technical_impact: Option<TechnicalImpact>,
    /// When it was decided.
    pub at: Option<Timestamp>,
}

/// Where it stands that a vulnerability can be exploited.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Exploit {
    /// The feed that refers to it.
    pub source: String,
    /// The reference.
    pub url: String,
}

/// A kind of weakness, by MITRE's Common Weakness Enumeration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Weakness {
    /// Its number: 79 for `CWE-79`.
    pub number: u32,
    /// Its name; empty where the database has no names.
    pub name: String,
}

impl fmt::Display for Weakness {
    /// `CWE-79`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "CWE-{}", self.number)
    }
}

/// What a source does with a vulnerability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Standing {
    /// It stands as published.
    Published,
    /// It waits to be analysed.
    Waiting,
    /// It will not be analysed.
    Deferred,
    /// It was taken back: there is no such vulnerability.
    Rejected,
}

impl Standing {
    /// Lower-case name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Waiting => "waiting",
            Self::Deferred => "deferred",
            Self::Rejected => "rejected",
        }
    }
}

/// What one source says of a vulnerability beside the packages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Facts {
    /// The feed: `nvd`, `cvelist`, …
    pub source: String,
    /// What the source does with it.
    pub standing: Standing,
    /// When it was published.
    pub published: Option<Timestamp>,
    /// When it was last changed.
    pub modified: Option<Timestamp>,
    /// One line, at most 200 bytes; may be empty.
    pub title: String,
    /// What it and those whom it quotes say of the severity.
    pub severities: Vec<SeverityClaim>,
    /// Numbers of weaknesses, sorted.
    pub weaknesses: Vec<u32>,
    /// A reference that it marks as an exploit.
    pub exploit: Option<String>,
    /// The points of CISA's decision.
    pub ssvc: Option<Ssvc>,
}

/// Until when a release of a product gets fixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Support {
    /// No end is known.
    Open,
    /// It has ended; when is not said.
    Ended,
    /// Until this day, with it.
    Until(Timestamp),
}

impl Support {
    /// Whether it is over at a moment. The day of the end still counts.
    #[must_use]
    pub fn is_over(self, now: Timestamp) -> bool {
        match self {
            Self::Open => false,
            Self::Ended => true,
            Self::Until(last) => now.0 >= last.0.saturating_add(86_400),
        }
    }
}

/// One release of a distribution or runtime, and how long it gets fixes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LifeCycle {
    /// The product: `debian`, `python`, `nodejs`, …
    pub product: String,
    /// The release: `12`, `3.8`.
    pub release: String,
    /// When it came out.
    pub released: Option<Timestamp>,
    /// How long everybody gets fixes.
    pub support: Support,
    /// How long those who ask or pay for it get fixes after that.
    pub extended: Option<Support>,
    /// The feed.
    pub source: String,
}

/// Something in an image that gets no fixes any more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EndOfLife {
    /// The package; `None` where it is the distribution itself. Index into
    /// [`crate::Inventory::packages`].
    pub package: Option<u32>,
    /// The release that is over.
    pub cycle: LifeCycle,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_keep_the_five_digits_that_are_published() {
        let high = Probability::new(0.94358).unwrap();
        assert_eq!((high.to_string().as_str(), high.percent().as_str()), ("0.94358", "94.4%"));
        assert_eq!(Probability::new(0.00042).unwrap().percent(), "0.04%");
        assert_eq!(Probability::new(1.0).unwrap().to_string(), "1.00000");
        for wrong in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert_eq!(Probability::new(wrong), None);
        }
    }

    #[test]
    fn the_last_day_of_support_still_counts() {
        let last = Timestamp::parse("2024-06-30").unwrap();
        let at = |text: &str| Timestamp::parse(text).unwrap();
        assert!(!Support::Until(last).is_over(at("2024-06-30T23:59:59Z")));
        assert!(Support::Until(last).is_over(at("2024-07-01")));
        assert!(Support::Ended.is_over(at("1970-01-01")) && !Support::Open.is_over(at("2100-01-01")));
    }
}
