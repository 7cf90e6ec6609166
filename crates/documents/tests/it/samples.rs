//! Documents that tools made here of small folders of ours; descriptions and authors were taken out.

use std::path::Path;

use plimsoll_documents::sbom::{self, Bom};

/// The samples: file, format, and the tool that made it.
pub const SAMPLES: &[(&str, &str, &str)] = &[
    ("cyclonedx-gomod.cdx.json", "cyclonedx-json", "cyclonedx-gomod v1.10.0"),
    ("cyclonedx-npm.cdx.json", "cyclonedx-json", "cyclonedx-npm 6.0.1"),
    ("cyclonedx-npm.cdx.xml", "cyclonedx-xml", "cyclonedx-npm 6.0.1"),
    ("cyclonedx-py.cdx.json", "cyclonedx-json", "cyclonedx-py 7.5.0"),
    ("cyclonedx-py.cdx.xml", "cyclonedx-xml", "cyclonedx-py 7.5.0"),
    ("lib4sbom.spdx3.json", "spdx-3", "lib4sbom-0.10.4"),
    ("npm.cdx.json", "cyclonedx-json", "cli 11.19.1"),
    ("npm.spdx.json", "spdx-json", "npm/cli-11.19.1"),
    ("syft.cdx.json", "cyclonedx-json", "syft 1.18.1"),
    ("syft.cdx.xml", "cyclonedx-xml", "syft 1.18.1"),
    ("syft.spdx", "spdx-tag-value", "syft-1.18.1"),
    ("syft.spdx.json", "spdx-json", "syft-1.18.1"),
    ("syft.syft.json", "syft-json", "syft 1.18.1"),
];

/// A document in SPDX 3.0 with all that no sample has, written by the specification.
pub const SPDX_3: &str = r#"{
  "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
  "@graph": [
    {"type": "CreationInfo", "@id": "_:creation", "specVersion": "3.0.1", "created": "2025-01-01T00:00:00Z"},
    {"type": "Tool", "spdxId": "urn:x:tool", "name": "writer 1"},
    {"type": "SpdxDocument", "spdxId": "urn:x:document", "rootElement": ["urn:x:bom"]},
    {"type": "software_Sbom", "spdxId": "urn:x:bom", "rootElement": ["urn:x:shop"]},
    {"type": "software_Package", "spdxId": "urn:x:shop", "name": "shop", "software_primaryPurpose": "container"},
    {"type": "software_Package", "spdxId": "urn:x:ssl", "name": "libssl3", "software_packageVersion": "3.0.9-1",
     "software_packageUrl": "pkg:deb/debian/libssl3@3.0.9-1?arch=amd64&distro=debian-12&upstream=openssl",
     "suppliedBy": "urn:x:debian",
     "verifiedUsing": [{"type": "Hash", "algorithm": "sha256", "hashValue": "00FF"}],
     "extension": [{"type": "extension_CdxPropertiesExtension", "extension_cdxProperty": [
       {"type": "extension_CdxPropertyEntry", "extension_cdxPropName": "plimsoll:presence", "extension_cdxPropValue": "present"}]}]},
    {"type": "software_Package", "spdxId": "urn:x:libc", "name": "libc6", "software_packageVersion": "2.36-9",
     "externalIdentifier": [{"type": "ExternalIdentifier", "externalIdentifierType": "packageUrl",
       "identifier": "pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12"}]},
    {"type": "Organization", "spdxId": "urn:x:debian", "name": "Debian"},
    {"type": "simplelicensing_LicenseExpression", "spdxId": "urn:x:license", "simplelicensing_licenseExpression": "Apache-2.0"},
    {"type": "Relationship", "from": "urn:x:ssl", "relationshipType": "hasDeclaredLicense", "to": ["urn:x:license"]},
    {"type": "Relationship", "from": "urn:x:ssl", "relationshipType": "dependsOn", "to": ["urn:x:libc"]},
    {"type": "Relationship", "from": "urn:x:shop", "relationshipType": "contains", "to": ["urn:x:ssl", "urn:x:libc"]},
    {"type": "software_File", "spdxId": "urn:x:file", "name": "a"}
  ]
}"#;

pub fn sample(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/samples").join(name);
    plimsoll_model::read_capped(std::fs::File::open(path).unwrap(), 1 << 20).unwrap()
}

/// Every sample, and the written ones.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    let mut all: Vec<_> = SAMPLES.iter().map(|(name, ..)| (*name, sample(name))).collect();
    all.push(("spdx-3", SPDX_3.as_bytes().to_vec()));
    all
}

pub fn read(text: &str) -> Bom {
    sbom::read(text.as_bytes()).unwrap()
}

/// `kind name version`, a line each.
pub fn lines(bom: &Bom) -> Vec<String> {
    let line = |package: &sbom::BomPackage| {
        let package = &package.package;
        format!("{} {} {}", package.kind.name(), package.name, package.version)
    };
    bom.packages.iter().map(line).collect()
}
