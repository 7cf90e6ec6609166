//! Packages of Bottlerocket, which has no database of rpm's: the inventory that its build leaves.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Gap, GapKind, Package, PackageKind};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::installed::{name_and_version, optional_text};
use crate::json::{Text, document, each_item};
use crate::lang::MAX_FILE_BYTES;

/// Reads inventories.
pub struct Bottlerocket;

impl Inspect for Bottlerocket {
    fn id(&self) -> &'static str {
        "bottlerocket"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("application-inventory.json")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        // The system lies below `ARCHITECTURE-bottlerocket-linux-gnu/sys-root`.
        let is_here = file.path.ends_with(b"usr/share/bottlerocket/application-inventory.json");
        if is_here { Want::Whole { max: MAX_FILE_BYTES } } else { Want::No }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let mut broken = 0;
        let read = document::<Inventory<'_>>(bytes).and_then(|inventory| {
            each_item(inventory.content, |application: Application<'_>| match application.package() {
                Ok(package) => out.package(package),
                Err(_) => broken += 1,
            })
        });
        if let Err(why) = read {
            out.unreadable_as(GapKind::DatabaseUnreadable, &why);
        }
        if broken > 0 {
            let detail = format!("{broken} of its packages have no readable name or version");
            out.gap(Gap::new(GapKind::DatabaseUnreadable, out.subject(), detail));
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Inventory<'a> {
    #[serde(borrow)]
    content: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Application<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    publisher: Text<'a>,
    #[serde(borrow)]
    version: Text<'a>,
    #[serde(borrow)]
    release: Text<'a>,
    #[serde(borrow)]
    epoch: Text<'a>,
    #[serde(borrow)]
    architecture: Text<'a>,
}

impl Application<'_> {
    fn package(&self) -> Result<Package, Unreadable> {
        let (name, version) = name_and_version(bytes(&self.name), bytes(&self.version))?;
        let version = match self.release.as_str().filter(|release| !release.is_empty()) {
            Some(release) => format!("{version}-{release}"),
            None => version,
        };
        let epoch = self.epoch.as_str().filter(|epoch| !matches!(*epoch, "" | "0"));
        let version = epoch.map_or_else(|| version.clone(), |epoch| format!("{epoch}:{version}"));
        let mut package = Package::new(PackageKind::Rpm, name, version, EvidenceKind::InstalledDatabase);
        package.vendor = optional_text(bytes(&self.publisher));
        package.architecture = optional_text(bytes(&self.architecture));
        Ok(package)
    }
}

fn bytes<'t>(text: &'t Text<'_>) -> &'t [u8] {
    text.as_str().unwrap_or_default().as_bytes()
}
