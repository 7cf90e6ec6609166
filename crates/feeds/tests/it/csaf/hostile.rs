//! Documents that are meant to hurt.

use serde_json::json;

use super::archives::tar;
use super::sample::Sample;
use super::{NEWER, OLDER, read_document};
use crate::reading::try_read;

const PATH: &str = "redhat/csaf/v2/vex/2023/cve-2023-0001.json";
const RHEL_9: &str = "cpe:/o:redhat:enterprise_linux:9";

#[test]
fn a_document_cut_anywhere_is_an_error() {
    for end in (0..OLDER.trim_end().len()).step_by(61) {
        assert!(try_read("redhat", PATH, &mut &OLDER.as_bytes()[..end]).is_err(), "cut at {end}");
    }
}

#[test]
fn relationships_that_turn_in_a_circle_are_named() {
    let mut sample = Sample::new().with("known_affected", RHEL_9, "pkg:rpm/redhat/zsh?arch=src");
    sample.relate("a", "b", RHEL_9);
    sample.relate("b", "a", RHEL_9);
    sample.relate("c", "pkg:rpm/redhat/zsh?arch=src", "c");
    for id in ["a", "b", "c", "nowhere"] {
        sample.list("known_affected", id);
    }
    let parsed = read_document(&sample.json());
    assert_eq!(parsed.advisories[0].affected.len(), 1);
    assert_eq!(parsed.summary.broken_count, 1);
    assert!(parsed.summary.broken[0].why.starts_with("4 products were left out; a is part of itself"));
}

#[test]
fn branches_nested_too_deep_are_an_error_and_no_crash() {
    for depth in [40, 200, 100_000] {
        let deep = format!(r#"{}{{"name":""}}{}"#, r#"{"branches":["#.repeat(depth), "]}".repeat(depth));
        let document =
            format!(r#"{{"document":{{"tracking":{{"id":"CVE-2024-0001"}}}},"product_tree":{{"branches":[{deep}]}}}}"#);
        assert!(try_read("redhat", PATH, &mut document.as_bytes()).is_err(), "{depth}");
    }
}

#[test]
fn a_million_product_ids_are_read_in_one_pass() {
    let mut sample = Sample::new();
    let id = sample.add("known_affected", RHEL_9, "pkg:rpm/redhat/bash?arch=src");
    sample.vulnerability["product_status"]["known_affected"] = json!(vec![id.as_str(); 200_000]);
    sample.vulnerability["product_status"]["fixed"] = json!(vec!["x"; 1_000_000]);
    sample.vulnerability["scores"] = json!(vec![json!({}); 100_000]);
    sample.vulnerability["remediations"] = json!([{"category": "vendor_fix", "product_ids": vec!["x"; 1_000_000]}]);
    let parsed = read_document(&sample.json());
    assert_eq!(parsed.advisories[0].affected.len(), 1);
    assert!(parsed.summary.broken[0].why.starts_with("1000000 products were left out"));
}

#[test]
fn lists_of_another_shape_are_errors_and_missing_ones_are_empty() {
    for member in [r#""known_affected":7"#, r#""known_affected":[7]"#, r#""fixed":{"a":1}"#] {
        let document = format!(
            r#"{{"document":{{"tracking":{{"id":"CVE-2024-0001"}}}},"vulnerabilities":[{{"product_status":{{{member}}}}}]}}"#
        );
        assert!(try_read("redhat", PATH, &mut document.as_bytes()).is_err(), "{member}");
    }
    for tree in ["", r#","product_tree":null,"vulnerabilities":null"#, r#","vulnerabilities":[{}]"#] {
        let parsed = read_document(&format!(r#"{{"document":{{"tracking":{{"id":"CVE-2024-0001"}}}}{tree}}}"#));
        assert_eq!((parsed.summary.foreign, parsed.summary.records), (1, 0), "{tree}");
    }
}

#[test]
fn an_id_that_could_be_a_path_is_refused() {
    let mut sample = Sample::new().with("known_affected", RHEL_9, "pkg:rpm/redhat/zsh?arch=src");
    sample.tracking["id"] = json!("../../CVE-2024-0001");
    assert!(try_read("redhat", PATH, &mut sample.json().as_bytes()).is_err());
}

#[test]
fn fuzz_csaf_documents() {
    plimsoll_fuzzing::check().with_iterations(1_500).for_each(|input: &[u8]| {
        for sample in [OLDER, NEWER] {
            let mut bytes = sample.as_bytes().to_vec();
            for change in input.chunks_exact(3) {
                let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
                bytes[place] = change[2];
            }
            let _ = try_read("redhat", PATH, &mut &*bytes);
        }
        let _ = try_read("redhat", PATH, &mut &*input);
    });
}

#[test]
fn fuzz_csaf_archives() {
    let sample = tar(&[("2023/", b""), ("2023/a.json", b"{}"), ("2023/b.json", b"[]")]);
    plimsoll_fuzzing::check().with_iterations(12_000).for_each(|input: &[u8]| {
        let mut bytes = sample.clone();
        for change in input.chunks_exact(3) {
            let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
            bytes[place] = change[2];
        }
        for path in ["redhat/csaf/v2/vex/csaf_vex_2026-03-03.tar.zst", "redhat/csaf/v2/vex/deletions.csv"] {
            let _ = try_read("redhat", path, &mut &*bytes);
            let _ = try_read("redhat", path, &mut &*input);
        }
    });
}
