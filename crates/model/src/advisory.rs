//! An advisory: one source's statement about one vulnerability, in one shape for all feeds.

use serde::{Deserialize, Serialize};

use crate::{SeverityClaim, ShardName, Timestamp};

/// What an advisory is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AdvisoryClass {
    /// A vulnerability.
    Vulnerability,
    /// A malicious package (`MAL-…`): critical, no fix needed.
    Malware,
    /// Worth knowing, no vulnerability: unmaintained, notice.
    Informational,
}

/// What the source says of the package, beside the ranges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Status {
    /// Affected within the ranges; a fix stands in them or there is none yet.
    Affected,
    /// Explicitly not affected: silences other sources' word for the same CVE in this shard.
    NotAffected,
    /// Affected, and the source will not fix it (Debian `ignored`, Red Hat `will not fix`).
    WontFix,
    /// Affected, the fix is put off (Debian `postponed`, Red Hat `fix deferred`).
    Deferred,
    /// Affected, and the release gets no fixes any more.
    EndOfLife,
    /// The source does not know yet: said in the coverage, no finding.
    Undetermined,
}

/// Where an affected range ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RangeEnd {
    /// Nowhere: every later version is affected.
    Open,
    /// Before this version, which is a fix.
    Fixed(String),
    /// With this version; the next one is not affected.
    LastAffected(String),
    /// Before this version, which is no fix but another branch (OSV `limit`).
    Before(String),
}

/// A range of affected versions, in the order of the package's own version scheme.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct VersionRange {
    /// The first affected version; `None` from the beginning (OSV `introduced: "0"`).
    pub introduced: Option<String>,
    /// Where it ends.
    pub end: RangeEnd,
}

/// One Go package named by an advisory, with the vulnerable symbols in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct GoImport {
    /// Import path.
    pub path: String,
    /// Symbols as the advisory writes them (`Reader.Read`); empty means the whole package.
    pub symbols: Vec<String>,
    /// `GOOS` values it is limited to; empty means all.
    pub goos: Vec<String>,
    /// `GOARCH` values it is limited to; empty means all.
    pub goarch: Vec<String>,
}

/// What limits an affected row to some builds of the package; empty fields limit nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Scope {
    /// Processor names as the distribution writes them.
    pub architectures: Vec<String>,
    /// RPM module `name:stream`.
    pub module: Option<String>,
    /// The update channel whose fixes these are (`esm-infra`, `fips`, `eus-9.4`): they take the place
    /// of the other rows where the image has the channel, and are only told of where it has not.
    pub channel: Option<String>,
    /// Go packages; the row counts only if one of them is linked, or linkage is unknown.
    pub imports: Vec<GoImport>,
    /// What a row of the shard `cpe` is limited to.
    pub cpe: Option<CpeLimits>,
}

/// What limits a row about a product that is named by CPE; empty fields limit nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CpeLimits {
    /// What it belongs to or runs on: `node.js`, `wordpress`, `windows`.
    pub target_software: Option<String>,
    /// The edition: `enterprise`, `lts`.
    pub edition: Option<String>,
    /// Other products (`vendor:product`), one of which must be there too.
    pub with: Vec<String>,
    /// Versions that are not affected although a range holds them: it begins after them.
    pub except: Vec<String>,
}

/// How it is known since when a fix can be had; the more certain first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FixDateKind {
    /// The source's announcement of the fix (an erratum) says so.
    Advisory,
    /// The fixed version was released then.
    Release,
    /// This database saw the fix for the first time then.
    FirstObserved,
}

impl FixDateKind {
    /// Kebab-case name for JSON and policies.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Advisory => "advisory",
            Self::Release => "release",
            Self::FirstObserved => "first-observed",
        }
    }
}

/// Since when a fix can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FixDate {
    /// How it is known.
    pub kind: FixDateKind,
    /// When.
    pub at: Timestamp,
}

/// One package that an advisory names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Affected {
    /// The shard that answers for it.
    pub shard: ShardName,
    /// The look-up key within the shard: source or binary name as the feed keys it, normalised by
    /// [`crate::PackageKind::lookup_name`] for language packages.
    pub name: String,
    /// The source's word.
    pub status: Status,
    /// Affected ranges: the package is affected in any of them.
    pub ranges: Vec<VersionRange>,
    /// Versions listed one by one, beside the ranges.
    pub versions: Vec<String>,
    /// Severity of this package's row; empty means the advisory's own.
    pub severities: Vec<SeverityClaim>,
    /// Since when the row's fixes can be had, where the source says so.
    pub fix_date: Option<FixDate>,
    /// Limits.
    pub scope: Scope,
}

/// One source's statement about one vulnerability, or a bundle of several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advisory {
    /// The source's own id: `GHSA-…`, `PYSEC-…`, `ALSA-…`, a CVE for the trackers.
    pub id: String,
    /// The feed it came from, as the feeds' table names it: `debian`, `osv-pypi`, …
    pub source: String,
    /// The CVEs it is about (from id, aliases, upstream, `related` where the source means it so),
    /// sorted. More than one makes it a bundle: one finding per CVE, and it joins no cluster.
    pub cves: Vec<String>,
    /// Other ids of the same thing that are no CVE, sorted.
    pub aliases: Vec<String>,
    /// What it is about.
    pub class: AdvisoryClass,
    /// One line, at most 200 bytes; may be empty.
    pub title: String,
    /// Severities for all affected packages.
    pub severities: Vec<SeverityClaim>,
    /// When it was published.
    pub published: Option<Timestamp>,
    /// When it was last changed.
    pub modified: Option<Timestamp>,
    /// When it was withdrawn; a withdrawn advisory never matches.
    pub withdrawn: Option<Timestamp>,
    /// At most four addresses, the advisory itself first.
    pub urls: Vec<String>,
    /// The packages.
    pub affected: Vec<Affected>,
}

impl std::fmt::Display for VersionRange {
    /// `>= 1.0, < 1.2`; `all versions` where nothing limits it.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let end = match &self.end {
            RangeEnd::Open => None,
            RangeEnd::Fixed(version) | RangeEnd::Before(version) => Some(format!("< {version}")),
            RangeEnd::LastAffected(version) => Some(format!("<= {version}")),
        };
        match (&self.introduced, end) {
            (None, None) => out.write_str("all versions"),
            (Some(first), None) => write!(out, ">= {first}"),
            (None, Some(end)) => out.write_str(&end),
            (Some(first), Some(end)) => write!(out, ">= {first}, {end}"),
        }
    }
}
