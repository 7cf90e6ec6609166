//! `Cargo.lock`: the crates that a Rust project was last built with.

use std::collections::HashSet;

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{Need, PackageKind, Position};
use serde::Deserialize;

use super::decode_text;
use crate::listing::{Details, Listing, want_lock};
use crate::requirements::{Locked, Requirements};
use crate::toml_tables::each_table;

/// Reads `Cargo.lock`.
pub struct CargoLock;

#[derive(Deserialize)]
struct Crate {
    name: String,
    version: String,
    #[serde(default)]
    source: String,
    /// `name`, `name version` or `name version (source)`, as much as it takes to tell it.
    #[serde(default)]
    dependencies: Vec<String>,
    #[serde(skip)]
    position: Option<Position>,
}

impl Crate {
    /// Advisories speak of the registry's crates.
    fn is_of_registry(&self) -> bool {
        self.source.starts_with("registry+") || self.source.starts_with("sparse+")
    }

    /// Name and version of what it depends on.
    fn needs<'a>(&'a self, locked: &'a Locked<'a>) -> impl Iterator<Item = (&'a str, Option<&'a str>)> {
        self.dependencies.iter().filter_map(|dependency| {
            let mut words = dependency.split_whitespace();
            let name = words.next()?;
            Some((name, words.next().or_else(|| locked.version(name))))
        })
    }
}

impl Inspect for CargoLock {
    fn id(&self) -> &'static str {
        "cargo-lock"
    }
    fn revision(&self) -> u32 {
        2
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
        let mut crates: Vec<Crate> = Vec::new();
        each_table(&decode_text(bytes), "package", |position, package: Result<Crate, _>| match package {
            Ok(package) => crates.push(Crate { position, ..package }),
            Err(why) => listing.broken(why),
        });
        let mut locked = Locked::default();
        crates.iter().for_each(|package| locked.add(&package.name, &package.version));
        // Without a source it is the project's own: what that depends on is asked for by name.
        let own = crates.iter().filter(|package| package.source.is_empty());
        let direct: HashSet<_> = own.flat_map(|package| package.needs(&locked)).collect();
        for package in crates.iter().filter(|package| package.is_of_registry()) {
            let mut requires = Requirements::default();
            package.needs(&locked).for_each(|(name, version)| requires.add(name, version, Need::Always));
            let details = Details {
                requires: requires.finish(),
                direct: Some(direct.contains(&(package.name.as_str(), Some(package.version.as_str())))),
                position: package.position,
                ..Details::default()
            };
            listing.detailed(&package.name, &package.version, details);
        }
        listing.finish()
    }
}
