//! What an SBOM says, in one form for all formats.

use plimsoll_model::{Gap, Need, Package, PackageUrl, Position};

/// What an SBOM says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bom {
    /// [`crate::sbom::Format::id`] of its format.
    pub format: &'static str,
    /// The version of the format, as written: `1.5`, `SPDX-2.3`.
    pub version: String,
    /// Its serial number or namespace.
    pub serial: Option<String>,
    /// When it was made, as written.
    pub created: Option<String>,
    /// What made it: `syft 1.18.1`.
    pub tools: Vec<String>,
    /// What it describes, where it says so.
    pub subject: Option<Subject>,
    /// The operating system, where a component says it is one: name and version as written. The
    /// packages' URLs may name it too (`distro=`).
    pub system: Option<(String, Option<String>)>,
    /// The components that have an identity, in the document's order.
    pub packages: Vec<BomPackage>,
    /// Indexes of the packages that are the subject itself.
    pub described: Vec<u32>,
    /// How packages relate, each relation once, sorted. They may run in circles.
    pub relations: Vec<Relation>,
    /// Properties of the document.
    pub properties: Vec<(String, String)>,
    /// Files that it lists beside the packages.
    pub files: u64,
    /// Packages whose name differs from that in their package URL, which decides.
    pub renamed: u64,
    /// Whether it says of itself that it is incomplete.
    pub incomplete: bool,
    /// What was left out, and why. Their subjects are left empty, for whoever knows the document's name.
    pub gaps: Vec<Gap>,
}

/// What an SBOM describes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subject {
    /// Its name.
    pub name: String,
    /// Its version, as written; of an image often its digest.
    pub version: Option<String>,
    /// Its package URL, as written; may be of a type that is no package's (`oci`).
    pub purl: Option<String>,
    /// What sort of thing it is.
    pub component: ComponentKind,
    /// Its digests.
    pub hashes: Vec<Hash>,
    /// Its properties.
    pub properties: Vec<(String, String)>,
}

impl From<&BomPackage> for Subject {
    fn from(package: &BomPackage) -> Self {
        Self {
            name: package.package.name.clone(),
            version: Some(package.package.version.clone()),
            purl: package.purl.clone(),
            component: package.component,
            hashes: package.hashes.clone(),
            properties: package.properties.clone(),
        }
    }
}

/// What sort of thing a component is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ComponentKind {
    /// A library, a framework, or nothing that the document cares to tell.
    #[default]
    Library,
    /// A program.
    Application,
    /// An operating system.
    OperatingSystem,
    /// An image.
    Container,
    /// A file, an archive, or data.
    File,
    /// Source code.
    Source,
    /// A model of machine learning.
    Model,
    /// A device, firmware, a platform or the like.
    Device,
}

/// One component with an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BomPackage {
    /// The package, by [`plimsoll_model::EvidenceKind::Sbom`]. What it requires are the packages of its
    /// own kind that the document relates it to.
    pub package: Package,
    /// How the document refers to it; may be empty, and is not always unique.
    pub reference: String,
    /// Its package URL, as written.
    pub purl: Option<String>,
    /// The name that the component itself has, where its package URL says another.
    pub called: Option<String>,
    /// What sort of thing it is.
    pub component: ComponentKind,
    /// The component within which it stands.
    pub parent: Option<u32>,
    /// Its digests.
    pub hashes: Vec<Hash>,
    /// Where it was found.
    pub occurrences: Vec<Occurrence>,
    /// Its properties.
    pub properties: Vec<(String, String)>,
}

impl BomPackage {
    /// Its package URL, taken apart.
    #[must_use]
    pub fn url(&self) -> Option<PackageUrl> {
        self.purl.as_deref()?.parse().ok()
    }

    /// A property's value.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A digest as a document writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hash {
    /// The algorithm, lower case, without dashes: `sha256`.
    pub algorithm: String,
    /// The digest in lower-case hexadecimal digits.
    pub digest: String,
}

/// A place at which a component was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Occurrence {
    /// The path, as written.
    pub path: String,
    /// Where in it.
    pub position: Option<Position>,
}

/// How one package relates to another; both are indexes of [`Bom::packages`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relation {
    /// The one.
    pub from: u32,
    /// The other.
    pub to: u32,
    /// How.
    pub kind: RelationKind,
}

/// How one package relates to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RelationKind {
    /// It needs the other.
    Needs(Need),
    /// It holds the other.
    Contains,
    /// It was made from the other.
    MadeFrom,
}
