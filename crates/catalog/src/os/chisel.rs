//! Packages of chiselled Ubuntu images, which have no database of dpkg's: Chisel's manifest, JSON lines
//! compressed by zstd. <https://documentation.ubuntu.com/chisel/en/latest/reference/manifest/>

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read as _;

use plimsoll_facts::{FileMeta, Inspect, Join, Limit, Pattern, Section, Sink, Stream as _, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Gap, GapKind, Package, PackageKind, Position};
use serde::Deserialize;

use crate::installed::{Installed, JOIN, name_and_version, optional_text, owned};
use crate::json::complaint;
use crate::lines::{LineParser, Lines};
use crate::relations::Relations;

/// Reads manifests.
pub struct Chisel;

/// Bytes of a manifest, compressed and plain; real ones stay below one megabyte.
const MAX_BYTES: usize = 16 << 20;
const MAX_PLAIN_BYTES: u64 = 128 << 20;
/// The logarithm of the window that a manifest may ask for.
const MAX_WINDOW_LOG: u32 = 25;
/// Owned files of one manifest; further ones belong to nobody.
const MAX_FILES: usize = 1_000_000;

impl Inspect for Chisel {
    fn id(&self) -> &'static str {
        "chisel"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("manifest.wall")]
    }
    fn want(&self, _: &FileMeta<'_>, head: &[u8]) -> Want {
        let is_zstd = head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]);
        if is_zstd { Want::Whole { max: MAX_BYTES } } else { Want::No }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let mut lines = Lines::new(Manifest::default());
        let read = decompress(bytes, &mut |part| lines.window(0, part, 0, out));
        lines.end(out)?;
        if let Err(why) = read {
            out.unreadable_as(GapKind::DatabaseUnreadable, &why);
        }
        Ok(())
    }
    fn join(&self) -> Option<&dyn Join> {
        Some(&JOIN)
    }
}

fn decompress(bytes: &[u8], each: &mut dyn FnMut(&[u8]) -> Result<(), Unreadable>) -> Result<(), Unreadable> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(bytes).map_err(|error| complaint(&error))?;
    decoder.window_log_max(MAX_WINDOW_LOG).map_err(|error| complaint(&error))?;
    let mut part = vec![0; 64 << 10];
    let mut left = MAX_PLAIN_BYTES;
    loop {
        let length = decoder.read(&mut part).map_err(|error| complaint(&error))?;
        if length == 0 {
            return Ok(());
        }
        left = left.checked_sub(length as u64).ok_or(Unreadable::OverLimit(Limit::Size))?;
        each(part.get(..length).unwrap_or_default())?;
    }
}

/// One line. The first says what follows; others are of a kind.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    jsonwall: Option<Cow<'a, str>>,
    #[serde(borrow)]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    version: Option<Cow<'a, str>>,
    #[serde(borrow)]
    arch: Option<Cow<'a, str>>,
    #[serde(borrow)]
    path: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    slices: Vec<Cow<'a, str>>,
}

#[derive(Default)]
struct Manifest {
    began: bool,
    packages: bool,
    broken: u64,
    why: Option<Unreadable>,
    files: BTreeMap<String, Vec<u64>>,
    files_seen: usize,
    installed: Installed,
}

impl Manifest {
    fn read(&mut self, number: u32, line: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let line: Line<'_> = serde_json::from_slice(line).map_err(|error| complaint(&error))?;
        if !std::mem::replace(&mut self.began, true) && line.jsonwall.is_none() {
            return Err(Unreadable::syntax("it does not begin as a manifest of Chisel's"));
        }
        match line.kind.as_deref() {
            Some("package") => {
                let (name, version) = name_and_version(bytes(&line.name), bytes(&line.version))?;
                // Where there is a database of dpkg's too, that one knows more.
                let mut package = Package::new(PackageKind::Deb, name, version, EvidenceKind::Metadata);
                package.architecture = optional_text(bytes(&line.arch));
                package.position = Some(Position::Line(number));
                self.packages = true;
                self.installed.package(package, Relations::default(), out);
            }
            Some("path") => {
                let (Some(path), Some(slice)) = (line.path, line.slices.first()) else { return Ok(()) };
                if !path.ends_with('/') && self.files_seen < MAX_FILES {
                    self.files_seen += 1;
                    // `PACKAGE_SLICE`; names of packages have no underscore.
                    let package = slice.split('_').next().unwrap_or_default();
                    self.files.entry(package.to_owned()).or_default().push(owned(path.as_bytes()));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl LineParser for Manifest {
    fn line(&mut self, number: u32, line: &[u8], out: &mut Sink) {
        if let Err(why) = self.read(number, line, out) {
            self.broken += 1;
            self.why.get_or_insert(why);
        }
    }

    fn end(&mut self, _: bool, out: &mut Sink) {
        for (package, files) in std::mem::take(&mut self.files) {
            self.installed.owner(&package, files, out);
        }
        self.installed.finish(out);
        if let Some(why) = &self.why {
            let detail = format!("{} of its lines could not be read; the first: {why}", self.broken);
            out.gap(Gap::new(GapKind::DatabaseUnreadable, out.subject(), detail));
        }
        if self.packages {
            let detail = "it does not say from which sources its packages were built, so that advisories about \
                          sources of other names are missed";
            out.gap(Gap::new(GapKind::NoIdentity, out.subject(), detail));
        }
    }
}

fn bytes<'t>(text: &'t Option<Cow<'_, str>>) -> &'t [u8] {
    text.as_deref().unwrap_or_default().as_bytes()
}
