//! Lists (SBOMs) that lie beside an application, or within a Java archive: what it was built from.
//!
//! Nothing shows that what they name is there, or nothing else: they are declarations, as lock files
//! are. What is there is found where it lies.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::EvidenceKind;

use super::{NAMES, Says, is_vague, place, put};
use crate::lang::{MAX_FILE_BYTES, is_in_dependency_folder};

/// Reads lists that came along with applications.
pub struct Shipped;

impl Inspect for Shipped {
    fn id(&self) -> &'static str {
        "shipped-sbom"
    }
    fn revision(&self) -> u32 {
        2
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        NAMES
    }
    fn patterns_inside(&self) -> &'static [Pattern] {
        &[Pattern::Under("META-INF/sbom", ".json"), Pattern::Under("META-INF/sbom", ".xml")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        let read_by_others = file.path.starts_with(b"opt/bitnami/") || file.name() == b"vcpkg.spdx.json";
        let elsewhere = place(file.path).is_some() || read_by_others;
        if elsewhere || is_in_dependency_folder(file.path) { Want::No } else { Want::Whole { max: MAX_FILE_BYTES } }
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        match put(bytes, Says::Declared, EvidenceKind::Declaration, out) {
            Err(_) if is_vague(file.name()) => Ok(()),
            result => result,
        }
    }
}
