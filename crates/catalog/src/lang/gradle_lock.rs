//! Gradle's lock files: `group:artifact:version=configurations`, a line each.
//!
//! Also the older form, one file a configuration below `gradle/dependency-locks`, without the
//! configurations. <https://docs.gradle.org/current/userguide/dependency_locking.html>

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::PackageKind;
use plimsoll_model::path::{name_of, parent_of};

use super::decode_text;
use crate::listing::{Details, Listing, want_lock};
use crate::positions;

/// Reads Gradle's lock files.
pub struct GradleLock;

impl Inspect for GradleLock {
    fn id(&self) -> &'static str {
        "gradle-lock"
    }
    fn revision(&self) -> u32 {
        2
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
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        let mut listing = Listing::declared(PackageKind::Maven, out);
        let file_name = String::from_utf8_lossy(file.name());
        let of_file = file_name.trim_end_matches(".lockfile");
        for (index, line) in text.lines().map(str::trim).enumerate() {
            // `empty=` lists the configurations that have nothing.
            if line.is_empty() || line.starts_with('#') || line.starts_with("empty=") {
                continue;
            }
            let (coordinates, configurations) = line.split_once('=').unwrap_or((line, of_file));
            match coordinates.rsplit_once(':').filter(|(module, _)| module.contains(':')) {
                Some((module, version)) => {
                    let development = !configurations.split(',').any(is_shipped);
                    let position = positions::line(index);
                    listing.detailed(module, version, Details { development, position, ..Details::default() });
                }
                None => listing.broken(Unreadable::syntax("a line that is no group:artifact:version")),
            }
        }
        listing.finish()
    }
}

/// Whether what a configuration holds is compiled into the program or runs with it; those of tests, of
/// annotation processors and of the build itself are not.
fn is_shipped(configuration: &str) -> bool {
    let name = configuration.trim();
    let of_tests = name.starts_with("test") || name.contains("Test");
    let name = name.to_ascii_lowercase();
    let of_program = ["compileclasspath", "runtimeclasspath", "compile", "runtime", "default"];
    !of_tests && of_program.iter().any(|end| name.ends_with(end))
}
