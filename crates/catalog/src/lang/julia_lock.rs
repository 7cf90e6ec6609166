//! `Manifest.toml`: the packages that Julia's Pkg chose, of format 1 (`[[NAME]]`) and 2 (`[[deps.NAME]]`).
//!
//! Pkg writes a key a line. An entry without a version is of the standard library, one with a `path` is
//! the project's own.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{Need, PackageKind, Position};

use super::{decode_text, numbered_lines};
use crate::listing::{Listing, want_lock};
use crate::requirements::Requirements;

/// Reads Julia's `Manifest.toml`.
pub struct JuliaLock;

#[derive(Default)]
struct Entry<'a> {
    name: &'a str,
    position: Option<Position>,
    uuid: bool,
    version: Option<&'a str>,
    path: bool,
    needs: Requirements,
}

impl Inspect for JuliaLock {
    fn id(&self) -> &'static str {
        "julia-lock"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("Manifest.toml"), Pattern::Name("JuliaManifest.toml")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        let mut listing = Listing::declared(PackageKind::Julia, out);
        let mut entry = Entry::default();
        let mut table = "";
        for (position, line) in numbered_lines(&text) {
            let line = line.trim_start();
            if let Some(header) = line.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]")) {
                std::mem::take(&mut entry).list(&mut listing);
                let name = header.strip_prefix("deps.").unwrap_or(header).trim_matches('"');
                entry = Entry { name, position: Some(position), ..Entry::default() };
                table = "";
            } else if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                table = header.rsplit('.').next().unwrap_or_default();
            } else if let Some((key, value)) = line.split_once('=') {
                entry.take(table, key.trim(), value.trim());
            }
        }
        entry.list(&mut listing);
        listing.finish()
    }
}

impl<'a> Entry<'a> {
    fn take(&mut self, table: &str, key: &'a str, value: &'a str) {
        match (table, key) {
            ("", "uuid") => self.uuid = true,
            ("", "version") => self.version = Some(value.trim_matches('"')),
            ("", "path") => self.path = true,
            ("", "deps") => {
                let names = value.trim_matches(['[', ']']).split(',').map(|name| name.trim().trim_matches('"'));
                names.for_each(|name| self.needs.add(name, None, Need::Always));
            }
            // Where two packages have one name: `NAME = "UUID"`.
            ("deps", name) => self.needs.add(name, None, Need::Always),
            _ => {}
        }
    }

    /// Another tool's file of this name has no such identifiers.
    fn list(self, listing: &mut Listing<'_>) {
        let Some(version) = self.version.filter(|_| self.uuid && !self.path) else { return };
        listing.described(self.name, version, |package| {
            package.requires = self.needs.finish();
            package.position = self.position;
        });
    }
}
