//! What an image holds: its packages with their history through the layers.

use serde::{Deserialize, Serialize};

use crate::{
    EvidenceKind, FilePath, Gap, Identity, InstalledLicense, InstalledProgram, LayerOwner, Location, Package, Position,
};

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

/// One place where a package was found, and by what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Sighting {
    /// The file, and the way inside it.
    pub location: Location,
    /// Where in that file, where it is known.
    pub position: Option<Position>,
    /// By what it was recognised there.
    pub evidence: EvidenceKind,
    /// The layer since which it is there in this version.
    pub layer: u32,
}

/// A package of the merged image. Layer indexes count from the lowest, 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstalledPackage {
    /// The package.
    pub package: Package,
    /// Whether it counts.
    pub presence: Presence,
    /// Every place it was found, sorted; never empty.
    pub sightings: Vec<Sighting>,
    /// The layer since which the package, in any version, is there without a break.
    pub introduced_in: u32,
    /// The layer since which it has this version.
    pub version_since: u32,
    /// How and where it ended, for shadowed ones.
    pub ended: Option<Ended>,
    /// Index of the package that brought all its files along, where one did: an operating-system package,
    /// or one of conda's or the like.
    pub owner: Option<u32>,
    /// Base or own, from the layer that brought this version.
    pub layer_owner: LayerOwner,
}

impl InstalledPackage {
    /// Every place it was found, sorted.
    pub fn locations(&self) -> impl Iterator<Item = &Location> {
        self.sightings.iter().map(|sighting| &sighting.location)
    }
}

/// A file that a package owns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OwnedFile {
    /// The file, as a container would see it.
    pub path: FilePath,
    /// Index of the package.
    pub package: u32,
}

/// A time that a package was there before it was gone for a while.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Earlier {
    /// Index of the package, which was there again later in the same version.
    pub package: u32,
    /// The layer since which it was there, in any version.
    pub introduced_in: u32,
    /// The layer since which it had this version.
    pub version_since: u32,
    /// How that ended.
    pub ended: Ended,
}

/// What a layer ships, and what of it a container never sees. Sizes are those of the plain files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct LayerUse {
    /// Files; a further name of a file is none.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Of these, files that a higher layer removed or replaced. Past the entries that are kept in full,
    /// they are not followed.
    pub shadowed_files: u64,
    /// Their bytes: shipped and never seen.
    pub shadowed_bytes: u64,
    /// Bytes of lower layers that this layer removed or replaced.
    pub hides_bytes: u64,
}

/// A file that ships in one layer and that a higher one removed or replaced.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ShadowedFile {
    /// Its size in bytes.
    pub bytes: u64,
    /// The file.
    pub path: FilePath,
    /// The layer that ships it.
    pub layer: u32,
    /// The layer that removed or replaced it.
    pub by: u32,
}

/// What an image holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Inventory {
    /// The operating system.
    pub identity: Identity,
    /// The packages, sorted by kind, name, version, architecture and presence.
    pub packages: Vec<InstalledPackage>,
    /// Earlier times of packages that were gone for a while, sorted.
    pub earlier: Vec<Earlier>,
    /// The compiled programs that a container would see, by place.
    pub programs: Vec<InstalledProgram>,
    /// The licence files that a container would see, by place; empty where nobody asked for them.
    pub licenses: Vec<InstalledLicense>,
    /// Which package owns which file, by path; empty where nobody asked for it.
    pub files: Vec<OwnedFile>,
    /// What each layer ships, lowest first.
    pub layers: Vec<LayerUse>,
    /// The largest files that are shipped and never seen, largest first.
    pub shadowed_files: Vec<ShadowedFile>,
    /// What could not be seen.
    pub gaps: Vec<Gap>,
    /// Entries of all layers together.
    pub entries: u64,
}
