//! How the versions of each kind of package are ordered.

use plimsoll_model::PackageKind;
use plimsoll_versions::Scheme;

/// The scheme of a kind; `None` where versions follow no rule.
pub(crate) fn scheme_of(kind: PackageKind) -> Option<Scheme> {
    Some(match kind {
        PackageKind::Deb => Scheme::Deb,
        PackageKind::Apk => Scheme::Apk,
        PackageKind::Rpm => Scheme::Rpm,
        PackageKind::Pypi => Scheme::Pep440,
        PackageKind::Npm => Scheme::Npm,
        PackageKind::Maven => Scheme::Maven,
        PackageKind::Go => Scheme::Go,
        PackageKind::Cargo => Scheme::Semver,
        PackageKind::Gem => Scheme::Rubygems,
        PackageKind::Nuget => Scheme::Nuget,
        PackageKind::Composer => Scheme::Composer,
        PackageKind::Bitnami => Scheme::Bitnami,
        PackageKind::Generic => return None,
    })
}
