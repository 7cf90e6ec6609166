//! `renv.lock`: the R packages that renv recorded.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{Need, PackageKind, Requirement};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::field;
use crate::json::{Text, document, each_item, each_readable};
use crate::listing::{Listing, want_lock};
use crate::positions::Positions;
use crate::requirements::Requirements;

/// Reads `renv.lock`.
pub struct RLock;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Lock<'a> {
    #[serde(borrow, default)]
    packages: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Record<'a> {
    #[serde(borrow, default)]
    package: Text<'a>,
    #[serde(borrow, default)]
    version: Text<'a>,
    #[serde(borrow, default)]
    source: Text<'a>,
    #[serde(borrow, default)]
    license: Text<'a>,
    #[serde(borrow, default)]
    requirements: Option<&'a RawValue>,
}

impl Inspect for RLock {
    fn id(&self) -> &'static str {
        "r-lock"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("renv.lock")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let lock: Lock<'_> = document(bytes)?;
        let mut listing = Listing::declared(PackageKind::Cran, out);
        let mut positions = Positions::of(bytes);
        if lock.packages.is_none() {
            listing.broken(Unreadable::syntax("it has no list of packages"));
        }
        each_readable(lock.packages, |key, record: Result<Record<'_>, _>| match record {
            Ok(record) => {
                let name = record.package.as_str().unwrap_or(&key);
                listing.described(name, record.version.as_str().unwrap_or_default(), |package| {
                    if record.source.as_str() == Some("Bioconductor") {
                        package.kind = PackageKind::Bioconductor;
                    }
                    package.license = record.license.as_str().and_then(field).map(str::to_owned);
                    package.requires = requirements(record.requirements);
                    package.position = positions.line_of(&key);
                });
            }
            Err(why) => listing.broken(why),
        })?;
        listing.finish()
    }
}

fn requirements(list: Option<&RawValue>) -> Vec<Requirement> {
    let mut requires = Requirements::default();
    // What is no list says nothing.
    let _ = each_item(list, |name: Text<'_>| {
        if let Some(name) = name.as_str().filter(|name| *name != "R") {
            requires.add(name, None, Need::Always);
        }
    });
    requires.finish()
}
