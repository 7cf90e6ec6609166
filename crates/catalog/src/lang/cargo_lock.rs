//! `Cargo.lock`: the crates that a Rust project was last built with.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::PackageKind;
use serde::Deserialize;

use super::decode_text;
use crate::listing::{Listing, want_lock};
use crate::toml_tables::each_table;

/// Reads `Cargo.lock`.
pub struct CargoLock;

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    #[serde(default)]
    source: String,
}

impl Inspect for CargoLock {
    fn id(&self) -> &'static str {
        "cargo-lock"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("Cargo.lock")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let mut listing = Listing::declared(PackageKind::Cargo, out);
        each_table(&decode_text(bytes), "package", |package: Result<Locked, _>| match package {
            // Without a source it is the project's own; advisories speak of the registry's crates.
            Ok(package) if package.source.starts_with("registry+") || package.source.starts_with("sparse+") => {
                listing.package(&package.name, &package.version);
            }
            Ok(_) => {}
            Err(why) => listing.broken(why),
        });
        listing.finish()
    }
}
