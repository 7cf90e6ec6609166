//! Models as safetensors: the metadata in front of the weights.
//!
//! Eight bytes say how long it is; it is JSON, `{"__metadata__": {…}, "TENSOR": …}`. Few say what the
//! model is (`modelspec.title`); the others have the name of their file or folder.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Stream, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Package, PackageKind};
use serde_json::value::RawValue;

use super::field;
use crate::head::Head;
use crate::json::{Text, each_entry, each_entry_of};
use crate::model_names::{is_later_part, name_and_revision};

/// Reads the headers of safetensors files.
pub struct Safetensors;

/// Those of large models list thousands of tensors; the metadata is the first entry.
const HEADER_BYTES: usize = 256 << 10;

impl Inspect for Safetensors {
    fn id(&self) -> &'static str {
        "safetensors"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Suffix(".safetensors")]
    }
    fn want(&self, file: &FileMeta<'_>, head: &[u8]) -> Want {
        let is_header = head.get(8) == Some(&b'{');
        if is_header && !is_later_part(file.name()) { Want::Stream { overlap: 0 } } else { Want::No }
    }
    fn stream(&self, file: &FileMeta<'_>) -> Option<Box<dyn Stream>> {
        let (name, revision) = name_and_revision(file.path);
        let read = move |bytes: &[u8], whole: bool, out: &mut Sink| read_model(bytes, whole, &name, &revision, out);
        Some(Box::new(Head::new(HEADER_BYTES, Box::new(read))))
    }
}

fn read_model(bytes: &[u8], whole: bool, name: &str, revision: &str, out: &mut Sink) -> Result<(), Unreadable> {
    let (length, rest) = bytes.split_first_chunk().ok_or(Unreadable::Truncated)?;
    let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
    let header = rest.get(..length);
    let mut package = Package::new(PackageKind::Model, name, revision, EvidenceKind::Metadata);
    let read = each_entry_of(header.unwrap_or(rest), |key, value: &RawValue| {
        if key == "__metadata__" {
            // What is no list says nothing.
            let _ = each_entry(Some(value), |key, text: Text<'_>| take(&mut package, &key, text.as_str()));
        }
    });
    out.package(package);
    match header {
        Some(_) => read,
        None if whole => Err(Unreadable::Truncated),
        // The list of tensors was cut.
        None => Ok(()),
    }
}

fn take(package: &mut Package, key: &str, text: Option<&str>) {
    let Some(text) = text.and_then(field).map(str::to_owned) else { return };
    match key {
        "modelspec.title" => package.name = text,
        "modelspec.license" => package.license = Some(text),
        "modelspec.author" => package.vendor = Some(text),
        _ => {}
    }
}
