//! ELF notes: the build id, and which package a program belongs to.
//! <https://uapi-group.org/specifications/specs/package_metadata_for_executable_files/>

use std::fmt::Write as _;

use plimsoll_model::{EvidenceKind, Package, PackageKind, SourcePackage};
use serde::Deserialize;

use super::numbers::Numbers;
use crate::installed::optional_text;
use crate::json::{Text, document};
use crate::lang::field;

/// Notes of one segment.
const MAX_NOTES: usize = 256;
/// Bytes of a build id: SHA-1 has 20.
const MAX_BUILD_ID_BYTES: usize = 64;

/// What the notes of one program say.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) build_id: Option<String>,
    /// The package, or that its note could not be read.
    pub(super) package: Option<Result<Package, plimsoll_facts::Unreadable>>,
}

impl Notes {
    /// Reads a segment of notes.
    pub(super) fn read(&mut self, numbers: Numbers, align: u64, mut bytes: &[u8]) {
        let align = if align == 8 { 8 } else { 4 };
        for _ in 0..MAX_NOTES {
            let Some((note, rest)) = Note::split(numbers, align, bytes) else { return };
            bytes = rest;
            match (note.owner, note.kind) {
                (b"GNU", 3) if note.content.len() <= MAX_BUILD_ID_BYTES => self.build_id = Some(digits(note.content)),
                (b"Go", 4) if self.build_id.is_none() => {
                    self.build_id = optional_text(&note.content[..note.content.len().min(256)]);
                }
                (b"FDO", 0xcafe_1a7e) => self.package = Some(package(note.content)),
                _ => {}
            }
        }
    }
}

struct Note<'a> {
    owner: &'a [u8],
    kind: u32,
    content: &'a [u8],
}

impl<'a> Note<'a> {
    /// The first note of `bytes` and what is behind it.
    fn split(numbers: Numbers, align: usize, bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let owner_bytes = numbers.word(bytes, 0)? as usize;
        let content_bytes = numbers.word(bytes, 4)? as usize;
        let kind = numbers.word(bytes, 8)?;
        let owner = bytes.get(12..)?.get(..owner_bytes)?;
        let begin = (12 + owner_bytes).next_multiple_of(align);
        let content = bytes.get(begin..)?.get(..content_bytes)?;
        let end = (begin + content_bytes).next_multiple_of(align).min(bytes.len());
        let owner = owner.split(|byte| *byte == 0).next().unwrap_or_default();
        Some((Self { owner, kind, content }, &bytes[end..]))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    version: Text<'a>,
    #[serde(borrow, default)]
    architecture: Text<'a>,
    #[serde(borrow, default)]
    app_cpe: Text<'a>,
}

/// The name is that of the source package.
fn package(content: &[u8]) -> Result<Package, plimsoll_facts::Unreadable> {
    let end = content.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let said: Said<'_> = document(&content[..end])?;
    let text = |text: &Text<'_>| text.as_str().and_then(field).map(str::to_owned);
    let (Some(name), Some(version)) = (text(&said.name), text(&said.version)) else {
        return Err(plimsoll_facts::Unreadable::syntax("its package note has no readable name or version"));
    };
    let kind = match said.kind.as_str().unwrap_or_default() {
        "deb" => PackageKind::Deb,
        "rpm" => PackageKind::Rpm,
        "apk" => PackageKind::Apk,
        "alpm" | "pacman" | "arch" => PackageKind::Alpm,
        "ebuild" | "portage" => PackageKind::Ebuild,
        "nix" => PackageKind::Nix,
        _ => PackageKind::Generic,
    };
    let mut package = Package::new(kind, name, version, EvidenceKind::BuildInfo);
    package.architecture = text(&said.architecture);
    package.cpes.extend(text(&said.app_cpe));
    if kind.is_os() {
        package.source = Some(SourcePackage { name: package.name.clone(), version: package.version.clone() });
    }
    Ok(package)
}

/// Bytes as hexadecimal digits.
pub(super) fn digits(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
