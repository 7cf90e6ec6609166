//! The nouns of plimsoll: what every other crate speaks of.
//!
//! Plain data without I/O, threads or clocks. The types derive `serde` plainly (no skipped or
//! flattened fields), so that facts and inventories can be cached in a compact binary form; the
//! JSON that people read is written by the report crate from these types, with a schema of its own.

pub mod advisory;
pub mod candidate;
pub mod coverage;
pub mod cpe;
pub mod digest;
pub mod distro;
pub mod enrichment;
pub mod finding;
pub mod image;
pub mod inventory;
pub mod kind;
pub mod license;
pub mod name_set;
pub mod package;
pub mod path;
pub mod platform;
pub mod program;
pub mod purl;
pub mod read;
pub mod reference;
pub mod scan;
pub mod severity;
pub mod shard;
pub mod timestamp;
pub mod verdict;

pub use advisory::{
    Advisory, AdvisoryClass, Affected, CpeLimits, FixDate, FixDateKind, GoImport, RangeEnd, Scope, Status, VersionRange,
};
pub use candidate::{Candidate, Cluster};
pub use coverage::{Coverage, FeedUse, Gap, GapKind, GapWeight};
pub use cpe::{Cpe, CpeValue};
pub use digest::{Digest, DigestAlgorithm, DigestError};
pub use distro::{Distro, Identity};
pub use enrichment::{
    EndOfLife, Epss, Exploit, Exploitation, Facts, LifeCycle, Probability, Ssvc, Standing, Support, TechnicalImpact,
    Weakness,
};
pub use finding::{Evidence, Finding, FixState, MatchedBy, Reachability, Suppressed};
pub use image::{BaseBoundary, ImageInfo, LayerInfo, LayerOwner};
pub use inventory::{
    Earlier, Ended, How, InstalledPackage, Inventory, LayerUse, OwnedFile, Presence, ShadowedFile, Sighting,
};
pub use kind::PackageKind;
pub use license::{InstalledLicense, LicenseClass, LicenseFinding, LicenseSource, LicenseText};
pub use name_set::NameSet;
pub use package::{EvidenceKind, Location, Need, Package, Position, Requirement, SourcePackage};
pub use path::FilePath;
pub use platform::Platform;
pub use program::{InstalledProgram, Linked, Program, ProgramFormat, ProgramRole};
pub use purl::{PackageUrl, PurlError};
pub use read::read_capped;
pub use reference::{Reference, ReferenceError};
pub use scan::{DatabaseInfo, ScanReport, Upgrade};
pub use severity::{Score, Severity, SeverityClaim};
pub use shard::ShardName;
pub use timestamp::Timestamp;
pub use verdict::{Reason, Verdict, VerdictStatus};
