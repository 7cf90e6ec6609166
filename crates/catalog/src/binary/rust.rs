//! Rust programs that were built with cargo-auditable: the crates they were built from.
//!
//! The section `.dep-v0` holds a list of crates as JSON, packed with zlib. The section table of an
//! ELF file stands at its end, when the section's bytes have gone by; so the list is found by its
//! own form, a zlib stream that unpacks to `{"packages":[…`. That works for ELF, PE and Mach-O
//! alike, for programs inside programs, and where the section table was stripped.
//! <https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md>
//!
//! Crates that only the build needed are left out, and so are those that come from no registry:
//! advisories speak of the registry's crates.

use std::collections::HashSet;

use flate2::{Decompress, FlushDecompress, Status};
use plimsoll_facts::{FileMeta, Inspect, Limit, Pattern, Section, Sink, Stream, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Need, PackageKind, Requirement};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{PROGRAMS, is_java_class};
use crate::json::{Text, document, each_item};
use crate::listing::{Details, Listing};
use crate::requirements::Requirements;

/// How the list begins.
const BEGIN: &[u8] = b"{\"packages\":[";
/// Bytes of a packed stream in which that must show: the longest table of codes has 320.
const LOOK_AHEAD: usize = 512;
/// Bytes of the list; the largest known have 100 KiB.
const MAX_LIST_BYTES: usize = 8 << 20;
/// Lists of one file, each of a program inside another.
const MAX_LISTS: usize = 16;
/// Streams of one file that are tried; one in 65,536 places of random bytes looks like one.
const MAX_TRIES: u32 = 1_000_000;

/// Reads what cargo-auditable left in Rust programs.
pub struct Rust;

impl Inspect for Rust {
    fn id(&self) -> &'static str {
        "rust"
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
        if is_java_class(head) { Want::No } else { Want::Stream { overlap: LOOK_AHEAD } }
    }

    fn stream(&self, _: &FileMeta<'_>) -> Option<Box<dyn Stream>> {
        Some(Box::new(Reader::new()))
    }
}

struct Reader {
    /// Where in the file to go on.
    next: u64,
    /// The last bytes seen, where a stream may begin that was not tried yet.
    tail: Vec<u8>,
    tail_at: u64,
    trial: Decompress,
    tries: u32,
    lists: usize,
    unpacking: Option<Unpacking>,
    broken: Option<Unreadable>,
}

impl Reader {
    fn new() -> Self {
        Self {
            next: 0,
            tail: Vec::new(),
            tail_at: 0,
            trial: Decompress::new(true),
            tries: 0,
            lists: 0,
            unpacking: None,
            broken: None,
        }
    }

    fn is_full(&self) -> bool {
        self.tries >= MAX_TRIES || self.lists >= MAX_LISTS
    }

    /// Goes on in bytes that begin at `at`; a stream that begins behind `end` is left for later.
    fn read(&mut self, at: u64, bytes: &[u8], end: usize, out: &mut Sink) {
        loop {
            let from = usize::try_from(self.next.saturating_sub(at)).unwrap_or(usize::MAX).min(bytes.len());
            if let Some(mut unpacking) = self.unpacking.take() {
                match unpacking.feed(&bytes[from..]) {
                    Unpacked::Unfinished => {
                        self.next = at + bytes.len() as u64;
                        self.unpacking = Some(unpacking);
                        return;
                    }
                    Unpacked::Whole { used } => {
                        self.next = at + (from + used) as u64;
                        self.keep(read_list(&unpacking.list, out));
                    }
                    Unpacked::Broken(why) => {
                        self.next = at + from as u64 + 1;
                        self.keep(Err(why));
                    }
                }
                continue;
            }
            if self.is_full() {
                return;
            }
            let Some(begin) = find_stream(bytes, from, end) else {
                self.next = at + from.max(end) as u64;
                return;
            };
            self.tries += 1;
            self.next = at + begin as u64;
            if self.begins_list(&bytes[begin..]) {
                self.lists += 1;
                self.unpacking = Some(Unpacking::new());
            } else {
                self.next += 1;
            }
        }
    }

    fn begins_list(&mut self, bytes: &[u8]) -> bool {
        let mut plain = [0; BEGIN.len()];
        self.trial.reset(true);
        let packed = &bytes[..bytes.len().min(LOOK_AHEAD)];
        self.trial.decompress(packed, &mut plain, FlushDecompress::None).is_ok() && plain == BEGIN
    }

    fn keep(&mut self, result: Result<(), Unreadable>) {
        if let Err(why) = result {
            self.broken.get_or_insert(why);
        }
    }
}

impl Stream for Reader {
    fn window(&mut self, at: u64, bytes: &[u8], _: usize, out: &mut Sink) -> Result<(), Unreadable> {
        self.read(at, bytes, bytes.len().saturating_sub(LOOK_AHEAD), out);
        let tail = bytes.len().saturating_sub(LOOK_AHEAD);
        self.tail.clear();
        self.tail.extend_from_slice(&bytes[tail..]);
        self.tail_at = at + tail as u64;
        Ok(())
    }

    fn end(&mut self, out: &mut Sink) -> Result<(), Unreadable> {
        let tail = std::mem::take(&mut self.tail);
        self.read(self.tail_at, &tail, tail.len(), out);
        if self.unpacking.is_some() {
            return Err(Unreadable::Truncated);
        }
        if self.is_full() {
            return Err(Unreadable::OverLimit(Limit::Count));
        }
        self.broken.take().map_or(Ok(()), Err)
    }
}

/// Where between two places a zlib stream may begin: with one of the usual two bytes, and a block
/// of a known kind after them.
fn find_stream(bytes: &[u8], from: usize, end: usize) -> Option<usize> {
    let places = memchr::memchr_iter(0x78, bytes.get(from..end)?);
    places
        .map(|place| from + place)
        .find(|&place| matches!(bytes[place..], [_, 0x01 | 0x5e | 0x9c | 0xda, block, ..] if block >> 1 & 3 != 3))
}

/// One list while it is unpacked.
struct Unpacking {
    inflate: Decompress,
    list: Vec<u8>,
}

enum Unpacked {
    Unfinished,
    Whole { used: usize },
    Broken(Unreadable),
}

impl Unpacking {
    fn new() -> Self {
        Self { inflate: Decompress::new(true), list: Vec::new() }
    }

    fn feed(&mut self, packed: &[u8]) -> Unpacked {
        const STEP_BYTES: usize = 16 << 10;
        let before = self.inflate.total_in();
        loop {
            let used = (self.inflate.total_in() - before) as usize;
            if self.list.len() >= MAX_LIST_BYTES {
                return Unpacked::Broken(Unreadable::OverLimit(Limit::Size));
            }
            self.list.reserve(STEP_BYTES);
            match self.inflate.decompress_vec(&packed[used..], &mut self.list, FlushDecompress::None) {
                Ok(Status::StreamEnd) => {
                    return Unpacked::Whole { used: (self.inflate.total_in() - before) as usize };
                }
                // It would have filled the room that is left, had there been more to unpack.
                Ok(_) if self.list.len() < self.list.capacity() => return Unpacked::Unfinished,
                Ok(_) => {}
                Err(_) => return Unpacked::Broken(Unreadable::syntax("its list of Rust crates is damaged")),
            }
        }
    }
}

#[derive(Deserialize)]
struct List<'a> {
    #[serde(borrow)]
    packages: &'a RawValue,
}

#[derive(Deserialize)]
struct Crate<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    version: Text<'a>,
    #[serde(borrow, default)]
    source: Text<'a>,
    #[serde(borrow, default)]
    kind: Text<'a>,
    /// What it depends on, by the places in the list.
    #[serde(default)]
    dependencies: Vec<usize>,
    #[serde(default)]
    root: bool,
}

impl Crate<'_> {
    fn is_for_build(&self) -> bool {
        self.kind.as_str() == Some("build")
    }

    /// What it depends on, of these crates.
    fn requires(&self, crates: &[Option<Crate<'_>>]) -> Vec<Requirement> {
        let mut requires = Requirements::default();
        for needed in self.dependencies.iter().filter_map(|at| crates.get(*at)?.as_ref()) {
            let need = if needed.is_for_build() { Need::Build } else { Need::Always };
            requires.add(needed.name.as_str().unwrap_or_default(), needed.version.as_str(), need);
        }
        requires.finish()
    }
}

fn read_list(list: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
    let list: List<'_> = document(list)?;
    let mut listing = Listing::new(PackageKind::Cargo, EvidenceKind::BuildInfo, out);
    let mut crates: Vec<Option<Crate<'_>>> = Vec::new();
    each_item(Some(list.packages), |item: &RawValue| {
        crates.push(document(item.get().as_bytes()).map_err(|why| listing.broken(why)).ok());
    })?;
    let roots = crates.iter().flatten().filter(|package| package.root);
    let direct: HashSet<usize> = roots.flat_map(|root| root.dependencies.iter().copied()).collect();
    for (at, package) in crates.iter().enumerate().filter_map(|(at, package)| Some((at, package.as_ref()?))) {
        let of_registry = matches!(package.source.as_str(), Some("crates.io" | "registry"));
        if !of_registry || package.is_for_build() {
            continue;
        }
        let direct = (!direct.is_empty()).then(|| direct.contains(&at));
        let details = Details { requires: package.requires(&crates), direct, ..Details::default() };
        let (name, version) = (package.name.as_str(), package.version.as_str());
        listing.detailed(name.unwrap_or_default(), version.unwrap_or_default(), details);
    }
    listing.finish()
}
