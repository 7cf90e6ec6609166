//! Language packages that an operating-system package owns: whose word counts for them.

use std::cmp::Reverse;

use plimsoll_model::{AdvisoryClass, Candidate, Finding, Package, Status};

use crate::channels::Standing;
use crate::evaluate::{Answer, Comparing, evaluate};
use crate::finding::cves;
use crate::ledger::named;
use crate::names::{Name, os_names};
use crate::origin::{Origin, origin};
use crate::scope;
use crate::shelf::Shelf;
use crate::system::System;

/// What the distribution's feed says of the finding's CVE for the owner; `None` where the owner is
/// not the distribution's own build, or its feed does not know the CVE for it.
pub(crate) fn word_of_owner(
    finding: &Finding,
    owner: &Package,
    system: &System,
    shelf: &mut Shelf<'_>,
) -> Option<String> {
    let covered = system.road(owner.kind).ok()?;
    let (distribution, shard) = (covered.distribution, &covered.shard);
    if finding.class == AdvisoryClass::Malware || origin(owner, distribution) != Origin::Distribution {
        return None;
    }
    for name in os_names(owner, distribution.key) {
        let Some(candidates) = shelf.candidates(shard, &name.name) else { continue };
        let how = Comparing { drops_epoch: name.drops_epoch, ..Comparing::of(distribution) };
        let following = covered.following(name.version);
        let words = cves(finding).filter_map(|cve| {
            let knowing = candidates.iter().filter(|candidate| names(candidate, cve)).filter_map(|candidate| {
                let standing =
                    following.standing(&candidate.affected).filter(|standing| *standing > Standing::Aside)?;
                Some((Reverse(standing), word(candidate, owner, &name, how)?))
            });
            knowing.min().map(|(_, word)| (cve, word))
        });
        if let Some((cve, word)) = words.min() {
            let owner = named(owner);
            return Some(format!("it belongs to {owner}, for which the feed of {shard} knows {cve}: {word}"));
        }
    }
    None
}

fn names(candidate: &Candidate, cve: &str) -> bool {
    candidate.clusters.iter().any(|cluster| cluster.ids().any(|id| id == cve))
        || candidate.advisory.cves.iter().any(|named| named == cve)
}

/// What one row knows of the owner: fixed, not affected or affected there.
fn word(candidate: &Candidate, owner: &Package, name: &Name<'_>, how: Comparing) -> Option<String> {
    let (advisory, row) = (&candidate.advisory, &candidate.affected);
    let says_something = advisory.withdrawn.is_none()
        && advisory.class == AdvisoryClass::Vulnerability
        && row.status != Status::Undetermined
        && scope::speaks_of(row, owner, how);
    if !says_something {
        return None;
    }
    if row.status == Status::NotAffected {
        return Some("not affected".into());
    }
    match evaluate(row, name.version, how) {
        Answer::Affected { fix, .. } => Some(match fix.version() {
            Some(version) => format!("fixed in {version}, which is not installed"),
            None => format!("affected, {}", fix.name()),
        }),
        Answer::Unaffected => Some("fixed or not affected in this version".into()),
        Answer::CouldNotTell(_) => None,
    }
}
