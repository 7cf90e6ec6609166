//! Java programs that GraalVM compiled to machine code: the CycloneDX document that it leaves in them.
//!
//! The symbols `sbom` and `sbom_length` point to it, packed with gzip. It is found by its own form, which
//! works for ELF, PE and Mach-O alike, and where the symbols were stripped.
//! <https://www.graalvm.org/latest/security-guide/native-image/sbom/>

use memchr::memmem;
use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Stream, Unreadable, Want};
use plimsoll_model::EvidenceKind;

use super::{Says, put};
use crate::binary::{PROGRAMS, is_java_class};
use crate::lang::MAX_FILE_BYTES;
use crate::packed::{Before, Packed, Unpacker};

/// gzip with deflate and without a name or comment, as Java writes it.
const GZIP: &[u8] = b"\x1f\x8b\x08\0";
/// Bytes of gzip's header, with the time and the system.
const HEADER_BYTES: usize = 10;

/// Reads the lists that GraalVM leaves in programs.
pub struct NativeImage;

impl Inspect for NativeImage {
    fn id(&self) -> &'static str {
        "native-image"
    }
    fn revision(&self) -> u32 {
        2
    }
    fn section(&self) -> Section {
        Section::Binaries
    }
    fn patterns(&self) -> &'static [Pattern] {
        PROGRAMS
    }
    fn want(&self, _: &FileMeta<'_>, head: &[u8]) -> Want {
        if is_java_class(head) { Want::No } else { Want::Stream { overlap: Embedded::LOOK_AHEAD } }
    }
    fn stream(&self, _: &FileMeta<'_>) -> Option<Box<dyn Stream>> {
        Some(Box::new(Unpacker::<Embedded>::new()))
    }
}

struct Embedded;

impl Packed for Embedded {
    const BEFORE: Before = Before::Bytes(HEADER_BYTES);
    const LOOK_AHEAD: usize = 1024;
    const BEGIN_BYTES: usize = 256;
    const MAX_BYTES: usize = MAX_FILE_BYTES;
    const DAMAGED: &'static str = "its list of Java libraries is damaged";

    fn find(bytes: &[u8], from: usize, end: usize) -> Option<usize> {
        // The mark itself may go on behind the end.
        let end = (end + GZIP.len() - 1).min(bytes.len());
        memmem::find(bytes.get(from..end)?, GZIP).map(|place| from + place)
    }
    fn begins(plain: &[u8]) -> bool {
        plain.trim_ascii_start().starts_with(b"{") && memmem::find(plain, b"CycloneDX").is_some()
    }
    fn read(document: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        put(document, Says::Bundled, EvidenceKind::BuildInfo, out)
    }
}
