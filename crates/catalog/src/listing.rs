//! Files that list many packages: lock files and the lists of installers.

use plimsoll_facts::{FileMeta, Sink, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Package, PackageKind, Position, Requirement};

use crate::lang::{MAX_FILE_BYTES, field, is_in_dependency_folder};

/// Lock files are read whole, but not those that came along with somebody else's sources.
pub(crate) fn want_lock(file: &FileMeta<'_>) -> Want {
    if is_in_dependency_folder(file.path) { Want::No } else { Want::Whole { max: MAX_FILE_BYTES } }
}

/// What a file says of a package beside its name and version.
#[derive(Default)]
pub(crate) struct Details {
    pub(crate) license: Option<String>,
    pub(crate) requires: Vec<Requirement>,
    pub(crate) direct: Option<bool>,
    pub(crate) development: bool,
    pub(crate) position: Option<Position>,
}

/// Takes the packages of one file; one that cannot be read leaves the others.
pub(crate) struct Listing<'s> {
    kind: PackageKind,
    evidence: EvidenceKind,
    out: &'s mut Sink,
    nameless: u64,
    complaint: Option<Unreadable>,
}

impl<'s> Listing<'s> {
    pub(crate) fn new(kind: PackageKind, evidence: EvidenceKind, out: &'s mut Sink) -> Self {
        Self { kind, evidence, out, nameless: 0, complaint: None }
    }

    /// For a lock file.
    pub(crate) fn declared(kind: PackageKind, out: &'s mut Sink) -> Self {
        Self::new(kind, EvidenceKind::Declaration, out)
    }

    /// One package with all that the file says of it.
    pub(crate) fn detailed(&mut self, name: &str, version: &str, details: Details) {
        self.described(name, version, |package| {
            let Details { license, requires, direct, development, position } = details;
            *package = Package { license, requires, direct, development, position, ..package.clone() };
        });
    }

    /// One package; `describe` adds what else the file says of it.
    pub(crate) fn described(&mut self, name: &str, version: &str, describe: impl FnOnce(&mut Package)) {
        let (Some(name), Some(version)) = (field(name), field(version)) else {
            self.nameless += 1;
            return;
        };
        let mut package = Package::new(self.kind, name, version, self.evidence);
        describe(&mut package);
        self.out.package(package);
    }

    /// A part of the file that could not be read.
    pub(crate) fn broken(&mut self, why: Unreadable) {
        self.complaint.get_or_insert(why);
    }

    /// Says what could not be read.
    pub(crate) fn finish(self) -> Result<(), Unreadable> {
        match (self.complaint, self.nameless) {
            (Some(complaint), _) => Err(complaint),
            (None, 0) => Ok(()),
            (None, count) => {
                Err(Unreadable::syntax(format!("{count} of its packages have no readable name or version")))
            }
        }
    }
}
