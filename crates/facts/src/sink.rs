//! Where inspectors put what they find.

use plimsoll_model::{Distro, FilePath, Gap, GapKind, LicenseText, Linked, Location, Package, Program};
use serde::{Deserialize, Serialize};

use crate::{Limit, Unreadable};

/// One thing found in one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Found {
    /// A package.
    Package(Package),
    /// Something that its inspector's join will understand.
    Fragment {
        /// Which kind, in the inspector's own numbering.
        kind: u16,
        /// Its bytes, in the inspector's own form.
        bytes: Box<[u8]>,
    },
    /// What a compiled program says of itself.
    Program(Program),
    /// What a Go program was linked from.
    Linked(Linked),
    /// What a licence file says.
    License(LicenseText),
    /// Which system it is (from joins only).
    Distro(Distro),
    /// Something that could not be read.
    Gap(Gap),
}

impl Found {
    /// What it takes in memory, about.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        let outside = match self {
            Self::Package(package) => package.text_bytes(),
            Self::Fragment { bytes, .. } => bytes.len(),
            Self::Program(program) => program.outside_bytes(),
            Self::Linked(linked) => (linked.packages.len() + linked.functions.len()) * size_of::<u32>(),
            Self::License(text) => text.expression.len() + text.package.as_ref().map_or(0, String::len),
            Self::Distro(_) => 0,
            Self::Gap(gap) => gap.subject.len() + gap.detail.len(),
        };
        size_of::<Self>() + outside
    }
}

/// Takes what is found in one file (or, for a join, in many).
#[derive(Debug)]
pub struct Sink {
    location: Location,
    items: Vec<(Location, Found)>,
    left: usize,
    left_bytes: usize,
}

impl Sink {
    /// Items that one file may yield; further ones are dropped and a gap says so.
    pub const MAX_ITEMS: usize = 200_000;
    /// Bytes of all these items.
    pub const MAX_BYTES: usize = 64 << 20;

    /// A sink for one file.
    #[must_use]
    pub fn new(path: FilePath, inside: Vec<FilePath>) -> Self {
        Self {
            location: Location { path, inside },
            items: Vec::new(),
            left: Self::MAX_ITEMS,
            left_bytes: Self::MAX_BYTES,
        }
    }

    /// A package in this file.
    pub fn package(&mut self, package: Package) {
        self.push(self.location.clone(), Found::Package(package));
    }

    /// A package, at another place than this file: for joins.
    pub fn package_at(&mut self, location: Location, package: Package) {
        self.push(location, Found::Package(package));
    }

    /// A fragment of this file, for the inspector's join.
    pub fn fragment(&mut self, kind: u16, bytes: impl Into<Box<[u8]>>) {
        self.push(self.location.clone(), Found::Fragment { kind, bytes: bytes.into() });
    }

    /// What the program in this file says of itself.
    pub fn program(&mut self, program: Program) {
        self.push(self.location.clone(), Found::Program(program));
    }

    /// What the Go program in this file was linked from.
    pub fn linked(&mut self, linked: Linked) {
        self.push(self.location.clone(), Found::Linked(linked));
    }

    /// What this licence file says.
    pub fn license(&mut self, text: LicenseText) {
        self.push(self.location.clone(), Found::License(text));
    }

    /// The system's identity: for joins.
    pub fn distro(&mut self, distro: Distro) {
        self.push(self.location.clone(), Found::Distro(distro));
    }

    /// Something that could not be read.
    pub fn gap(&mut self, gap: Gap) {
        self.push(self.location.clone(), Found::Gap(gap));
    }

    /// The file itself could not be read, or only in part. A file that is a package database says
    /// so with [`GapKind::DatabaseUnreadable`] instead.
    pub fn unreadable(&mut self, why: &Unreadable) {
        self.unreadable_as(GapKind::FileUnreadable, why);
    }

    /// As [`Self::unreadable`], with another kind of gap.
    pub fn unreadable_as(&mut self, kind: GapKind, why: &Unreadable) {
        let kind = match (kind, why) {
            (GapKind::FileUnreadable, Unreadable::OverLimit(Limit::Size)) => GapKind::FileTooLarge,
            (GapKind::FileUnreadable, Unreadable::OverLimit(_)) => GapKind::LimitReached,
            _ => kind,
        };
        let gap = Gap::new(kind, self.subject(), why.to_string());
        self.gap(gap);
    }

    /// The file's path, with the way inside it, as gaps name it.
    #[must_use]
    pub fn subject(&self) -> String {
        let mut subject = self.location.path.to_string();
        for part in &self.location.inside {
            subject.push('!');
            subject.push_str(&part.to_string());
        }
        subject
    }

    /// What was found, in order.
    #[must_use]
    pub fn into_items(self) -> Vec<(Location, Found)> {
        self.items
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    fn push(&mut self, location: Location, found: Found) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        let bytes = found.size_bytes() + location.size_bytes();
        match self.left_bytes.checked_sub(bytes) {
            Some(left_bytes) if self.left > 0 => {
                self.left_bytes = left_bytes;
                self.items.push((location, found));
            }
            _ => {
                self.left = 0;
                let gap = Gap::new(GapKind::LimitReached, self.subject(), "it holds more than is read from one file");
                self.items.push((self.location.clone(), Found::Gap(gap)));
            }
        }
    }
}
