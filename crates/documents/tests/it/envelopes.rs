//! Envelopes: the same document comes out, however it was put in.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use plimsoll_documents::{DocumentError, envelope, sbom};
use serde_json::{Value, json};

use crate::samples::{lines, sample};

fn document() -> Value {
    serde_json::from_slice(&sample("syft.cdx.json")).unwrap()
}

fn statement(predicate: &Value) -> Value {
    json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "shop", "digest": {"sha256": "00ff"}}],
        "predicateType": "https://cyclonedx.org/bom",
        "predicate": predicate,
    })
}

fn dsse(payload: &str) -> Value {
    json!({"payloadType": "application/vnd.in-toto+json", "payload": payload, "signatures": []})
}

#[test]
fn a_document_is_the_same_bare_or_in_any_envelope() {
    let bare = sbom::read(&sample("syft.cdx.json")).unwrap();
    let stated = statement(&document());
    let signed = dsse(&STANDARD.encode(stated.to_string()));
    let plain = sample("syft.spdx");
    for (what, envelope) in [
        ("statement", stated.clone()),
        ("DSSE", signed.clone()),
        ("DSSE, base64 of URLs", dsse(&URL_SAFE_NO_PAD.encode(stated.to_string()))),
        ("bundle", json!({"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "dsseEnvelope": signed})),
        ("cosign's object", statement(&json!({"Data": document(), "Timestamp": ""}))),
        ("cosign's string", statement(&json!({"Data": document().to_string()}))),
        ("text that is no JSON", statement(&json!({"Data": String::from_utf8(plain).unwrap()}))),
    ] {
        let bom = sbom::read(envelope.to_string().as_bytes()).unwrap();
        let mut packages = (lines(&bom), lines(&bare));
        packages.0.sort();
        packages.1.sort();
        assert_eq!(packages.0, packages.1, "{what}");
    }
}

#[test]
fn a_statement_tells_what_it_speaks_of() {
    let text = dsse(&STANDARD.encode(statement(&document()).to_string())).to_string();
    let opened = envelope::open(&text).unwrap();
    let said = opened.statement.unwrap();
    assert!(opened.is_signed);
    assert_eq!(said.predicate_type, "https://cyclonedx.org/bom");
    assert_eq!(said.subjects, [("shop".to_owned(), "sha256:00ff".to_owned())]);
}

#[test]
fn damaged_and_endless_envelopes_are_refused_with_the_reason() {
    for payload in ["!", "YQ=", "/w=="] {
        let error = sbom::read(dsse(payload).to_string().as_bytes()).unwrap_err();
        assert!(matches!(error, DocumentError::Envelope(_)), "{payload}: {error}");
    }
    let mut nested = document();
    for _ in 0..10 {
        nested = statement(&nested);
    }
    assert!(matches!(sbom::read(nested.to_string().as_bytes()), Err(DocumentError::Envelope(_))));
    assert_eq!(sbom::read(statement(&json!({"scanner": {}})).to_string().as_bytes()), Err(DocumentError::Unrecognised));
}
