//! Python's lock files and pinned requirements.

mod pipfile;
mod requirements;
mod tables;

pub(super) use requirements::pinned;

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::PackageKind;

use super::decode_text;
use crate::listing::{Listing, want_lock};
use tables::Tool;

/// Reads the lock files of Python's tools.
pub struct PythonLock;

impl Inspect for PythonLock {
    fn id(&self) -> &'static str {
        "python-lock"
    }
    fn revision(&self) -> u32 {
        3
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[
            Pattern::Suffix("requirements.txt"),
            Pattern::Name("poetry.lock"),
            Pattern::Name("uv.lock"),
            Pattern::Name("pdm.lock"),
            Pattern::Name("pylock.toml"),
            Pattern::Name("Pipfile.lock"),
        ]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let mut listing = Listing::declared(PackageKind::Pypi, out);
        match file.name() {
            b"Pipfile.lock" => pipfile::read(bytes, &mut listing)?,
            b"pylock.toml" => tables::read(&decode_text(bytes), Tool::Standard, &mut listing),
            b"poetry.lock" => tables::read(&decode_text(bytes), Tool::Poetry, &mut listing),
            b"pdm.lock" => tables::read(&decode_text(bytes), Tool::Pdm, &mut listing),
            b"uv.lock" => tables::read(&decode_text(bytes), Tool::Uv, &mut listing),
            _ => requirements::read(&decode_text(bytes), &mut listing),
        }
        listing.finish()
    }
}
