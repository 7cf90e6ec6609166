//! A finding: one vulnerability in one package, with every source's evidence.

use serde::{Deserialize, Serialize};

use crate::{
    AdvisoryClass, Epss, Exploit, FixDate, Location, Score, Severity, SeverityClaim, Ssvc, Timestamp, Weakness,
};

/// Whether there is a fix.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FixState {
    /// Fixed in this version: the smallest fixed one above the installed, on its branch.
    Fixed(String),
    /// Fixed in this version, but only in an update channel that the image does not have.
    InChannel {
        /// The fixed version.
        version: String,
        /// The channel, as [`crate::Scope::channel`] names it.
        channel: String,
    },
    /// No fix known.
    NotFixed,
    /// The source will not fix it.
    WontFix,
    /// The fix is put off.
    Deferred,
    /// The release gets no fixes any more.
    EndOfLife,
}

impl FixState {
    /// Kebab-case name for JSON and options.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Fixed(_) => "fixed",
            Self::InChannel { .. } => "fixed-in-channel",
            Self::NotFixed => "not-fixed",
            Self::WontFix => "wont-fix",
            Self::Deferred => "deferred",
            Self::EndOfLife => "end-of-life",
        }
    }

    /// The fixed version that the image can have as it is, where there is one.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        match self {
            Self::Fixed(version) => Some(version),
            _ => None,
        }
    }
}

/// By what a record and a package were found to speak of the same thing; the surer first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MatchedBy {
    /// By the name under which a distribution or ecosystem publishes it.
    Name,
    /// By a product's name in the Common Platform Enumeration, which people assign: less sure.
    Cpe,
}

impl MatchedBy {
    /// Lower-case name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Cpe => "cpe",
        }
    }
}

/// Whether what an advisory names of a Go module is in the programs that were built from it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reachability {
    /// It is in one of them at least.
    Reachable {
        /// The function (`golang.org/x/text/language.Parse`), or the package where none is named.
        symbol: String,
        /// The first program that has it.
        program: Location,
    },
    /// The packages are in some program, the functions in none.
    NotLinked,
    /// Not even the packages are in any program: the match is suppressed.
    PackageNotLinked,
    /// No record names anything smaller than the module, or of some program it is not known what it was
    /// linked from.
    Unknown,
}

impl Reachability {
    /// Kebab-case name for JSON and policies.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Reachable { .. } => "reachable",
            Self::NotLinked => "not-linked",
            Self::PackageNotLinked => "package-not-linked",
            Self::Unknown => "unknown",
        }
    }

    /// Whether what the advisory names is certainly in none of the programs.
    #[must_use]
    pub fn is_not_linked(&self) -> bool {
        matches!(self, Self::NotLinked | Self::PackageNotLinked)
    }
}

/// One source's record that matched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Evidence {
    /// The record's own id.
    pub advisory: String,
    /// The feed.
    pub source: String,
    /// By what kind of name.
    pub matched_by: MatchedBy,
    /// The name it was found by: the package's, or its source package's.
    pub matched_name: String,
    /// The version that was compared: the package's, or its source's.
    pub compared_version: String,
    /// The range that matched, in words: `>= 1.0, < 1.2`; or `= 1.1` from a list.
    pub range: String,
    /// The state of the fix by this record.
    pub fix: FixState,
    /// What this record says of the severity.
    pub severities: Vec<SeverityClaim>,
    /// Where to read it.
    pub urls: Vec<String>,
}

/// One vulnerability in one package of the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The displayed id: the CVE where there is one, else the best-known id.
    pub id: String,
    /// Other names of the vulnerability, and the ids of records that matched, sorted.
    pub aliases: Vec<String>,
    /// Index into [`crate::Inventory::packages`].
    pub package: u32,
    /// What it is about.
    pub class: AdvisoryClass,
    /// The effective severity; `Unknown` where nobody scored it.
    pub severity: Severity,
    /// Whose word that is; `None` where nobody scored it.
    pub severity_source: Option<String>,
    /// CVSS base score and vector of the same source, where there is one.
    pub score: Option<Score>,
    /// The vector that gave the score.
    pub vector: Option<String>,
    /// The state of the fix.
    pub fix: FixState,
    /// Since when the fix can be had, and how that is known; `None` where it is unknown.
    pub fix_date: Option<FixDate>,
    /// Whether the vulnerable code is linked; `None` where the package is none of Go's.
    pub reachability: Option<Reachability>,
    /// On CISA's list of known exploited vulnerabilities.
    pub known_exploited: bool,
    /// Where an exploit is public.
    pub exploit_known: Option<Exploit>,
    /// How probable exploitation is; `None` is unknown, not zero.
    pub epss: Option<Epss>,
    /// CISA's decision points.
    pub ssvc: Option<Ssvc>,
    /// Kinds of weakness, by number.
    pub cwes: Vec<Weakness>,
    /// One line; may be empty.
    pub title: String,
    /// The earliest publication among the sources.
    pub published: Option<Timestamp>,
    /// The latest change among the sources.
    pub modified: Option<Timestamp>,
    /// Every record that matched, sorted; never empty.
    pub evidence: Vec<Evidence>,
}

impl Finding {
    /// Whether only a product's name of the Common Platform Enumeration led to it, which is less sure.
    #[must_use]
    pub fn is_less_sure(&self) -> bool {
        !self.evidence.is_empty() && self.evidence.iter().all(|row| row.matched_by == MatchedBy::Cpe)
    }
}

/// A match that is no finding, kept with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppressed {
    /// The finding as it would have been.
    pub finding: Finding,
    /// Kebab-case code: `owned-by-os-package`, …
    pub reason: String,
    /// One sentence for people: which package, which feed says what.
    pub detail: String,
}
