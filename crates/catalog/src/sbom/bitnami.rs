//! Bitnami's components: the SPDX documents in `/opt/bitnami/NAME/.spdx-NAME.spdx`.
//!
//! Each lists the component, with its revision in the version (`17.2.0-8`), and what it was built
//! with. What has no package URL is the component's own.

use plimsoll_documents::sbom::Options;
use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{EvidenceKind, PackageKind};

use super::{MAX_PACKAGES, Says, put_with};
use crate::lang::MAX_FILE_BYTES;

/// Reads the SPDX documents of Bitnami's components.
pub struct Bitnami;

impl Inspect for Bitnami {
    fn id(&self) -> &'static str {
        "bitnami"
    }
    fn revision(&self) -> u32 {
        2
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Under("opt/bitnami", ".spdx")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        if file.name().starts_with(b".spdx-") { Want::Whole { max: MAX_FILE_BYTES } } else { Want::No }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let options = Options { max_packages: MAX_PACKAGES, kind_of_unnamed: Some(PackageKind::Bitnami) };
        let evidence = |kind| match kind {
            PackageKind::Bitnami => EvidenceKind::Metadata,
            _ => EvidenceKind::Sbom,
        };
        put_with(bytes, options, Says::Bundled, &evidence, out)
    }
}
