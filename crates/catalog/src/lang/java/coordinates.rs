//! Maven coordinates, from the two files that Maven leaves in what it builds.

use plimsoll_facts::Unreadable;
use plimsoll_model::{EvidenceKind, Package, PackageKind};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde::{Deserialize, Serialize};

use crate::lang::{decode_text, field};

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
    pub(super) fn of_pom(bytes: &[u8]) -> Result<Option<Self>, Unreadable> {
        let text = decode_text(bytes);
        let mut reader = Reader::from_str(&text);
        let mut own: [Option<String>; 3] = Default::default();
        let mut parent: [Option<String>; 3] = Default::default();
        let (mut depth, mut in_parent) = (0usize, false);
        loop {
            let event = reader.read_event().map_err(|error| at(&reader, &error))?;
            match event {
                Event::Start(start) => {
                    let name = start.local_name();
                    let slot = match name.as_ref() {
                        b"groupId" => Some(0),
                        b"artifactId" => Some(1),
                        b"version" => Some(2),
                        _ => None,
                    };
                    match (depth, slot) {
                        (0, _) if name.as_ref() == b"project" => depth = 1,
                        (1, None) if name.as_ref() == b"parent" => (depth, in_parent) = (2, true),
                        (1, Some(slot)) => own[slot] = Some(content(&mut reader, start.name())?),
                        (2, Some(slot)) if in_parent => parent[slot] = Some(content(&mut reader, start.name())?),
                        _ => {
                            let end = start.to_end().into_owned();
                            reader.read_to_end(end.name()).map_err(|error| at(&reader, &error))?;
                        }
                    }
                }
                Event::End(_) => (depth, in_parent) = (depth.saturating_sub(1), false),
                Event::Eof if depth > 0 => return Err(Unreadable::Truncated),
                Event::Eof => break,
                _ => {}
            }
        }
        let [group, artifact, version] = own;
        let [parent_group, _, parent_version] = parent;
        let (group, version) = (group.or(parent_group), version.or(parent_version));
        Ok(Self::new(group.as_deref(), artifact.as_deref(), version.as_deref()))
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

/// The text up to the end of the element; its children do not count.
fn content(reader: &mut Reader<&[u8]>, name: quick_xml::name::QName<'_>) -> Result<String, Unreadable> {
    let text = reader.read_text(name).map_err(|error| at(reader, &error))?;
    Ok(text.decode().map_or_else(|_| String::new(), |text| text.trim().to_owned()))
}

fn at(reader: &Reader<&[u8]>, error: &quick_xml::Error) -> Unreadable {
    Unreadable::Syntax { at: Some(reader.error_position()), why: format!("no XML: {error}") }
}
