//! Packages of Debian and its relatives: dpkg's `status`, distroless' `status.d`, opkg's `status`.

mod auto_installed;
mod paragraph;
mod relations;

use plimsoll_facts::{FileMeta, Inspect, Join, Pattern, Section, Sink, Stream, Unreadable, Want};
use plimsoll_model::path::name_of;
use plimsoll_model::{GapKind, Package};

use crate::installed::{Installed, JoinInstalled, OwnedFiles, Owner, text};
use crate::lines::{LineParser, Lines};
use auto_installed::AutoInstalled;
use paragraph::Paragraph;

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
        let paragraph = self.paragraph.get_or_insert_with(|| Paragraph::at(number));
        if !paragraph.read(line) && !std::mem::replace(&mut self.nonsense, true) {
            out.unreadable_as(GapKind::DatabaseUnreadable, &Unreadable::syntax("a line that is no field"));
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
        let Some(paragraph) = self.paragraph.take().filter(Paragraph::has_fields) else { return };
        if !paragraph.is_present() {
            return;
        }
        match paragraph.package() {
            Ok(package) => self.installed.package(package, paragraph.relations, out),
            Err(why) => out.unreadable_as(GapKind::DatabaseUnreadable, &why),
        }
    }
}

/// The package that a `control` file describes.
pub(super) fn package_of(control: &[u8]) -> Result<Package, Unreadable> {
    let mut paragraph = Paragraph::at(1);
    for line in control.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()) {
        paragraph.read(line);
    }
    paragraph.package()
}
