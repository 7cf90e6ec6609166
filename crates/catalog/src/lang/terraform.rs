//! What `terraform init` fetched: modules by `.terraform/modules/modules.json`, providers by the path of
//! their programs, `.terraform/providers/HOST/NAMESPACE/NAME/VERSION/PLATFORM/`. `OpenTofu` too.

use plimsoll_facts::{FileMeta, Inspect, Magic, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::path::{name_of, parent_of};
use plimsoll_model::{EvidenceKind, Package, PackageKind};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{MAX_FILE_BYTES, decode_text, field};
use crate::json::{Text, document, each_readable};
use crate::listing::Listing;

/// Reads what Terraform fetched.
pub struct Terraform;

/// What the names of providers' programs begin with.
const PROVIDER: &str = "terraform-provider-";

#[derive(Deserialize)]
struct Fetched<'a> {
    #[serde(borrow, rename = "Modules")]
    modules: &'a RawValue,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Module<'a> {
    #[serde(borrow, default)]
    key: Text<'a>,
    #[serde(borrow, default)]
    source: Text<'a>,
    #[serde(borrow, default)]
    version: Text<'a>,
}

impl Inspect for Terraform {
    fn id(&self) -> &'static str {
        "terraform"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("modules.json"), Pattern::Magic(Magic::Elf)]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        let modules = parent_of(file.path);
        let lists_modules = file.name() == b"modules.json"
            && name_of(modules) == b"modules"
            && name_of(parent_of(modules)) == b".terraform";
        if lists_modules {
            return Want::Whole { max: MAX_FILE_BYTES };
        }
        // Most programs are no providers.
        let path = std::str::from_utf8(file.path).ok().filter(|_| file.name().starts_with(PROVIDER.as_bytes()));
        if path.and_then(provider_of).is_some() { Want::Meta } else { Want::No }
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let path = decode_text(file.path);
        if let Some((source, version, platform)) = provider_of(&path) {
            if let (Some(source), Some(version)) = (field(&source), field(version)) {
                let mut package = Package::new(PackageKind::Terraform, source, version, EvidenceKind::FileName);
                package.architecture = field(platform).map(str::to_owned);
                out.package(package);
            }
            return Ok(());
        }
        let Fetched { modules } = document(bytes)?;
        let mut listing = Listing::new(PackageKind::Terraform, EvidenceKind::InstalledDatabase, out);
        each_readable(Some(modules), |_, module: Result<Module<'_>, _>| match module {
            Ok(module) => module.list(&mut listing),
            Err(why) => listing.broken(why),
        })?;
        listing.finish()
    }
}

impl Module<'_> {
    fn list(&self, listing: &mut Listing<'_>) {
        // The project itself, its folders and what came from a repository have no version.
        let (Some(source), Some(version)) = (self.source.as_str(), self.version.as_str()) else { return };
        // A module of a module has a dot in its key.
        let direct = self.key.as_str().map(|key| !key.contains('.'));
        let source = source.split("//").next().unwrap_or_default();
        listing.described(source, version, |package| package.direct = direct);
    }
}

/// Source, version and platform of a provider's program.
fn provider_of(path: &str) -> Option<(String, &str, &str)> {
    let folders: Vec<&str> = path.split('/').collect();
    match folders[..] {
        [.., "providers", host, namespace, name, version, platform, file]
            if file.starts_with(PROVIDER) && host.contains('.') =>
        {
            Some((format!("{host}/{namespace}/{name}"), version, platform))
        }
        _ => None,
    }
}
