//! Packages of Alpine, Wolfi and relatives: apk's `installed` database.

use plimsoll_facts::{FileMeta, Inspect, Join, Pattern, Section, Sink, Stream, Unreadable, Want};
use plimsoll_model::{EvidenceKind, GapKind, Need, Package, PackageKind, Position, SourcePackage};

use crate::installed::{self, Installed, OwnedFiles, capped, name_and_version, optional_text};
use crate::lines::{LineParser, Lines};
use crate::relations::Relations;

/// Reads apk's database.
pub struct Apk;

impl Inspect for Apk {
    fn id(&self) -> &'static str {
        "apk"
    }
    fn revision(&self) -> u32 {
        4
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[
            Pattern::Path("lib/apk/db/installed"),
            Pattern::Path("usr/lib/apk/db/installed"),
            Pattern::Path("etc/apk/world"),
        ]
    }
    fn want(&self, _: &FileMeta<'_>, _: &[u8]) -> Want {
        Want::Stream { overlap: 0 }
    }
    fn stream(&self, file: &FileMeta<'_>) -> Option<Box<dyn Stream>> {
        Some(match file.name() {
            b"world" => Box::new(Lines::new(World::default())),
            _ => Box::new(Lines::new(Records::default())),
        })
    }
    fn join(&self) -> Option<&dyn Join> {
        Some(&installed::JOIN)
    }
}

/// A name without the version and the repository that are asked of it: `a>=1`, `so:b=2`, `c~3`, `d@edge`.
fn name_of(word: &[u8]) -> &[u8] {
    let end = word.iter().position(|byte| matches!(byte, b'<' | b'>' | b'=' | b'~' | b'@'));
    &word[..end.unwrap_or(word.len())]
}

fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty())
}

/// `etc/apk/world`: what a person asked for.
#[derive(Default)]
struct World {
    names: Vec<Vec<u8>>,
}

impl LineParser for World {
    fn line(&mut self, _: u32, line: &[u8], _: &mut Sink) {
        let asked = words(line).filter(|word| !word.starts_with(b"!"));
        let left = MAX_WORLD.saturating_sub(self.names.len());
        self.names.extend(asked.take(left).map(|word| capped(name_of(word)).to_vec()));
    }

    fn end(&mut self, _: bool, out: &mut Sink) {
        installed::asked(self.names.iter().map(Vec::as_slice), out);
    }
}

/// Names in `world`; beyond, packages count as brought along.
const MAX_WORLD: usize = 10_000;

#[derive(Default)]
struct Record {
    name: Vec<u8>,
    version: Vec<u8>,
    architecture: Vec<u8>,
    origin: Vec<u8>,
    maintainer: Vec<u8>,
    license: Vec<u8>,
    folder: Vec<u8>,
    line: u32,
    relations: Relations,
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
        package.position = Some(Position::Line(record.line));
        self.installed.package(package, record.relations, out);
        self.installed.owner(&name, files, out);
    }
}

impl LineParser for Records {
    fn line(&mut self, number: u32, line: &[u8], out: &mut Sink) {
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
        let record = self.record.get_or_insert_with(|| Record { line: number, ..Record::default() });
        let field = match tag {
            b'P' => &mut record.name,
            b'V' => &mut record.version,
            b'A' => &mut record.architecture,
            b'o' => &mut record.origin,
            b'm' => &mut record.maintainer,
            b'L' => &mut record.license,
            b'D' => {
                for name in words(value).filter(|word| !word.starts_with(b"!")).map(name_of) {
                    record.relations.need(Need::Always, name);
                }
                return;
            }
            b'p' => {
                words(value).map(name_of).for_each(|name| record.relations.offer(name));
                return;
            }
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
