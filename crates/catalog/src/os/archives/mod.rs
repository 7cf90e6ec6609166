//! Archives of packages that lie in an image: what a package manager downloaded, or somebody will
//! install. They are declared, not installed: their files are not there.
//!
//! What a package is stands at the beginning of its archive, so only that is kept.

mod apk;
mod deb;
mod members;
mod rpm;

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Stream, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Package};

/// Reads archives of packages.
pub struct Archives;

/// How a format begins, how much of a file is kept, and how that is read.
struct Format {
    magic: &'static [u8],
    suffix: &'static [u8],
    head_bytes: usize,
    /// `None` for what is no binary package.
    read: fn(&[u8]) -> Result<Option<Package>, Unreadable>,
}

const FORMATS: [Format; 6] = [
    Format { magic: b"!<arch>\ndebian-binary", suffix: b"deb", head_bytes: 2 << 20, read: deb::read },
    Format { magic: &[0xed, 0xab, 0xee, 0xdb], suffix: b".rpm", head_bytes: 8 << 20, read: rpm::read },
    Format { magic: &[0x1f, 0x8b], suffix: b".apk", head_bytes: 256 << 10, read: apk::read_apk },
    Format { magic: b"ADB", suffix: b".apk", head_bytes: 4096, read: apk::read_third },
    Format { magic: &[0x28, 0xb5, 0x2f, 0xfd], suffix: b".pkg.tar.zst", head_bytes: 2 << 20, read: apk::read_pacman },
    Format {
        magic: &[0xfd, b'7', b'z', b'X', b'Z'],
        suffix: b".pkg.tar.xz",
        head_bytes: 2 << 20,
        read: apk::read_pacman,
    },
];

impl Inspect for Archives {
    fn id(&self) -> &'static str {
        "archives"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[
            Pattern::Suffix(".deb"),
            Pattern::Suffix(".udeb"),
            Pattern::Suffix(".rpm"),
            Pattern::Suffix(".apk"),
            Pattern::Suffix(".pkg.tar.zst"),
            Pattern::Suffix(".pkg.tar.xz"),
        ]
    }
    fn want(&self, file: &FileMeta<'_>, head: &[u8]) -> Want {
        if format_of(file.name(), head).is_some() { Want::Stream { overlap: 0 } } else { Want::No }
    }
    fn stream(&self, file: &FileMeta<'_>) -> Option<Box<dyn Stream>> {
        Some(Box::new(Head { name: file.name().to_vec(), bytes: Vec::new() }))
    }
}

fn format_of(name: &[u8], head: &[u8]) -> Option<&'static Format> {
    let name = name.to_ascii_lowercase();
    FORMATS.iter().find(|format| name.ends_with(format.suffix) && head.starts_with(format.magic))
}

/// Keeps the beginning of a file.
struct Head {
    name: Vec<u8>,
    bytes: Vec<u8>,
}

impl Stream for Head {
    fn window(&mut self, _: u64, bytes: &[u8], new_from: usize, _: &mut Sink) -> Result<(), Unreadable> {
        let new = bytes.get(new_from..).unwrap_or_default();
        let head_bytes = FORMATS.iter().map(|format| format.head_bytes).max().unwrap_or(0);
        let most = format_of(&self.name, &self.bytes).map_or(head_bytes, |format| format.head_bytes);
        let missing = most.saturating_sub(self.bytes.len());
        self.bytes.extend_from_slice(&new[..new.len().min(missing)]);
        Ok(())
    }

    fn end(&mut self, out: &mut Sink) -> Result<(), Unreadable> {
        let format = format_of(&self.name, &self.bytes).ok_or(Unreadable::Truncated)?;
        if let Some(package) = (format.read)(&self.bytes)? {
            out.package(Package { evidence: EvidenceKind::Declaration, position: None, ..package });
        }
        Ok(())
    }
}
