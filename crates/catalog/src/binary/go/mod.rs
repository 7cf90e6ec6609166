//! Go programs: the modules and the standard library they were built from.
//!
//! The linker leaves a 32-byte header, `\xff Go buildinf:` at a multiple of 16. Since Go 1.18 the
//! version and the module list follow it as counted strings, and each such record is read: a
//! program may carry another one inside. Go 1.13 to 1.17 left pointers there; then the module list
//! is found by the sentinels around it, and the version by its form (`go1.16.5`) among the
//! program's strings. If several different ones stand there the version cannot be told: a gap says
//! so and the standard library is left out.
//!
//! The standard library is the module `stdlib`, its version without `go` in front (`1.22.3`,
//! `1.21rc2 X:boringcrypto`). A replaced module counts as its replacement; one that was replaced
//! by a folder keeps its name at version `(devel)`, which nothing can be compared with. A main
//! module at `(devel)` takes its version from `-ldflags "-X main.version=…"`, or else becomes the
//! pseudo-version of its commit.

mod modules;

use std::collections::BTreeSet;

use memchr::memmem;
use plimsoll_facts::{FileMeta, Inspect, Limit, Pattern, Section, Sink, Stream, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Gap, GapKind, Package, PackageKind};

use self::modules::read_modules;
use super::{PROGRAMS, is_java_class};
use crate::lang::field;

const MAGIC: &[u8; 14] = b"\xff Go buildinf:";
const HEADER_BYTES: usize = 32;
const SENTINEL_BYTES: usize = 16;
const START: [u8; SENTINEL_BYTES] = 0x3077_af0c_9274_0802_41e1_c107_e6d6_18e6_u128.to_be_bytes();
const END: [u8; SENTINEL_BYTES] = 0xf932_4331_8618_2072_0082_4210_4116_d8f2_u128.to_be_bytes();
/// The longest module list that is believed; the largest known programs have 100 KiB.
const MAX_MODULES_BYTES: usize = 4 << 20;
const MAX_VERSION_BYTES: usize = 256;
/// Records read from one file, each of a program inside another.
const MAX_RECORDS: usize = 16;
/// Modules of one file; the largest known programs have 2,000.
const MAX_MODULES: usize = 20_000;
/// Bytes shown again, so that no magic and no version is cut by a window's edge.
const OVERLAP: usize = 64;

/// Reads the build information of Go programs.
pub struct Go;

impl Inspect for Go {
    fn id(&self) -> &'static str {
        "go"
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
        if is_java_class(head) { Want::No } else { Want::Stream { overlap: OVERLAP } }
    }

    fn stream(&self, _: &FileMeta<'_>) -> Option<Box<dyn Stream>> {
        Some(Box::new(Reader::new()))
    }
}

/// What is being copied out of the stream.
enum Copying {
    Nothing,
    /// From a header on.
    Record(Vec<u8>),
    /// From a start sentinel on.
    Modules(Vec<u8>),
}

struct Reader {
    magic: memmem::Finder<'static>,
    start: memmem::Finder<'static>,
    version: memmem::Finder<'static>,
    copying: Copying,
    records: usize,
    packages: BTreeSet<Package>,
    /// A header of the old form was seen.
    old_form: bool,
    old_modules: Option<Vec<u8>>,
    old_versions: BTreeSet<String>,
}

impl Reader {
    fn new() -> Self {
        Self {
            magic: memmem::Finder::new(MAGIC),
            start: memmem::Finder::new(&START),
            version: memmem::Finder::new(b"go1.1"),
            copying: Copying::Nothing,
            records: 0,
            packages: BTreeSet::new(),
            old_form: false,
            old_modules: None,
            old_versions: BTreeSet::new(),
        }
    }

    /// Looks for records in bytes that begin at `at`, of which those before `from` were searched.
    fn search_records(&mut self, at: u64, bytes: &[u8], from: usize) {
        let mut next = from.saturating_sub(MAGIC.len() - 1);
        while let Some(hit) = bytes.get(next..).and_then(|rest| self.magic.find(rest)) {
            let begin = next + hit;
            next = begin + 1;
            if !(at + begin as u64).is_multiple_of(16) || self.records >= MAX_RECORDS {
                continue;
            }
            match read_record(&bytes[begin..]) {
                Record::Unfinished => {
                    self.copying = Copying::Record(bytes[begin..].to_vec());
                    return;
                }
                Record::Inline { version, modules } => self.take_record(version, modules),
                Record::Pointers => self.old_form = true,
                Record::Nothing => {}
            }
        }
    }

    fn take_record(&mut self, version: &str, modules: &[u8]) {
        self.records += 1;
        let modules = read_modules(modules);
        self.packages.extend(standard_library(version, modules.platform));
        if self.packages.len() <= MAX_MODULES {
            self.packages.extend(modules.packages);
        }
    }

    fn search_old_form(&mut self, bytes: &[u8], from: usize) {
        if self.old_modules.is_none() && matches!(self.copying, Copying::Nothing) {
            let begin = from.saturating_sub(SENTINEL_BYTES - 1);
            if let Some(hit) = bytes.get(begin..).and_then(|rest| self.start.find(rest)) {
                self.copying = Copying::Modules(Vec::new());
                self.copy_modules(&bytes[begin + hit..]);
            }
        }
        if self.old_versions.len() < 64 {
            let begin = from.saturating_sub(OVERLAP);
            let hits: Vec<usize> = self.version.find_iter(&bytes[begin.min(bytes.len())..]).take(4096).collect();
            let found = hits.into_iter().filter_map(|hit| old_version(&bytes[begin + hit..]));
            self.old_versions.extend(found);
        }
    }

    fn copy_modules(&mut self, bytes: &[u8]) {
        let Copying::Modules(copy) = &mut self.copying else { return };
        let searched = copy.len().saturating_sub(SENTINEL_BYTES - 1);
        let room = MAX_MODULES_BYTES.saturating_sub(copy.len());
        copy.extend_from_slice(&bytes[..bytes.len().min(room)]);
        if let Some(end) = memmem::find(&copy[searched..], &END) {
            copy.truncate(searched + end + SENTINEL_BYTES);
            self.old_modules = Some(std::mem::take(copy));
            self.copying = Copying::Nothing;
        } else if copy.len() >= MAX_MODULES_BYTES {
            self.copying = Copying::Nothing;
        }
    }
}

impl Stream for Reader {
    fn window(&mut self, at: u64, bytes: &[u8], new_from: usize, _: &mut Sink) -> Result<(), Unreadable> {
        let new_from = new_from.min(bytes.len());
        match std::mem::replace(&mut self.copying, Copying::Nothing) {
            Copying::Record(mut copy) => {
                let begin = at + new_from as u64 - copy.len() as u64;
                let before = copy.len();
                copy.extend_from_slice(&bytes[new_from..]);
                match read_record(&copy) {
                    Record::Unfinished => {
                        self.copying = Copying::Record(copy);
                        return Ok(());
                    }
                    Record::Inline { version, modules } => {
                        let (version, modules) = (version.to_owned(), modules.to_vec());
                        self.take_record(&version, &modules);
                    }
                    Record::Pointers => self.old_form = true,
                    Record::Nothing => {}
                }
                if self.records == 0 {
                    self.search_old_form(bytes, new_from);
                }
                // The copy may hold the next header; what is before it was read just now.
                let from = if before > MAGIC.len() { MAGIC.len() } else { before };
                self.search_records(begin, &copy, from);
                return Ok(());
            }
            Copying::Modules(copy) => {
                self.copying = Copying::Modules(copy);
                self.copy_modules(&bytes[new_from..]);
            }
            Copying::Nothing => {}
        }
        if self.records == 0 {
            self.search_old_form(bytes, new_from);
        }
        // Modules that are being copied are those of the old form: a record's own are inside it.
        let modules = std::mem::replace(&mut self.copying, Copying::Nothing);
        self.search_records(at, bytes, new_from);
        if matches!(self.copying, Copying::Nothing) && self.records == 0 {
            self.copying = modules;
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Sink) -> Result<(), Unreadable> {
        let cut = matches!(self.copying, Copying::Record(_));
        if self.records == 0 && self.old_form {
            let modules = self.old_modules.take().unwrap_or_default();
            let modules = read_modules(&modules);
            self.packages.extend(modules.packages);
            let mut versions = self.old_versions.iter();
            match (versions.next(), versions.next()) {
                (Some(version), None) => self.packages.extend(standard_library(version, modules.platform)),
                _ => out.gap(Gap::new(
                    GapKind::VersionUnreadable,
                    out.subject(),
                    "a Go program whose Go version cannot be told: its standard library was not compared",
                )),
            }
        }
        let cut_short = self.records >= MAX_RECORDS || self.packages.len() > MAX_MODULES;
        for package in std::mem::take(&mut self.packages) {
            out.package(package);
        }
        if cut_short {
            return Err(Unreadable::OverLimit(Limit::Count));
        }
        if cut { Err(Unreadable::Truncated) } else { Ok(()) }
    }
}

enum Record<'a> {
    Unfinished,
    Nothing,
    Pointers,
    Inline { version: &'a str, modules: &'a [u8] },
}

fn read_record(bytes: &[u8]) -> Record<'_> {
    let Some((header, rest)) = bytes.split_at_checked(HEADER_BYTES) else { return Record::Unfinished };
    let (pointer_bytes, flags) = (header[14], header[15]);
    match flags {
        0 | 1 if matches!(pointer_bytes, 4 | 8) => return Record::Pointers,
        2 | 3 => {}
        _ => return Record::Nothing,
    }
    let (version, rest) = match counted(rest, MAX_VERSION_BYTES) {
        Counted::Text(text, rest) => (text, rest),
        Counted::Unfinished => return Record::Unfinished,
        Counted::Nothing => return Record::Nothing,
    };
    let Some(version) = std::str::from_utf8(version).ok().and_then(field) else { return Record::Nothing };
    if !version.starts_with("go") && !version.starts_with("devel") {
        return Record::Nothing;
    }
    match counted(rest, MAX_MODULES_BYTES) {
        Counted::Text(modules, _) => Record::Inline { version, modules },
        Counted::Unfinished => Record::Unfinished,
        Counted::Nothing => Record::Nothing,
    }
}

enum Counted<'a> {
    Unfinished,
    Nothing,
    Text(&'a [u8], &'a [u8]),
}

/// A string after its length as a base-128 number, least significant digits first.
fn counted(bytes: &[u8], max: usize) -> Counted<'_> {
    let mut length = 0_usize;
    for (at, &byte) in bytes.iter().enumerate() {
        if at == 4 {
            return Counted::Nothing;
        }
        length |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            if length > max {
                return Counted::Nothing;
            }
            return match bytes[at + 1..].split_at_checked(length) {
                Some((text, rest)) => Counted::Text(text, rest),
                None => Counted::Unfinished,
            };
        }
    }
    Counted::Unfinished
}

/// `go1.13` to `go1.17.13` at the start of the program's packed strings, where it ends for certain:
/// one at the window's edge is shown again whole.
fn old_version(bytes: &[u8]) -> Option<String> {
    let text = bytes.get(.."go1.17.13".len() + 1)?;
    let tail = text.strip_prefix(b"go1.1")?;
    if !matches!(tail.first()?, b'3'..=b'7') {
        return None;
    }
    let mut end = 6;
    if text.get(end) == Some(&b'.') && text.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end += 2;
        end += usize::from(text.get(end).is_some_and(u8::is_ascii_digit));
    }
    if text.get(end).is_none_or(u8::is_ascii_digit) {
        return None;
    }
    String::from_utf8(text[..end].to_vec()).ok()
}

fn standard_library(version: &str, platform: Option<String>) -> Option<Package> {
    let version = field(version.strip_prefix("go").unwrap_or(version))?;
    let mut package = Package::new(PackageKind::Go, "stdlib", version, EvidenceKind::BuildInfo);
    package.architecture = platform;
    Some(package)
}
