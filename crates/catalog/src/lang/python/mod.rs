//! Installed Python distributions: `*.dist-info/METADATA`, `*.egg-info` and eggs, zipped or not.
//!
//! Copies that a distribution brings inside itself (`setuptools/_vendor/*.dist-info`) count: their
//! code is installed. `METADATA` and `PKG-INFO` outside such folders belong to sources, not to an
//! installation. What stands beside the metadata is joined with it: what an egg needs (`requires.txt`),
//! who installed it and whether somebody asked for it, and which files it owns.
//! <https://packaging.python.org/en/latest/specifications/recording-installed-packages/>

mod files;
pub(crate) mod markers;
mod metadata;

use std::collections::{HashMap, HashSet};

use plimsoll_facts::{FileMeta, Format, Fragment, Inspect, Join, Pattern, Section, Sink, Unreadable, View, Want};
use plimsoll_model::path::{name_of, parent_of};
use plimsoll_model::{FilePath, Location, Package, Requirement};

use super::MAX_FILE_BYTES;
use markers::Environment;

/// Reads the metadata of installed distributions.
pub struct Python;

/// Fragment kind: a distribution.
const DISTRIBUTION: u16 = 0;
/// Fragment kind: what an egg needs.
const REQUIRES: u16 = 1;
/// Fragment kind: an installer that notes what it was asked for.
const INSTALLER: u16 = 2;
/// Fragment kind: somebody asked for the distribution by name.
const REQUESTED: u16 = 3;
/// Fragment kind: the sorted hashes of the files that it owns.
const FILES: u16 = 4;

/// Bytes of an `INSTALLER`, which holds one word.
const MAX_INSTALLER_BYTES: usize = 4096;

impl Inspect for Python {
    fn id(&self) -> &'static str {
        "python"
    }

    fn revision(&self) -> u32 {
        3
    }

    fn section(&self) -> Section {
        Section::Packages
    }

    fn patterns(&self) -> &'static [Pattern] {
        &[
            Pattern::Name("METADATA"),
            Pattern::Name("PKG-INFO"),
            Pattern::Suffix(".egg-info"),
            Pattern::Suffix(".egg"),
            Pattern::Name("requires.txt"),
            Pattern::Name("RECORD"),
            Pattern::Name("installed-files.txt"),
            Pattern::Name("INSTALLER"),
            Pattern::Name("REQUESTED"),
        ]
    }

    fn patterns_inside(&self) -> &'static [Pattern] {
        &[Pattern::Path("EGG-INFO/PKG-INFO"), Pattern::Path("EGG-INFO/requires.txt")]
    }

    fn want(&self, file: &FileMeta<'_>, head: &[u8]) -> Want {
        let folder = name_of(parent_of(file.innermost()));
        let of_wheel = folder.ends_with(b".dist-info");
        let of_egg = folder.ends_with(b".egg-info") || folder == b"EGG-INFO";
        let installed = match file.name() {
            // Only eggs are opened for this reader; a jar may hold anything by any name.
            _ if !file.inside.is_empty() => file.inside.len() == 1 && has_suffix(file.path, b".egg"),
            b"METADATA" | b"RECORD" => of_wheel,
            b"INSTALLER" if of_wheel => return Want::Whole { max: MAX_INSTALLER_BYTES },
            b"REQUESTED" if of_wheel => return Want::Meta,
            b"PKG-INFO" | b"requires.txt" | b"installed-files.txt" => of_egg,
            name if has_suffix(name, b".egg") => {
                return if head.starts_with(b"PK") { Want::Unpack(Format::Zip) } else { Want::No };
            }
            name => has_suffix(name, b".egg-info"),
        };
        if installed { Want::Whole { max: MAX_FILE_BYTES } } else { Want::No }
    }

    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let environment = Environment::of_path(file.path);
        match file.name() {
            b"requires.txt" => out.fragment(REQUIRES, encode(&metadata::read_requires(bytes, environment).finish())),
            b"RECORD" => out.fragment(FILES, encode(&files::of_record(bytes, file.path))),
            b"installed-files.txt" => out.fragment(FILES, encode(&files::of_list(bytes, file.path))),
            b"REQUESTED" => out.fragment(REQUESTED, Vec::new()),
            // Others copy files into place and leave no note of who asked for them.
            b"INSTALLER" if matches!(bytes.trim_ascii(), b"pip" | b"uv") => out.fragment(INSTALLER, Vec::new()),
            b"INSTALLER" => {}
            _ => out.fragment(DISTRIBUTION, encode(&metadata::read(bytes, environment)?)),
        }
        Ok(())
    }

    fn join(&self) -> Option<&dyn Join> {
        Some(self)
    }
}

impl Join for Python {
    fn packages(&self, view: &View<'_>, out: &mut Sink) -> Result<(), Unreadable> {
        let mut requires: HashMap<Location, Vec<Requirement>> = HashMap::new();
        let mut noted: HashSet<Location> = HashSet::new();
        let mut requested: HashSet<Location> = HashSet::new();
        for fragment in view.fragments() {
            match fragment.kind {
                REQUIRES => {
                    requires.insert(folder_of(&fragment), decode(&fragment)?);
                }
                INSTALLER => {
                    noted.insert(folder_of(&fragment));
                }
                REQUESTED => {
                    requested.insert(folder_of(&fragment));
                }
                _ => {}
            }
        }
        for fragment in view.fragments().filter(|fragment| fragment.kind == DISTRIBUTION) {
            let mut package: Package = decode(&fragment)?;
            let folder = folder_of(&fragment);
            if package.requires.is_empty() {
                package.requires = requires.remove(&folder).unwrap_or_default();
            }
            if requested.contains(&folder) || noted.contains(&folder) {
                package.direct = Some(requested.contains(&folder));
            }
            out.package_at(fragment.location(), package);
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
            let name: &[u8] = if name_of(fragment.path) == b"RECORD" { b"/METADATA" } else { b"/PKG-INFO" };
            let path = FilePath::new(&[parent_of(fragment.path), name].concat());
            let place = Location { path, inside: Vec::new() };
            let files: Vec<u64> = decode(&fragment)?;
            files.into_iter().filter(|hash| wanted(*hash)).for_each(|hash| out(hash, &place, ""));
        }
        Ok(())
    }
}

/// The folder that a fragment's file lies in, perhaps inside an egg.
fn folder_of(fragment: &Fragment<'_>) -> Location {
    let mut location = fragment.location();
    match location.inside.last_mut() {
        Some(member) => *member = FilePath::new(parent_of(member.as_bytes())),
        None => location.path = FilePath::new(parent_of(location.path.as_bytes())),
    }
    location
}

fn encode(found: &impl serde::Serialize) -> Vec<u8> {
    postcard::to_stdvec(found).unwrap_or_default()
}

fn decode<T: serde::de::DeserializeOwned>(fragment: &Fragment<'_>) -> Result<T, Unreadable> {
    postcard::from_bytes(fragment.bytes).map_err(|_| Unreadable::syntax("its facts are damaged"))
}

fn has_suffix(name: &[u8], suffix: &[u8]) -> bool {
    name.len() > suffix.len() && name[name.len() - suffix.len()..].eq_ignore_ascii_case(suffix)
}
