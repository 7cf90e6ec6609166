//! Licences as files tell them.

use serde::{Deserialize, Serialize};

use crate::Location;

/// What a licence file says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LicenseText {
    /// An SPDX expression.
    pub expression: String,
    /// How well the text agrees with the licence's own, in percent; 100 where the file names it.
    pub confidence: u8,
    /// The package that the file says it is of (Debian's copyright files), where it is not told by the
    /// folder alone.
    pub package: Option<String>,
}

/// A licence file that a container would see.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InstalledLicense {
    /// What it says.
    pub text: LicenseText,
    /// Where it is.
    pub location: Location,
    /// The layer that brought it.
    pub layer: u32,
    /// Index of the package that it belongs to, where one does.
    pub package: Option<u32>,
}

/// What a licence asks of those who pass a program on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LicenseClass {
    /// It forbids uses that are common.
    Forbidden,
    /// It asks for the source of whatever contains the work.
    Restricted,
    /// It asks for the source of the work's own files.
    Reciprocal,
    /// It asks for a notice.
    Notice,
    /// It asks for nothing.
    Permissive,
    /// Nobody holds rights in the work.
    Unencumbered,
    /// Nobody could tell.
    Unknown,
}

impl LicenseClass {
    /// Every class, the strictest first, what could not be told last.
    pub const ALL: [Self; 7] = [
        Self::Forbidden,
        Self::Restricted,
        Self::Reciprocal,
        Self::Notice,
        Self::Permissive,
        Self::Unencumbered,
        Self::Unknown,
    ];

    /// Lower-case name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Forbidden => "forbidden",
            Self::Restricted => "restricted",
            Self::Reciprocal => "reciprocal",
            Self::Notice => "notice",
            Self::Permissive => "permissive",
            Self::Unencumbered => "unencumbered",
            Self::Unknown => "unknown",
        }
    }

    /// The class of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }
}

/// Whose word a licence is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LicenseSource {
    /// The package's own metadata.
    Declared,
    /// A licence file.
    File(Location),
}

/// The licence of a package, by one source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LicenseFinding {
    /// Its class.
    pub class: LicenseClass,
    /// Index of the package.
    pub package: u32,
    /// An SPDX expression; empty where the package declares nothing and no file tells.
    pub expression: String,
    /// Who says so.
    pub source: LicenseSource,
    /// How sure that is, in percent.
    pub confidence: u8,
}
