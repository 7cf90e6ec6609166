//! Java archives: what each says of itself, and what was packed into it.
//!
//! Members are read as they pass, each into a fragment; when the layers have been merged, the
//! fragments of one archive are looked at together. The better evidence decides:
//!
//! 1. `pom.properties`: exact. A shaded jar has several, each a package; the archive's own is the
//!    one that its file name names.
//! 2. `pom.xml`, where it has no `pom.properties` beside it. Values that only a build can fill in
//!    (`${…}`) are not used.
//! 3. The manifest with the file name, for jars that Gradle or Ant built. They rarely say their
//!    Maven group: it comes from a manifest that does, or from the table in `known`.
//! 4. The file name alone. Without a group no advisory can be looked up, and a gap says so.
//!
//! An archive in doubt keeps its SHA-1: a database with an index of published archives may know it, and
//! is asked when packages are matched.

mod coordinates;
mod identity;
mod known;
mod manifest;
mod pom;

use plimsoll_facts::{FileMeta, Format, Inspect, Join, Pattern, Section, Sink, Unpacked, Unreadable, View, Want};
use plimsoll_model::path::{name_of, parent_of};

use super::MAX_FILE_BYTES;
use coordinates::Coordinates;
use manifest::Manifest;
use pom::Pom;

/// Reads Java archives, nested ones too.
pub struct Java;

/// Fragment kind: an archive that was opened; its SHA-1, where all of it was seen.
const ARCHIVE: u16 = 0;
/// Fragment kind: Maven coordinates out of a `pom.properties`.
const PROPERTIES: u16 = 1;
/// Fragment kind: what a `pom.xml` says.
const POM: u16 = 2;
/// Fragment kind: what a manifest says of the archive.
const MANIFEST: u16 = 3;

/// The patterns of Java archives, and further ones.
macro_rules! archives_and {
    ($($further:expr),* $(,)?) => {
        &[
            Pattern::Suffix(".jar"),
            Pattern::Suffix(".war"),
            Pattern::Suffix(".ear"),
            Pattern::Suffix(".par"),
            Pattern::Suffix(".sar"),
            Pattern::Suffix(".jpi"),
            Pattern::Suffix(".hpi"),
            Pattern::Suffix(".kar"),
            Pattern::Suffix(".rar"),
            $($further),*
        ]
    };
}
const ARCHIVES: &[Pattern] = archives_and![];
const MANIFEST_PATH: &str = "META-INF/MANIFEST.MF";

impl Inspect for Java {
    fn id(&self) -> &'static str {
        "java"
    }

    fn revision(&self) -> u32 {
        3
    }

    fn section(&self) -> Section {
        Section::Packages
    }

    fn patterns(&self) -> &'static [Pattern] {
        archives_and![
            // Of archives that were unpacked where they run.
            Pattern::Name("pom.properties"),
        ]
    }

    fn patterns_inside(&self) -> &'static [Pattern] {
        archives_and![
            Pattern::Under("META-INF/maven", "/pom.properties"),
            Pattern::Under("META-INF/maven", "/pom.xml"),
            Pattern::Path(MANIFEST_PATH),
        ]
    }

    fn want(&self, file: &FileMeta<'_>, head: &[u8]) -> Want {
        let path = file.innermost();
        if is_archive(path) {
            // Java opens what ends as a zip, whatever it begins with: a script that starts it, say.
            // The rarer suffixes belong to other formats too.
            let java = [&b".jar"[..], b".war", b".ear"].iter().any(|suffix| has_suffix(path, suffix));
            let zip = if java { file.size > 0 } else { head.starts_with(b"PK") };
            return if zip { Want::Unpack(Format::Zip) } else { Want::No };
        }
        let whole = match file.inside {
            [] => is_in_maven_folder(path),
            // Archives are also opened for others, in whose members nothing is meant for Java.
            [_] => is_archive(file.path),
            [.., outer, _] => is_archive(outer.as_bytes()),
        };
        if whole { Want::Whole { max: MAX_FILE_BYTES } } else { Want::No }
    }

    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        match file.name() {
            b"pom.properties" => {
                let Some(found) = Coordinates::of_properties(bytes) else { return Ok(()) };
                if file.inside.is_empty() {
                    out.package(found.package());
                } else {
                    out.fragment(PROPERTIES, encode(&found));
                }
            }
            b"pom.xml" => {
                let (pom, result) = Pom::read(bytes);
                out.fragment(POM, encode(&pom));
                result?;
            }
            _ => {
                if let Some(found) = Manifest::read(bytes) {
                    out.fragment(MANIFEST, encode(&found));
                }
            }
        }
        Ok(())
    }

    fn unpacked(&self, _: &FileMeta<'_>, unpacked: &Unpacked, out: &mut Sink) {
        out.fragment(ARCHIVE, unpacked.sha1.map_or_else(Vec::new, Vec::from));
    }

    fn join(&self) -> Option<&dyn Join> {
        Some(self)
    }
}

impl Join for Java {
    fn packages(&self, view: &View<'_>, out: &mut Sink) -> Result<(), Unreadable> {
        identity::identify(view, out)
    }
}

fn encode(found: &impl serde::Serialize) -> Vec<u8> {
    postcard::to_stdvec(found).unwrap_or_default()
}

fn is_archive(path: &[u8]) -> bool {
    ARCHIVES.iter().any(|archive| matches!(archive, Pattern::Suffix(suffix) if has_suffix(path, suffix.as_bytes())))
}

fn has_suffix(path: &[u8], suffix: &[u8]) -> bool {
    let name = name_of(path);
    name.len().checked_sub(suffix.len()).is_some_and(|at| at > 0 && name[at..].eq_ignore_ascii_case(suffix))
}

/// Whether a path is `…/META-INF/maven/GROUP/ARTIFACT/FILE`.
fn is_in_maven_folder(path: &[u8]) -> bool {
    let maven = parent_of(parent_of(parent_of(path)));
    name_of(maven) == b"maven" && name_of(parent_of(maven)) == b"META-INF"
}
