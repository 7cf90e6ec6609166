//! Lists of software (SBOMs) that whoever built an image, or a package in it, left there.
//!
//! Where a list lies decides what it says: one that a packager puts beside what it installs tells what
//! is there; one that lies beside an application tells what that was built from, as a lock file does.

pub mod bitnami;
pub mod native_image;
pub mod packaged;
pub mod shipped;

use plimsoll_documents::DocumentError;
use plimsoll_documents::sbom::{self, Options};
use plimsoll_facts::{Limit, Pattern, Sink, Unreadable};
use plimsoll_model::{EvidenceKind, Gap, GapKind, Package, PackageKind};

use crate::json::complaint;

/// Packages of one list.
const MAX_PACKAGES: usize = 50_000;

/// Names that lists of software have.
const NAMES: &[Pattern] = &[
    Pattern::Suffix(".cdx.json"),
    Pattern::Suffix(".cdx.xml"),
    Pattern::Suffix(".cdx"),
    Pattern::Suffix(".spdx.json"),
    Pattern::Suffix(".spdx"),
    Pattern::Suffix(".sbom.json"),
    Pattern::Suffix(".sbom"),
    Pattern::Suffix(".syft.json"),
    Pattern::Name("bom.json"),
    Pattern::Name("bom.xml"),
    Pattern::Name("sbom.json"),
    Pattern::Name("sbom.xml"),
];

/// What a list says of the packages it names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    /// They are installed, those of the system too.
    Installed,
    /// Copies of them lie within something else: what was taken from a system's packages is no
    /// package of this one.
    Bundled,
    /// Something was built from them.
    Declared,
}

/// Where a packager leaves the list of what it installs, if this is such a place.
fn place(path: &[u8]) -> Option<Says> {
    let below = |folder: &[u8]| path.strip_prefix(folder).is_some_and(|rest| !rest.is_empty());
    let in_wheel = memchr::memmem::find(path, b".dist-info/sboms/").is_some();
    match path {
        _ if below(b"var/lib/db/sbom/") || below(b"opt/docker/sbom/") || below(b"usr/share/sbom/") => {
            Some(Says::Installed)
        }
        _ if in_wheel || below(b"usr/share/doc/") => Some(Says::Bundled),
        _ => None,
    }
}

/// Whether a file that is no list may well have this name, since it says nothing of one.
fn is_vague(name: &[u8]) -> bool {
    matches!(name, b"bom.json" | b"bom.xml") || name.ends_with(b".cdx")
}

/// Puts the packages of a list into `out`.
fn put(bytes: &[u8], says: Says, evidence: EvidenceKind, out: &mut Sink) -> Result<(), Unreadable> {
    // A copy within something else often has no other identity than its name, or where its source is.
    let kind_of_unnamed = (says == Says::Bundled).then_some(PackageKind::Generic);
    let options = Options { max_packages: MAX_PACKAGES, kind_of_unnamed };
    put_with(bytes, options, says, &|_| evidence, out)
}

fn put_with(
    bytes: &[u8],
    options: Options,
    says: Says,
    evidence: &dyn Fn(PackageKind) -> EvidenceKind,
    out: &mut Sink,
) -> Result<(), Unreadable> {
    let bom = sbom::read_with(bytes, options).map_err(|error| match error {
        DocumentError::TooLarge(_) => Unreadable::OverLimit(Limit::Size),
        DocumentError::Unrecognised | DocumentError::Envelope(_) => complaint(&error),
    })?;
    let mut left_out = 0;
    for (at, listed) in (0..).zip(bom.packages) {
        let is_os = listed.package.kind.is_os();
        // The package database tells of a system's packages, and a list's own subject was not built from
        // itself.
        if says == Says::Declared && (is_os || bom.described.contains(&at)) {
            left_out += u64::from(is_os);
            continue;
        }
        let mut package = if says == Says::Bundled && is_os {
            let system = listed.url().and_then(|url| url.namespace);
            copied(listed.package, system)
        } else {
            listed.package
        };
        package.evidence = evidence(package.kind);
        // The list's subject asks for it, but who asked for that?
        package.direct = package.direct.filter(|_| says == Says::Declared);
        out.package(package);
    }
    if left_out > 0 {
        let detail = "packages of a system in a list beside an application";
        out.gap(Gap { count: left_out, ..Gap::new(GapKind::SkippedPackages, out.subject(), detail) });
    }
    for gap in bom.gaps {
        match gap.kind {
            GapKind::FileUnreadable | GapKind::NoIdentity | GapKind::LimitReached => {
                out.gap(Gap { subject: out.subject(), ..gap });
            }
            // Hundreds of lists say so of their system and their sources: it is told once, with the count.
            _ => {
                let detail = gap.detail.split(": ").next().unwrap_or_default().to_owned();
                out.gap(Gap { subject: "lists of software".to_owned(), detail, ..gap });
            }
        }
    }
    Ok(())
}

/// A file of another system's package: the software is there, but no package manager knows it.
fn copied(package: Package, system: Option<String>) -> Package {
    Package { kind: PackageKind::Generic, source: None, module: None, vendor: system.or(package.vendor), ..package }
}
