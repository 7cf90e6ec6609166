//! The one pass over an inventory.

use std::collections::BTreeSet;

use plimsoll_model::{
    Candidate, Coverage, EndOfLife, Finding, Gap, GapKind, InstalledPackage, Inventory, Package, PackageKind, Presence,
    ShardName, Suppressed,
};

use crate::channels::Standing;
use crate::draft::{Drafts, Found};
use crate::end_of_life::end_of_life;
use crate::finding::{Subject, cves};
use crate::ledger::{Ledger, named};
use crate::order::by_urgency;
use crate::origin::{Origin, origin};
use crate::owned::word_of_owner;
use crate::reachability::Programs;
use crate::road::{Refusal, Road, road};
use crate::shelf::{Lookup, Rows, Shelf};
use crate::skipped::is_no_package;
use crate::system::System;
use crate::{Advisories, MatchOptions};

/// What matching yields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    /// The findings, by what to do first. Those of shadowed packages are among them: presence
    /// stands with the package.
    pub findings: Vec<Finding>,
    /// Matches that are no findings, in the same order.
    pub suppressed: Vec<Suppressed>,
    /// What gets no fixes any more, where the time of the scan is known.
    pub end_of_life: Vec<EndOfLife>,
    /// What was seen and what was not.
    pub coverage: Coverage,
}

/// Matches every package that is present, and every one that still ships in a lower layer.
#[must_use]
pub fn match_inventory(inventory: &Inventory, advisories: &dyn Advisories, options: &MatchOptions) -> Matched {
    let system = System::of(&inventory.identity, advisories);
    let mut pass = Pass {
        inventory,
        options,
        system: &system,
        programs: Programs::of(inventory),
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
    for gap in &system.gaps {
        pass.ledger.whole_image(gap.clone());
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
    system: &'a System,
    programs: Programs<'a>,
    shelf: Shelf<'a>,
    ledger: Ledger,
    findings: Vec<Finding>,
    suppressed: Vec<Suppressed>,
}

impl<'a> Pass<'a> {
    fn package(&mut self, index: u32, installed: &'a InstalledPackage) {
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
        self.ledger.inventory_only += u32::from(counts && package.kind.is_inventory_only() && package.cpes.is_empty());
        if let Some(why) = self.answered_by_owner(installed) {
            if counts {
                self.ledger.gap(GapKind::SkippedPackages, package, why);
            }
            return;
        }
        let road = match road(installed, self.system, self.shelf.advisories(), self.options) {
            Ok(road) => road,
            Err(refusal) => {
                if counts {
                    self.refuse(installed, refusal);
                }
                return;
            }
        };
        let found = self.rows(package, &road);
        for shard in road.lookups.iter().map(|lookup| &lookup.shard).collect::<BTreeSet<_>>() {
            self.ledger.asked(shard, counts);
        }
        self.ledger.matched += u32::from(counts && found.iter().all(Option::is_some));
        let mut drafts = Drafts::default();
        for (lookup, candidates) in road.lookups.iter().zip(&found) {
            if let Some(candidates) = candidates {
                drafts.add(package, lookup, candidates);
            }
        }
        let distribution = self.system.id();
        let holders = self.programs.holding(installed);
        let subject = Subject { package, index, distribution, how: road.how, holders: holders.as_ref() };
        let Found { findings, suppressed } =
            drafts.finish(&subject, &mut self.shelf, counts.then_some(&mut self.ledger));
        self.suppressed.extend(suppressed);
        let has_cve = findings.iter().any(|finding| cves(finding).next().is_some());
        self.ledger.with_cve += u32::from(counts && has_cve);
        for finding in findings {
            self.settle(finding, installed);
        }
    }

    /// The rows that each look-up finds. Where some hold that the base could take the place of, what
    /// the base knows is asked for too.
    fn rows(&mut self, package: &Package, road: &Road<'_>) -> Vec<Rows> {
        let mut ask = |everything| -> Vec<Rows> {
            road.lookups.iter().map(|lookup| self.shelf.rows_about(package, lookup, everything)).collect()
        };
        let found = ask(false);
        let is_below_base = |lookup: &Lookup<'_>, rows: &Rows| {
            let standing = |row: &Candidate| lookup.following.standing(&row.affected);
            rows.iter().flat_map(|rows| rows.iter()).filter_map(standing).any(|standing| standing < Standing::Base)
        };
        if road.lookups.iter().zip(&found).any(|(lookup, rows)| is_below_base(lookup, rows)) {
            ask(true)
        } else {
            found
        }
    }

    /// A finding, or a match that the owner answers for.
    fn settle(&mut self, finding: Finding, installed: &InstalledPackage) {
        let owner = installed.owner.filter(|_| !installed.package.kind.is_os());
        let owner = owner.and_then(|owner| self.inventory.packages.get(owner as usize));
        let word = owner.and_then(|owner| word_of_owner(&finding, &owner.package, self.system, &mut self.shelf));
        match word {
            Some(detail) => {
                self.suppressed.push(Suppressed { finding, reason: "owned-by-os-package".into(), detail });
            }
            None => self.findings.push(finding),
        }
    }

    /// Why a program that only its product name would lead to is not looked up by that: a feed answers
    /// for the package that owns it.
    fn answered_by_owner(&self, installed: &InstalledPackage) -> Option<String> {
        let package = &installed.package;
        if package.kind.is_os() || ShardName::language(package.kind).is_some() || package.cpes.is_empty() {
            return None;
        }
        let owner = &self.inventory.packages.get(installed.owner? as usize)?.package;
        let distribution = self.system.road(owner.kind).ok()?.distribution;
        (origin(owner, distribution) != Origin::Stranger)
            .then(|| format!("it belongs to {}, for which the feed of {} answers", named(owner), distribution.title))
    }

    fn refuse(&mut self, installed: &InstalledPackage, refusal: Refusal) {
        match refusal {
            Refusal::Alone(kind, why) => self.ledger.gap(kind, &installed.package, why),
            Refusal::Shared(gap) => self.ledger.unanswered(gap),
        }
    }

    fn finish(mut self) -> Matched {
        if self.ledger.present == self.ledger.inventory_only {
            let why = "nothing in the image was recognised as an installed package that advisories speak of";
            self.ledger.whole_image(Gap::new(GapKind::NoPackages, "", why));
        }
        self.findings.sort_by(by_urgency);
        self.suppressed.sort_by(|left, right| by_urgency(&left.finding, &right.finding));
        let end_of_life =
            self.options.now.map(|now| end_of_life(self.inventory, &mut self.shelf, now)).unwrap_or_default();
        Matched {
            findings: self.findings,
            suppressed: self.suppressed,
            end_of_life,
            coverage: self.ledger.close(self.shelf),
        }
    }
}
