//! Go programs: the modules and the standard library they were built from, and the functions in them.
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
//! pseudo-version of its commit. It requires the others: Go's list does not say which of them require
//! which.
//!
//! Beside the records the function tables are read. What a file was linked from is said only
//! where as many tables as records were found, each of them whole: else it is unknown.

mod modules;
mod names;
mod record;
mod symbols;

use std::collections::BTreeSet;

use memchr::memmem;
use plimsoll_facts::{FileMeta, Inspect, Limit, Magic, Pattern, Section, Sink, Stream, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Gap, GapKind, Package, PackageKind, Position, Requirement};

use self::modules::{Modules, read_modules};
use self::record::{Record, old_version, read_record};
use self::symbols::Symbols;
use super::is_java_class;
use crate::lang::field;

const MAGIC: &[u8; 14] = b"\xff Go buildinf:";
const SENTINEL_BYTES: usize = 16;
const START: [u8; SENTINEL_BYTES] = 0x3077_af0c_9274_0802_41e1_c107_e6d6_18e6_u128.to_be_bytes();
const END: [u8; SENTINEL_BYTES] = 0xf932_4331_8618_2072_0082_4210_4116_d8f2_u128.to_be_bytes();
/// The longest module list that is believed; the largest known programs have 100 KiB.
const MAX_MODULES_BYTES: usize = 4 << 20;
/// Records read from one file, each of a program inside another.
const MAX_RECORDS: usize = 16;
/// Modules of one file; the largest known programs have 2,000.
const MAX_MODULES: usize = 20_000;
/// Bytes shown again, so that no magic and no version is cut by a window's edge.
const OVERLAP: usize = 64;

/// Go compiles for AIX too, unlike the others.
const PROGRAMS: &[Pattern] = &[
    Pattern::Magic(Magic::Elf),
    Pattern::Magic(Magic::Pe),
    Pattern::Magic(Magic::MachO),
    Pattern::Magic(Magic::Xcoff),
];

/// Reads the build information and the function tables of Go programs.
pub struct Go;

impl Inspect for Go {
    fn id(&self) -> &'static str {
        "go"
    }

    fn revision(&self) -> u32 {
        4
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
    /// From a start sentinel on, which stands at this byte of the file.
    Modules(u64, Vec<u8>),
}

struct Reader {
    magic: memmem::Finder<'static>,
    start: memmem::Finder<'static>,
    version: memmem::Finder<'static>,
    copying: Copying,
    records: usize,
    packages: BTreeSet<Package>,
    /// The paths of the packages `main`.
    paths: Vec<String>,
    /// A record without a list of modules was read.
    lists_none: bool,
    /// Headers of the old form.
    old_headers: usize,
    old_modules: Option<(u64, Vec<u8>)>,
    old_versions: BTreeSet<String>,
    symbols: Symbols,
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
            paths: Vec::new(),
            lists_none: false,
            old_headers: 0,
            old_modules: None,
            old_versions: BTreeSet::new(),
            symbols: Symbols::default(),
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
                Record::Inline { version, modules } => self.take_record(at + begin as u64, version, modules),
                Record::Pointers => self.old_headers += 1,
                Record::Nothing => {}
            }
        }
    }

    fn take_record(&mut self, at: u64, version: &str, modules: &[u8]) {
        self.records += 1;
        self.lists_none |= modules.is_empty();
        let modules = read_modules(modules);
        let library = standard_library(version, modules.platform.clone());
        self.take(at, library, modules);
    }

    /// Takes in packages that stand at byte `at` of the file.
    fn take(&mut self, at: u64, library: Option<Package>, modules: Modules) {
        self.paths.extend(modules.path);
        let mut packages: Vec<Package> = library.into_iter().collect();
        if self.packages.len() <= MAX_MODULES {
            packages.extend(modules.others);
            packages.extend(modules.main.map(|mut main| {
                main.requires = packages.iter().map(requirement).collect();
                main
            }));
        }
        let position = Some(Position::Offset(at));
        self.packages.extend(packages.into_iter().map(|package| Package { position, ..package }));
    }

    fn search_old_form(&mut self, at: u64, bytes: &[u8], from: usize) {
        if self.old_modules.is_none() && matches!(self.copying, Copying::Nothing) {
            let begin = from.saturating_sub(SENTINEL_BYTES - 1);
            if let Some(hit) = bytes.get(begin..).and_then(|rest| self.start.find(rest)) {
                self.copying = Copying::Modules(at + (begin + hit) as u64, Vec::new());
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

    /// What a program of the old form says.
    fn old_form(&mut self, out: &mut Sink) {
        let (at, modules) = self.old_modules.take().unwrap_or_default();
        self.lists_none = modules.is_empty();
        let modules = read_modules(&modules);
        let mut versions = self.old_versions.iter();
        let library = match (versions.next(), versions.next()) {
            (Some(version), None) => standard_library(version, modules.platform.clone()),
            _ => {
                let why = "a Go program whose Go version cannot be told: its standard library was not compared";
                out.gap(Gap::new(GapKind::VersionUnreadable, out.subject(), why));
                None
            }
        };
        self.take(at, library, modules);
    }

    fn copy_modules(&mut self, bytes: &[u8]) {
        let Copying::Modules(at, copy) = &mut self.copying else { return };
        let searched = copy.len().saturating_sub(SENTINEL_BYTES - 1);
        let room = MAX_MODULES_BYTES.saturating_sub(copy.len());
        copy.extend_from_slice(&bytes[..bytes.len().min(room)]);
        if let Some(end) = memmem::find(&copy[searched..], &END) {
            copy.truncate(searched + end + SENTINEL_BYTES);
            self.old_modules = Some((*at, std::mem::take(copy)));
            self.copying = Copying::Nothing;
        } else if copy.len() >= MAX_MODULES_BYTES {
            self.copying = Copying::Nothing;
        }
    }
}

impl Stream for Reader {
    fn window(&mut self, at: u64, bytes: &[u8], new_from: usize, _: &mut Sink) -> Result<(), Unreadable> {
        let new_from = new_from.min(bytes.len());
        self.symbols.window(at, bytes, new_from);
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
                        self.take_record(begin, &version, &modules);
                    }
                    Record::Pointers => self.old_headers += 1,
                    Record::Nothing => {}
                }
                if self.records == 0 {
                    self.search_old_form(at, bytes, new_from);
                }
                // The copy may hold the next header; what is before it was read just now.
                let from = if before > MAGIC.len() { MAGIC.len() } else { before };
                self.search_records(begin, &copy, from);
                return Ok(());
            }
            Copying::Modules(begin, copy) => {
                self.copying = Copying::Modules(begin, copy);
                self.copy_modules(&bytes[new_from..]);
            }
            Copying::Nothing => {}
        }
        if self.records == 0 {
            self.search_old_form(at, bytes, new_from);
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
        if self.records == 0 && self.old_headers > 0 {
            self.old_form(out);
        }
        let programs = self.records + self.old_headers;
        let says_nothing = if programs == 0 { self.symbols.has_table() } else { self.lists_none };
        if says_nothing && !self.symbols.are_all_standard() {
            let why = "a Go program that does not say which modules it was built from: they were not compared";
            out.gap(Gap::new(GapKind::ModulesUnknown, out.subject(), why));
        }
        if programs > 0
            && let Some(linked) = std::mem::take(&mut self.symbols).finish(programs, &self.paths)
        {
            out.linked(linked);
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

fn requirement(package: &Package) -> Requirement {
    Requirement { version: Some(package.version.clone()), ..Requirement::always(&package.name) }
}

fn standard_library(version: &str, platform: Option<String>) -> Option<Package> {
    let version = field(version.strip_prefix("go").unwrap_or(version))?;
    let mut package = Package::new(PackageKind::Go, "stdlib", version, EvidenceKind::BuildInfo);
    package.architecture = platform;
    Some(package)
}
