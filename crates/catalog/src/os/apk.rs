//! Packages of Alpine, Wolfi and relatives: apk's `installed` database.

use plimsoll_facts::{FileMeta, Inspect, Join, Pattern, Section, Sink, Stream, Unreadable, View, Want};
use plimsoll_model::{EvidenceKind, GapKind, Package, PackageKind, SourcePackage};

use crate::installed::{Installed, OwnedFiles, capped, join_owners, join_packages, name_and_version, optional_text};
use crate::lines::{LineParser, Lines};

/// Reads apk's database.
pub struct Apk;

impl Inspect for Apk {
    fn id(&self) -> &'static str {
        "apk"
    }
    fn revision(&self) -> u32 {
        3
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Path("lib/apk/db/installed"), Pattern::Path("usr/lib/apk/db/installed")]
    }
    fn want(&self, _: &FileMeta<'_>, _: &[u8]) -> Want {
        Want::Stream { overlap: 0 }
    }
    fn stream(&self, _: &FileMeta<'_>) -> Option<Box<dyn Stream>> {
        Some(Box::new(Lines::new(Records::default())))
    }
    fn join(&self) -> Option<&dyn Join> {
        Some(self)
    }
}

impl Join for Apk {
    fn packages(&self, view: &View<'_>, out: &mut Sink) -> Result<(), Unreadable> {
        join_packages(view, out)
    }
    fn owners(
        &self,
        view: &View<'_>,
        wanted: &dyn Fn(u64) -> bool,
        out: &mut dyn FnMut(u64, &str),
    ) -> Result<(), Unreadable> {
        join_owners(view, wanted, &|_, name| name.to_owned(), out)
    }
}

#[derive(Default)]
struct Record {
    name: Vec<u8>,
    version: Vec<u8>,
    architecture: Vec<u8>,
    origin: Vec<u8>,
    maintainer: Vec<u8>,
    license: Vec<u8>,
    folder: Vec<u8>,
}

#[derive(Default)]
struct Records {
    record: Option<Record>,
    files: OwnedFiles,
    nonsense: bool,
    installed: Installed,
}

impl Records {
    fn close(&mut self, out: &mut Sink) {
        let files = self.files.take();
        let Some(record) = self.record.take() else { return };
        let (name, version) = match name_and_version(&record.name, &record.version) {
            Ok(both) => both,
            Err(why) => return out.unreadable_as(GapKind::DatabaseUnreadable, &why),
        };
        let origin = optional_text(&record.origin).unwrap_or_else(|| name.clone());
        let mut package = Package::new(PackageKind::Apk, &name, &version, EvidenceKind::InstalledDatabase);
        package.architecture = optional_text(&record.architecture);
        package.vendor = optional_text(&record.maintainer);
        package.license = optional_text(&record.license);
        package.source = Some(SourcePackage { name: origin, version });
        self.installed.package(package, out);
        self.installed.owner(&name, files, out);
    }
}

impl LineParser for Records {
    fn line(&mut self, line: &[u8], out: &mut Sink) {
        if line.is_empty() {
            self.close(out);
            return;
        }
        let (Some(&tag), Some(b':')) = (line.first(), line.get(1)) else {
            if !std::mem::replace(&mut self.nonsense, true) {
                out.unreadable_as(GapKind::DatabaseUnreadable, &Unreadable::syntax("a line that is no field"));
            }
            return;
        };
        let value = &line[2..];
        let record = self.record.get_or_insert_default();
        let field = match tag {
            b'P' => &mut record.name,
            b'V' => &mut record.version,
            b'A' => &mut record.architecture,
            b'o' => &mut record.origin,
            b'm' => &mut record.maintainer,
            b'L' => &mut record.license,
            b'F' => {
                record.folder.clear();
                record.folder.extend_from_slice(value);
                return;
            }
            b'R' => {
                self.files.push_in(&record.folder, value);
                return;
            }
            _ => return,
        };
        if field.is_empty() {
            field.extend_from_slice(capped(value));
        }
    }

    fn end(&mut self, whole_line: bool, out: &mut Sink) {
        // apk ends every record with an empty line.
        let cut = !whole_line || self.record.is_some();
        self.close(out);
        self.installed.finish(out);
        if cut {
            out.unreadable_as(GapKind::DatabaseUnreadable, &Unreadable::Truncated);
        }
    }
}
