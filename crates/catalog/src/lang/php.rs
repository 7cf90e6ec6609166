//! PHP packages that Composer installed: `vendor/composer/installed.json`, of Composer 1 and 2.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::path::{name_of, parent_of};
use plimsoll_model::{EvidenceKind, PackageKind};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{MAX_FILE_BYTES, field};
use crate::json::{Text, document, each_item};
use crate::listing::Listing;

/// Reads Composer's list of what it installed.
pub struct Php;

#[derive(Deserialize)]
struct Installed<'a> {
    #[serde(borrow)]
    packages: &'a RawValue,
}

/// A package in `installed.json` and `composer.lock`.
#[derive(Deserialize)]
pub(super) struct ComposerPackage<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    version: Text<'a>,
    #[serde(borrow, default)]
    r#type: Text<'a>,
    #[serde(borrow, default)]
    license: Option<&'a RawValue>,
}

impl ComposerPackage<'_> {
    pub(super) fn list(&self, listing: &mut Listing<'_>) {
        // But a list of other packages, without any code.
        if self.r#type.as_str() == Some("metapackage") {
            return;
        }
        let (name, version) = (self.name.as_str().unwrap_or_default(), self.version.as_str().unwrap_or_default());
        listing.licensed(name, version, license(self.license));
    }
}

impl Inspect for Php {
    fn id(&self) -> &'static str {
        "php"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("installed.json")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        let of_composer = name_of(parent_of(file.path)) == b"composer";
        if of_composer { Want::Whole { max: MAX_FILE_BYTES } } else { Want::No }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let list: &RawValue = document(bytes)?;
        let list = if list.get().starts_with('[') {
            list
        } else {
            let installed: Installed<'_> = document(list.get().as_bytes())?;
            installed.packages
        };
        let mut listing = Listing::new(PackageKind::Composer, EvidenceKind::InstalledDatabase, out);
        each_item(Some(list), |package: ComposerPackage<'_>| package.list(&mut listing))?;
        listing.finish()
    }
}

/// A list of licences is a choice between them.
fn license(list: Option<&RawValue>) -> Option<String> {
    let mut choice = String::new();
    each_item(list, |license: Text<'_>| {
        if let Some(license) = license.as_str().and_then(field).filter(|license| choice.len() + license.len() < 500) {
            choice.push_str(if choice.is_empty() { "" } else { " OR " });
            choice.push_str(license);
        }
    })
    .ok()?;
    Some(choice).filter(|choice| !choice.is_empty())
}
