//! A kernel's image: `vmlinuz-VERSION`. On x86 its header leads to the version.
//! <https://docs.kernel.org/arch/x86/boot.html>

use plimsoll_facts::{Sink, Stream, Unreadable};
use plimsoll_model::{EvidenceKind, Package, PackageKind};

use super::field_of;

/// How far into the file the version may stand.
const HEAD_BYTES: usize = 72 << 10;
/// What the boot protocol counts the place of the version from.
const SETUP: usize = 0x200;

/// Whether a file of this name is a kernel.
pub(super) fn is_name(name: &[u8]) -> bool {
    [&b"vmlinuz"[..], b"vmlinux-", b"bzImage-"].iter().any(|prefix| name.starts_with(prefix))
}

/// Reads the head of an image.
pub(super) struct Image {
    head: Vec<u8>,
    /// What its place says.
    version: Option<String>,
}

impl Image {
    /// `folder` is the version that its folder names.
    pub(super) fn new(name: &[u8], folder: Option<&[u8]>) -> Self {
        let of_name = memchr::memchr(b'-', name).map(|dash| &name[dash + 1..]);
        Self { head: Vec::new(), version: folder.or(of_name).and_then(field_of) }
    }

    fn version_in_header(&self) -> Option<String> {
        if self.head.get(SETUP + 2..SETUP + 6)? != b"HdrS" {
            return None;
        }
        let offset = usize::from(u16::from_le_bytes(*self.head.get(0x20e..)?.first_chunk()?));
        let text = self.head.get(SETUP + offset..).filter(|_| offset > 0)?;
        let text = &text[..memchr::memchr(0, text)?.min(512)];
        let version = field_of(text.split(|byte| *byte == b' ').next()?)?;
        version.starts_with(|letter: char| letter.is_ascii_digit()).then_some(version)
    }
}

impl Stream for Image {
    fn window(&mut self, _: u64, bytes: &[u8], new_from: usize, _: &mut Sink) -> Result<(), Unreadable> {
        let missing = HEAD_BYTES.saturating_sub(self.head.len());
        self.head.extend(bytes.iter().skip(new_from).take(missing));
        Ok(())
    }

    fn end(&mut self, out: &mut Sink) -> Result<(), Unreadable> {
        let (version, evidence) = match self.version_in_header() {
            Some(version) => (Some(version), EvidenceKind::BuildInfo),
            None => (self.version.take(), EvidenceKind::FileName),
        };
        // A name alone says nothing where there is no number in it: `vmlinuz-rescue`, a link `vmlinuz`.
        let version = version.filter(|version| version.starts_with(|letter: char| letter.is_ascii_digit()));
        let version = version.ok_or_else(|| Unreadable::syntax("it does not say which version of the kernel it is"))?;
        out.package(Package::new(PackageKind::Kernel, "linux", version, evidence));
        Ok(())
    }
}
