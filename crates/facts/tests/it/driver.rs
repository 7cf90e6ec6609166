//! Three small inspectors, and layers described line by line.

use plimsoll_facts::{
    Entry, EntryKind, FileMeta, Inspect, Join, LayerBuilder, LayerFacts, Limits, MergeOptions, Pattern, Plan, Section,
    Sink, Unreadable, View, Want, merge,
};
use plimsoll_model::{
    EvidenceKind, FilePath, Inventory, Location, Package, PackageKind, Presence, Program, ProgramFormat, ProgramRole,
};

/// `*.pkg` holds `name version`; `*.sbom.pkg` only lists it.
pub struct Direct;
/// `db` holds lines `name version`; joined, so that its packages come and go one by one.
pub struct Database;

/// `*.files` holds the place of a package and then the files that belong to it; `*.bin` is a program.
pub struct Lists;

fn parse(text: &[u8], kind: PackageKind) -> Vec<Package> {
    let text = String::from_utf8_lossy(text).into_owned();
    let pairs = text.lines().filter_map(|line| line.split_once(' '));
    pairs.map(|(name, version)| Package::new(kind, name, version, EvidenceKind::Metadata)).collect()
}

impl Inspect for Direct {
    fn id(&self) -> &'static str {
        "direct"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Suffix(".pkg")]
    }
    fn want(&self, _: &FileMeta<'_>, _: &[u8]) -> Want {
        Want::Whole { max: 1000 }
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let is = |end: &[u8]| file.path.ends_with(end);
        let kind = match () {
            () if is(b".conda.pkg") => PackageKind::Conda,
            () if is(b".program.pkg") => PackageKind::Generic,
            () if is(b".pypi.pkg") || is(b".pypi.sbom.pkg") => PackageKind::Pypi,
            () if is(b".deb.sbom.pkg") => PackageKind::Deb,
            () if is(b".rpm.sbom.pkg") => PackageKind::Rpm,
            () => PackageKind::Npm,
        };
        let evidence = if is(b".sbom.pkg") { EvidenceKind::Sbom } else { EvidenceKind::Metadata };
        parse(bytes, kind).into_iter().for_each(|package| out.package(Package { evidence, ..package }));
        Ok(())
    }
}

impl Inspect for Database {
    fn id(&self) -> &'static str {
        "database"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Path("var/db"), Pattern::Under("var/lists", "")]
    }
    fn want(&self, _: &FileMeta<'_>, _: &[u8]) -> Want {
        Want::Whole { max: 1000 }
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        out.fragment(u16::from(file.path != b"var/db"), bytes);
        Ok(())
    }
    fn join(&self) -> Option<&dyn Join> {
        Some(self)
    }
}

impl Join for Database {
    fn packages(&self, view: &View<'_>, out: &mut Sink) -> Result<(), Unreadable> {
        for fragment in view.fragments().filter(|fragment| fragment.kind == 0) {
            for package in parse(fragment.bytes, PackageKind::Deb) {
                out.package_at(fragment.location(), package);
            }
        }
        Ok(())
    }
    fn owners(
        &self,
        view: &View<'_>,
        wanted: &dyn Fn(u64) -> bool,
        out: &mut dyn FnMut(u64, &str),
    ) -> Result<(), Unreadable> {
        for fragment in view.fragments().filter(|fragment| fragment.kind == 1) {
            let owner = String::from_utf8_lossy(plimsoll_model::path::name_of(fragment.path)).into_owned();
            for line in fragment.bytes.split(|byte| *byte == b'\n') {
                let hash = plimsoll_facts::path_hash(line);
                if wanted(hash) {
                    out(hash, &owner);
                }
            }
        }
        Ok(())
    }
}

impl Inspect for Lists {
    fn id(&self) -> &'static str {
        "lists"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Binaries
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Suffix(".files"), Pattern::Suffix(".bin")]
    }
    fn want(&self, _: &FileMeta<'_>, _: &[u8]) -> Want {
        Want::Whole { max: 1000 }
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        if file.path.ends_with(b".files") {
            out.fragment(0, bytes);
            return Ok(());
        }
        out.program(Program {
            format: ProgramFormat::Elf,
            role: ProgramRole::Library,
            architecture: None,
            size_bytes: file.size,
            build_id: None,
            soname: None,
            needed: Vec::new(),
            packer: None,
        });
        Ok(())
    }
    fn join(&self) -> Option<&dyn Join> {
        Some(self)
    }
}

impl Join for Lists {
    fn packages(&self, _: &View<'_>, _: &mut Sink) -> Result<(), Unreadable> {
        Ok(())
    }
    fn files(
        &self,
        view: &View<'_>,
        wanted: &dyn Fn(u64) -> bool,
        out: &mut dyn FnMut(u64, &Location, &str),
    ) -> Result<(), Unreadable> {
        for fragment in view.fragments() {
            let mut lines = fragment.bytes.split(|byte| *byte == b'\n');
            let path = FilePath::new(lines.next().unwrap_or_default());
            let place = Location { path, inside: Vec::new() };
            lines.map(plimsoll_facts::path_hash).filter(|hash| wanted(*hash)).for_each(|hash| out(hash, &place, ""));
        }
        Ok(())
    }
}

pub const ROWS: &[&dyn Inspect] = &[&Direct, &Database, &Lists];

/// One entry of a layer.
pub enum Line<'a> {
    File(&'a str, &'a str),
    Folder(&'a str),
    Symlink(&'a str, &'a str),
    Hardlink(&'a str, &'a str),
    Whiteout(&'a str),
    Opaque(&'a str),
}

pub fn layer(lines: &[Line<'_>]) -> LayerFacts {
    layer_within(lines, Limits::default())
}

pub fn layer_within(lines: &[Line<'_>], limits: Limits) -> LayerFacts {
    let plan = Plan::new(ROWS, &[]);
    let mut builder = LayerBuilder::new(&plan, limits);
    for line in lines {
        let (kind, path, link, text) = match *line {
            Line::File(path, text) => (EntryKind::File, path, "", text),
            Line::Folder(path) => (EntryKind::Directory, path, "", ""),
            Line::Symlink(path, link) => (EntryKind::Symlink, path, link, ""),
            Line::Hardlink(path, link) => (EntryKind::Hardlink, path, link, ""),
            Line::Whiteout(path) => (EntryKind::Whiteout, path, "", ""),
            Line::Opaque(path) => (EntryKind::Opaque, path, "", ""),
        };
        let mut rows = Vec::new();
        if kind == EntryKind::File {
            plan.by_path(path.as_bytes(), &mut rows);
        }
        let entry = Entry::new(kind, text.len() as u64, 0o644, (0, 0), false);
        if !builder.entry(path.as_bytes(), link.as_bytes(), entry, !rows.is_empty()) {
            break;
        }
        for row in rows {
            let size = text.len() as u64;
            let file = FileMeta { path: path.as_bytes(), inside: &[], kind, mode: 0o644, owner: (0, 0), size };
            let mut sink = Sink::new(FilePath::from(path), Vec::new());
            plan.rows()[usize::from(row)].whole(&file, text.as_bytes(), &mut sink).unwrap();
            builder.found(row, sink);
        }
    }
    builder.finish()
}

pub fn image(layers: &[LayerFacts]) -> Inventory {
    merge(layers, ROWS, MergeOptions::default())
}

/// `name version presence introduced/since [how@layer]`, a line each.
pub fn lines(inventory: &Inventory) -> Vec<String> {
    let line = |package: &plimsoll_model::InstalledPackage| {
        let ended = package.ended.as_ref().map_or_else(String::new, |ended| match &ended.how {
            plimsoll_model::How::Upgraded { to } => format!(" upgraded to {to} in {}", ended.layer),
            plimsoll_model::How::Removed => format!(" removed in {}", ended.layer),
            plimsoll_model::How::Replaced => format!(" replaced in {}", ended.layer),
        });
        let Package { name, version, .. } = &package.package;
        format!(
            "{name} {version} {} {}/{}{ended}",
            package.presence.name(),
            package.introduced_in,
            package.version_since
        )
    };
    inventory.packages.iter().map(line).collect()
}

pub fn present(inventory: &Inventory) -> Vec<&str> {
    let present = inventory.packages.iter().filter(|package| package.presence == Presence::Present);
    present.map(|package| package.package.name.as_str()).collect()
}
