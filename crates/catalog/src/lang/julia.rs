//! Installed Julia packages: the `Project.toml` of a depot's `packages/NAME/SLUG/`, and of the standard
//! library, whose wrapped libraries (`OpenSSL_jll`) have versions of their own.

use std::collections::BTreeMap;

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Need, Package, PackageKind, Requirement};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{decode_text, field};
use crate::json::complaint;

/// Reads the `Project.toml` of installed packages.
pub struct Julia;

/// Parsed, a table takes many times its bytes.
const MAX_BYTES: usize = 1 << 20;

#[derive(Deserialize)]
struct Project {
    name: Option<String>,
    version: Option<String>,
    license: Option<String>,
    #[serde(default)]
    deps: BTreeMap<String, IgnoredAny>,
    #[serde(default)]
    weakdeps: BTreeMap<String, IgnoredAny>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Depot,
    StandardLibrary,
    Elsewhere,
}

impl Inspect for Julia {
    fn id(&self) -> &'static str {
        "julia"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("Project.toml"), Pattern::Name("JuliaProject.toml")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        if place_of(file.path) == Place::Elsewhere { Want::No } else { Want::Whole { max: MAX_BYTES } }
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let project: Project = toml::from_str(&decode_text(bytes)).map_err(|error| complaint(&error.message()))?;
        let sound = |text: &Option<String>| text.as_deref().and_then(field).map(str::to_owned);
        let (name, version) = match (sound(&project.name), sound(&project.version)) {
            (Some(name), Some(version)) => (name, version),
            // Most of the standard library has the version of Julia itself.
            (Some(_), None) if place_of(file.path) == Place::StandardLibrary => return Ok(()),
            _ => return Err(Unreadable::syntax("its name or version is not readable")),
        };
        let mut package = Package::new(PackageKind::Julia, name, version, EvidenceKind::Metadata);
        package.license = sound(&project.license);
        let names = |list: BTreeMap<String, IgnoredAny>, need| {
            list.into_keys().map(move |name| Requirement { name, version: None, need })
        };
        let deps = names(project.deps, Need::Always).chain(names(project.weakdeps, Need::Optional));
        package.requires = deps.filter(|requirement| field(&requirement.name).is_some()).collect();
        out.package(package);
        Ok(())
    }
}

fn place_of(path: &[u8]) -> Place {
    let parts: Vec<&[u8]> = path.split(|&byte| byte == b'/').collect();
    match parts[..] {
        [.., b"packages", _, slug, _]
            if (4..=5).contains(&slug.len()) && slug.iter().all(u8::is_ascii_alphanumeric) =>
        {
            Place::Depot
        }
        [.., b"stdlib", [b'v', ..], _, _] => Place::StandardLibrary,
        _ => Place::Elsewhere,
    }
}
