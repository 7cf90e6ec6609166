//! Snaps: `meta/snap.yaml` of those that are unpacked, and the list of Debian packages that a base
//! snap was made of.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Stream, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Gap, GapKind, Package, PackageKind, Requirement};
use serde::Deserialize;

use crate::installed::{capped, name_and_version, optional_text};
use crate::json::complaint;
use crate::lang::field;
use crate::lines::{LineParser, Lines};

/// Reads snaps.
pub struct Snap;

/// Bytes of a `snap.yaml`; real ones stay below 100 KiB.
const MAX_BYTES: usize = 1 << 20;

impl Inspect for Snap {
    fn id(&self) -> &'static str {
        "snap"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[
            Pattern::Under("snap", "/meta/snap.yaml"),
            Pattern::Path("meta/snap.yaml"),
            Pattern::Path("usr/share/snappy/dpkg.list"),
            Pattern::Under("var/lib/snapd/snaps", ".snap"),
        ]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        match file.name() {
            b"snap.yaml" => Want::Whole { max: MAX_BYTES },
            b"dpkg.list" => Want::Stream { overlap: 0 },
            _ => Want::Meta,
        }
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        if file.name() != b"snap.yaml" {
            let why = "a snap is a file system of its own, which is not read";
            out.gap(Gap::new(GapKind::FileUnreadable, out.subject(), why));
            return Ok(());
        }
        let text = std::str::from_utf8(bytes).map_err(|error| complaint(&error))?;
        let snap: Meta = serde_saphyr::from_str(text).map_err(|error| complaint(&error))?;
        let (name, version) = name_and_version(snap.name.as_bytes(), snap.version.as_bytes())?;
        let mut package = Package::new(PackageKind::Snap, name, version, EvidenceKind::Metadata);
        package.license = snap.license.as_deref().and_then(field).map(str::to_owned);
        package.architecture = match snap.architectures.as_slice() {
            [only] => field(only).map(str::to_owned),
            _ => None,
        };
        package.requires = snap.base.as_deref().and_then(field).map(Requirement::always).into_iter().collect();
        out.package(package);
        Ok(())
    }
    fn stream(&self, _: &FileMeta<'_>) -> Option<Box<dyn Stream>> {
        Some(Box::new(Lines::new(List::default())))
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Meta {
    name: String,
    version: String,
    license: Option<String>,
    architectures: Vec<String>,
    base: Option<String>,
}

/// What `dpkg -l` printed: `ii  NAME[:ARCHITECTURE]  VERSION  ARCHITECTURE  DESCRIPTION`.
#[derive(Default)]
struct List {
    packages: bool,
}

impl LineParser for List {
    fn line(&mut self, _: u32, line: &[u8], out: &mut Sink) {
        let mut words = capped(line).split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        // The second letter is the state: unpacked, configured half or whole, waiting for triggers.
        if !matches!(words.next(), Some([_, b'i' | b'U' | b'H' | b'F' | b'W' | b't', ..])) {
            return;
        }
        let (Some(name), Some(version), Some(architecture)) = (words.next(), words.next(), words.next()) else {
            return;
        };
        let name = name.split(|byte| *byte == b':').next().unwrap_or_default();
        if let Ok((name, version)) = name_and_version(name, version) {
            let mut package = Package::new(PackageKind::Deb, name, version, EvidenceKind::Metadata);
            package.architecture = optional_text(architecture);
            self.packages = true;
            out.package(package);
        }
    }

    fn end(&mut self, _: bool, out: &mut Sink) {
        if self.packages {
            let detail = "it does not say from which sources its packages were built, so that advisories about \
                          sources of other names are missed";
            out.gap(Gap::new(GapKind::NoIdentity, out.subject(), detail));
        }
    }
}
