//! What limits a row to some builds of a package: architecture, module stream, Go's packages.

use plimsoll_model::{Affected, GoImport, Package, PackageKind, RangeEnd};

use crate::cpe;
use crate::evaluate::Comparing;

/// The architecture that marks the row of a source package.
const SOURCE: &str = "src";

/// Whether a row speaks of this build of the package. What is unknown of the build limits nothing.
pub(crate) fn speaks_of(row: &Affected, package: &Package, how: Comparing) -> bool {
    if row.scope.cpe.as_ref().is_some_and(|limits| !cpe::fits(limits, &row.name, package)) {
        return false;
    }
    if how.marks_sources {
        let is_of_source = row.scope.architectures == [SOURCE];
        if is_of_source != how.drops_epoch {
            return false;
        }
        if is_of_source {
            return fits_module(row, package);
        }
    }
    let architecture = package.architecture.as_deref();
    match package.kind {
        PackageKind::Go => fits_imports(&row.scope.imports, architecture),
        PackageKind::Rpm => fits_architecture(&row.scope.architectures, architecture) && fits_module(row, package),
        _ => fits_architecture(&row.scope.architectures, architecture),
    }
}

/// Whether one of the Go packages may be in a program for this platform.
fn fits_imports(imports: &[GoImport], platform: Option<&str>) -> bool {
    imports.is_empty() || imports_for(imports, platform).next().is_some()
}

/// The Go packages that may be in a program for this platform (`linux/amd64`); all where it is unknown.
pub(crate) fn imports_for<'r>(imports: &'r [GoImport], platform: Option<&str>) -> impl Iterator<Item = &'r GoImport> {
    let platform = platform.and_then(|platform| platform.split_once('/'));
    let allows = |limits: &[String], name: &str| limits.is_empty() || limits.iter().any(|limit| limit == name);
    imports.iter().filter(move |import| {
        platform.is_none_or(|(system, processor)| allows(&import.goos, system) && allows(&import.goarch, processor))
    })
}

fn fits_architecture(limits: &[String], architecture: Option<&str>) -> bool {
    let Some(architecture) = architecture else { return true };
    let is_for_all = |name: &str| matches!(name, "noarch" | "all" | "any");
    limits.is_empty()
        || is_for_all(architecture)
        || limits.iter().any(|limit| limit == architecture || is_for_all(limit))
}

/// A module's build and a plain build of one name are different packages, and so are builds of two
/// streams. Where a stream is not named on one side, builds of one leading number go together.
fn fits_module(row: &Affected, package: &Package) -> bool {
    let row_builds_module = row.scope.module.is_some() || ends(row).any(is_module_build);
    let is_module = package.module.is_some() || is_module_build(&package.version);
    match (&row.scope.module, &package.module) {
        _ if row_builds_module != is_module => false,
        (Some(wanted), Some(module)) => is_same_stream(wanted, module),
        _ if is_module => ends(row).any(|end| leading_number(end) == leading_number(&package.version)),
        _ => true,
    }
}

fn ends(row: &Affected) -> impl Iterator<Item = &str> {
    row.ranges.iter().filter_map(|range| match &range.end {
        RangeEnd::Fixed(version) | RangeEnd::LastAffected(version) | RangeEnd::Before(version) => {
            Some(version.as_str())
        }
        RangeEnd::Open => None,
    })
}

fn is_module_build(version: &str) -> bool {
    version.contains(".module_el") || version.contains(".module+el")
}

/// `name:stream`, of which an installed label may say more (`name:stream:version:context`). A
/// module and its `-devel` sibling share their builds, and errata name only the first.
fn is_same_stream(left: &str, right: &str) -> bool {
    let parts = |label: &'_ str| {
        let mut parts = label.split(':');
        let (name, stream) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        (name.strip_suffix("-devel").unwrap_or(name).to_owned(), stream.to_owned())
    };
    parts(left) == parts(right)
}

/// `16` of `1:16.14.0-4.module_el8`.
fn leading_number(version: &str) -> &str {
    let plain = version.split_once(':').map_or(version, |(_, rest)| rest);
    let end = plain.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(plain.len());
    &plain[..end]
}
