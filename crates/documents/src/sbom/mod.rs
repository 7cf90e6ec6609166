//! Lists of software (SBOMs): every format into one form.
//!
//! A format is one file (or folder) and one row of [`FORMATS`]; it is told by the content, never by
//! the file's name. [`read`] opens envelopes first: a bare in-toto statement, DSSE, a Sigstore bundle.

mod bom;
mod builder;
mod component;
mod cyclonedx;
mod identity;
mod kinds;
mod recognise;
mod spdx2;
mod spdx3;
mod syft;

pub use bom::{Bom, BomPackage, ComponentKind, Hash, Occurrence, Relation, RelationKind, Subject};
pub use recognise::recognise;

use plimsoll_model::PackageKind;

use crate::DocumentError;
use crate::envelope;
use crate::text::decode;
use builder::Builder;

/// Bytes of one document.
pub const MAX_BYTES: usize = 256 << 20;
/// Components of one document that are kept, unless the caller wants fewer.
pub const MAX_PACKAGES: usize = 200_000;

/// One format.
pub struct Format {
    /// Kebab-case name, unique in the table.
    pub id: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Reads a document into the builder, as far as it can; the error is what was wrong.
    read: fn(&str, &mut Builder) -> Result<(), String>,
}

impl std::fmt::Debug for Format {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.id)
    }
}

/// Every format.
pub static FORMATS: &[Format] = &[
    Format { id: "cyclonedx-json", title: "CycloneDX 1.2 to 1.7, JSON", read: cyclonedx::json::read },
    Format { id: "cyclonedx-xml", title: "CycloneDX 1.0 to 1.7, XML", read: cyclonedx::xml::read },
    Format { id: "spdx-json", title: "SPDX 2.2 and 2.3, JSON", read: spdx2::json::read },
    Format { id: "spdx-tag-value", title: "SPDX 2.2 and 2.3, tag-value", read: spdx2::tag_value::read },
    Format { id: "spdx-3", title: "SPDX 3.0, JSON-LD", read: spdx3::read },
    Format { id: "syft-json", title: "Syft's own JSON", read: syft::read },
];

/// How to read a document of which more is known than it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Packages that are kept at most.
    pub max_packages: usize,
    /// The kind of components that have a name and a version but nothing to tell their kind by. Where it
    /// is [`PackageKind::Generic`], those that name only the repository of their source are such too.
    pub kind_of_unnamed: Option<PackageKind>,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_packages: MAX_PACKAGES, kind_of_unnamed: None }
    }
}

/// Reads an SBOM, bare or within envelopes, of which no signature is verified.
///
/// # Errors
/// Where the bytes are no SBOM. One that breaks off is read as far as it goes, and a gap says so.
pub fn read(bytes: &[u8]) -> Result<Bom, DocumentError> {
    read_with(bytes, Options::default())
}

/// As [`read`], knowing more.
///
/// # Errors
/// As [`read`].
pub fn read_with(bytes: &[u8], options: Options) -> Result<Bom, DocumentError> {
    if bytes.len() > MAX_BYTES {
        return Err(DocumentError::TooLarge(MAX_BYTES));
    }
    let text = decode(bytes);
    let opened = envelope::open(&text)?;
    let format = recognise(&opened.document).ok_or(DocumentError::Unrecognised)?;
    let mut builder = Builder::new(format.id, options);
    let broken = (format.read)(&opened.document, &mut builder).err();
    Ok(builder.finish(broken))
}
