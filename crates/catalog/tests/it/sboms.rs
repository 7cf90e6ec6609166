//! Lists of software in images: their place decides, and what is installed too is one package.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use plimsoll_model::{EvidenceKind, GapKind, PackageKind, Presence};

use crate::image::{Line, files, image, layer};
use crate::reading::{read, read_in_windows, survives_anything, survives_damage};

const LIST: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.5",
    "metadata": {"component": {"type": "application", "bom-ref": "shop", "name": "shop", "version": "1", "purl": "pkg:npm/shop@1"}},
    "components": [
        {"bom-ref": "d", "name": "django", "version": "3.2.0", "purl": "pkg:pypi/django@3.2.0"},
        {"bom-ref": "b", "name": "libXau", "version": "1.0.9-3.el8", "purl": "pkg:rpm/almalinux/libXau@1.0.9-3.el8"}],
    "dependencies": [{"ref": "shop", "dependsOn": ["d"]}]}"#;

#[test]
fn the_place_of_a_list_decides_what_its_packages_are() {
    let of = |path: &str| {
        let reading = ["packaged-sbom", "shipped-sbom"].map(|id| read(id, path, LIST.as_bytes()));
        let packages = reading.into_iter().flat_map(|reading| reading.packages);
        let line = |package: plimsoll_model::Package| {
            let (kind, evidence) = (package.kind.name(), package.evidence.name());
            format!("{kind} {} {evidence} {}", package.name, package.vendor.as_deref().unwrap_or("-"))
        };
        packages.map(line).collect::<Vec<_>>()
    };
    for path in [
        "var/lib/db/sbom/a.spdx.json",
        "opt/docker/sbom/a/.spdx.a.json",
        "usr/share/sbom/a",
        "usr/share/sbom/b/c.cdx.json",
    ] {
        assert_eq!(of(path), ["npm shop sbom -", "pypi django sbom -", "rpm libXau sbom -"], "{path}");
    }
    for path in ["usr/lib/python3/site-packages/a-1.dist-info/sboms/a.cdx.json", "usr/share/doc/a/bom.json"] {
        assert_eq!(of(path), ["npm shop sbom -", "pypi django sbom -", "generic libXau sbom almalinux"], "{path}");
    }
    for path in ["app/bom.json", "app/sbom.json", "srv/a.cdx.json", "srv/a.sbom", "a.spdx.json", "a.syft.json"] {
        assert_eq!(of(path), ["pypi django declaration -"], "{path}");
    }
    for path in ["app/node_modules/a/bom.json", "var/lib/db/sbom.txt", "app/package.json", "opt/bitnami/a/a.spdx"] {
        assert!(of(path).is_empty(), "{path}");
    }
}

#[test]
fn copies_within_a_wheel_may_have_no_more_than_a_name() {
    let text = r#"{"bomFormat": "CycloneDX", "specVersion": "1.7", "components": [
        {"type": "library", "name": "zlib", "version": "2.3.3"}, {"type": "library", "name": "pybind11"},
        {"type": "library", "name": "raqm", "version": "0.11.0", "purl": "pkg:github/HOST-Oman/libraqm@v0.11.0"}]}"#;
    let reading = read("packaged-sbom", "a-1.dist-info/sboms/a.cdx.json", text.as_bytes());
    assert_eq!(reading.lines(), ["zlib 2.3.3", "raqm 0.11.0"]);
    assert!(reading.packages.iter().all(|package| package.kind == PackageKind::Generic));
    assert_eq!((reading.gaps.len(), reading.gaps[0].kind), (1, GapKind::NoIdentity));
    assert!(read("packaged-sbom", "usr/share/sbom/a.json", text.as_bytes()).packages.is_empty());
}

#[test]
fn a_list_beside_an_application_counts_what_it_leaves_out() {
    let reading = read("shipped-sbom", "app/bom.json", LIST.as_bytes());
    assert_eq!((reading.gaps.len(), reading.gaps[0].kind, reading.gaps[0].count), (1, GapKind::SkippedPackages, 1));
    assert_eq!(reading.packages[0].direct, Some(true));
}

#[test]
fn what_has_the_name_of_a_list_and_is_none_is_a_gap_unless_the_name_says_little() {
    for (path, gaps) in
        [("app/bom.json", 0), ("app/a.cdx", 0), ("app/sbom.json", 1), ("app/a.cdx.json", 1), ("app/a.spdx", 1)]
    {
        assert_eq!(read("shipped-sbom", path, b"{\"weather\": []}").gaps.len(), gaps, "{path}");
    }
    let cut = &LIST.as_bytes()[..LIST.len() - 120];
    let reading = read("shipped-sbom", "app/bom.json", cut);
    assert_eq!(reading.lines(), ["django 3.2.0"]);
    assert_eq!(reading.gaps[0].kind, GapKind::FileUnreadable);
    assert_eq!(reading.gaps[0].subject, "app/bom.json");
}

#[test]
fn a_distribution_with_its_metadata_and_in_a_list_is_one_package() {
    let inventory = files(&[
        (
            "usr/lib/python3/site-packages/Django-3.2.0.dist-info/METADATA",
            b"Metadata-Version: 2.1\nName: Django\nVersion: 3.2.0\n",
        ),
        ("usr/share/sbom/image.cdx.json", LIST.as_bytes()),
        ("app/bom.json", LIST.as_bytes()),
    ]);
    let django: Vec<_> =
        inventory.packages.iter().filter(|package| package.package.kind == PackageKind::Pypi).collect();
    let present: Vec<_> = django.iter().filter(|package| package.presence == Presence::Present).collect();
    assert_eq!(present.len(), 1);
    assert_eq!(present[0].package.name, "Django");
    let evidence: Vec<EvidenceKind> = present[0].sightings.iter().map(|sighting| sighting.evidence).collect();
    assert_eq!(evidence, [EvidenceKind::Metadata, EvidenceKind::Sbom]);
}

#[test]
fn the_apk_database_decides_over_the_lists_that_apks_bring() {
    let list = |version: &str| {
        format!(
            r#"{{"spdxVersion": "SPDX-2.3", "packages": [{{"SPDXID": "SPDXRef-a", "name": "libssl3", "versionInfo": "{version}",
            "externalRefs": [{{"referenceType": "purl", "referenceLocator": "pkg:apk/wolfi/libssl3@{version}?arch=x86_64&upstream=openssl"}}]}}]}}"#
        )
    };
    let (old, new) = (list("3.3.1-r0"), list("3.3.2-r0"));
    let database = b"P:libssl3\nV:3.3.2-r0\nA:x86_64\no:openssl\n\n";
    let inventory = image(&[layer(&[
        Line::File("lib/apk/db/installed", database),
        Line::File("var/lib/db/sbom/libssl3-3.3.1-r0.spdx.json", old.as_bytes()),
        Line::File("var/lib/db/sbom/libssl3-3.3.2-r0.spdx.json", new.as_bytes()),
    ])]);
    assert_eq!(inventory.packages.len(), 1);
    assert_eq!(inventory.packages[0].package.version, "3.3.2-r0");
    assert_eq!(inventory.packages[0].sightings.len(), 2);
    assert!(inventory.gaps.iter().any(|gap| gap.detail.ends_with("libssl3")));
}

fn program(parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = b"\x7fELF".to_vec();
    for part in parts {
        bytes.extend_from_slice(&[b'x'; 1501]);
        bytes.extend_from_slice(part);
    }
    bytes
}

fn gzip(text: &str, level: u32) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

const LIBRARIES: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": [
    {"type": "library", "group": "io.netty", "name": "netty-common", "version": "4.1.76.Final", "purl": "pkg:maven/io.netty/netty-common@4.1.76.Final"}]}"#;

#[test]
fn libraries_of_native_images_are_found_whatever_the_windows() {
    for level in [0, 1, 9] {
        let other = gzip("{\"not\": \"a list\"}", level);
        let list = gzip(LIBRARIES, level);
        for bytes in [program(&[&other, &list, &[0; 3000]]), program(&[&list]), program(&[&[0; 40_000], &list, &other])]
        {
            for window_bytes in [1, 7, 513, 4096, 1 << 20] {
                let reading = read_in_windows("native-image", "usr/bin/app", &[], &bytes, window_bytes);
                assert_eq!(
                    reading.lines(),
                    ["io.netty:netty-common 4.1.76.Final"],
                    "level {level}, windows of {window_bytes}"
                );
                assert_eq!(reading.packages[0].evidence, EvidenceKind::BuildInfo);
                assert!(reading.gaps.is_empty());
            }
        }
    }
}

#[test]
fn a_native_image_with_half_a_list_says_so() {
    let list = gzip(LIBRARIES, 0);
    let reading = read("native-image", "usr/bin/app", &program(&[&list[..list.len() - 60]]));
    assert_eq!(reading.gaps.len(), 1);
    let class = b"\xca\xfe\xba\xbe\0\0\0\x3d";
    assert!(!read("native-image", "a.class", &[&class[..], &list].concat()).wanted);
}

#[test]
fn damaged_lists_never_panic() {
    for (id, path) in [("packaged-sbom", "usr/share/sbom/a.json"), ("shipped-sbom", "app/bom.json")] {
        survives_damage(id, path, LIST.as_bytes());
        survives_anything(id, path);
    }
    survives_damage("native-image", "usr/bin/app", &program(&[&gzip(LIBRARIES, 6)]));
}
