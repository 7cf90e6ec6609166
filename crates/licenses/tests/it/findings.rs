//! The licences of an image's packages.

use plimsoll_licenses::{Classes, findings};
use plimsoll_model::{
    EvidenceKind, FilePath, InstalledLicense, InstalledPackage, Inventory, LayerOwner, LicenseSource, LicenseText,
    Location, Package, PackageKind, Presence,
};

fn installed(kind: PackageKind, name: &str, license: Option<&str>, presence: Presence) -> InstalledPackage {
    let mut package = Package::new(kind, name, "1", EvidenceKind::Metadata);
    package.license = license.map(str::to_owned);
    InstalledPackage {
        package,
        presence,
        sightings: Vec::new(),
        introduced_in: 0,
        version_since: 0,
        ended: None,
        owner: None,
        layer_owner: LayerOwner::Unknown,
    }
}

fn file(path: &str, expression: &str, names: Option<&str>, package: Option<u32>) -> InstalledLicense {
    InstalledLicense {
        text: LicenseText { expression: expression.into(), confidence: 97, package: names.map(str::to_owned) },
        location: Location { path: FilePath::from(path), inside: Vec::new() },
        layer: 0,
        package,
    }
}

#[test]
fn declared_licences_come_first_and_files_add_what_they_alone_say() {
    let inventory = Inventory {
        packages: vec![
            installed(PackageKind::Deb, "bash", None, Presence::Present),
            installed(PackageKind::Npm, "a", Some("MIT"), Presence::Present),
            installed(PackageKind::Npm, "b", Some("GPL-3.0-or-later"), Presence::Present),
            installed(PackageKind::Npm, "c", None, Presence::Present),
            InstalledPackage { owner: Some(0), ..installed(PackageKind::Generic, "bash", None, Presence::Present) },
            installed(PackageKind::Npm, "gone", Some("AGPL-3.0-only"), Presence::Shadowed),
        ],
        licenses: vec![
            file("usr/share/doc/bash/copyright", "GPL-3.0-or-later", Some("bash"), None),
            file("app/node_modules/a/LICENSE", "MIT", None, Some(1)),
            file("app/node_modules/a/COPYING", "MPL-2.0", None, Some(1)),
            // The text alone does not say "or any later version"; the package does.
            file("app/node_modules/b/COPYING", "GPL-3.0-only", None, Some(2)),
            file("opt/LICENSE", "AGPL-3.0-only", None, None),
        ],
        ..Inventory::default()
    };
    let lines: Vec<String> = findings(&inventory, &Classes::default())
        .iter()
        .map(|found| {
            let source = match &found.source {
                LicenseSource::Declared => "declared".to_owned(),
                LicenseSource::File(location) => location.path.to_string(),
            };
            let package = &inventory.packages[found.package as usize].package.name;
            format!("{} {package} {} {} {source}", found.class.name(), found.expression, found.confidence)
        })
        .collect();
    assert_eq!(
        lines,
        [
            "restricted bash GPL-3.0-or-later 97 usr/share/doc/bash/copyright",
            "restricted b GPL-3.0-or-later 100 declared",
            "reciprocal a MPL-2.0 97 app/node_modules/a/COPYING",
            "notice a MIT 100 declared",
            "unknown c  0 declared",
        ]
    );
}
