//! The one pass over an inventory.

use plimsoll_model::{
    Coverage, Finding, Gap, GapKind, InstalledPackage, Inventory, PackageKind, Presence, ShardName, Suppressed,
};
use plimsoll_versions::Scheme;

use crate::draft::Drafts;
use crate::evaluate::Comparing;
use crate::finding::{Subject, cves};
use crate::ledger::Ledger;
use crate::names::{Name, language_name, os_names};
use crate::order::by_urgency;
use crate::origin::{Origin, origin};
use crate::owned::word_of_owner;
use crate::shelf::Shelf;
use crate::skipped::{is_no_package, kernel_reason};
use crate::system::System;
use crate::{Advisories, MatchOptions, SeveralFixes};

/// What matching yields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    /// The findings, by what to do first. Those of shadowed packages are among them: presence
    /// stands with the package.
    pub findings: Vec<Finding>,
    /// Matches that are no findings, in the same order.
    pub suppressed: Vec<Suppressed>,
    /// What was seen and what was not.
    pub coverage: Coverage,
}

/// Matches every package that is present, and every one that still ships in a lower layer.
#[must_use]
pub fn match_inventory(inventory: &Inventory, advisories: &dyn Advisories, options: &MatchOptions) -> Matched {
    let mut pass = Pass {
        inventory,
        options,
        system: System::of(&inventory.identity, advisories),
        shelf: Shelf::new(advisories),
        ledger: Ledger::default(),
        findings: Vec::new(),
        suppressed: Vec::new(),
    };
    let mut packages: Vec<(u32, &InstalledPackage)> = (0..).zip(&inventory.packages).collect();
    packages.sort_by_key(|(_, installed)| looked_up_by(installed));
    for (index, installed) in packages {
        pass.package(index, installed);
    }
    pass.finish()
}

/// Packages of one source come one after the other, so that their rows are read once.
fn looked_up_by(installed: &InstalledPackage) -> (PackageKind, &str) {
    let package = &installed.package;
    (package.kind, package.source.as_ref().map_or(&package.name, |source| &source.name))
}

struct Pass<'a> {
    inventory: &'a Inventory,
    options: &'a MatchOptions,
    system: System,
    shelf: Shelf<'a>,
    ledger: Ledger,
    findings: Vec<Finding>,
    suppressed: Vec<Suppressed>,
}

/// How a package is looked up.
struct Road<'p> {
    shard: ShardName,
    names: Vec<Name<'p>>,
    how: Comparing,
}

impl Pass<'_> {
    fn package(&mut self, index: u32, installed: &InstalledPackage) {
        let package = &installed.package;
        let counts = match installed.presence {
            Presence::Present => true,
            Presence::Declared if self.options.include_declared => true,
            Presence::Declared => return,
            Presence::Shadowed => false,
        };
        if is_no_package(package) {
            return;
        }
        self.ledger.present += u32::from(counts);
        let road = match self.road(installed) {
            Ok(road) => road,
            Err(refusal) => {
                if counts {
                    self.refuse(installed, refusal);
                }
                return;
            }
        };
        let how = |name: &Name<'_>| Comparing { drops_epoch: name.drops_epoch, ..road.how };
        let ask = |name| self.shelf.rows_about(&road.shard, package, name, how(name));
        let found: Vec<_> = road.names.iter().map(ask).collect();
        self.ledger.asked(&road.shard, counts);
        self.ledger.matched += u32::from(counts && found.iter().all(Option::is_some));
        let mut drafts = Drafts::default();
        for (name, candidates) in road.names.iter().zip(&found) {
            if let Some(candidates) = candidates {
                drafts.add(package, name, candidates, how(name));
            }
        }
        let distribution = self.system.distribution().map(|row| row.id);
        let subject = Subject { package, index, distribution, how: road.how };
        let findings = drafts.finish(&subject, &mut self.shelf, counts.then_some(&mut self.ledger));
        let has_cve = findings.iter().any(|finding| cves(finding).next().is_some());
        self.ledger.with_cve += u32::from(counts && has_cve);
        for finding in findings {
            self.settle(finding, installed);
        }
    }

    /// A finding, or a match that the owner answers for.
    fn settle(&mut self, finding: Finding, installed: &InstalledPackage) {
        let owner = installed.owner.filter(|_| !installed.package.kind.is_os());
        let owner = owner.and_then(|owner| self.inventory.packages.get(owner as usize));
        let word = owner.and_then(|owner| word_of_owner(&finding, &owner.package, &self.system, &mut self.shelf));
        match word {
            Some(detail) => {
                self.suppressed.push(Suppressed { finding, reason: "owned-by-os-package".into(), detail });
            }
            None => self.findings.push(finding),
        }
    }

    fn road<'p>(&self, installed: &'p InstalledPackage) -> Result<Road<'p>, Refusal> {
        let package = &installed.package;
        if !package.kind.is_os() {
            return self.language_road(installed);
        }
        if !self.options.os_packages {
            return Err(Refusal::shared(
                GapKind::Excluded,
                "os",
                "packages of the operating system were left out by choice",
            ));
        }
        if let Some(why) = kernel_reason(package).filter(|_| !self.options.kernel_headers) {
            return Err(Refusal::alone(GapKind::SkippedPackages, why));
        }
        let (distribution, shard) = self.system.road(package.kind).map_err(Refusal::Shared)?;
        if origin(package, distribution) == Origin::Stranger {
            let builder = package.vendor.as_deref().unwrap_or("someone else");
            let why = format!("built by {builder}, for which the feed of {} does not answer", distribution.title);
            return Err(Refusal::alone(GapKind::ThirdParty, why));
        }
        let names = os_names(package, distribution.key);
        if names.is_empty() {
            return Err(Refusal::alone(GapKind::NoIdentity, "it has no name to look it up by"));
        }
        Ok(Road { shard: shard.clone(), names, how: Comparing::of(distribution) })
    }

    fn language_road<'p>(&self, installed: &'p InstalledPackage) -> Result<Road<'p>, Refusal> {
        let package = &installed.package;
        if !self.options.language_packages {
            return Err(Refusal::shared(GapKind::Excluded, "lang", "packages of languages were left out by choice"));
        }
        let (Some(shard), Some(scheme)) =
            (ShardName::language(package.kind), Scheme::of_purl_type(package.kind.purl_type()))
        else {
            return Err(Refusal::alone(GapKind::NoIdentity, "no ecosystem's feed knows it by its name alone"));
        };
        if !self.shelf.advisories().has_shard(&shard) {
            let why = format!("the database has nothing about this ecosystem (no shard {shard})");
            return Err(Refusal::shared(GapKind::NoLanguageFeed, package.kind.name(), why));
        }
        let Some(name) = language_name(package) else {
            return Err(Refusal::alone(GapKind::NoIdentity, "it has no whole name to look it up by"));
        };
        let how = Comparing { scheme, several_fixes: SeveralFixes::OneForEachBranch, drops_epoch: false };
        Ok(Road { shard, names: vec![name], how })
    }

    fn refuse(&mut self, installed: &InstalledPackage, refusal: Refusal) {
        match refusal {
            Refusal::Alone(kind, why) => self.ledger.gap(kind, &installed.package, why),
            Refusal::Shared(gap) => self.ledger.unanswered(gap),
        }
    }

    fn finish(mut self) -> Matched {
        if self.ledger.present == 0 {
            let why = "nothing in the image was recognised as an installed package";
            self.ledger.whole_image(Gap::new(GapKind::NoPackages, "", why));
        }
        self.findings.sort_by(by_urgency);
        self.suppressed.sort_by(|left, right| by_urgency(&left.finding, &right.finding));
        Matched { findings: self.findings, suppressed: self.suppressed, coverage: self.ledger.close(self.shelf) }
    }
}

/// Why a package is not looked up.
enum Refusal {
    /// For a reason of its own.
    Alone(GapKind, String),
    /// For a reason that it shares with others.
    Shared(Gap),
}

impl Refusal {
    fn alone(kind: GapKind, why: impl Into<String>) -> Self {
        Self::Alone(kind, why.into())
    }

    fn shared(kind: GapKind, subject: &str, why: impl Into<String>) -> Self {
        Self::Shared(Gap::new(kind, subject, why))
    }
}
