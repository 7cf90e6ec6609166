//! `packages.lock.json`: the NuGet packages that a .NET project was restored with.

use std::collections::HashMap;

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{Need, PackageKind, Position};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::json::{Text, document, each_entry, each_item};
use crate::listing::{Details, Listing, want_lock};
use crate::positions::Positions;
use crate::requirements::Requirements;

/// Reads NuGet's lock files.
pub struct DotnetLock;

#[derive(Deserialize)]
struct Lock<'a> {
    #[serde(borrow, default)]
    dependencies: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Package<'a> {
    #[serde(borrow, default)]
    r#type: Text<'a>,
    #[serde(borrow, default)]
    resolved: Text<'a>,
    #[serde(borrow, default)]
    dependencies: Option<&'a RawValue>,
}

impl Package<'_> {
    /// Whether the project asks for it by name.
    fn direct(&self) -> Option<bool> {
        match self.r#type.as_str() {
            Some("Direct") => Some(true),
            Some("Transitive" | "CentralTransitive") => Some(false),
            _ => None,
        }
    }
}

impl Inspect for DotnetLock {
    fn id(&self) -> &'static str {
        "dotnet-lock"
    }
    fn revision(&self) -> u32 {
        2
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("packages.lock.json")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let lock: Lock<'_> = document(bytes)?;
        let mut listing = Listing::declared(PackageKind::Nuget, out);
        // A list for each framework that the project is built for.
        let mut frameworks = Vec::new();
        each_item(lock.dependencies, |framework: &RawValue| frameworks.push(framework))?;
        let mut positions = Positions::of(bytes);
        for framework in frameworks {
            read_framework(framework, &mut positions, &mut listing)?;
        }
        listing.finish()
    }
}

fn read_framework(
    framework: &RawValue,
    positions: &mut Positions<'_>,
    listing: &mut Listing<'_>,
) -> Result<(), Unreadable> {
    let mut packages: Vec<(String, Option<Position>, Package<'_>)> = Vec::new();
    each_entry(Some(framework), |name, item: &RawValue| match document::<Package<'_>>(item.get().as_bytes()) {
        Ok(package) => packages.push((name.into_owned(), positions.line_of(item.get()), package)),
        Err(why) => listing.broken(why),
    })?;
    let packages = packages.into_iter().filter(|(_, _, package)| package.r#type.as_str() != Some("Project"));
    let packages: Vec<_> = packages.collect();
    // What stands among a package's dependencies is the least version that it accepts.
    let resolved: HashMap<String, &str> = packages
        .iter()
        .filter_map(|(name, _, package)| Some((name.to_lowercase(), package.resolved.as_str()?)))
        .collect();
    for (name, position, package) in &packages {
        let mut requires = Requirements::default();
        each_entry(package.dependencies, |name, _: IgnoredAny| {
            requires.add(&name, resolved.get(&name.to_lowercase()).copied(), Need::Always);
        })?;
        let details = Details {
            requires: requires.finish(),
            direct: package.direct(),
            position: *position,
            ..Details::default()
        };
        listing.detailed(name, package.resolved.as_str().unwrap_or_default(), details);
    }
    Ok(())
}
