//! The list of packages that distroless Azure Linux images carry instead of a database: one a
//! line, its fields separated by tabs: name, version-release, times of installation and build,
//! vendor, (unused), size, architecture, epoch, source package.

use plimsoll_facts::{Sink, Unreadable};
use plimsoll_model::{EvidenceKind, GapKind, Package, PackageKind, Position};

use super::{source_of, version_of};
use crate::installed::{Installed, optional_text, text};
use crate::lines::LineParser;
use crate::relations::Relations;

const FIELDS: usize = 10;

/// Reads the lines.
#[derive(Default)]
pub(super) struct Manifest {
    installed: Installed,
    said: bool,
}

impl LineParser for Manifest {
    fn line(&mut self, number: u32, line: &[u8], out: &mut Sink) {
        if line.is_empty() {
            return;
        }
        match read(line) {
            Some(package) if package.name == "gpg-pubkey" => {}
            Some(mut package) => {
                package.position = Some(Position::Line(number));
                self.installed.package(package, Relations::default(), out);
            }
            None if std::mem::replace(&mut self.said, true) => {}
            None => out.unreadable_as(GapKind::DatabaseUnreadable, &Unreadable::syntax("a line that is no package")),
        }
    }

    fn end(&mut self, _: bool, out: &mut Sink) {
        self.installed.finish(out);
    }
}

fn read(line: &[u8]) -> Option<Package> {
    let fields: Vec<&[u8]> = line.split(|byte| *byte == b'\t').collect();
    let fields: &[&[u8]; FIELDS] = fields.as_slice().try_into().ok()?;
    let (name, version) = (text(fields[0]), text(fields[1]));
    if name.is_empty() || version.is_empty() {
        return None;
    }
    let source = text(fields[9]);
    // The list ends with a source package: a line that was cut short does not.
    if source != "(none)" && !source.ends_with(".rpm") {
        return None;
    }
    let known = |bytes| optional_text(bytes).filter(|text| text != "(none)");
    let epoch = known(fields[8]).and_then(|epoch| epoch.parse().ok()).unwrap_or(0);
    let mut package =
        Package::new(PackageKind::Rpm, name, version_of(epoch, &version), EvidenceKind::InstalledDatabase);
    package.vendor = known(fields[4]);
    package.architecture = known(fields[7]);
    package.source = source_of(&source);
    Some(package)
}
