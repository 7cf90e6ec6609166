//! Under which names a package is looked up, and which version stands for each.

use plimsoll_model::{EvidenceKind, Package, PackageKind};

use crate::NameKey;

/// How Go writes that a program has no version.
const NO_VERSION: &str = "(devel)";

/// A name to ask for, and the version to compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name<'a> {
    pub name: String,
    pub version: &'a str,
    /// The version is a source RPM's, which has no epoch: none is compared.
    pub drops_epoch: bool,
}

/// The names of an operating-system package.
pub(crate) fn os_names(package: &Package, key: NameKey) -> Vec<Name<'_>> {
    let binary = Name { name: package.name.trim().to_owned(), version: &package.version, drops_epoch: false };
    let source = package.source.as_ref().map(|source| Name {
        name: source.name.trim().to_owned(),
        version: if source.version.is_empty() { &package.version } else { &source.version },
        drops_epoch: package.kind == PackageKind::Rpm,
    });
    let source = source.filter(|source| !source.name.is_empty());
    let mut names = match (key, source) {
        (NameKey::Source, Some(source)) => vec![source],
        (NameKey::Binary | NameKey::Source, _) | (NameKey::Both, None) => vec![binary],
        (NameKey::Both, Some(source)) if source.name == binary.name => vec![binary],
        (NameKey::Both, Some(source)) => vec![binary, source],
        (NameKey::Marked, source) => {
            // Whose source is not known may be built from one of its own name.
            let own = || Name { drops_epoch: true, ..binary.clone() };
            let source = source.unwrap_or_else(own);
            vec![binary, source]
        }
    };
    names.retain(|name| !name.name.is_empty());
    names
}

/// The name of a language package; `None` where it has none that a registry would know.
pub(crate) fn language_name(package: &Package) -> Option<Name<'_>> {
    let name = package.kind.lookup_name(&package.name);
    let is_whole = match package.kind {
        PackageKind::Maven => {
            name.split_once(':').is_some_and(|(group, artifact)| !group.is_empty() && !artifact.is_empty())
        }
        _ => !name.is_empty(),
    };
    let version = if package.evidence == EvidenceKind::Commit { NO_VERSION } else { &package.version };
    is_whole.then_some(Name { name, version, drops_epoch: false })
}
