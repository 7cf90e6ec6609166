//! Maven coordinates, from the two files that Maven leaves in what it builds.

use plimsoll_model::{EvidenceKind, Package, PackageKind};
use serde::{Deserialize, Serialize};

use crate::lang::{decode_text, field};
use crate::maven_project::Project;

/// Group, artifact, version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Coordinates {
    pub(super) group: String,
    pub(super) artifact: String,
    pub(super) version: String,
}

impl Coordinates {
    /// Coordinates, if these can be some; what only a build could fill in cannot.
    fn new(group: Option<&str>, artifact: Option<&str>, version: Option<&str>) -> Option<Self> {
        let (group, artifact) = (group.and_then(id)?, artifact.and_then(id)?);
        let version = version.and_then(field).filter(|version| is_version(version))?;
        Some(Self { group: group.to_owned(), artifact: artifact.to_owned(), version: version.to_owned() })
    }

    /// Those of a `pom.properties`.
    pub(super) fn of_properties(bytes: &[u8]) -> Option<Self> {
        let text = decode_text(bytes);
        let (mut group, mut artifact, mut version) = (None, None, None);
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with(['#', '!'])) {
            let Some((key, value)) = line.split_once(['=', ':']) else { continue };
            // As in Java, the last of repeated keys counts.
            match key.trim() {
                "groupId" => group = Some(value.trim()),
                "artifactId" => artifact = Some(value.trim()),
                "version" => version = Some(value.trim()),
                _ => {}
            }
        }
        Self::new(group, artifact, version)
    }

    /// Those of a `pom.xml`; what it leaves out is its parent's.
    pub(super) fn of_project(project: &Project) -> Option<Self> {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let (group, artifact, version) = (text(project.group()), text(&project.own.artifact), text(project.version()));
        Self::new(group.as_deref(), artifact.as_deref(), version.as_deref())
    }

    /// Its name among Maven packages.
    pub(super) fn name(&self) -> String {
        format!("{}:{}", self.group, self.artifact)
    }

    /// The package.
    pub(super) fn package(&self) -> Package {
        Package::new(PackageKind::Maven, self.name(), &self.version, EvidenceKind::Metadata)
    }

    /// How much of an archive's name, without its suffix, these coordinates explain; 0 is nothing.
    pub(super) fn explains(&self, stem: &str) -> usize {
        let Some(rest) = stem.strip_prefix(self.artifact.as_str()) else { return 0 };
        let version = rest.strip_prefix('-').and_then(|rest| rest.strip_prefix(self.version.as_str()));
        match version {
            // A classifier may follow.
            Some(after) if after.is_empty() || after.starts_with('-') => self.artifact.len() + self.version.len() + 1,
            _ if rest.is_empty() => self.artifact.len(),
            _ => 0,
        }
    }
}

/// A group or artifact, if it has the characters of one.
pub(super) fn id(text: &str) -> Option<&str> {
    field(text).filter(|text| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)))
}

/// Whether a text has the characters of a version; `${revision}` has not.
pub(super) fn is_version(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-+~".contains(&byte))
}
