//! Models in llama.cpp's format, GGUF: what the header says of them.
//! <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Stream, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Package, PackageKind};

use super::{decode_text, field};
use crate::head::Head;
use crate::model_names::{is_later_part, name_and_revision};

/// Reads the headers of GGUF files.
pub struct Gguf;

/// What is said of the model stands before its vocabulary.
const HEADER_BYTES: usize = 256 << 10;
/// Types of values, as the format numbers them.
const STRING: u32 = 8;
const ARRAY: u32 = 9;

impl Inspect for Gguf {
    fn id(&self) -> &'static str {
        "gguf"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Suffix(".gguf")]
    }
    fn want(&self, file: &FileMeta<'_>, head: &[u8]) -> Want {
        if head.starts_with(b"GGUF") && !is_later_part(file.name()) { Want::Stream { overlap: 0 } } else { Want::No }
    }
    fn stream(&self, file: &FileMeta<'_>) -> Option<Box<dyn Stream>> {
        let (name, revision) = name_and_revision(file.path);
        let read = move |bytes: &[u8], whole: bool, out: &mut Sink| read_model(bytes, whole, &name, &revision, out);
        Some(Box::new(Head::new(HEADER_BYTES, Box::new(read))))
    }
}

fn read_model(bytes: &[u8], whole: bool, name: &str, revision: &str, out: &mut Sink) -> Result<(), Unreadable> {
    let mut package = Package::new(PackageKind::Model, name, revision, EvidenceKind::Metadata);
    let (mut title, mut base) = (None, None);
    let read = Reader { rest: bytes, big_endian: false, narrow: false }.each_text(|key, text| {
        let text = decode_text(text);
        let Some(text) = field(&text).map(str::to_owned) else { return };
        match key {
            b"general.name" => title = Some(text),
            b"general.basename" => base = Some(text),
            b"general.version" => package.version = text,
            b"general.license" => package.license = Some(text),
            b"general.organization" => package.vendor = Some(text),
            _ => {}
        }
    });
    if let Some(title) = title.or(base) {
        package.name = title;
    }
    out.package(package);
    match read {
        // The vocabulary was cut.
        Err(Unreadable::Truncated) if !whole => Ok(()),
        read => read,
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    big_endian: bool,
    /// Version 1 has lengths of four bytes.
    narrow: bool,
}

impl<'a> Reader<'a> {
    /// Calls `each` with every key that has a text as its value.
    fn each_text(mut self, mut each: impl FnMut(&'a [u8], &'a [u8])) -> Result<(), Unreadable> {
        self.take(4)?;
        let version = self.number(4)?;
        self.big_endian = version > 0xffff;
        self.narrow = version == 1 || version == 1 << 24;
        self.length()?;
        let count = self.length()?;
        for _ in 0..count {
            let key = self.text()?;
            match self.number(4)? as u32 {
                STRING => each(key, self.text()?),
                ARRAY => {
                    let kind = self.number(4)? as u32;
                    let items = self.length()?;
                    self.skip(kind, items)?;
                }
                kind => self.skip(kind, 1)?,
            }
        }
        Ok(())
    }

    fn skip(&mut self, kind: u32, items: u64) -> Result<(), Unreadable> {
        let bytes = match kind {
            0 | 1 | 7 => 1,
            2 | 3 => 2,
            4..=6 => 4,
            10..=12 => 8,
            STRING => {
                for _ in 0..items {
                    self.text()?;
                }
                return Ok(());
            }
            _ => return Err(Unreadable::syntax(format!("values of the unknown type {kind}"))),
        };
        self.take(items.saturating_mul(bytes)).map(|_| ())
    }

    fn text(&mut self) -> Result<&'a [u8], Unreadable> {
        let bytes = self.length()?;
        self.take(bytes)
    }

    fn length(&mut self) -> Result<u64, Unreadable> {
        self.number(if self.narrow { 4 } else { 8 })
    }

    fn number(&mut self, bytes: u64) -> Result<u64, Unreadable> {
        let digits = self.take(bytes)?;
        let join = |number: u64, digit: &u8| number << 8 | u64::from(*digit);
        Ok(if self.big_endian { digits.iter().fold(0, join) } else { digits.iter().rev().fold(0, join) })
    }

    fn take(&mut self, bytes: u64) -> Result<&'a [u8], Unreadable> {
        let bytes = usize::try_from(bytes).map_err(|_| Unreadable::Truncated)?;
        let (taken, rest) = self.rest.split_at_checked(bytes).ok_or(Unreadable::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }
}
