//! What to do first: for each package, the lowest version that mends all that can be mended.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use plimsoll_model::{Finding, FixState, Inventory, Presence, Upgrade};
use plimsoll_versions::Scheme;

/// One upgrade for each package that a container would see and for which a fix is known. Findings
/// are in the order of [`crate::match_inventory`], and so are the upgrades.
#[must_use]
pub fn upgrades(inventory: &Inventory, findings: &[Finding]) -> Vec<Upgrade> {
    let mut place: BTreeMap<u32, usize> = BTreeMap::new();
    let mut fixable: Vec<(u32, Vec<(u32, &str)>)> = Vec::new();
    for (at, finding) in (0..).zip(findings) {
        let FixState::Fixed(version) = &finding.fix else { continue };
        let at_package = *place.entry(finding.package).or_insert_with(|| {
            fixable.push((finding.package, Vec::new()));
            fixable.len() - 1
        });
        fixable[at_package].1.push((at, version));
    }
    fixable.into_iter().filter_map(|(package, fixes)| upgrade(inventory, package, &fixes)).collect()
}

fn upgrade(inventory: &Inventory, package: u32, fixes: &[(u32, &str)]) -> Option<Upgrade> {
    let installed = inventory.packages.get(package as usize)?;
    if installed.presence == Presence::Shadowed {
        return None;
    }
    let scheme = Scheme::of_purl_type(installed.package.kind.purl_type())?;
    let order = |left: &str, right: &str| scheme.compare(left, right);
    let mut to = fixes.first()?.1;
    for (_, version) in fixes {
        if order(version, to) == Ok(Ordering::Greater) {
            to = version;
        }
    }
    // A fix that cannot be compared is mended only if it is this very version.
    let mends = |version: &str| version == to || matches!(order(version, to), Ok(Ordering::Less | Ordering::Equal));
    let mends = fixes.iter().filter(|(_, version)| mends(version)).map(|(at, _)| *at).collect();
    Some(Upgrade { package, to: to.into(), mends })
}
