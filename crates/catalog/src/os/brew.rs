//! Homebrew: the receipts of its formulae (`Cellar/NAME/VERSION`) and casks (`Caskroom/NAME`).

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::path::{name_of, parent_of};
use plimsoll_model::{EvidenceKind, Need, Package, PackageKind, Requirement};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::installed::name_and_version;
use crate::json::{Text, document, each_item};
use crate::lang::{MAX_FILE_BYTES, field};

/// Reads receipts.
pub struct Brew;

impl Inspect for Brew {
    fn id(&self) -> &'static str {
        "brew"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("INSTALL_RECEIPT.json")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        if installed_as(file.path).is_some() { Want::Whole { max: MAX_FILE_BYTES } } else { Want::No }
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let Some((name, version)) = installed_as(file.path) else { return Ok(()) };
        // What the receipt says is worth having; that the package is there its place says.
        let (receipt, broken) = match document::<Receipt<'_>>(bytes) {
            Ok(receipt) => (receipt, None),
            Err(why) => (Receipt::default(), Some(why)),
        };
        let source = receipt.source.unwrap_or_default();
        let version = version.unwrap_or(source.version.as_str().unwrap_or_default().as_bytes());
        let (name, version) = name_and_version(name, version)?;
        let mut package = Package::new(PackageKind::Brew, name, version, EvidenceKind::InstalledDatabase);
        package.vendor = source.tap.as_str().and_then(field).map(str::to_owned);
        package.architecture = receipt.arch.as_str().and_then(field).map(str::to_owned);
        package.direct = receipt.installed_on_request;
        let read = each_item(receipt.runtime_dependencies, |dependency: Dependency<'_>| {
            package.requires.extend(dependency.requirement());
        });
        package.requires.sort_unstable();
        package.requires.dedup();
        out.package(package);
        broken.map_or(read, Err)
    }
}

/// Name and version of what a receipt is about; a cask's version stands in the receipt.
fn installed_as(path: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    let folder = parent_of(path);
    let above = parent_of(folder);
    match (name_of(parent_of(above)), name_of(folder)) {
        (b"Caskroom", b".metadata") => Some((name_of(above), None)),
        (b"Cellar", version) => Some((name_of(above), Some(version))),
        _ => None,
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Receipt<'a> {
    installed_on_request: Option<bool>,
    #[serde(borrow)]
    runtime_dependencies: Option<&'a RawValue>,
    #[serde(borrow)]
    source: Option<Source<'a>>,
    #[serde(borrow)]
    arch: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Source<'a> {
    #[serde(borrow)]
    tap: Text<'a>,
    #[serde(borrow)]
    version: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Dependency<'a> {
    #[serde(borrow)]
    full_name: Text<'a>,
    #[serde(borrow)]
    version: Text<'a>,
    #[serde(borrow)]
    pkg_version: Text<'a>,
    declared_directly: Option<bool>,
}

impl Dependency<'_> {
    /// Of what the formula itself asks for; older receipts do not tell that from what follows from it.
    fn requirement(&self) -> Option<Requirement> {
        if self.declared_directly == Some(false) {
            return None;
        }
        // A formula outside the core is `user/tap/name`.
        let name = field(self.full_name.as_str()?.rsplit('/').next()?)?.to_owned();
        let version = self.pkg_version.as_str().or(self.version.as_str()).and_then(field).map(str::to_owned);
        Some(Requirement { name, version, need: Need::Always })
    }
}
