//! The licences of packages, by class.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use plimsoll_model::{InstalledLicense, Inventory, LicenseClass, LicenseFinding, LicenseSource, PackageKind, Presence};

use crate::{Classes, Expression, expression};

/// The licences of every package that a container would see: what it declares, and what licence files
/// say beyond that. A package of which neither tells anything, and that is no part of another one, is
/// unknown. Strictest class first.
#[must_use]
pub fn findings(inventory: &Inventory, classes: &Classes) -> Vec<LicenseFinding> {
    let files = files_of(inventory);
    let mut read: HashMap<&str, Option<Expression>> = HashMap::new();
    let mut findings = Vec::new();
    for (at, installed) in (0..).zip(&inventory.packages) {
        if installed.presence == Presence::Shadowed {
            continue;
        }
        let declared = installed.package.license.as_deref();
        let declared = declared.and_then(|text| read.entry(text).or_insert_with(|| expression(text)).clone());
        let mut said: BTreeSet<String> = BTreeSet::new();
        if let Some(declared) = &declared {
            said.extend(declared.licenses().into_iter().map(str::to_owned));
            let confidence = if declared.is_known() { 100 } else { 50 };
            findings.push(finding(at, declared, LicenseSource::Declared, confidence, classes));
        }
        for file in files.get(&at).into_iter().flatten() {
            let Some(found) = expression(&file.text.expression) else { continue };
            let fresh = found.licenses().iter().any(|id| !says(&said, id));
            if fresh {
                said.extend(found.licenses().into_iter().map(str::to_owned));
                let source = LicenseSource::File(file.location.clone());
                findings.push(finding(at, &found, source, file.text.confidence, classes));
            }
        }
        // What is a part of another package has that one's licence.
        if said.is_empty() && installed.owner.is_none() {
            findings.push(LicenseFinding {
                class: LicenseClass::Unknown,
                package: at,
                expression: String::new(),
                source: LicenseSource::Declared,
                confidence: 0,
            });
        }
    }
    findings.sort();
    findings
}

fn finding(
    package: u32,
    found: &Expression,
    source: LicenseSource,
    confidence: u8,
    classes: &Classes,
) -> LicenseFinding {
    LicenseFinding { class: classes.of(found), package, expression: found.to_string(), source, confidence }
}

/// Whether a licence was named before; a text of the GNU licences is the same with and without "or any
/// later version".
fn says(said: &BTreeSet<String>, id: &str) -> bool {
    said.contains(id) || id.strip_suffix("-only").is_some_and(|base| said.contains(&format!("{base}-or-later")))
}

/// Licence files by package: by the package that the file names, or else by the one that owns it.
fn files_of(inventory: &Inventory) -> BTreeMap<u32, Vec<&InstalledLicense>> {
    let debian: HashMap<&str, u32> = (0..)
        .zip(&inventory.packages)
        .filter(|(_, installed)| installed.package.kind == PackageKind::Deb && installed.presence == Presence::Present)
        .map(|(at, installed)| (installed.package.name.as_str(), at))
        .collect();
    let mut files: BTreeMap<u32, Vec<&InstalledLicense>> = BTreeMap::new();
    for license in &inventory.licenses {
        let named = license.text.package.as_deref().and_then(|name| debian.get(name).copied());
        if let Some(package) = named.or(license.package) {
            files.entry(package).or_default().push(license);
        }
    }
    files
}
