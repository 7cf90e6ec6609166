//! The lock files of Node's package managers.

mod bun;
mod npm;
mod pnpm;
mod yarn;

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::PackageKind;

use super::decode_text;
use crate::listing::{Listing, want_lock};

/// Reads the lock files of npm, Yarn, pnpm and Bun.
pub struct NodeLock;

impl Inspect for NodeLock {
    fn id(&self) -> &'static str {
        "node-lock"
    }
    fn revision(&self) -> u32 {
        3
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[
            Pattern::Name("package-lock.json"),
            Pattern::Name("npm-shrinkwrap.json"),
            Pattern::Name("yarn.lock"),
            Pattern::Name("pnpm-lock.yaml"),
            Pattern::Name("bun.lock"),
            Pattern::Name("bun.lockb"),
        ]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let mut listing = Listing::declared(PackageKind::Npm, out);
        match file.name() {
            b"yarn.lock" => yarn::read(&decode_text(bytes), &mut listing),
            b"pnpm-lock.yaml" => pnpm::read(&decode_text(bytes), &mut listing)?,
            b"bun.lockb" => return Err(Unreadable::syntax("the binary form of Bun's lock file is not read")),
            b"bun.lock" => bun::read(bytes, &mut listing)?,
            _ => npm::read(bytes, &mut listing)?,
        }
        listing.finish()
    }
}

/// Splits `name@rest`, where the name may begin with the `@` of its scope.
pub(super) fn split_name(specifier: &str) -> Option<(&str, &str)> {
    let at = specifier.get(1..)?.find('@')? + 1;
    Some((&specifier[..at], &specifier[at + 1..]))
}
