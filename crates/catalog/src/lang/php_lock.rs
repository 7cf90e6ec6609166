//! `composer.lock`: the PHP packages that Composer chose.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::PackageKind;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::php::list_packages;
use crate::json::document;
use crate::listing::{Listing, want_lock};
use crate::positions::Positions;

/// Reads `composer.lock`.
pub struct PhpLock;

#[derive(Deserialize)]
struct Lock<'a> {
    #[serde(borrow, default)]
    packages: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "packages-dev")]
    packages_dev: Option<&'a RawValue>,
}

impl Inspect for PhpLock {
    fn id(&self) -> &'static str {
        "php-lock"
    }
    fn revision(&self) -> u32 {
        2
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("composer.lock")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let lock: Lock<'_> = document(bytes)?;
        let mut listing = Listing::declared(PackageKind::Composer, out);
        let mut positions = Positions::of(bytes);
        for (list, development) in [(lock.packages, false), (lock.packages_dev, true)] {
            list_packages(list, |_| development, &mut positions, &mut listing)?;
        }
        listing.finish()
    }
}
