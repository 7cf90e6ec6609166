//! What Cabal and Stack locked: `cabal.project.freeze`, `stack.yaml.lock`, and exact versions in
//! `stack.yaml`.
//!
//! `constraints: any.aeson ==2.0.3.0,` with flags of packages between, and
//! `hackage: aeson-2.0.3.0@sha256:…` for what Stack took besides its snapshot.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{PackageKind, Position};

use super::haskell::{kind_of, unit};
use super::{decode_text, numbered_lines};
use crate::listing::{Listing, want_lock};
use crate::yaml_lines::yaml_lines;

/// Reads the lock files of Cabal and Stack.
pub struct HaskellLock;

impl Inspect for HaskellLock {
    fn id(&self) -> &'static str {
        "haskell-lock"
    }
    fn revision(&self) -> u32 {
        2
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("cabal.project.freeze"), Pattern::Name("stack.yaml.lock"), Pattern::Name("stack.yaml")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        let mut listing = Listing::declared(PackageKind::Hackage, out);
        match file.name() {
            b"stack.yaml.lock" => read_stack(&text, &mut listing),
            b"stack.yaml" => read_extra(&text, &mut listing),
            _ => read_cabal(&text, &mut listing),
        }
        listing.finish()
    }
}

fn read_cabal(text: &str, listing: &mut Listing<'_>) {
    for (position, line) in numbered_lines(text) {
        let constraints = line.trim_start().trim_start_matches("constraints:");
        for (name, version) in constraints.split(',').filter_map(|constraint| constraint.split_once("==")) {
            let name = name.trim();
            add(listing, name.strip_prefix("any.").unwrap_or(name), version, position);
        }
    }
}

fn read_stack(text: &str, listing: &mut Listing<'_>) {
    let mut completed = false;
    for line in yaml_lines(text) {
        match line.key {
            "completed" => completed = true,
            "original" => completed = false,
            "hackage" if completed => {
                let (name, version) = unit(line.value.split('@').next().unwrap_or_default()).unwrap_or_default();
                add(listing, name, version, line.position);
            }
            _ => {}
        }
    }
}

/// The items of `extra-deps`; folders and repositories are written otherwise.
fn read_extra(text: &str, listing: &mut Listing<'_>) {
    let mut section = "";
    for line in yaml_lines(text) {
        match (line.indent, line.item, line.key) {
            (0, false, key) => section = key,
            (_, true, "") if section == "extra-deps" => {
                if let Some((name, version)) =
                    line.value.split('@').next().and_then(unit).filter(|(name, _)| !name.contains('/'))
                {
                    add(listing, name, version, line.position);
                }
            }
            _ => {}
        }
    }
}

fn add(listing: &mut Listing<'_>, name: &str, version: &str, position: Position) {
    listing.described(name, version, |package| {
        package.kind = kind_of(name);
        package.position = Some(position);
    });
}
