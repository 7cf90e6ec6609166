//! Packages of Debian and its relatives: dpkg's `status`, distroless' `status.d`, opkg's `status`.

mod auto_installed;
mod relations;

use plimsoll_facts::{FileMeta, Inspect, Join, Pattern, Section, Sink, Stream, Unreadable, Want};
use plimsoll_model::path::name_of;
use plimsoll_model::{EvidenceKind, GapKind, Package, PackageKind, Position, SourcePackage};

use crate::installed::{Installed, JoinInstalled, OwnedFiles, Owner, capped, name_and_version, optional_text, text};
use crate::lines::{LineParser, Lines};
use crate::relations::Relations;
use auto_installed::AutoInstalled;
use relations::Relation;

/// Reads dpkg's and opkg's databases.
pub struct Dpkg;

impl Inspect for Dpkg {
    fn id(&self) -> &'static str {
        "dpkg"
    }
    fn revision(&self) -> u32 {
        4
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[
            Pattern::Path("var/lib/dpkg/status"),
            Pattern::Under("var/lib/dpkg/status.d", ""),
            Pattern::Under("var/lib/dpkg/info", ".list"),
            Pattern::Path("var/lib/apt/extended_states"),
            Pattern::Path("usr/lib/opkg/status"),
            Pattern::Path("var/lib/opkg/status"),
            Pattern::Under("usr/lib/opkg/info", ".list"),
            Pattern::Under("var/lib/opkg/info", ".list"),
        ]
    }
    fn want(&self, _: &FileMeta<'_>, _: &[u8]) -> Want {
        Want::Stream { overlap: 0 }
    }
    fn stream(&self, file: &FileMeta<'_>) -> Option<Box<dyn Stream>> {
        let name = file.name();
        if name == b"extended_states" {
            return Some(Box::new(Lines::new(AutoInstalled::default())));
        }
        if name.ends_with(b".list") {
            return Some(Box::new(Lines::new(FileList { sums: false, files: OwnedFiles::default() })));
        }
        if name.ends_with(b".md5sums") {
            return Some(Box::new(Lines::new(FileList { sums: true, files: OwnedFiles::default() })));
        }
        // dpkg ends every paragraph with an empty line; the tools that write the others need not.
        let ends_with_empty_line = file.path == b"var/lib/dpkg/status";
        Some(Box::new(Lines::new(Status { ends_with_empty_line, ..Status::default() })))
    }
    fn join(&self) -> Option<&dyn Join> {
        Some(&JOIN)
    }
}

/// The sums of `status.d/NAME` stand in `status.d/NAME.md5sums`, whatever the package's name; others
/// stand in `NAME.list` or `NAME:ARCHITECTURE.list`.
const JOIN: JoinInstalled = JoinInstalled {
    owner: |path| {
        if let Some(beside) = path.strip_suffix(b".md5sums") {
            return Owner::OfFile(beside.to_vec());
        }
        let name = name_of(path);
        let name = name.strip_suffix(b".list").unwrap_or(name);
        Owner::Named(text(name.split(|byte| *byte == b':').next().unwrap_or_default()))
    },
};

/// A `.list` or `.md5sums` file: the owner's name is in the file's own name.
struct FileList {
    sums: bool,
    files: OwnedFiles,
}

impl LineParser for FileList {
    fn line(&mut self, _: u32, line: &[u8], _: &mut Sink) {
        let path = match (self.sums, line.iter().position(|byte| *byte == b' ')) {
            (true, Some(space)) => line[space..].trim_ascii_start(),
            (true, None) => return,
            (false, _) => line,
        };
        // opkg writes the mode and a link's target behind the path.
        self.files.push(path.split(|byte| *byte == b'\t').next().unwrap_or_default());
    }

    fn end(&mut self, _: bool, out: &mut Sink) {
        let mut installed = Installed::default();
        installed.owner("", self.files.take(), out);
        installed.finish(out);
    }
}

#[derive(Default)]
struct Paragraph {
    name: Vec<u8>,
    version: Vec<u8>,
    architecture: Vec<u8>,
    source: Vec<u8>,
    maintainer: Vec<u8>,
    status: Vec<u8>,
    auto_installed: Vec<u8>,
    /// Where it begins.
    line: u32,
    /// The field that continuation lines go on with, where it is one of relations.
    relation: Option<Relation>,
    relations: Relations,
}

#[derive(Default)]
struct Status {
    ends_with_empty_line: bool,
    paragraph: Option<Paragraph>,
    nonsense: bool,
    installed: Installed,
}

impl LineParser for Status {
    fn line(&mut self, number: u32, line: &[u8], out: &mut Sink) {
        if line.trim_ascii().is_empty() {
            self.close(out);
            return;
        }
        // Of all fields but relations only the first line matters.
        if matches!(line[0], b' ' | b'\t') {
            if let Some(paragraph) = &mut self.paragraph
                && let Some(relation) = paragraph.relation
            {
                relation.read(line, &mut paragraph.relations);
            }
            return;
        }
        let Some(colon) = memchr::memchr(b':', line) else {
            if !std::mem::replace(&mut self.nonsense, true) {
                out.unreadable_as(GapKind::DatabaseUnreadable, &Unreadable::syntax("a line that is no field"));
            }
            return;
        };
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        let paragraph = self.paragraph.get_or_insert_with(|| Paragraph { line: number, ..Paragraph::default() });
        paragraph.relation = Relation::of(name);
        if let Some(relation) = paragraph.relation {
            return relation.read(value, &mut paragraph.relations);
        }
        let fields: [(&[u8], &mut Vec<u8>); 7] = [
            (b"Package", &mut paragraph.name),
            (b"Version", &mut paragraph.version),
            (b"Architecture", &mut paragraph.architecture),
            (b"Source", &mut paragraph.source),
            (b"Maintainer", &mut paragraph.maintainer),
            (b"Status", &mut paragraph.status),
            (b"Auto-Installed", &mut paragraph.auto_installed),
        ];
        for (field, slot) in fields {
            if name.eq_ignore_ascii_case(field) && slot.is_empty() {
                slot.extend_from_slice(capped(value));
            }
        }
    }

    fn end(&mut self, whole_line: bool, out: &mut Sink) {
        let cut = self.ends_with_empty_line && (!whole_line || self.paragraph.is_some());
        self.close(out);
        self.installed.finish(out);
        if cut {
            out.unreadable_as(GapKind::DatabaseUnreadable, &Unreadable::Truncated);
        }
    }
}

impl Status {
    fn close(&mut self, out: &mut Sink) {
        let Some(mut paragraph) = self.paragraph.take() else { return };
        if !paragraph.is_present() {
            return;
        }
        let relations = std::mem::take(&mut paragraph.relations);
        match name_and_version(&paragraph.name, &paragraph.version) {
            Ok((name, version)) => self.installed.package(paragraph.package(name, version), relations, out),
            Err(why) => out.unreadable_as(GapKind::DatabaseUnreadable, &why),
        }
    }
}

impl Paragraph {
    /// Whether the package's files are there: all states but those in which dpkg has removed
    /// them. Without a state (distroless) it is there.
    fn is_present(&self) -> bool {
        let state = self.status.split(u8::is_ascii_whitespace).rfind(|word| !word.is_empty()).unwrap_or_default();
        !matches!(state, b"not-installed" | b"config-files")
    }

    fn package(&self, name: String, version: String) -> Package {
        let source = optional_text(&self.source).map(|source| match source.split_once('(') {
            Some((name, own)) => {
                let own = own.split(')').next().unwrap_or_default().trim();
                let version = if own.is_empty() { &version } else { own };
                SourcePackage { name: name.trim().to_owned(), version: version.to_owned() }
            }
            None => SourcePackage { name: source, version: version.clone() },
        });
        let source = source.unwrap_or_else(|| SourcePackage { name: name.clone(), version: version.clone() });
        let mut package = Package::new(PackageKind::Deb, name, version, EvidenceKind::InstalledDatabase);
        package.architecture = optional_text(&self.architecture);
        package.vendor = optional_text(&self.maintainer);
        package.source = Some(source);
        package.position = Some(Position::Line(self.line));
        // opkg says here what apt says in a file of its own.
        package.direct = (self.auto_installed == b"yes").then_some(false);
        package
    }
}
