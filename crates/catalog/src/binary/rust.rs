//! Rust programs that were built with cargo-auditable: the crates they were built from.
//!
//! The section `.dep-v0` holds a list of crates as JSON, packed with zlib: it is found by its own form,
//! a zlib stream that unpacks to `{"packages":[…`. That works for ELF, PE and Mach-O alike, for programs
//! inside programs, and where the section table was stripped.
//! <https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md>
//!
//! Crates that only the build needed are left out, and so are those that come from no registry:
//! advisories speak of the registry's crates.

use std::collections::HashSet;

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Stream, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Need, PackageKind, Requirement};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{PROGRAMS, is_java_class};
use crate::json::{Text, document, each_item};
use crate::listing::{Details, Listing};
use crate::packed::{Before, Packed, Unpacker};
use crate::requirements::Requirements;

/// How the list begins.
const BEGIN: &[u8] = b"{\"packages\":[";

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
        if is_java_class(head) { Want::No } else { Want::Stream { overlap: CrateList::LOOK_AHEAD } }
    }

    fn stream(&self, _: &FileMeta<'_>) -> Option<Box<dyn Stream>> {
        Some(Box::new(Unpacker::<CrateList>::new()))
    }
}

struct CrateList;

impl Packed for CrateList {
    const BEFORE: Before = Before::Zlib;
    /// The longest table of codes has 320.
    const LOOK_AHEAD: usize = 512;
    const BEGIN_BYTES: usize = BEGIN.len();
    /// The largest known have 100 KiB.
    const MAX_BYTES: usize = 8 << 20;
    const DAMAGED: &'static str = "its list of Rust crates is damaged";

    fn find(bytes: &[u8], from: usize, end: usize) -> Option<usize> {
        find_stream(bytes, from, end)
    }
    fn begins(plain: &[u8]) -> bool {
        plain == BEGIN
    }
    fn read(document: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        read_list(document, out)
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
