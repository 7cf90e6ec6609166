//! Conan's packages as they lie in its cache or were deployed.
//!
//! The cache of Conan 2 has a database, `p/cache.sqlite3`. Elsewhere there is a `conaninfo.txt`, and which
//! package it is says only the path: `data/NAME/VERSION/USER/CHANNEL/package/ID/` in the cache of Conan 1,
//! `full_deploy/host/NAME/VERSION/…` where Conan 2 copied it. At any other place the file is what
//! `conan install` left of a project, and lists what the project was installed with.

use std::collections::BTreeSet;

use plimsoll_facts::{FileMeta, Inspect, Limit, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::path::{name_of, parent_of};
use plimsoll_model::{EvidenceKind, Need, PackageKind};

use super::{MAX_FILE_BYTES, MAX_PACKAGES, conan_lock, decode_text, numbered_lines};
use crate::listing::Listing;
use crate::requirements::Requirements;
use crate::sqlite::{Database, Value};

/// Reads `conaninfo.txt`.
pub struct Conan;

/// The place of a `conaninfo.txt`.
#[derive(Debug, PartialEq, Eq)]
enum Place<'a> {
    Package {
        name: &'a str,
        version: &'a str,
        tool: bool,
    },
    /// In the cache of Conan 2.
    Cache,
    Project,
}

impl Inspect for Conan {
    fn id(&self) -> &'static str {
        "conan"
    }
    fn revision(&self) -> u32 {
        2
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("conaninfo.txt"), Pattern::Name("cache.sqlite3")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        let is_database = || name_of(parent_of(file.path)) == b"p";
        if file.name() == b"conaninfo.txt" || is_database() { Want::Whole { max: MAX_FILE_BYTES } } else { Want::No }
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        if file.name() == b"cache.sqlite3" {
            return read_cache(bytes, out);
        }
        let text = decode_text(bytes);
        let mut section = "";
        let mut requires = Vec::new();
        for (position, line) in numbered_lines(&text) {
            if line.starts_with('[') {
                section = line;
            } else if section == "[full_requires]"
                && let Some((name, version)) = conan_lock::reference(line)
            {
                if requires.len() == MAX_PACKAGES {
                    return Err(Unreadable::OverLimit(Limit::Count));
                }
                requires.push((name, version, position));
            }
        }
        match place_of(&decode_text(file.path)) {
            Place::Package { name, version, tool } => {
                let mut listing = Listing::new(PackageKind::Conan, EvidenceKind::Metadata, out);
                listing.described(name, version, |package| {
                    package.development = tool;
                    let mut needs = Requirements::default();
                    requires.iter().for_each(|(name, version, _)| needs.add(name, Some(version), Need::Always));
                    package.requires = needs.finish();
                });
                listing.finish()
            }
            // Its database names it.
            Place::Cache => Ok(()),
            Place::Project => {
                let mut listing = Listing::declared(PackageKind::Conan, out);
                for (name, version, position) in requires {
                    listing.described(name, version, |package| package.position = Some(position));
                }
                listing.finish()
            }
        }
    }
}

/// The packages of the table whose first column is the reference; one may be there in several builds.
fn read_cache(bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
    let mut references = BTreeSet::new();
    Database::open(bytes)?.rows("packages", |_, columns| {
        let reference = columns.first().and_then(Value::as_bytes).unwrap_or_default();
        references.insert(decode_text(reference).into_owned());
    })?;
    let mut listing = Listing::new(PackageKind::Conan, EvidenceKind::InstalledDatabase, out);
    for reference in &references {
        let (name, version) = conan_lock::reference(reference).unwrap_or_default();
        listing.described(name, version, |_| {});
    }
    listing.finish()
}

fn place_of(path: &str) -> Place<'_> {
    let folders: Vec<&str> = path.split('/').collect();
    if let [.., name, version, _user, _channel, "package", _id, _file] = folders[..] {
        return Place::Package { name, version, tool: false };
    }
    if folders.contains(&".conan2") {
        return Place::Cache;
    }
    match folders.iter().position(|folder| *folder == "full_deploy").map(|at| &folders[at + 1..]) {
        Some([context, name, version, _, ..]) => Place::Package { name, version, tool: *context == "build" },
        _ => Place::Project,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_tells_the_package() {
        let of = |name, version, tool| Place::Package { name, version, tool };
        for (path, place) in [
            ("root/.conan/data/zlib/1.2.11/_/_/package/0a1b/conaninfo.txt", of("zlib", "1.2.11", false)),
            ("app/full_deploy/host/zlib/1.3.1/Release/x86_64/conaninfo.txt", of("zlib", "1.3.1", false)),
            ("app/full_deploy/build/cmake/3.27.1/conaninfo.txt", of("cmake", "3.27.1", true)),
            ("root/.conan2/p/b/zlib0a1b/p/conaninfo.txt", Place::Cache),
            ("root/.conan2/p/b/zlib0a1b/b/conaninfo.txt", Place::Cache),
            ("app/build/conaninfo.txt", Place::Project),
            ("conaninfo.txt", Place::Project),
        ] {
            assert_eq!(place_of(path), place, "{path}");
        }
    }
}
