//! PHP packages that Composer installed: `vendor/composer/installed.json`, of Composer 1 and 2.

use std::collections::HashSet;

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::path::{name_of, parent_of};
use plimsoll_model::{EvidenceKind, Need, PackageKind, Position, Requirement};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::{MAX_FILE_BYTES, field};
use crate::json::{Text, document, each_entry, each_item};
use crate::listing::{Details, Listing};
use crate::positions::Positions;
use crate::requirements::Requirements;

/// Reads Composer's list of what it installed.
pub struct Php;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Installed<'a> {
    #[serde(borrow)]
    packages: &'a RawValue,
    #[serde(borrow, default)]
    dev_package_names: Option<&'a RawValue>,
}

/// A package in `installed.json` and `composer.lock`.
#[derive(Deserialize)]
struct ComposerPackage<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    version: Text<'a>,
    #[serde(borrow, default)]
    r#type: Text<'a>,
    #[serde(borrow, default)]
    license: Option<&'a RawValue>,
    #[serde(borrow, default)]
    require: Option<&'a RawValue>,
    #[serde(borrow, default)]
    suggest: Option<&'a RawValue>,
}

/// Takes each package of a list; `is_development` tells of a name whether only development needs it.
pub(super) fn list_packages<'a>(
    list: Option<&'a RawValue>,
    is_development: impl Fn(&str) -> bool,
    positions: &mut Positions<'_>,
    listing: &mut Listing<'_>,
) -> Result<(), Unreadable> {
    each_item(list, |item: &'a RawValue| match document::<ComposerPackage<'a>>(item.get().as_bytes()) {
        Ok(package) => package.list(&is_development, positions.line_of(item.get()), listing),
        Err(why) => listing.broken(why),
    })
}

impl ComposerPackage<'_> {
    fn list(&self, is_development: &dyn Fn(&str) -> bool, position: Option<Position>, listing: &mut Listing<'_>) {
        // But a list of other packages, without any code.
        if self.r#type.as_str() == Some("metapackage") {
            return;
        }
        let (name, version) = (self.name.as_str().unwrap_or_default(), self.version.as_str().unwrap_or_default());
        let details = Details {
            license: license(self.license),
            requires: self.requires(),
            development: is_development(name),
            position,
            ..Details::default()
        };
        listing.detailed(name, version, details);
    }

    fn requires(&self) -> Vec<Requirement> {
        let mut requires = Requirements::default();
        for (object, need) in [(self.require, Need::Always), (self.suggest, Need::Optional)] {
            // Without a vendor it is PHP itself, an extension of it, or Composer's own interface.
            let _ = each_entry(object, |name, _: IgnoredAny| {
                if name.contains('/') {
                    requires.add(&name, None, need);
                }
            });
        }
        requires.finish()
    }
}

impl Inspect for Php {
    fn id(&self) -> &'static str {
        "php"
    }
    fn revision(&self) -> u32 {
        2
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
        let mut listing = Listing::new(PackageKind::Composer, EvidenceKind::InstalledDatabase, out);
        let list: &RawValue = document(bytes)?;
        let mut development = HashSet::new();
        let list = if list.get().starts_with('[') {
            list
        } else {
            let installed: Installed<'_> = document(list.get().as_bytes())?;
            each_item(installed.dev_package_names, |name: Text<'_>| development.extend(name.0))?;
            installed.packages
        };
        list_packages(Some(list), |name| development.contains(name), &mut Positions::of(bytes), &mut listing)?;
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
