//! Lists (SBOMs) that packagers leave beside what they install.
//!
//! Wolfi, Chainguard and everything that melange builds: `var/lib/db/sbom/NAME.spdx.json`, one for each
//! apk. Docker's hardened images: `opt/docker/sbom/`. Wheels: `*.dist-info/sboms/`
//! (<https://peps.python.org/pep-0770/>), in which auditwheel says whose libraries it copied in.
//! Packages of a system: `usr/share/doc/NAME/*.cdx.json`. Images: `usr/share/sbom/`.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::EvidenceKind;

use super::{is_vague, place, put};
use crate::lang::MAX_FILE_BYTES;

/// Reads lists that packagers left.
pub struct Packaged;

impl Inspect for Packaged {
    fn id(&self) -> &'static str {
        "packaged-sbom"
    }
    fn revision(&self) -> u32 {
        2
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[
            Pattern::Under("var/lib/db/sbom", ".json"),
            Pattern::Under("opt/docker/sbom", ".json"),
            Pattern::Under("usr/share/sbom", ""),
            Pattern::Suffix(".cdx.json"),
            Pattern::Suffix(".cdx.xml"),
            Pattern::Suffix(".spdx.json"),
            Pattern::Suffix(".spdx"),
            Pattern::Name("bom.json"),
            Pattern::Name("bom.xml"),
            Pattern::Name("sbom.json"),
            Pattern::Name("sbom.xml"),
        ]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        if file.inside.is_empty() && place(file.path).is_some() {
            Want::Whole { max: MAX_FILE_BYTES }
        } else {
            Want::No
        }
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let Some(says) = place(file.path) else { return Ok(()) };
        match put(bytes, says, EvidenceKind::Sbom, out) {
            Err(_) if is_vague(file.name()) => Ok(()),
            result => result,
        }
    }
}
