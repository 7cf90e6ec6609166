//! Which operating system an image holds.

use serde::{Deserialize, Serialize};

use crate::FilePath;

/// An operating system as its own files describe it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Distro {
    /// `ID` of os-release, lower case: `debian`, `alpine`, `almalinux`, …
    pub id: String,
    /// `ID_LIKE`, for display only: it never chooses a feed.
    pub like: Vec<String>,
    /// `VERSION_ID`, or what stands for it (`trixie/sid` from `debian_version`, `edge` from apk's repositories).
    pub version: Option<String>,
    /// `VERSION_CODENAME`.
    pub codename: Option<String>,
    /// `PRETTY_NAME`.
    pub pretty_name: Option<String>,
    /// `VARIANT_ID`.
    pub variant: Option<String>,
    /// `CPE_NAME`.
    pub cpe: Option<String>,
    /// The update channels that it follows (`esm-infra`, `fips-updates`), sorted, as
    /// [`crate::Scope::channel`] names them.
    pub channels: Vec<String>,
    /// The repositories that it was built from, where its files name them (Red Hat's content sets:
    /// `rhel-9-for-x86_64-baseos-rpms`), sorted. Which channels they are of, the database may know.
    pub repositories: Vec<String>,
    /// The file that said so.
    pub path: FilePath,
}

/// What is known of the operating system; each case is named as such in the report.
#[expect(clippy::large_enum_variant, reason = "an image has one")]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Identity {
    /// A known distribution.
    Distro(Distro),
    /// Package databases or system folders are there, but nothing that names the system.
    #[default]
    Unknown,
    /// No operating system at all: no package database, no release file.
    Scratch,
}

impl Identity {
    /// The distribution, where there is one.
    #[must_use]
    pub fn distro(&self) -> Option<&Distro> {
        match self {
            Self::Distro(distro) => Some(distro),
            Self::Unknown | Self::Scratch => None,
        }
    }
}
