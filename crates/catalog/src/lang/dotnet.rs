//! .NET packages of a published program: `NAME.deps.json`, which the runtime itself reads.
//!
//! Packages and runtime packs count if the program's target takes files from them; those without
//! any were only there to build it. Where no target is named, all count.

use std::collections::HashSet;

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{EvidenceKind, PackageKind};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::MAX_FILE_BYTES;
use crate::json::{Text, document, each_entry};
use crate::listing::Listing;

/// Reads the dependency lists of .NET programs.
pub struct Dotnet;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Dependencies<'a> {
    #[serde(borrow, default)]
    runtime_target: Option<RuntimeTarget<'a>>,
    #[serde(borrow, default)]
    targets: Option<&'a RawValue>,
    #[serde(borrow, default)]
    libraries: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct RuntimeTarget<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Files<'a> {
    #[serde(borrow, default)]
    runtime: Option<&'a RawValue>,
    #[serde(borrow, default)]
    native: Option<&'a RawValue>,
    #[serde(borrow, default)]
    runtime_targets: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Library<'a> {
    #[serde(borrow, default)]
    r#type: Text<'a>,
}

impl Inspect for Dotnet {
    fn id(&self) -> &'static str {
        "dotnet"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Suffix(".deps.json")]
    }
    fn want(&self, _: &FileMeta<'_>, _: &[u8]) -> Want {
        Want::Whole { max: MAX_FILE_BYTES }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let dependencies: Dependencies<'_> = document(bytes)?;
        let shipped = shipped(&dependencies)?;
        let mut listing = Listing::new(PackageKind::Nuget, EvidenceKind::Metadata, out);
        each_entry(dependencies.libraries, |library, kind: Library<'_>| {
            let name = match kind.r#type.as_str() {
                Some("package") => library.as_ref(),
                Some("runtimepack") => library.strip_prefix("runtimepack.").unwrap_or(&library),
                // The program itself, and files from elsewhere.
                _ => return,
            };
            if shipped.as_ref().is_some_and(|shipped| !shipped.contains(library.as_ref())) {
                return;
            }
            let (name, version) = name.split_once('/').unwrap_or_default();
            listing.package(name, version);
        })?;
        listing.finish()
    }
}

/// The libraries of which the runtime target has files; `None` if no such target is listed.
fn shipped(dependencies: &Dependencies<'_>) -> Result<Option<HashSet<String>>, Unreadable> {
    let Some(wanted) = dependencies.runtime_target.as_ref().and_then(|target| target.name.as_str()) else {
        return Ok(None);
    };
    let mut libraries = None;
    each_entry(dependencies.targets, |name, target: &RawValue| {
        if name == wanted {
            libraries = Some(target);
        }
    })?;
    let Some(libraries) = libraries else { return Ok(None) };
    let mut shipped = HashSet::new();
    each_entry(Some(libraries), |name, files: Files<'_>| {
        let all = [files.runtime, files.native, files.runtime_targets];
        if all.into_iter().flatten().any(|files| files.get().contains(':')) {
            shipped.insert(name.into_owned());
        }
    })?;
    Ok(Some(shipped))
}
