//! Packages of Gentoo and relatives: portage's database, `var/db/pkg/CATEGORY/NAME-VERSION`, a file for
//! each variable of the build. <https://projects.gentoo.org/pms/latest/pms.html>

mod atoms;

use std::collections::BTreeMap;

use plimsoll_facts::{FileMeta, Inspect, Join, Pattern, Section, Sink, Stream, Unreadable, View, Want};
use plimsoll_model::path::{name_of, parent_of};
use plimsoll_model::{EvidenceKind, FilePath, Location, Need, Package, PackageKind};

use crate::installed::{
    Installed, JoinInstalled, OwnedFiles, Owner, asked, capped, of_kind, optional_text, read, relate,
};
use crate::lines::{LineParser, Lines};
use crate::relations::Relations;

/// Reads portage's database.
pub struct Portage;

const DATABASE: &str = "var/db/pkg";
const WORLD: &str = "var/lib/portage/world";

/// Fragment kinds, beside those of [`crate::installed`]: that the package is there, its licence, the
/// repository of its ebuild, what it needs.
const PRESENT: u16 = 16;
const LICENSE: u16 = 17;
const REPOSITORY: u16 = 18;
const NEEDS: u16 = 19;

/// Bytes of one variable.
const MAX_VARIABLE_BYTES: usize = 1 << 20;

impl Inspect for Portage {
    fn id(&self) -> &'static str {
        "portage"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[
            Pattern::Under(DATABASE, "/PF"),
            Pattern::Under(DATABASE, "/LICENSE"),
            Pattern::Under(DATABASE, "/repository"),
            Pattern::Under(DATABASE, "/RDEPEND"),
            Pattern::Under(DATABASE, "/PDEPEND"),
            Pattern::Under(DATABASE, "/CONTENTS"),
            Pattern::Path(WORLD),
        ]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        match (file.name(), name_and_version(file.path)) {
            (b"world", _) | (b"CONTENTS", Some(_)) => Want::Stream { overlap: 0 },
            (b"PF", Some(_)) => Want::Meta,
            (_, Some(_)) => Want::Whole { max: MAX_VARIABLE_BYTES },
            (_, None) => Want::No,
        }
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        match file.name() {
            b"PF" => out.fragment(PRESENT, []),
            b"LICENSE" => out.fragment(LICENSE, capped(bytes.trim_ascii())),
            b"repository" => out.fragment(REPOSITORY, capped(bytes.trim_ascii())),
            _ => {
                let mut relations = Relations::default();
                atoms::read(bytes, Need::Always, &mut relations);
                out.fragment(NEEDS, postcard::to_stdvec(&vec![relations]).unwrap_or_default());
            }
        }
        Ok(())
    }
    fn stream(&self, file: &FileMeta<'_>) -> Option<Box<dyn Stream>> {
        Some(match file.name() {
            b"world" => Box::new(Lines::new(World::default())),
            _ => Box::new(Lines::new(Contents::default())),
        })
    }
    fn join(&self) -> Option<&dyn Join> {
        Some(self)
    }
}

const OWNERS: JoinInstalled = JoinInstalled {
    owner: |contents| Owner::Named(name_and_version(contents).map(|(name, _)| name).unwrap_or_default()),
};

impl Join for Portage {
    fn packages(&self, view: &View<'_>, out: &mut Sink) -> Result<(), Unreadable> {
        let mut packages: BTreeMap<&[u8], (Location, Package, Relations)> = BTreeMap::new();
        for fragment in of_kind(view, PRESENT) {
            if let Some((name, version)) = name_and_version(fragment.path) {
                let package = Package::new(PackageKind::Ebuild, name, version, EvidenceKind::InstalledDatabase);
                let location = Location { path: FilePath::new(fragment.path), inside: Vec::new() };
                packages.insert(parent_of(fragment.path), (location, package, Relations::default()));
            }
        }
        for fragment in view.fragments() {
            let Some((_, package, relations)) = packages.get_mut(parent_of(fragment.path)) else { continue };
            match fragment.kind {
                LICENSE => package.license = optional_text(fragment.bytes),
                REPOSITORY => package.vendor = optional_text(fragment.bytes),
                NEEDS => read::<Relations>(&fragment)?.into_iter().for_each(|more| relations.extend(more)),
                _ => {}
            }
        }
        relate(view, packages.into_values().collect(), out)
    }

    fn owners(
        &self,
        view: &View<'_>,
        wanted: &dyn Fn(u64) -> bool,
        out: &mut dyn FnMut(u64, &str),
    ) -> Result<(), Unreadable> {
        OWNERS.owners(view, wanted, out)
    }
}

/// `CATEGORY/NAME` and version of a file in a package's folder; `None` for others, and for folders of
/// packages that are being installed (`-MERGING-NAME-VERSION`).
fn name_and_version(path: &[u8]) -> Option<(String, String)> {
    let folder = parent_of(path);
    let (category, full) = (name_of(parent_of(folder)), name_of(folder));
    if parent_of(parent_of(folder)) != DATABASE.as_bytes() || category.starts_with(b"-") || full.starts_with(b"-") {
        return None;
    }
    let (category, full) = (std::str::from_utf8(category).ok()?, std::str::from_utf8(full).ok()?);
    let (name, version) = atoms::split_version(full)?;
    let name = format!("{category}/{name}");
    [&name, version].iter().all(|text| crate::lang::field(text).is_some()).then(|| (name, version.to_owned()))
}

/// `world`: the packages that a person asked for, an atom a line.
#[derive(Default)]
struct World {
    names: Vec<String>,
}

/// Names in `world`; beyond, packages count as brought along.
const MAX_WORLD: usize = 10_000;

impl LineParser for World {
    fn line(&mut self, _: u32, line: &[u8], _: &mut Sink) {
        if self.names.len() < MAX_WORLD {
            self.names.extend(atoms::name_of(&String::from_utf8_lossy(capped(line))));
        }
    }

    fn end(&mut self, _: bool, out: &mut Sink) {
        asked(self.names.iter().map(String::as_bytes), out);
    }
}

/// `CONTENTS`: `obj PATH MD5 TIME`, `sym PATH -> TARGET TIME`, `dir PATH`.
#[derive(Default)]
struct Contents {
    files: OwnedFiles,
}

impl LineParser for Contents {
    fn line(&mut self, _: u32, line: &[u8], _: &mut Sink) {
        if let Some(rest) = line.strip_prefix(b"obj ") {
            self.files.push(rest.rsplitn(3, |byte| *byte == b' ').nth(2).unwrap_or_default());
        } else if let Some(rest) = line.strip_prefix(b"sym ") {
            let end = memchr::memmem::find(rest, b" -> ").unwrap_or(0);
            self.files.push(&rest[..end]);
        }
    }

    fn end(&mut self, _: bool, out: &mut Sink) {
        let mut installed = Installed::default();
        installed.owner("", self.files.take(), out);
        installed.finish(out);
    }
}
