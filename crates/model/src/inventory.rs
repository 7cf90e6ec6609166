//! What an image holds: its packages with their history through the layers.

use serde::{Deserialize, Serialize};

use crate::{Gap, Identity, LayerOwner, Location, Package};

/// Whether a package counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Presence {
    /// In the file system that a container would see.
    Present,
    /// Only in a lock file or requirement list that a container would see.
    Declared,
    /// Removed or replaced by a higher layer, still shipped in a lower one.
    Shadowed,
}

impl Presence {
    /// Lower-case name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Declared => "declared",
            Self::Shadowed => "shadowed",
        }
    }
}

/// How a package's presence ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum How {
    /// Another version of it took its place.
    Upgraded {
        /// That version; it may be a lower one.
        to: String,
    },
    /// Its files were deleted.
    Removed,
    /// Its files were replaced by something that is no such package.
    Replaced,
}

/// The end of a shadowed package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Ended {
    /// Index of the layer that ended it.
    pub layer: u32,
    /// How.
    pub how: How,
}

/// A package of the merged image. Layer indexes count from the lowest, 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstalledPackage {
    /// The package.
    pub package: Package,
    /// Whether it counts.
    pub presence: Presence,
    /// Every place it was found, sorted; never empty.
    pub locations: Vec<Location>,
    /// The layer since which the package, in any version, is there without a break.
    pub introduced_in: u32,
    /// The layer since which it has this version.
    pub version_since: u32,
    /// How and where it ended, for shadowed ones.
    pub ended: Option<Ended>,
    /// Index of the operating-system package that owns all its files, where one does.
    pub owner: Option<u32>,
    /// Base or own, from the layer that brought this version.
    pub layer_owner: LayerOwner,
}

/// What an image holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Inventory {
    /// The operating system.
    pub identity: Identity,
    /// The packages, sorted by kind, name, version, architecture and presence.
    pub packages: Vec<InstalledPackage>,
    /// What could not be seen.
    pub gaps: Vec<Gap>,
    /// Entries of all layers together.
    pub entries: u64,
}
