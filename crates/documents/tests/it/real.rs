//! What tools made: as many packages, of the same names, as the tool says.

use std::collections::BTreeSet;

use plimsoll_documents::sbom::{self, FORMATS};
use plimsoll_model::Package;
use serde_json::Value;

use crate::samples::{SAMPLES, lines, sample};

#[test]
fn every_sample_is_read_with_its_format_and_tool_and_without_complaint() {
    for (name, format, tool) in SAMPLES {
        let bom = sbom::read(&sample(name)).unwrap();
        assert_eq!(bom.format, *format, "{name}");
        assert!(bom.tools.iter().any(|known| known == tool), "{name}: {:?}", bom.tools);
        assert!(bom.created.is_some() || *format == "syft-json", "{name}");
        assert!(!bom.version.is_empty() && !bom.packages.is_empty(), "{name}");
        let weights = bom.gaps.iter().map(|gap| gap.kind.weight());
        assert!(weights.max() <= Some(plimsoll_model::GapWeight::Note), "{name}: {:?}", bom.gaps);
    }
    let read: BTreeSet<&str> = SAMPLES.iter().map(|(_, format, _)| *format).collect();
    for format in FORMATS {
        assert!(read.contains(format.id), "{format:?} ({}) is tried on no sample", format.title);
    }
}

/// The package URLs by another reading of the document: of every string in it.
fn urls_of(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if text.starts_with("pkg:") => drop(into.insert(text.clone())),
        Value::Array(items) => items.iter().for_each(|item| urls_of(item, into)),
        Value::Object(fields) => {
            // References are not purls, however they look.
            let purls = fields
                .iter()
                .filter(|(key, _)| !matches!(key.as_str(), "bom-ref" | "ref" | "dependsOn" | "compositions"));
            purls.for_each(|(_, value)| urls_of(value, into));
        }
        _ => {}
    }
}

#[test]
fn each_package_url_of_a_document_is_a_package() {
    let mut seen = 0;
    for (name, ..) in SAMPLES.iter().filter(|(name, ..)| name.ends_with(".json")) {
        let bytes = sample(name);
        let mut expected = BTreeSet::new();
        urls_of(&serde_json::from_slice(&bytes).unwrap(), &mut expected);
        // A program that was built from no release is no package.
        expected.retain(|url| url.contains('@'));
        let bom = sbom::read(&bytes).unwrap();
        let read: BTreeSet<String> = bom.packages.iter().filter_map(|package| package.purl.clone()).collect();
        assert_eq!(read, expected, "{name}");
        assert_eq!(bom.packages.len(), expected.len(), "{name}");
        seen += expected.len();
    }
    assert!(seen > 30);
}

#[test]
fn one_folder_is_the_same_packages_in_every_format() {
    let of = |name: &str| {
        let bom = sbom::read(&sample(name)).unwrap();
        let mut packages: Vec<_> = bom.packages.into_iter().map(|package| package.package).collect();
        packages.sort();
        packages
    };
    let expected = of("syft.syft.json");
    assert_eq!(expected.len(), 6);
    for name in ["syft.cdx.json", "syft.cdx.xml", "syft.spdx.json", "syft.spdx"] {
        let mut packages = of(name);
        // SPDX has no place for a maintainer of dpkg's.
        for (package, expected) in packages.iter_mut().zip(&expected) {
            package.vendor = package.vendor.take().or_else(|| expected.vendor.clone());
        }
        assert_eq!(packages, expected, "{name}");
    }
    let identity =
        |packages: &[Package]| -> Vec<String> { packages.iter().map(|package| package.purl(None, None)).collect() };
    assert_eq!(identity(&of("lib4sbom.spdx3.json")), identity(&expected));
    assert_eq!(of("cyclonedx-npm.cdx.json"), of("cyclonedx-npm.cdx.xml"));
    assert_eq!(of("cyclonedx-py.cdx.json"), of("cyclonedx-py.cdx.xml"));
}

#[test]
fn sources_places_relations_and_the_system_are_understood() {
    for (name, ..) in SAMPLES.iter().filter(|(name, ..)| name.starts_with("syft.")) {
        let bom = sbom::read(&sample(name)).unwrap();
        let of = |wanted: &str| bom.packages.iter().find(|package| package.package.name == wanted).unwrap();
        let gcc = of("libgcc-s1");
        let source = gcc.package.source.clone().unwrap();
        assert_eq!((source.name.as_str(), source.version.as_str()), ("gcc-12", "12.2.0-14"), "{name}");
        assert_eq!(gcc.occurrences[0].path, "/var/lib/dpkg/status", "{name}");
        assert_eq!(gcc.url().unwrap().qualifiers["distro"], "debian-12", "{name}");
        let needs: Vec<&str> = of("libssl3").package.requires.iter().map(|need| need.name.as_str()).collect();
        assert_eq!(needs, ["libc6"], "{name}");
        assert_eq!(of("django").package.license.as_deref(), Some("BSD-3-Clause"), "{name}");
        assert_eq!(bom.subject.as_ref().map(|subject| subject.name.as_str()), Some("shop"), "{name}");
        let system = bom.system.map(|(system, version)| format!("{system} {}", version.unwrap()));
        assert_eq!(system.as_deref(), (!name.contains("spdx")).then_some("debian 12"), "{name}");
    }
}

#[test]
fn modules_of_a_go_program_have_its_platform_and_its_standard_library_our_name() {
    let bom = sbom::read(&sample("cyclonedx-gomod.cdx.json")).unwrap();
    assert_eq!(lines(&bom), ["go github.com/pkg/errors v0.9.1", "go stdlib 1.26.8"]);
    assert!(bom.packages.iter().all(|package| package.package.architecture.as_deref() == Some("linux/amd64")));
    assert_eq!(bom.packages[0].package.direct, Some(true));
}

#[test]
fn what_the_subject_asks_for_and_what_is_for_development_is_told() {
    for name in ["npm.spdx.json", "npm.cdx.json", "cyclonedx-npm.cdx.json", "cyclonedx-npm.cdx.xml"] {
        let bom = sbom::read(&sample(name)).unwrap();
        assert!(lines(&bom).contains(&"npm @sindresorhus/is 4.6.0".to_owned()), "{name}: {:?}", lines(&bom));
        let of = |wanted: &str| &bom.packages.iter().find(|package| package.package.name == wanted).unwrap().package;
        assert_eq!((of("debug").direct, of("ms").direct), (Some(true), Some(false)), "{name}");
        assert_eq!((of("left-pad").development, of("minimist").development), (true, false), "{name}");
        let described: Vec<&str> =
            bom.described.iter().map(|at| bom.packages[*at as usize].package.name.as_str()).collect();
        assert_eq!(described, ["shop"], "{name}");
    }
    // npm itself calls the subject `npm`; its package URL decides.
    let bom = sbom::read(&sample("npm.cdx.json")).unwrap();
    assert_eq!(bom.renamed, 1);
    assert_eq!(bom.packages[bom.described[0] as usize].called.as_deref(), Some("npm"));
}
