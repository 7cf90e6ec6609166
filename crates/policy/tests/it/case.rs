//! Findings in a few words.

use plimsoll_model::{
    AdvisoryClass, Coverage, EvidenceKind, Finding, FixState, Gap, GapKind, InstalledPackage, Inventory, LayerOwner,
    Package, PackageKind, Presence, Severity, Verdict, VerdictStatus,
};
use plimsoll_policy::{Gate, judge};

/// A fixable finding of a severity in the first package.
pub fn finding(id: &str, severity: Severity) -> Finding {
    Finding {
        id: id.to_owned(),
        aliases: Vec::new(),
        package: 0,
        class: if id.starts_with("MAL-") { AdvisoryClass::Malware } else { AdvisoryClass::Vulnerability },
        severity,
        severity_source: None,
        score: None,
        vector: None,
        fix: FixState::Fixed("2".into()),
        fix_date: None,
        reachability: None,
        known_exploited: false,
        exploit_known: None,
        epss: None,
        ssvc: None,
        cwes: Vec::new(),
        title: String::new(),
        published: None,
        modified: None,
        evidence: Vec::new(),
    }
}

pub trait Changed {
    fn unfixed(self) -> Self;
    fn exploited(self) -> Self;
    fn of_package(self, index: u32) -> Self;
}

impl Changed for Finding {
    fn unfixed(mut self) -> Self {
        self.fix = FixState::NotFixed;
        self
    }
    fn exploited(mut self) -> Self {
        self.known_exploited = true;
        self
    }
    fn of_package(mut self, index: u32) -> Self {
        self.package = index;
        self
    }
}

/// Three packages: `present`, `declared`, `shadowed`.
pub fn inventory() -> Inventory {
    let package = |presence: Presence| InstalledPackage {
        package: Package::new(PackageKind::Npm, presence.name(), "1", EvidenceKind::Metadata),
        presence,
        sightings: Vec::new(),
        introduced_in: 0,
        version_since: 0,
        ended: None,
        owner: None,
        layer_owner: LayerOwner::Unknown,
    };
    let packages = [Presence::Present, Presence::Declared, Presence::Shadowed].map(package).into();
    Inventory { packages, ..Inventory::default() }
}

pub fn gaps(kinds: &[GapKind]) -> Coverage {
    let gaps = kinds.iter().map(|kind| Gap::new(*kind, kind.name(), "why")).collect();
    Coverage { gaps, ..Coverage::default() }
}

pub fn verdict(findings: &[Finding], coverage: &Coverage, gate: &Gate) -> Verdict {
    judge(findings, &[], &inventory(), coverage, gate)
}

/// The outcome with full coverage.
pub fn status(findings: &[Finding], gate: &Gate) -> VerdictStatus {
    verdict(findings, &Coverage::default(), gate).status
}

/// The rules of the reasons, in their order.
pub fn rules(verdict: &Verdict) -> Vec<&str> {
    verdict.reasons.iter().map(|reason| reason.rule.as_str()).collect()
}
