//! Envelopes around a document: in-toto statements, DSSE, Sigstore bundles. Nothing is verified here.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::DocumentError;
use crate::text::{complaint, field};

/// Envelopes within envelopes.
const MAX_DEPTH: usize = 6;
/// Subjects of one statement that are kept.
const MAX_SUBJECTS: usize = 1_000;
/// Bytes at the beginning in which an envelope shows that it is one.
const HEAD_BYTES: usize = 4 << 10;

/// What was in the envelopes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened<'a> {
    /// The document itself.
    pub document: Cow<'a, str>,
    /// The innermost in-toto statement around it.
    pub statement: Option<Statement>,
    /// Whether there is an envelope for signatures.
    pub is_signed: bool,
}

/// An in-toto statement, without its predicate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statement {
    /// What the predicate is: `https://cyclonedx.org/bom`, `https://spdx.dev/Document`.
    pub predicate_type: String,
    /// Of what it speaks: name, and digest as `sha256:…`.
    pub subjects: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default, rename = "dsseEnvelope")]
    bundled: Option<&'a RawValue>,
    #[serde(borrow, default)]
    payload: Option<Cow<'a, str>>,
    #[serde(borrow, default, rename = "predicateType")]
    predicate_type: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    predicate: Option<&'a RawValue>,
    #[serde(borrow, default)]
    subject: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Subject<'a> {
    #[serde(borrow, default)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    digest: std::collections::BTreeMap<Cow<'a, str>, Cow<'a, str>>,
}

/// How cosign wraps a document that is no object of its own.
#[derive(Deserialize)]
struct Wrapped<'a> {
    #[serde(borrow, rename = "Data")]
    data: &'a RawValue,
}

/// Takes a document out of its envelopes; a bare one stays as it is.
///
/// # Errors
/// Where an envelope is damaged, or there are too many.
pub fn open(text: &str) -> Result<Opened<'_>, DocumentError> {
    let mut opened = Opened { document: Cow::Borrowed(text), statement: None, is_signed: false };
    for _ in 0..MAX_DEPTH {
        let inner = match &opened.document {
            Cow::Borrowed(text) => step(text, &mut opened.statement, &mut opened.is_signed)?,
            Cow::Owned(text) => {
                step(text, &mut opened.statement, &mut opened.is_signed)?.map(Cow::into_owned).map(Cow::Owned)
            }
        };
        match inner {
            Some(inner) => opened.document = inner,
            None => return Ok(opened),
        }
    }
    Err(DocumentError::Envelope("there are too many within one another".into()))
}

/// What is in this envelope; `None` if it is none.
fn step<'a>(
    text: &'a str,
    statement: &mut Option<Statement>,
    is_signed: &mut bool,
) -> Result<Option<Cow<'a, str>>, DocumentError> {
    let damaged = |error: &dyn std::fmt::Display| DocumentError::Envelope(complaint(error));
    if !may_be_envelope(text) {
        return Ok(None);
    }
    // What is no object, or none with these keys, is the document.
    let Ok(envelope) = serde_json::from_str::<Envelope<'a>>(text) else { return Ok(None) };
    if let Some(bundled) = envelope.bundled {
        return Ok(Some(Cow::Borrowed(bundled.get())));
    }
    if let Some(payload) = envelope.payload {
        *is_signed = true;
        let bytes = decode_base64(payload.trim()).map_err(|error| damaged(&error))?;
        let text = String::from_utf8(bytes).map_err(|error| damaged(&error))?;
        return Ok(Some(Cow::Owned(text)));
    }
    let (Some(predicate_type), Some(predicate)) = (envelope.predicate_type, envelope.predicate) else {
        return Ok(None);
    };
    *statement = Some(Statement {
        predicate_type: field(&predicate_type).unwrap_or_default().to_owned(),
        subjects: subjects(envelope.subject),
    });
    let inner = match serde_json::from_str::<Wrapped<'a>>(predicate.get()) {
        Ok(wrapped) => wrapped.data.get(),
        Err(_) => predicate.get(),
    };
    if inner.starts_with('"') {
        return serde_json::from_str::<String>(inner)
            .map(|text| Some(Cow::Owned(text)))
            .map_err(|error| damaged(&error));
    }
    Ok(Some(Cow::Borrowed(inner)))
}

/// Whether it is worth looking: an SBOM of many megabytes is not to be read twice.
fn may_be_envelope(text: &str) -> bool {
    let text = text.trim_start();
    if !text.starts_with('{') {
        return false;
    }
    let shows = |part: &str| {
        ["\"payload\"", "\"payloadType\"", "\"dsseEnvelope\"", "\"predicateType\""].iter().any(|key| part.contains(key))
    };
    let boundary = |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    shows(&text[..boundary(HEAD_BYTES.min(text.len()))])
        || shows(&text[boundary(text.len().saturating_sub(HEAD_BYTES))..])
}

fn subjects(list: Option<&RawValue>) -> Vec<(String, String)> {
    let list: Vec<Subject<'_>> = list.and_then(|list| serde_json::from_str(list.get()).ok()).unwrap_or_default();
    let digests = list.into_iter().flat_map(|subject| {
        let name = subject.name.as_deref().and_then(field).unwrap_or_default().to_owned();
        subject.digest.into_iter().map(move |(algorithm, digest)| (name.clone(), format!("{algorithm}:{digest}")))
    });
    digests.filter(|(_, digest)| field(digest).is_some()).take(MAX_SUBJECTS).collect()
}

/// Base64 in any of its four spellings.
fn decode_base64(text: &str) -> Result<Vec<u8>, base64::DecodeError> {
    let is_url = text.contains(['-', '_']);
    match (is_url, text.ends_with('=')) {
        (false, true) => STANDARD.decode(text),
        (false, false) => STANDARD_NO_PAD.decode(text),
        (true, true) => URL_SAFE.decode(text),
        (true, false) => URL_SAFE_NO_PAD.decode(text),
    }
}
