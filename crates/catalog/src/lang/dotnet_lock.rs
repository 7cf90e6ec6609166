//! `packages.lock.json`: the NuGet packages that a .NET project was restored with.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::PackageKind;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::json::{Text, document, each_entry, each_item};
use crate::listing::{Listing, want_lock};

/// Reads NuGet's lock files.
pub struct DotnetLock;

#[derive(Deserialize)]
struct Lock<'a> {
    #[serde(borrow, default)]
    dependencies: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Locked<'a> {
    #[serde(borrow, default)]
    r#type: Text<'a>,
    #[serde(borrow, default)]
    resolved: Text<'a>,
}

impl Inspect for DotnetLock {
    fn id(&self) -> &'static str {
        "dotnet-lock"
    }
    fn revision(&self) -> u32 {
        1
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
        for framework in frameworks {
            each_entry(Some(framework), |name, package: Locked<'_>| {
                if package.r#type.as_str() != Some("Project") {
                    listing.package(&name, package.resolved.as_str().unwrap_or_default());
                }
            })?;
        }
        listing.finish()
    }
}
