//! Everything one scan says: what every report format is written from.

use serde::{Deserialize, Serialize};

use crate::{
    Coverage, EndOfLife, Finding, ImageInfo, Inventory, LicenseFinding, Presence, Suppressed, Timestamp, Verdict,
};

/// The advisory database that was used.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DatabaseInfo {
    /// Monotonic number of the build; 0 for the starter advisories.
    pub generation: u64,
    /// When it was built.
    pub built: Option<Timestamp>,
    /// Whether it is only the starter advisories inside the program.
    pub starter: bool,
}

/// One step that mends findings: a package and the version that is enough for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upgrade {
    /// Index into [`Inventory::packages`].
    pub package: u32,
    /// The lowest version that mends all its findings that have a fix.
    pub to: String,
    /// Indexes into [`ScanReport::findings`] of what it mends, in their order; never empty.
    pub mends: Vec<u32>,
}

/// The result of one scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanReport {
    /// Version of the program.
    pub plimsoll_version: String,
    /// What was scanned.
    pub image: ImageInfo,
    /// Scanners that ran: `vuln`, …
    pub scanners: Vec<String>,
    /// The database.
    pub database: DatabaseInfo,
    /// What the image holds.
    pub inventory: Inventory,
    /// Findings, sorted by what to do first: malware, known exploited, how probable exploitation
    /// is times severity, fixable, package, id.
    pub findings: Vec<Finding>,
    /// What to do first: upgrades, in the order of the gravest finding that each mends.
    pub upgrades: Vec<Upgrade>,
    /// Matches that are no findings, with the reason.
    pub suppressed: Vec<Suppressed>,
    /// The licences of packages, strictest class first; empty where nobody asked for them.
    pub licenses: Vec<LicenseFinding>,
    /// What gets no fixes any more: the distribution's release, runtimes.
    pub end_of_life: Vec<EndOfLife>,
    /// What was seen and what was not.
    pub coverage: Coverage,
    /// The judgement.
    pub verdict: Verdict,
}

impl ScanReport {
    /// What is known of the presence of a finding's package.
    #[must_use]
    pub fn presence(&self, finding: &Finding) -> Option<Presence> {
        self.inventory.packages.get(finding.package as usize).map(|package| package.presence)
    }

    /// Findings in packages that a container would see.
    pub fn visible_findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| self.presence(finding) != Some(Presence::Shadowed))
    }

    /// Findings in packages that a higher layer removed or replaced, still shipped below.
    pub fn shadowed_findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| self.presence(finding) == Some(Presence::Shadowed))
    }
}
