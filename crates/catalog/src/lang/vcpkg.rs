//! Ports that vcpkg installed: its `status` database, and the SPDX document in each port's folder.
//!
//! What the last run installed stands only in files beside the database until the next one, and the
//! folders may have been copied without it: the documents are there in every case.

use std::collections::BTreeMap;

use plimsoll_facts::{FileMeta, Inspect, Limit, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::path::{name_of, parent_of};
use plimsoll_model::{EvidenceKind, Need, Package, PackageKind};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{MAX_FILE_BYTES, MAX_PACKAGES, decode_text, field};
use crate::json::{Text, document, each_readable};
use crate::listing::Listing;
use crate::paragraphs::{Paragraph, listed_names, paragraphs};
use crate::requirements::Requirements;

/// Reads what vcpkg installed.
pub struct Vcpkg;

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    packages: &'a RawValue,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default, rename = "SPDXID")]
    id: Text<'a>,
    #[serde(borrow, default)]
    version_info: Text<'a>,
    #[serde(borrow, default)]
    license_concluded: Text<'a>,
}

impl Inspect for Vcpkg {
    fn id(&self) -> &'static str {
        "vcpkg"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("vcpkg.spdx.json"), Pattern::Name("status")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        let is_database = || {
            let folder = parent_of(file.path);
            name_of(folder) == b"vcpkg" && name_of(parent_of(folder)).ends_with(b"installed")
        };
        if file.name() == b"vcpkg.spdx.json" || is_database() { Want::Whole { max: MAX_FILE_BYTES } } else { Want::No }
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        if file.name() == b"status" {
            return read_status(&decode_text(bytes), out);
        }
        let Document { packages } = document(bytes)?;
        let mut listing = Listing::new(PackageKind::Vcpkg, EvidenceKind::Metadata, out);
        each_readable(Some(packages), |_, part: Result<Part<'_>, _>| match part {
            Ok(part) if part.id.as_str() == Some("SPDXRef-port") => {
                let (name, version) = (part.name.as_str(), part.version_info.as_str());
                listing.described(name.unwrap_or_default(), version.unwrap_or_default(), |package| {
                    package.architecture = triplet(file.path);
                    let license = part.license_concluded.as_str().and_then(field);
                    package.license = license.filter(|license| *license != "NOASSERTION").map(str::to_owned);
                });
            }
            // What it was built from, and the build.
            Ok(_) => {}
            Err(why) => listing.broken(why),
        })?;
        listing.finish()
    }
}

/// `x64-linux` of `…/x64-linux/share/zlib/vcpkg.spdx.json`.
fn triplet(path: &[u8]) -> Option<String> {
    let share = parent_of(parent_of(path));
    let folder = name_of(parent_of(share));
    let is_triplet = name_of(share) == b"share" && folder.contains(&b'-') && !folder.contains(&b'_');
    is_triplet.then(|| decode_text(folder).into_owned())
}

/// A paragraph for each port, and one for each of its features that were built.
fn read_status(text: &str, out: &mut Sink) -> Result<(), Unreadable> {
    let mut ports: BTreeMap<(String, Option<String>), (Package, Requirements)> = BTreeMap::new();
    let mut broken = 0;
    for paragraph in paragraphs(text).filter(|paragraph| paragraph.get("Status") == Some("install ok installed")) {
        if ports.len() == MAX_PACKAGES {
            return Err(Unreadable::OverLimit(Limit::Count));
        }
        let key = (paragraph.get("Package").unwrap_or_default(), paragraph.get("Architecture").and_then(field));
        let key = (key.0.to_owned(), key.1.map(str::to_owned));
        if paragraph.get("Feature").is_none() {
            match read_port(&paragraph) {
                Some(port) => drop(ports.insert(key.clone(), (port, Requirements::default()))),
                None => broken += 1,
            }
        }
        if let Some((port, requires)) = ports.get_mut(&key) {
            // `vcpkg-cmake:x64-linux, curl[ssl]`, where a feature asks for its own port too.
            let names = listed_names(paragraph.get("Depends").unwrap_or_default());
            let names = names.filter_map(|name| name.split([':', '[']).next()).filter(|name| *name != port.name);
            names.for_each(|name| requires.add(name, None, Need::Always));
        }
    }
    for (port, requires) in ports.into_values() {
        out.package(Package { requires: requires.finish(), ..port });
    }
    match broken {
        0 => Ok(()),
        count => Err(Unreadable::syntax(format!("{count} of its ports have no readable name or version"))),
    }
}

fn read_port(paragraph: &Paragraph<'_>) -> Option<Package> {
    let version = field(paragraph.get("Version")?)?;
    let version = match paragraph.get("Port-Version").and_then(field) {
        None | Some("0") => version.to_owned(),
        Some(revision) => format!("{version}#{revision}"),
    };
    let name = field(paragraph.get("Package")?)?;
    let mut port = Package::new(PackageKind::Vcpkg, name, version, EvidenceKind::InstalledDatabase);
    port.architecture = paragraph.get("Architecture").and_then(field).map(str::to_owned);
    port.position = Some(paragraph.position);
    Some(port)
}
