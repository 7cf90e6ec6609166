//! Bitnami's components: the SPDX documents in `/opt/bitnami/NAME/.spdx-NAME.spdx`.
//!
//! Each lists the component, with its revision in the version (`17.2.0-8`), and what it was built
//! with. What is of another ecosystem is found where it is installed.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{EvidenceKind, PackageKind};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::json::{Text, document, each_item};
use crate::lang::{MAX_FILE_BYTES, field};
use crate::listing::Listing;

/// Reads the SPDX documents of Bitnami's components.
pub struct Bitnami;

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    packages: &'a RawValue,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Component<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    version_info: Text<'a>,
    #[serde(borrow, default)]
    license_declared: Text<'a>,
    #[serde(borrow, default)]
    license_concluded: Text<'a>,
    #[serde(borrow, default)]
    external_refs: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reference<'a> {
    #[serde(borrow, default)]
    reference_type: Text<'a>,
    #[serde(borrow, default)]
    reference_locator: Text<'a>,
}

impl Inspect for Bitnami {
    fn id(&self) -> &'static str {
        "bitnami"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Under("opt/bitnami", ".spdx")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        if file.name().starts_with(b".spdx-") { Want::Whole { max: MAX_FILE_BYTES } } else { Want::No }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let Document { packages } = document(bytes)?;
        let mut listing = Listing::new(PackageKind::Bitnami, EvidenceKind::Metadata, out);
        each_item(Some(packages), |component: Component<'_>| {
            if component.is_bitnami() {
                let (name, version) = (component.name.as_str(), component.version_info.as_str());
                listing.licensed(name.unwrap_or_default(), version.unwrap_or_default(), component.license());
            }
        })?;
        listing.finish()
    }
}

impl Component<'_> {
    /// Whether its package URL says so; one without any is the component itself.
    fn is_bitnami(&self) -> bool {
        let (mut ours, mut others) = (false, false);
        let read = each_item(self.external_refs, |reference: Reference<'_>| {
            if let (Some("purl"), Some(purl)) =
                (reference.reference_type.as_str(), reference.reference_locator.as_str())
            {
                *(if purl.starts_with("pkg:bitnami/") { &mut ours } else { &mut others }) = true;
            }
        });
        ours || !others || read.is_err()
    }

    fn license(&self) -> Option<String> {
        let said = [&self.license_declared, &self.license_concluded];
        let said = said.into_iter().filter_map(|license| license.as_str().and_then(field));
        said.into_iter().find(|license| *license != "NOASSERTION" && *license != "NONE").map(str::to_owned)
    }
}
