//! What each format has of its own, on documents written by their specifications.

use plimsoll_documents::sbom::{ComponentKind, FORMATS, RelationKind, recognise};
use plimsoll_model::{Need, Position};

use crate::samples::{SPDX_3, lines, read};

#[test]
fn spdx_3_is_a_graph() {
    let bom = read(SPDX_3);
    assert_eq!((bom.format, bom.version.as_str()), ("spdx-3", "3.0.1"));
    assert_eq!(lines(&bom), ["deb libssl3 3.0.9-1", "deb libc6 2.36-9"]);
    let ssl = &bom.packages[0];
    assert_eq!(ssl.package.license.as_deref(), Some("Apache-2.0"));
    assert_eq!(ssl.package.vendor.as_deref(), Some("Debian"));
    assert_eq!(ssl.package.requires[0].name, "libc6");
    assert_eq!(ssl.hashes[0].digest, "00ff");
    assert_eq!(ssl.property("plimsoll:presence"), Some("present"));
    assert_eq!(
        bom.subject.map(|subject| (subject.name, subject.component)),
        Some(("shop".into(), ComponentKind::Container))
    );
    assert_eq!((bom.files, bom.tools.len()), (1, 1));
}

#[test]
fn components_within_components_know_their_parent() {
    let json = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
        {"bom-ref": "a", "components": [{"bom-ref": "b", "components": [{"bom-ref": "c", "purl": "pkg:npm/c@1"}], "purl": "pkg:npm/b@1"}],
         "purl": "pkg:npm/a@1"}, {"bom-ref": "d", "purl": "pkg:npm/d@1"}]}"#;
    let xml = r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components>
        <component bom-ref="a"><components><component bom-ref="b"><components><component bom-ref="c"><purl>pkg:npm/c@1</purl></component></components>
        <purl>pkg:npm/b@1</purl></component></components><purl>pkg:npm/a@1</purl></component>
        <component bom-ref="d"><purl>pkg:npm/d@1</purl></component></components></bom>"#;
    for text in [json, xml] {
        let bom = read(text);
        assert_eq!(lines(&bom), ["npm c 1", "npm b 1", "npm a 1", "npm d 1"]);
        let parents: Vec<Option<u32>> = bom.packages.iter().map(|package| package.parent).collect();
        assert_eq!(parents, [Some(1), Some(2), None, None]);
        assert!(bom.relations.iter().all(|relation| relation.kind == RelationKind::Contains));
        assert_eq!(bom.relations.len(), 2);
    }
}

#[test]
fn what_cyclonedx_says_of_a_component_is_kept() {
    let json = r#"{"bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": "urn:uuid:1",
        "metadata": {"tools": [{"vendor": "v", "name": "old", "version": "1"}]},
        "compositions": [{"aggregate": "incomplete_first_party_only"}],
        "components": [{"type": "library", "purl": "pkg:npm/a@1", "scope": "excluded",
        "supplier": {"name": "Who"}, "publisher": "other", "hashes": [{"alg": "SHA-256", "content": "00FF"}, {"alg": "MD5", "content": "zz"}],
        "licenses": [{"license": {"id": "MIT"}}, {"license": {"name": "A licence"}}],
        "evidence": {"occurrences": [{"location": "/a/b", "line": 7}, {"location": "/c", "offset": 9}], "licenses": [{"license": {"id": "GPL-2.0"}}]},
        "properties": [{"name": "plimsoll:x", "value": "y"}]}]}"#;
    let xml = r#"<?xml version="1.0"?><x:bom xmlns:x="http://cyclonedx.org/schema/bom/1.5" serialNumber="urn:uuid:1">
        <x:metadata><x:tools><x:tool><x:vendor>v</x:vendor><x:name>old</x:name><x:version>1</x:version></x:tool></x:tools></x:metadata>
        <x:components><x:component type="library"><x:supplier><x:name>Who</x:name></x:supplier><x:publisher>other</x:publisher>
        <x:scope>excluded</x:scope><x:hashes><x:hash alg="SHA-256">00FF</x:hash><x:hash alg="MD5">zz</x:hash></x:hashes>
        <x:licenses><x:license><x:id>MIT</x:id></x:license><x:license><x:name><![CDATA[A licence]]></x:name></x:license></x:licenses>
        <x:purl>pkg:npm/&#97;@1</x:purl><x:pedigree><x:ancestors><x:component><x:purl>pkg:npm/old@1</x:purl></x:component></x:ancestors></x:pedigree>
        <x:properties><x:property name="plimsoll:x">y</x:property></x:properties>
        <x:evidence><x:licenses><x:license><x:id>GPL-2.0</x:id></x:license></x:licenses><x:occurrences>
        <x:occurrence><x:location>/a/b</x:location><x:line>7</x:line></x:occurrence>
        <x:occurrence><x:location>/c</x:location><x:offset>9</x:offset></x:occurrence></x:occurrences></x:evidence></x:component></x:components>
        <x:compositions><x:composition><x:aggregate>incomplete_first_party_only</x:aggregate></x:composition></x:compositions></x:bom>"#;
    for text in [json, xml] {
        let bom = read(text);
        assert_eq!((bom.version.as_str(), bom.serial.as_deref(), bom.incomplete), ("1.5", Some("urn:uuid:1"), true));
        assert_eq!(bom.tools, ["old 1"]);
        assert_eq!(lines(&bom), ["npm a 1"], "{text}");
        let found = &bom.packages[0];
        assert!(found.package.development);
        assert_eq!(found.package.vendor.as_deref(), Some("Who"));
        assert_eq!(found.package.license.as_deref(), Some("MIT AND A licence"));
        assert_eq!((found.hashes.len(), found.hashes[0].algorithm.as_str()), (1, "sha256"));
        assert_eq!(found.property("plimsoll:x"), Some("y"));
        let places: Vec<_> = found.occurrences.iter().map(|place| (place.path.as_str(), place.position)).collect();
        assert_eq!(places, [("/a/b", Some(Position::Line(7))), ("/c", Some(Position::Offset(9)))]);
    }
}

#[test]
fn the_subject_that_stands_among_its_components_is_one_package() {
    let bom = read(
        r#"{"bomFormat": "CycloneDX", "specVersion": "1.4",
            "metadata": {"component": {"type": "library", "bom-ref": "w", "name": "w", "version": "1", "purl": "pkg:pypi/w@1"}},
            "components": [{"bom-ref": "w", "name": "w", "version": "1", "purl": "pkg:pypi/w@1"}, {"bom-ref": "l", "purl": "pkg:rpm/almalinux/l@1"}],
            "dependencies": [{"ref": "w", "dependsOn": ["l"]}]}"#,
    );
    assert_eq!(lines(&bom), ["pypi w 1", "rpm l 1"]);
    assert_eq!((bom.described.as_slice(), bom.relations.len(), bom.gaps.len()), (&[0][..], 1, 0));
    assert_eq!(bom.packages[1].package.direct, Some(true));
}

#[test]
fn spdx_relations_have_a_direction_and_a_need() {
    let text = "SPDXVersion: SPDX-2.2\nDocumentName: x\n\
        PackageName: a\nSPDXID: SPDXRef-a\nPackageVersion: 1\nExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1\n\
        PackageComment: <text>several\nPackageName: no\nlines</text>\n\
        PackageName: b\nSPDXID: SPDXRef-b\nExternalRef: PACKAGE_MANAGER purl pkg:npm/b@2\nPackageLicenseConcluded: MIT\n\
        PackageName: c\nSPDXID: SPDXRef-c\nExternalRef: PACKAGE-MANAGER purl pkg:npm/c@3\n\
        FileName: ./d\nSPDXID: SPDXRef-d\n\
        Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a\n\
        Relationship: SPDXRef-b DEV_DEPENDENCY_OF SPDXRef-a\n\
        Relationship: SPDXRef-b DEPENDS_ON SPDXRef-c\n\
        Relationship: SPDXRef-a CONTAINS SPDXRef-d\n\
        Relationship: SPDXRef-c GENERATED_FROM SPDXRef-a\n";
    let bom = read(text);
    assert_eq!(lines(&bom), ["npm a 1", "npm b 2", "npm c 3"]);
    let relations: Vec<_> = bom.relations.iter().map(|relation| (relation.from, relation.to, relation.kind)).collect();
    assert_eq!(
        relations,
        [
            (0, 1, RelationKind::Needs(Need::Development)),
            (1, 2, RelationKind::Needs(Need::Always)),
            (2, 0, RelationKind::MadeFrom),
        ]
    );
    assert_eq!((bom.files, bom.described.as_slice()), (1, &[0][..]));
    assert!(bom.packages[1].package.development && !bom.packages[2].package.development);
    assert_eq!(bom.packages[1].package.license.as_deref(), Some("MIT"));
}

#[test]
fn formats_are_told_by_their_content() {
    for (text, format) in [
        (r#"{"components": [], "bomFormat": "CycloneDX"}"#, Some("cyclonedx-json")),
        (r#"{"$schema": "http://cyclonedx.org/schema/bom-1.2.schema.json", "components": []}"#, Some("cyclonedx-json")),
        (r#"  {"packages": [], "spdxVersion": "SPDX-2.3"}"#, Some("spdx-json")),
        (r#"{"@graph": [], "@context": ["https://spdx.org/rdf/3.0.1/spdx-context.jsonld"]}"#, Some("spdx-3")),
        (r#"{"artifacts": [], "schema": {"url": "https://x/syft/schema.json"}}"#, Some("syft-json")),
        (r#"{"descriptor": {"name": "syft"}}"#, Some("syft-json")),
        ("<!-- x --><bom xmlns=\"http://cyclonedx.org/schema/bom/1.0\"/>", Some("cyclonedx-xml")),
        ("# a\r\nSPDXVersion: SPDX-2.3\r\n", Some("spdx-tag-value")),
        (r#"{"bomFormat": "Other"}"#, None),
        (r#"{"name": "package.json", "version": "1"}"#, None),
        ("<bom/>", None),
        ("<html><bom xmlns=\"http://cyclonedx.org/schema/bom/1.0\"/></html>", None),
        ("", None),
        ("[1]", None),
    ] {
        assert_eq!(recognise(text).map(|format| format.id), format, "{text}");
    }
}

#[test]
fn names_of_formats_are_unique() {
    let ids: std::collections::BTreeSet<&str> = FORMATS.iter().map(|format| format.id).collect();
    let titles: std::collections::BTreeSet<&str> = FORMATS.iter().map(|format| format.title).collect();
    assert_eq!((ids.len(), titles.len()), (FORMATS.len(), FORMATS.len()));
}
