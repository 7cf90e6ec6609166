//! Models in the format of ONNX: what stands before the graph.
//!
//! A message of protocol buffers, whose fields are commonly written in their order. It has no name of
//! its own. <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Stream, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Package, PackageKind};

use super::{decode_text, field};
use crate::head::Head;
use crate::model_names::name_and_revision;

/// Reads the beginnings of ONNX files.
pub struct Onnx;

const HEADER_BYTES: usize = 16 << 10;
/// Numbers of the message's fields.
const PRODUCER: u64 = 2;
const DOMAIN: u64 = 4;
const MODEL_VERSION: u64 = 5;
const GRAPH: u64 = 7;

impl Inspect for Onnx {
    fn id(&self) -> &'static str {
        "onnx"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Suffix(".onnx")]
    }
    fn want(&self, _: &FileMeta<'_>, head: &[u8]) -> Want {
        // The first field, with the version of the format.
        if head.first() == Some(&0x08) { Want::Stream { overlap: 0 } } else { Want::No }
    }
    fn stream(&self, file: &FileMeta<'_>) -> Option<Box<dyn Stream>> {
        let (name, revision) = name_and_revision(file.path);
        let read = move |bytes: &[u8], whole: bool, out: &mut Sink| read_model(bytes, whole, &name, &revision, out);
        Some(Box::new(Head::new(HEADER_BYTES, Box::new(read))))
    }
}

fn read_model(bytes: &[u8], whole: bool, name: &str, revision: &str, out: &mut Sink) -> Result<(), Unreadable> {
    let mut package = Package::new(PackageKind::Model, name, revision, EvidenceKind::FileName);
    let read = read_fields(bytes, &mut package);
    out.package(package);
    match read {
        Err(Unreadable::Truncated) if !whole => Ok(()),
        read => read,
    }
}

fn read_fields(mut rest: &[u8], package: &mut Package) -> Result<(), Unreadable> {
    while !rest.is_empty() {
        let tag = varint(&mut rest)?;
        match (tag >> 3, tag & 7) {
            // All that is of interest stands before it.
            (GRAPH, _) => return Ok(()),
            (number, 0) => {
                let value = varint(&mut rest)?;
                if number == MODEL_VERSION && value != 0 {
                    package.version = value.to_string();
                }
            }
            (number, 2) => {
                let length = usize::try_from(varint(&mut rest)?).map_err(|_| Unreadable::Truncated)?;
                let (value, after) = rest.split_at_checked(length).ok_or(Unreadable::Truncated)?;
                rest = after;
                if number == DOMAIN || (number == PRODUCER && package.vendor.is_none()) {
                    package.vendor = field(&decode_text(value)).map(str::to_owned).or(package.vendor.take());
                }
            }
            (_, wire) => return Err(Unreadable::syntax(format!("a field of the unknown form {wire}"))),
        }
    }
    Ok(())
}

/// A number in groups of seven bits, the lowest first.
fn varint(rest: &mut &[u8]) -> Result<u64, Unreadable> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first().ok_or(Unreadable::Truncated)?;
        *rest = after;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(Unreadable::syntax("a number that does not end"))
}
