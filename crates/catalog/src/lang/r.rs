//! Installed R packages: the `DESCRIPTION` in their folders, which installing adds `Built:` to.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Need, Package, PackageKind, Requirement};

use super::{MAX_FILE_BYTES, decode_text, field};
use crate::paragraphs::{Paragraph, fields, listed_names};
use crate::requirements::Requirements;

/// Reads the `DESCRIPTION` of installed packages.
pub struct R;

impl Inspect for R {
    fn id(&self) -> &'static str {
        "r"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("DESCRIPTION")]
    }
    fn want(&self, _: &FileMeta<'_>, head: &[u8]) -> Want {
        let names_a_package = memchr::memmem::find(head, b"Package:").is_some();
        if names_a_package { Want::Whole { max: MAX_FILE_BYTES } } else { Want::No }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        let description = fields(&text);
        if description.get("Built").is_none() {
            return Ok(());
        }
        let name = description.get("Package").and_then(field);
        let (Some(name), Some(version)) = (name, description.get("Version").and_then(field)) else {
            return Err(Unreadable::syntax("its name or version is not readable"));
        };
        let mut package = Package::new(kind_of(&description), name, version, EvidenceKind::Metadata);
        package.license = description.get("License").and_then(field).map(str::to_owned);
        package.requires = requirements(&description);
        out.package(package);
        Ok(())
    }
}

/// Packages of CRAN may have views too, to be found from Bioconductor.
fn kind_of(description: &Paragraph<'_>) -> PackageKind {
    match (description.get("Repository"), description.get("biocViews")) {
        (Some("CRAN"), _) | (_, None) => PackageKind::Cran,
        _ => PackageKind::Bioconductor,
    }
}

fn requirements(description: &Paragraph<'_>) -> Vec<Requirement> {
    let mut requires = Requirements::default();
    for (key, need) in [
        ("Depends", Need::Always),
        ("Imports", Need::Always),
        ("LinkingTo", Need::Build),
        ("Suggests", Need::Optional),
        ("Enhances", Need::Optional),
    ] {
        // R itself is no package.
        let names = listed_names(description.get(key).unwrap_or_default()).filter(|name| *name != "R");
        names.for_each(|name| requires.add(name, None, need));
    }
    requires.finish()
}
