//! .NET packages of a published program: `NAME.deps.json`, which the runtime itself reads.
//!
//! Packages and runtime packs count if the program's target takes files from them; those without
//! any were only there to build it. Where no target is named, all count. The files lie beside the list, by
//! their last name or by the whole way.
//!
//! An assembly that no such list names tells by its own version resource what it is; that is by convention
//! only, and those of runtimes and compilers are left alone.

mod assembly;

use std::collections::{HashMap, HashSet};

use plimsoll_facts::{FileMeta, Fragment, Inspect, Join, Pattern, Section, Sink, Unreadable, View, Want, path_hash};
use plimsoll_model::path::{name_of, parent_of};
use plimsoll_model::{EvidenceKind, FilePath, Location, Need, PackageKind, Position, Requirement};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::MAX_FILE_BYTES;
use crate::json::{Text, document, each_entry};
use crate::listing::{Details, Listing};
use crate::positions::Positions;
use crate::requirements::Requirements;

/// Reads the dependency lists of .NET programs.
pub struct Dotnet;

/// Fragment kind: the names of packages with the hashes of their files; of the program itself without.
const FILES: u16 = 0;
/// Fragment kind: an assembly, by its own word.
const ASSEMBLY: u16 = 1;

/// Folders of compilers and runtimes, whose assemblies are no packages of their own.
const OF_RUNTIMES: [&[u8]; 7] = [b"packs", b"sdk", b"ref", b"mono", b"Windows", b"Microsoft.NET", b"GAC_MSIL"];

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

/// What a target takes from a library.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part<'a> {
    #[serde(borrow, default)]
    dependencies: Option<&'a RawValue>,
    #[serde(borrow, default)]
    runtime: Option<&'a RawValue>,
    #[serde(borrow, default)]
    native: Option<&'a RawValue>,
    #[serde(borrow, default)]
    runtime_targets: Option<&'a RawValue>,
}

impl Part<'_> {
    fn has_files(&self) -> bool {
        let all = [self.runtime, self.native, self.runtime_targets];
        all.into_iter().flatten().any(|files| files.get().contains(':'))
    }

    /// The hashes of its files, where they may lie below the folder of the program.
    fn files(&self, folder: &[u8]) -> Vec<u64> {
        let mut hashes = Vec::new();
        for files in [self.runtime, self.native, self.runtime_targets] {
            let _ = each_entry(files, |path, _: IgnoredAny| {
                let places = [path.as_bytes(), name_of(path.as_bytes())];
                hashes.extend(places.map(|place| path_hash(FilePath::new(&[folder, b"/", place].concat()).as_bytes())));
            });
        }
        hashes
    }

    fn requires(&self) -> Vec<Requirement> {
        let mut requires = Requirements::default();
        let _ = each_entry(self.dependencies, |name, version: Text<'_>| {
            requires.add(&name, version.as_str(), Need::Always);
        });
        requires.finish()
    }
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
        4
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Suffix(".deps.json"), Pattern::Suffix(".dll")]
    }
    fn want(&self, file: &FileMeta<'_>, head: &[u8]) -> Want {
        let is_list = file.name().ends_with(b".deps.json");
        let of_runtime = || file.path.split(|byte| *byte == b'/').any(|folder| OF_RUNTIMES.contains(&folder));
        let wanted = is_list || assembly::is_managed(head) && !of_runtime();
        if wanted { Want::Whole { max: MAX_FILE_BYTES } } else { Want::No }
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        if bytes.starts_with(b"MZ") {
            if let Some(package) = assembly::read(file.name(), bytes) {
                out.fragment(ASSEMBLY, postcard::to_stdvec(&package).unwrap_or_default());
            }
            return Ok(());
        }
        let dependencies: Dependencies<'_> = document(bytes)?;
        let parts = parts(&dependencies)?;
        let mut libraries: Vec<(String, Option<Position>, Library<'_>)> = Vec::new();
        let mut positions = Positions::of(bytes);
        let mut listing = Listing::new(PackageKind::Nuget, EvidenceKind::Metadata, out);
        each_entry(dependencies.libraries, |library, item: &RawValue| match document(item.get().as_bytes()) {
            Ok(kind) => libraries.push((library.into_owned(), positions.line_of(item.get()), kind)),
            Err(why) => listing.broken(why),
        })?;
        let mut files: Vec<(String, Vec<u64>)> = Vec::new();
        let mut requires: HashMap<&str, Vec<Requirement>> =
            parts.iter().flatten().map(|(library, part)| (library.as_str(), part.requires())).collect();
        let projects = libraries.iter().filter(|(_, _, library)| library.r#type.as_str() == Some("project"));
        let direct: HashSet<(String, Option<String>)> = projects
            .flat_map(|(project, _, _)| requires.get(project.as_str()).into_iter().flatten())
            .map(|needed| (needed.name.clone(), needed.version.clone()))
            .collect();
        for (library, position, kind) in &libraries {
            let package = match kind.r#type.as_str() {
                Some("package") => library.as_str(),
                Some("runtimepack") => library.strip_prefix("runtimepack.").unwrap_or(library),
                // The program itself, and files from elsewhere.
                _ => {
                    let part = parts.as_ref().and_then(|parts| parts.get(library));
                    files.extend(part.map(|part| (String::new(), part.files(parent_of(file.path)))));
                    continue;
                }
            };
            let part = parts.as_ref().map(|parts| parts.get(library));
            if part.is_some_and(|part| !part.is_some_and(Part::has_files)) {
                continue;
            }
            let (name, version) = package.split_once('/').unwrap_or_default();
            files.extend(part.flatten().map(|part| (name.to_owned(), part.files(parent_of(file.path)))));
            let is_direct = direct.contains(&(name.to_owned(), Some(version.to_owned())));
            let details = Details {
                requires: requires.remove(library.as_str()).unwrap_or_default(),
                direct: (!direct.is_empty()).then_some(is_direct),
                position: *position,
                ..Details::default()
            };
            listing.detailed(name, version, details);
        }
        let result = listing.finish();
        out.fragment(FILES, postcard::to_stdvec(&files).unwrap_or_default());
        result
    }
    fn join(&self) -> Option<&dyn Join> {
        Some(self)
    }
}

impl Join for Dotnet {
    fn packages(&self, view: &View<'_>, out: &mut Sink) -> Result<(), Unreadable> {
        let mut named: HashSet<u64> = HashSet::new();
        for fragment in view.fragments().filter(|fragment| fragment.kind == FILES) {
            let packages: Vec<(String, Vec<u64>)> = decode(&fragment)?;
            named.extend(packages.into_iter().flat_map(|(_, files)| files));
        }
        for fragment in view.fragments().filter(|fragment| fragment.kind == ASSEMBLY) {
            if !named.contains(&path_hash(fragment.path)) {
                out.package_at(fragment.location(), decode(&fragment)?);
            }
        }
        Ok(())
    }
    fn files(
        &self,
        view: &View<'_>,
        wanted: &dyn Fn(u64) -> bool,
        out: &mut dyn FnMut(u64, &Location, &str),
    ) -> Result<(), Unreadable> {
        for fragment in view.fragments().filter(|fragment| fragment.kind == FILES) {
            let packages: Vec<(String, Vec<u64>)> = decode(&fragment)?;
            let place = fragment.location();
            for (name, files) in packages.into_iter().filter(|(name, _)| !name.is_empty()) {
                files.into_iter().filter(|hash| wanted(*hash)).for_each(|hash| out(hash, &place, &name));
            }
        }
        Ok(())
    }
}

fn decode<T: serde::de::DeserializeOwned>(fragment: &Fragment<'_>) -> Result<T, Unreadable> {
    postcard::from_bytes(fragment.bytes).map_err(|_| Unreadable::syntax("its facts are damaged"))
}

/// What the runtime target takes from each library; `None` if no such target is listed.
fn parts<'a>(dependencies: &Dependencies<'a>) -> Result<Option<HashMap<String, Part<'a>>>, Unreadable> {
    let Some(wanted) = dependencies.runtime_target.as_ref().and_then(|target| target.name.as_str()) else {
        return Ok(None);
    };
    let mut libraries = None;
    each_entry(dependencies.targets, |name, target: &'a RawValue| {
        if name == wanted {
            libraries = Some(target);
        }
    })?;
    let Some(libraries) = libraries else { return Ok(None) };
    let mut parts = HashMap::new();
    each_entry(Some(libraries), |name, part: Part<'a>| {
        parts.insert(name.into_owned(), part);
    })?;
    Ok(Some(parts))
}
