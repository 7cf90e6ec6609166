//! One paragraph of a database of dpkg's, or a package's `control`.

use plimsoll_facts::Unreadable;
use plimsoll_model::{EvidenceKind, Package, PackageKind, Position, SourcePackage};

use super::relations::Relation;
use crate::installed::{capped, name_and_version, optional_text};
use crate::relations::Relations;

/// The fields that matter.
#[derive(Default)]
pub(super) struct Paragraph {
    name: Vec<u8>,
    version: Vec<u8>,
    architecture: Vec<u8>,
    source: Vec<u8>,
    maintainer: Vec<u8>,
    status: Vec<u8>,
    auto_installed: Vec<u8>,
    /// Where it begins.
    line: u32,
    has_fields: bool,
    /// The field that continuation lines go on with, where it is one of relations.
    relation: Option<Relation>,
    /// What it needs and provides.
    pub(super) relations: Relations,
}

impl Paragraph {
    /// One that begins at this line.
    pub(super) fn at(line: u32) -> Self {
        Self { line, ..Self::default() }
    }

    /// Reads a line of it; `false` where it is none. Of all fields but relations only the first line
    /// matters.
    pub(super) fn read(&mut self, line: &[u8]) -> bool {
        if matches!(line.first(), Some(b' ' | b'\t')) {
            if let Some(relation) = self.relation {
                relation.read(line, &mut self.relations);
            }
            return true;
        }
        let Some(colon) = memchr::memchr(b':', line) else { return false };
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        self.has_fields = true;
        self.relation = Relation::of(name);
        if let Some(relation) = self.relation {
            relation.read(value, &mut self.relations);
            return true;
        }
        let fields: [(&[u8], &mut Vec<u8>); 7] = [
            (b"Package", &mut self.name),
            (b"Version", &mut self.version),
            (b"Architecture", &mut self.architecture),
            (b"Source", &mut self.source),
            (b"Maintainer", &mut self.maintainer),
            (b"Status", &mut self.status),
            (b"Auto-Installed", &mut self.auto_installed),
        ];
        for (field, slot) in fields {
            if name.eq_ignore_ascii_case(field) && slot.is_empty() {
                slot.extend_from_slice(capped(value));
            }
        }
        true
    }

    /// Whether any line of it was a field.
    pub(super) fn has_fields(&self) -> bool {
        self.has_fields
    }

    /// Whether the package's files are there: all states but those in which dpkg has removed
    /// them. Without a state (distroless) it is there.
    pub(super) fn is_present(&self) -> bool {
        let state = self.status.split(u8::is_ascii_whitespace).rfind(|word| !word.is_empty()).unwrap_or_default();
        !matches!(state, b"not-installed" | b"config-files")
    }

    /// The package that it describes.
    pub(super) fn package(&self) -> Result<Package, Unreadable> {
        let (name, version) = name_and_version(&self.name, &self.version)?;
        let source = optional_text(&self.source).map(|source| match source.split_once('(') {
            Some((name, own)) => {
                let own = own.split(')').next().unwrap_or_default().trim();
                let version = if own.is_empty() { &version } else { own };
                SourcePackage { name: name.trim().to_owned(), version: version.to_owned() }
            }
            None => SourcePackage { name: source, version: version.clone() },
        });
        let source = source.unwrap_or_else(|| SourcePackage { name: name.clone(), version: version.clone() });
        let mut package = Package::new(PackageKind::Deb, name, version, EvidenceKind::InstalledDatabase);
        package.architecture = optional_text(&self.architecture);
        package.vendor = optional_text(&self.maintainer);
        package.source = Some(source);
        package.position = Some(Position::Line(self.line));
        // opkg says here what apt says in a file of its own.
        package.direct = (self.auto_installed == b"yes").then_some(false);
        Ok(package)
    }
}
