//! Packages.

use plimsoll_model::{How, Inventory, Location};
use serde::Serialize;

use super::owner_name;

#[derive(Serialize)]
pub(crate) struct Package<'a> {
    kind: &'static str,
    name: &'a str,
    version: &'a str,
    purl: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    architecture: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vendor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<&'a str>,
    evidence: &'static str,
    presence: &'static str,
    introduced_in: u32,
    version_since: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<EndedView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<u32>,
    layer_owner: &'static str,
    locations: Vec<String>,
}

#[derive(Serialize)]
struct EndedView<'a> {
    layer: u32,
    how: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
}

pub(crate) fn packages(inventory: &Inventory) -> Vec<Package<'_>> {
    let distro = inventory.identity.distro();
    let (id, version) = (distro.map(|distro| distro.id.as_str()), distro.and_then(|distro| distro.version.as_deref()));
    let row = |installed: &'_ plimsoll_model::InstalledPackage| installed.package.purl(id, version);
    inventory
        .packages
        .iter()
        .map(|installed| {
            let package = &installed.package;
            Package {
                kind: package.kind.name(),
                name: &package.name,
                version: &package.version,
                purl: row(installed),
                architecture: package.architecture.as_deref(),
                source_name: package.source.as_ref().map(|source| source.name.as_str()),
                source_version: package.source.as_ref().map(|source| source.version.as_str()),
                module: package.module.as_deref(),
                vendor: package.vendor.as_deref(),
                license: package.license.as_deref(),
                evidence: package.evidence.name(),
                presence: installed.presence.name(),
                introduced_in: installed.introduced_in,
                version_since: installed.version_since,
                ended: installed.ended.as_ref().map(|ended| match &ended.how {
                    How::Upgraded { to } => EndedView { layer: ended.layer, how: "upgraded", to: Some(to) },
                    How::Removed => EndedView { layer: ended.layer, how: "removed", to: None },
                    How::Replaced => EndedView { layer: ended.layer, how: "replaced", to: None },
                }),
                owner: installed.owner,
                layer_owner: owner_name(installed.layer_owner),
                locations: installed.locations().map(location).collect(),
            }
        })
        .collect()
}

/// `path`, or `path!member!member` inside archives.
pub(crate) fn location(location: &Location) -> String {
    let mut text = location.path.to_string();
    for part in &location.inside {
        text.push('!');
        text.push_str(&part.to_string());
    }
    text
}
