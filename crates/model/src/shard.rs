//! Names of database shards: one per distribution release, ecosystem or kind of enrichment.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::PackageKind;

/// A shard's name: lower-case ASCII letters, digits, `-`, `.`; for example `debian-12`,
/// `alpine-3.20`, `wolfi`, `npm`, `kev`. Safe as a file name by construction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ShardName(String);

impl ShardName {
    /// The shard of one release of a distribution; of the whole distribution where it rolls.
    /// Characters outside the alphabet become `_`.
    #[must_use]
    pub fn distro(id: &str, release: Option<&str>) -> Self {
        let text = release.map_or_else(|| id.to_owned(), |release| format!("{id}-{release}"));
        Self::clean(&text)
    }

    /// The shard of a language ecosystem; `None` for operating-system kinds.
    #[must_use]
    pub fn language(kind: PackageKind) -> Option<Self> {
        kind.language_shard().map(Self::clean)
    }

    /// CISA's list of known exploited vulnerabilities, keyed by CVE.
    #[must_use]
    pub fn kev() -> Self {
        Self::clean("kev")
    }

    /// Products named by CPE, keyed `vendor:product`.
    #[must_use]
    pub fn cpe() -> Self {
        Self::clean("cpe")
    }

    /// The Exploit Prediction Scoring System, keyed by CVE.
    #[must_use]
    pub fn epss() -> Self {
        Self::clean("epss")
    }

    /// What sources say of CVEs beside the packages.
    #[must_use]
    pub fn facts() -> Self {
        Self::clean("facts")
    }

    /// Until when releases of products get fixes.
    #[must_use]
    pub fn eol() -> Self {
        Self::clean("eol")
    }

    /// Names of weaknesses, keyed by number.
    #[must_use]
    pub fn cwe() -> Self {
        Self::clean("cwe")
    }

    /// The channels of Red Hat's repositories.
    #[must_use]
    pub fn redhat_repositories() -> Self {
        Self::clean("redhat-repositories")
    }

    /// Any text, made safe.
    #[must_use]
    pub fn clean(text: &str) -> Self {
        let mut name: String = text
            .chars()
            .take(80)
            .map(|letter| letter.to_ascii_lowercase())
            .map(|letter| if letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.') { letter } else { '_' })
            .collect();
        if name.is_empty() || name.starts_with('.') {
            name.insert(0, '_');
        }
        Self(name)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for ShardName {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self::clean(&text))
    }
}

impl fmt::Display for ShardName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0)
    }
}
