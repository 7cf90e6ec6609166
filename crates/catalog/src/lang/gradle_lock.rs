//! Gradle's lock files: `group:artifact:version=configurations`, a line each.
//!
//! Also the older form, one file a configuration below `gradle/dependency-locks`, without the
//! configurations. <https://docs.gradle.org/current/userguide/dependency_locking.html>

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::PackageKind;
use plimsoll_model::path::{name_of, parent_of};

use super::decode_text;
use crate::listing::{Listing, want_lock};

/// Reads Gradle's lock files.
pub struct GradleLock;

impl Inspect for GradleLock {
    fn id(&self) -> &'static str {
        "gradle-lock"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Suffix(".lockfile")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        let of_gradle =
            file.name().ends_with(b"gradle.lockfile") || name_of(parent_of(file.path)) == b"dependency-locks";
        if of_gradle { want_lock(file) } else { Want::No }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        let mut listing = Listing::declared(PackageKind::Maven, out);
        for line in text.lines().map(str::trim) {
            // `empty=` lists the configurations that have nothing.
            if line.is_empty() || line.starts_with('#') || line.starts_with("empty=") {
                continue;
            }
            let coordinates = line.split('=').next().unwrap_or_default();
            match coordinates.rsplit_once(':').filter(|(module, _)| module.contains(':')) {
                Some((module, version)) => listing.package(module, version),
                None => listing.broken(Unreadable::syntax("a line that is no group:artifact:version")),
            }
        }
        listing.finish()
    }
}
