//! What the `pom.xml` in an archive says of it.

use plimsoll_facts::Unreadable;
use plimsoll_model::{Need, Package, Requirement};
use serde::{Deserialize, Serialize};

use super::coordinates::Coordinates;
use crate::lang::{decode_text, field};
use crate::maven_project::{Dependency, Project};
use crate::requirements::Requirements;

/// A project as its `pom.xml` describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pom {
    /// Its coordinates, where they need no build to be told.
    pub(super) coordinates: Option<Coordinates>,
    license: Option<String>,
    requires: Vec<Requirement>,
}

impl Pom {
    /// Reads a `pom.xml`, as much of it as can be read.
    pub(super) fn read(bytes: &[u8]) -> (Self, Result<(), Unreadable>) {
        let (project, result) = Project::read(&decode_text(bytes));
        let mut requires = Requirements::default();
        for dependency in &project.dependencies {
            let (group, artifact) = (project.value(&dependency.group), project.value(&dependency.artifact));
            if let (Some(group), Some(artifact)) = (group, artifact) {
                requires.add(&format!("{group}:{artifact}"), None, need(dependency));
            }
        }
        let license = field(&project.licenses.join(" OR ")).map(str::to_owned);
        (Self { coordinates: Coordinates::of_project(&project), license, requires: requires.finish() }, result)
    }

    /// Adds what it says to the package that it is of.
    pub(super) fn describe(&self, package: &mut Package) {
        package.license.clone_from(&self.license);
        package.requires.clone_from(&self.requires);
    }
}

fn need(dependency: &Dependency) -> Need {
    match dependency.scope.as_str() {
        "test" => Need::Development,
        // Whoever runs it has it, or has it not.
        "provided" | "system" => Need::Optional,
        _ if dependency.optional == "true" => Need::Optional,
        _ => Need::Always,
    }
}
