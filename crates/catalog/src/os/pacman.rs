//! Packages of Arch Linux and relatives: pacman's local database, a folder for each package.

use plimsoll_facts::{FileMeta, Inspect, Join, Pattern, Section, Sink, Stream, Want};
use plimsoll_model::{EvidenceKind, GapKind, Need, Package, PackageKind, SourcePackage};

use crate::installed::{Installed, JoinInstalled, OwnedFiles, Owner, capped, name_and_version, optional_text};
use crate::lines::{LineParser, Lines};
use crate::relations::Relations;

/// Reads pacman's database.
pub struct Pacman;

impl Inspect for Pacman {
    fn id(&self) -> &'static str {
        "pacman"
    }
    fn revision(&self) -> u32 {
        4
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Under("var/lib/pacman/local", "/desc"), Pattern::Under("var/lib/pacman/local", "/files")]
    }
    fn want(&self, _: &FileMeta<'_>, _: &[u8]) -> Want {
        Want::Stream { overlap: 0 }
    }
    fn stream(&self, file: &FileMeta<'_>) -> Option<Box<dyn Stream>> {
        if file.name() == b"files" {
            return Some(Box::new(Lines::new(FileList::default())));
        }
        Some(Box::new(Lines::new(Description::default())))
    }
    fn join(&self) -> Option<&dyn Join> {
        Some(&JOIN)
    }
}

/// `files` lies beside the `desc` of its package.
const JOIN: JoinInstalled = JoinInstalled {
    owner: |files| Owner::OfFile([files.strip_suffix(b"files").unwrap_or_default(), b"desc"].concat()),
};

/// The fields of a `desc`, each a line `%NAME%` and its values below.
#[derive(Default)]
struct Description {
    field: Vec<u8>,
    name: Vec<u8>,
    version: Vec<u8>,
    base: Vec<u8>,
    architecture: Vec<u8>,
    packager: Vec<u8>,
    license: Vec<u8>,
    reason: Vec<u8>,
    relations: Relations,
}

impl LineParser for Description {
    fn line(&mut self, _: u32, line: &[u8], _: &mut Sink) {
        if let Some(field) = heading(line) {
            self.field.clear();
            self.field.extend_from_slice(capped(field));
            return;
        }
        let value = match self.field.as_slice() {
            b"NAME" => &mut self.name,
            b"VERSION" => &mut self.version,
            b"BASE" => &mut self.base,
            b"ARCH" => &mut self.architecture,
            b"PACKAGER" => &mut self.packager,
            b"LICENSE" => &mut self.license,
            b"REASON" => &mut self.reason,
            b"DEPENDS" => return self.relations.need(Need::Always, name_of(line)),
            b"OPTDEPENDS" => return self.relations.need(Need::Optional, name_of(line)),
            b"PROVIDES" => return self.relations.offer(name_of(line)),
            _ => return,
        };
        if value.is_empty() {
            value.extend_from_slice(capped(line));
        }
    }

    fn end(&mut self, _: bool, out: &mut Sink) {
        let (name, version) = match name_and_version(&self.name, &self.version) {
            Ok(both) => both,
            Err(why) => return out.unreadable_as(GapKind::DatabaseUnreadable, &why),
        };
        let base = optional_text(&self.base).unwrap_or_else(|| name.clone());
        let mut package = Package::new(PackageKind::Alpm, name, &version, EvidenceKind::InstalledDatabase);
        package.architecture = optional_text(&self.architecture);
        package.vendor = optional_text(&self.packager);
        package.license = optional_text(&self.license);
        package.source = Some(SourcePackage { name: base, version });
        // Pacman notes a reason only where nobody asked for the package.
        package.direct = Some(self.reason != b"1");
        let mut installed = Installed::default();
        installed.package(package, std::mem::take(&mut self.relations), out);
        installed.finish(out);
    }
}

/// The paths below `%FILES%`; folders end with a slash and are nobody's own.
#[derive(Default)]
struct FileList {
    in_files: bool,
    files: OwnedFiles,
}

impl LineParser for FileList {
    fn line(&mut self, _: u32, line: &[u8], _: &mut Sink) {
        if let Some(field) = heading(line) {
            self.in_files = field == b"FILES";
        } else if self.in_files && !line.ends_with(b"/") {
            self.files.push(line);
        }
    }

    fn end(&mut self, _: bool, out: &mut Sink) {
        let mut installed = Installed::default();
        installed.owner("", self.files.take(), out);
        installed.finish(out);
    }
}

fn heading(line: &[u8]) -> Option<&[u8]> {
    line.strip_prefix(b"%")?.strip_suffix(b"%").filter(|name| !name.is_empty())
}

/// A name without the version that is asked of it, and without what an optional package is good for:
/// `a>=1`, `libb.so=2-64`, `c: to read archives`.
fn name_of(line: &[u8]) -> &[u8] {
    let name = memchr::memmem::find(line, b": ").map_or(line, |colon| &line[..colon]);
    let end = name.iter().position(|byte| matches!(byte, b'<' | b'>' | b'='));
    name[..end.unwrap_or(name.len())].trim_ascii()
}
