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
