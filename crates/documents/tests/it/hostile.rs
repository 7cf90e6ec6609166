//! Documents cut, spoilt, nested, endless and drawn at random: an error or a gap, never a crash.

use std::fmt::Write as _;

use plimsoll_documents::sbom::{self, MAX_PACKAGES, Options};
use plimsoll_documents::{DocumentError, envelope};
use plimsoll_model::GapKind;

use crate::samples::{all, lines, read};

#[test]
fn cut_and_flipped_documents_keep_what_was_read() {
    for (name, good) in all() {
        let whole = sbom::read(&good).unwrap().packages.len();
        for cut in (0..good.len()).step_by(1 + good.len() / 60) {
            if let Ok(bom) = sbom::read(&good[..cut]) {
                assert!(bom.packages.len() <= whole, "{name} cut at {cut}");
                let is_said = bom.gaps.iter().any(|gap| gap.kind == GapKind::FileUnreadable);
                assert!(is_said || name.ends_with(".spdx") || cut + 2 > good.len(), "{name} cut at {cut} says nothing");
            }
            let mut flipped = good.clone();
            flipped[cut] ^= 1 << (cut % 8);
            let _ = sbom::read(&flipped);
        }
    }
}

#[test]
fn other_encodings_are_read() {
    for (name, good) in all() {
        let expected = lines(&sbom::read(&good).unwrap());
        let text = String::from_utf8(good.clone()).unwrap();
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> =
            [0xff, 0xfe].into_iter().chain(units.iter().flat_map(|unit| unit.to_le_bytes())).collect();
        let big: Vec<u8> = [0xfe, 0xff].into_iter().chain(units.iter().flat_map(|unit| unit.to_be_bytes())).collect();
        let marked = [b"\xef\xbb\xbf", &good[..]].concat();
        for bytes in [little, big, marked] {
            assert_eq!(lines(&sbom::read(&bytes).unwrap()), expected, "{name}");
        }
    }
    let latin =
        b"{\"bomFormat\": \"CycloneDX\", \"components\": [{\"purl\": \"pkg:npm/a@1\", \"publisher\": \"caf\xe9\"}]}";
    assert_eq!(sbom::read(latin).unwrap().packages[0].package.vendor.as_deref(), Some("caf\u{fffd}"));
}

#[test]
fn repeated_fields_and_wrong_types_cost_no_neighbour() {
    let bom = read(
        r#"{"bomFormat": "CycloneDX", "bomFormat": "CycloneDX", "specVersion": 7, "components": {"no": "list"}, "components": [
            {"name": "x", "name": "y", "purl": "pkg:npm/a@1", "purl": "pkg:npm/b@2", "licenses": 5, "hashes": [7, {"alg": 1}], "properties": {}},
            {"purl": ["pkg:npm/c@1"]}, {"purl": "pkg:npm/d@4", "evidence": {"occurrences": "x"}, "supplier": "text"}],
            "dependencies": [7, {"ref": 1}, {"ref": "a", "dependsOn": "b"}], "metadata": []}"#,
    );
    assert_eq!(lines(&bom), ["npm a 1", "npm d 4"]);
}

#[test]
fn deep_documents_end_with_a_reason() {
    for deep in [100, 1_000, 200_000] {
        let json = format!(
            r#"{{"bomFormat": "CycloneDX", "components": [{{"purl": "pkg:npm/a@1"}}, {}"#,
            r#"{"components": ["#.repeat(deep)
        );
        let bom = read(&json);
        assert_eq!(lines(&bom), ["npm a 1"]);
        assert!(!bom.gaps.is_empty());
        let xml = format!(
            r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components><component><purl>pkg:npm/a@1</purl></component>{}"#,
            "<component><components>".repeat(deep)
        );
        let bom = read(&xml);
        assert_eq!(lines(&bom), ["npm a 1"]);
        assert!(!bom.gaps.is_empty());
        let _ = sbom::read("[".repeat(deep).as_bytes());
        let _ = sbom::read("{\"a\":".repeat(deep).as_bytes());
        let _ = envelope::open(&r#"{"predicateType": "x", "predicate": "#.repeat(deep));
    }
    let whole = |deep: usize| {
        let (open, close) = (r#"{"components": ["#.repeat(deep), "]}".repeat(deep));
        read(&format!(
            r#"{{"bomFormat": "CycloneDX", "components": [{open}{{"purl": "pkg:npm/a@1"}}{close}, {{"purl": "pkg:npm/b@1"}}]}}"#
        ))
    };
    assert_eq!(lines(&whole(10)), ["npm a 1", "npm b 1"]);
    assert_eq!(lines(&whole(30)), ["npm b 1"]);
    assert!(whole(30).gaps.iter().any(|gap| gap.kind == GapKind::LimitReached));
}

#[test]
fn relations_may_run_in_circles_and_references_stand_twice() {
    let bom = read(
        r#"{"bomFormat": "CycloneDX", "components": [
            {"bom-ref": "a", "purl": "pkg:npm/a@1"}, {"bom-ref": "b", "purl": "pkg:npm/b@1"}, {"bom-ref": "a", "purl": "pkg:npm/c@1"}],
            "dependencies": [{"ref": "a", "dependsOn": ["b", "a", "nobody"]}, {"ref": "b", "dependsOn": ["a", "a"]}]}"#,
    );
    assert_eq!(bom.relations.len(), 2);
    assert_eq!(bom.packages[0].package.requires[0].name, "b");
    assert_eq!(bom.packages[1].package.requires.len(), 1);
    assert!(bom.gaps.iter().any(|gap| gap.detail.contains("several components")));
}

#[test]
fn more_components_than_are_kept_are_counted() {
    let mut json = String::from(r#"{"bomFormat": "CycloneDX", "components": ["#);
    for number in 0..30 {
        let _ = write!(json, r#"{{"purl": "pkg:npm/a@{number}"}},"#);
    }
    json.push_str("{}]}");
    let bom = sbom::read_with(json.as_bytes(), Options { max_packages: 10, kind_of_unnamed: None }).unwrap();
    assert_eq!(bom.packages.len(), 10);
    let gap = bom.gaps.iter().find(|gap| gap.kind == GapKind::LimitReached).unwrap();
    assert_eq!(gap.count, 20);
    assert_eq!(read(&json).packages.len(), 30);
    assert_eq!(MAX_PACKAGES, 200_000);
}

#[test]
fn overlong_texts_are_not_kept() {
    let long = "x".repeat(4 << 20);
    let json = format!(
        r#"{{"bomFormat": "CycloneDX", "components": [{{"name": "{long}", "purl": "pkg:npm/{long}@1"}},
            {{"purl": "pkg:npm/a@1", "bom-ref": "{long}", "publisher": "{long}", "licenses": [{{"expression": "{long}"}}],
            "properties": [{{"name": "{long}", "value": "{long}"}}], "hashes": [{{"alg": "{long}", "content": "00"}}],
            "evidence": {{"occurrences": [{{"location": "{long}"}}]}}}}]}}"#
    );
    let bom = read(&json);
    assert_eq!(lines(&bom), ["npm a 1"]);
    assert!(format!("{bom:?}").len() < 4_000);
    assert_eq!(bom.gaps.len(), 1);
}

#[test]
fn entities_of_the_document_itself_are_not_expanded() {
    let xml = r#"<!DOCTYPE bom [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>
        <bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components><component><publisher>x&a;&b;y</publisher>
        <purl>pkg:npm/a@1</purl></component></components></bom>"#;
    assert_eq!(read(xml).packages[0].package.vendor.as_deref(), Some("xy"));
}

#[test]
fn what_is_larger_than_the_cap_is_refused() {
    let bytes = vec![b' '; sbom::MAX_BYTES + 1];
    assert_eq!(sbom::read(&bytes), Err(DocumentError::TooLarge(sbom::MAX_BYTES)));
}

#[test]
fn any_bytes_are_read_or_refused() {
    plimsoll_fuzzing::check().with_iterations(2_000).for_each(|bytes| {
        let _ = sbom::read(bytes);
        for head in [
            "{\"bomFormat\":\"CycloneDX\",",
            "{\"spdxVersion\":\"SPDX-2.3\",",
            "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.4\">",
            "SPDXVersion: SPDX-2.3\n",
            "{\"payloadType\":\"x\",\"payload\":\"",
        ] {
            let _ = sbom::read(&[head.as_bytes(), bytes].concat());
        }
    });
}

/// Pieces of which documents are put together at random.
type Drawn = Vec<(u8, u8, u8)>;

#[test]
fn any_mixture_of_good_pieces_is_read() {
    const KEYS: &[&str] = &[
        "components",
        "metadata",
        "component",
        "purl",
        "name",
        "version",
        "dependencies",
        "ref",
        "dependsOn",
        "bom-ref",
        "tools",
        "packages",
        "SPDXID",
        "externalRefs",
        "referenceType",
        "referenceLocator",
        "relationships",
        "spdxElementId",
        "relationshipType",
        "relatedSpdxElement",
        "@graph",
        "type",
        "spdxId",
        "from",
        "to",
        "software_packageUrl",
        "artifacts",
        "artifactRelationships",
        "parent",
        "child",
        "licenses",
        "properties",
        "evidence",
        "occurrences",
        "hashes",
        "metadata",
        "distro",
        "source",
    ];
    const VALUES: &[&str] = &[
        "\"pkg:npm/a@1\"",
        "\"a\"",
        "\"b\"",
        "7",
        "null",
        "true",
        "\"purl\"",
        "\"DEPENDS_ON\"",
        "\"software_Package\"",
        "\"Relationship\"",
        "\"dependsOn\"",
        "\"dependency-of\"",
        "\"operating-system\"",
        "\"cpe:2.3:a:a:a:1\"",
        "-1",
        "1.5",
        "\"\"",
        "\"SPDXRef-DOCUMENT\"",
    ];
    const HEADS: &[&str] = &[
        "\"bomFormat\":\"CycloneDX\"",
        "\"spdxVersion\":\"SPDX-2.3\"",
        "\"@context\":\"https://spdx.org/rdf/3.0.1/c\"",
        "\"descriptor\":{\"name\":\"syft\"}",
    ];
    plimsoll_fuzzing::check().with_type::<(u8, Drawn)>().with_iterations(8_000).for_each(|(head, pieces)| {
        let mut text = format!("{{{}", HEADS[usize::from(*head) % HEADS.len()]);
        let mut open = vec!['}'];
        for (what, key, value) in pieces.iter().take(200) {
            let in_object = open.last() == Some(&'}');
            let key = KEYS[usize::from(*key) % KEYS.len()];
            if !text.ends_with(['{', '[']) && open.len() > 1 || open.len() == 1 {
                text.push(',');
            }
            if in_object {
                let _ = write!(text, "\"{key}\":");
            }
            match what % 5 {
                0 if open.len() < 60 => {
                    text.push('{');
                    open.push('}');
                }
                1 if open.len() < 60 => {
                    text.push('[');
                    open.push(']');
                }
                2 if open.len() > 1 => {
                    text.push_str("\"x\"");
                    text.extend(open.pop());
                }
                _ => text.push_str(VALUES[usize::from(*value) % VALUES.len()]),
            }
        }
        text.extend(open.iter().rev());
        sbom::read(text.as_bytes()).unwrap();
    });
}
