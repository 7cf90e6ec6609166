//! Conan's packages as they lie in its cache or were deployed: `conaninfo.txt`.
//!
//! Which package it is says only the path: `data/NAME/VERSION/USER/CHANNEL/package/ID/` in the cache of
//! Conan 1, `full_deploy/host/NAME/VERSION/…` where Conan 2 copied it. The cache of Conan 2 has neither
//! name nor version in its paths: such packages are gaps. At any other place the file is what `conan install` left of a project,
//! and lists what the project was installed with.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Need, PackageKind};

use super::{MAX_FILE_BYTES, conan_lock, decode_text, numbered_lines};
use crate::listing::Listing;
use crate::requirements::Requirements;

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
    /// A package in the cache of Conan 2.
    Nameless,
    /// Where packages are built.
    Build,
    Project,
}

impl Inspect for Conan {
    fn id(&self) -> &'static str {
        "conan"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("conaninfo.txt")]
    }
    fn want(&self, _: &FileMeta<'_>, _: &[u8]) -> Want {
        Want::Whole { max: MAX_FILE_BYTES }
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        let mut section = "";
        let mut requires = Vec::new();
        for (position, line) in numbered_lines(&text) {
            if line.starts_with('[') {
                section = line;
            } else if section == "[full_requires]"
                && let Some((name, version)) = conan_lock::reference(line)
            {
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
            Place::Nameless => Err(Unreadable::syntax("which package it is stands only in the cache's database")),
            Place::Build => Ok(()),
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

fn place_of(path: &str) -> Place<'_> {
    let folders: Vec<&str> = path.split('/').collect();
    if let [.., name, version, _user, _channel, "package", _id, _file] = folders[..] {
        return Place::Package { name, version, tool: false };
    }
    if folders.contains(&".conan2") {
        return if folders.ends_with(&["p", "conaninfo.txt"]) { Place::Nameless } else { Place::Build };
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
            ("root/.conan2/p/b/zlib0a1b/p/conaninfo.txt", Place::Nameless),
            ("root/.conan2/p/b/zlib0a1b/b/conaninfo.txt", Place::Build),
            ("app/build/conaninfo.txt", Place::Project),
            ("conaninfo.txt", Place::Project),
        ] {
            assert_eq!(place_of(path), place, "{path}");
        }
    }
}
