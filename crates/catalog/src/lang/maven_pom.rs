//! `pom.xml` of a Maven project: the dependencies that it declares with a version of its own.
//!
//! A version that is inherited or is managed elsewhere is for Maven to find out, and that needs files
//! that are not here. One below `META-INF/maven` came out of an archive and
//! describes what is installed there.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::PackageKind;

use super::decode_text;
use crate::listing::{Details, Listing, want_lock};
use crate::maven_project::Project;
use crate::positions::Positions;

/// Reads the `pom.xml` of projects.
pub struct MavenPom;

impl Inspect for MavenPom {
    fn id(&self) -> &'static str {
        "maven-pom"
    }
    fn revision(&self) -> u32 {
        3
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("pom.xml")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        let of_archive = memchr::memmem::find(file.path, b"META-INF/maven/").is_some();
        if of_archive { Want::No } else { want_lock(file) }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let mut listing = Listing::declared(PackageKind::Maven, out);
        let mut positions = Positions::of(bytes);
        let (project, result) = Project::read(&decode_text(bytes));
        for dependency in &project.dependencies {
            let (group, artifact) = (project.value(&dependency.group), project.value(&dependency.artifact));
            if let (Some(group), Some(artifact), Some(version)) = (group, artifact, project.version_of(dependency)) {
                let details = Details {
                    direct: Some(true),
                    development: project.value(&dependency.scope) == Some("test"),
                    position: positions.line_at(dependency.at),
                    ..Details::default()
                };
                listing.detailed(&format!("{group}:{artifact}"), version, details);
            }
        }
        if let Err(why) = result {
            listing.broken(why);
        }
        listing.finish()
    }
}
