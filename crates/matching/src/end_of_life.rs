//! What in an image gets no fixes any more, by the day: its distribution's release, its runtimes.

use plimsoll_model::{EndOfLife, InstalledPackage, Inventory, LifeCycle, PackageKind, Presence, Timestamp};

use crate::shelf::Shelf;

/// Distributions whose `ID` is not the name of the product.
const DISTRIBUTIONS: [(&str, &str); 8] = [
    ("alpine", "alpine-linux"),
    ("amzn", "amazon-linux"),
    ("ol", "oracle-linux"),
    ("opensuse-leap", "opensuse"),
    ("photon", "photon"),
    ("rocky", "rocky-linux"),
    ("centos", "centos-stream"),
    ("azurelinux", "azure-linux"),
];

/// Runtimes by kind and name of the package, and the product.
const RUNTIMES: [(PackageKind, &str, &str); 16] = [
    (PackageKind::Go, "stdlib", "go"),
    (PackageKind::Nuget, "Microsoft.NETCore.App", "dotnet"),
    (PackageKind::Nuget, "Microsoft.NETCore.App.Runtime.linux-x64", "dotnet"),
    (PackageKind::Nuget, "Microsoft.NETCore.App.Runtime.linux-musl-x64", "dotnet"),
    (PackageKind::Nuget, "Microsoft.NETCore.App.Runtime.linux-arm64", "dotnet"),
    (PackageKind::Bitnami, "node", "nodejs"),
    (PackageKind::Bitnami, "php", "php"),
    (PackageKind::Bitnami, "python", "python"),
    (PackageKind::Bitnami, "ruby", "ruby"),
    (PackageKind::Generic, "go", "go"),
    (PackageKind::Generic, "java", "eclipse-temurin"),
    (PackageKind::Generic, "node", "nodejs"),
    (PackageKind::Generic, "perl", "perl"),
    (PackageKind::Generic, "php", "php"),
    (PackageKind::Generic, "python", "python"),
    (PackageKind::Generic, "ruby", "ruby"),
];

/// What is over at `now`, the distribution first. A runtime that a distribution's package brought is
/// the distribution's to fix.
pub(crate) fn end_of_life(inventory: &Inventory, shelf: &mut Shelf<'_>, now: Timestamp) -> Vec<EndOfLife> {
    let mut over = Vec::new();
    if let Some(distro) = inventory.identity.distro()
        && let Some(version) = &distro.version
    {
        let names = DISTRIBUTIONS.iter().filter(|(id, _)| *id == distro.id).map(|(_, product)| *product);
        let cycle = std::iter::once(distro.id.as_str()).chain(names).find_map(|name| release(name, version, shelf));
        over.extend(cycle.map(|cycle| EndOfLife { package: None, cycle }));
    }
    for (index, installed) in (0..).zip(&inventory.packages).filter(|(_, installed)| counts(installed, inventory)) {
        let package = &installed.package;
        let product = RUNTIMES.iter().find(|(kind, name, _)| *kind == package.kind && *name == package.name);
        let cycle = product.and_then(|(_, _, product)| release(product, &package.version, shelf));
        over.extend(cycle.map(|cycle| EndOfLife { package: Some(index), cycle }));
    }
    over.retain(|end| end.cycle.support.is_over(now));
    over
}

fn counts(installed: &InstalledPackage, inventory: &Inventory) -> bool {
    let owner = installed.owner.and_then(|owner| inventory.packages.get(owner as usize));
    installed.presence == Presence::Present && !owner.is_some_and(|owner| owner.package.kind.is_os())
}

/// The release that a version is of: the longest one whose name the version is or begins with.
fn release(product: &str, version: &str, shelf: &mut Shelf<'_>) -> Option<LifeCycle> {
    let version = version.trim_start_matches(['v', 'V']);
    let begins = |release: &str| {
        version.strip_prefix(release).is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_alphanumeric()))
    };
    let cycles = shelf.life_cycles(product);
    let fitting = cycles.into_iter().filter(|cycle| !cycle.release.is_empty() && begins(&cycle.release));
    fitting.max_by(|left, right| {
        (left.release.len(), right.source.as_str()).cmp(&(right.release.len(), left.source.as_str()))
    })
}
