//! Packages that conda, mamba or micromamba installed: `conda-meta/*.json` of every environment, the base
//! one too.
//!
//! Each file lists the package's files, relative to its environment, so that the Python distributions
//! among them are known to be conda's. <https://docs.conda.io/projects/conda/en/stable/dev-guide/deep-dives/>

use plimsoll_facts::{FileMeta, Inspect, Join, Pattern, Section, Sink, Unreadable, Want, path_hash};
use plimsoll_model::path::parent_of;
use plimsoll_model::{EvidenceKind, FilePath, Need, Package, PackageKind};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{MAX_FILE_BYTES, field};
use crate::installed::{OwnFiles, own_files};
use crate::json::{Text, document, each_item};
use crate::requirements::Requirements;

/// Reads what conda notes of each package that it installed.
pub struct Conda;

/// Fragment kind: the sorted hashes of the package's files.
const FILES: u16 = 0;
/// Files of one package; the largest real ones have some 30,000.
const MAX_FILES: usize = 500_000;

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    version: Text<'a>,
    #[serde(borrow, default)]
    license: Text<'a>,
    #[serde(borrow, default)]
    requested_spec: Option<Text<'a>>,
    #[serde(borrow, default)]
    depends: Option<&'a RawValue>,
    #[serde(borrow, default)]
    constrains: Option<&'a RawValue>,
    #[serde(borrow, default)]
    files: Option<&'a RawValue>,
}

impl Inspect for Conda {
    fn id(&self) -> &'static str {
        "conda"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::In("conda-meta", ".json")]
    }
    fn want(&self, _: &FileMeta<'_>, _: &[u8]) -> Want {
        Want::Whole { max: MAX_FILE_BYTES }
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let record: Record<'_> = document(bytes)?;
        let name = record.name.as_str().and_then(field);
        let version = record.version.as_str().and_then(field);
        let (Some(name), Some(version)) = (name, version) else {
            return Err(Unreadable::syntax(if name.is_none() { "it has no name" } else { "it has no version" }));
        };
        let mut package = Package::new(PackageKind::Conda, name, version, EvidenceKind::InstalledDatabase);
        package.license = record.license.as_str().and_then(field).map(str::to_owned);
        package.requires = record.requires()?;
        // Of what came along as a dependency conda notes nothing, or an empty text, by its version.
        package.direct = record.requested_spec.map(|spec| spec.as_str().is_some_and(|spec| field(spec).is_some()));
        out.package(package);
        let environment = parent_of(parent_of(file.path));
        let mut files: Vec<u64> = Vec::new();
        each_item(record.files, |path: Text<'_>| {
            if let Some(path) = path.as_str().filter(|_| files.len() < MAX_FILES) {
                files.push(path_hash(FilePath::new(&[environment, b"/", path.as_bytes()].concat()).as_bytes()));
            }
        })?;
        out.fragment(FILES, own_files(files));
        Ok(())
    }
    fn join(&self) -> Option<&dyn Join> {
        Some(&OwnFiles(FILES))
    }
}

impl Record<'_> {
    /// `name >=1.0,<2.0a0 build`, of which only the name is kept. What begins with `__` is the machine's.
    fn requires(&self) -> Result<Vec<plimsoll_model::Requirement>, Unreadable> {
        let mut requires = Requirements::default();
        let name = |spec: &str| {
            let spec = spec.rsplit("::").next().unwrap_or_default();
            let end = spec.find(|letter: char| letter.is_whitespace() || "=<>!~[".contains(letter));
            Some(spec[..end.unwrap_or(spec.len())].to_owned()).filter(|name| !name.starts_with("__"))
        };
        for (list, need) in [(self.depends, Need::Always), (self.constrains, Need::Optional)] {
            each_item(list, |spec: Text<'_>| {
                if let Some(name) = spec.as_str().and_then(name) {
                    requires.add(&name, None, need);
                }
            })?;
        }
        Ok(requires.finish())
    }
}
