//! RPM packages: the three forms of rpm's database, and the list that distroless images carry.
//!
//! A database is read as its bytes pass, so its size does not matter: `bdb` and `sqlite` put the
//! records together from their pages, `ndb` copies them out one after the other. All three hold
//! the same records, which `header` reads.

mod bdb;
mod chains;
mod header;
mod headers;
mod journal;
mod manifest;
mod ndb;
mod pages;
mod reasons;
mod relations;
mod sqlite;

use plimsoll_facts::{FileMeta, Inspect, Join, Pattern, Section, Sink, Stream, Unreadable, Want};
use plimsoll_model::Package;

use crate::installed;
use crate::lines::Lines;
use headers::{Database, Reading};

/// Reads rpm's databases.
pub struct Rpm;

/// Bytes of a list of reasons; DNF's history grows with every transaction.
const MAX_REASONS_BYTES: usize = 16 << 20;

impl Inspect for Rpm {
    fn id(&self) -> &'static str {
        "rpm"
    }
    fn revision(&self) -> u32 {
        6
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[
            Pattern::Path("var/lib/rpm/Packages"),
            Pattern::Path("var/lib/rpm/Packages.db"),
            Pattern::Path("var/lib/rpm/rpmdb.sqlite"),
            Pattern::Path("var/lib/rpm/rpmdb.sqlite-wal"),
            Pattern::Path("usr/lib/sysimage/rpm/Packages"),
            Pattern::Path("usr/lib/sysimage/rpm/Packages.db"),
            Pattern::Path("usr/lib/sysimage/rpm/rpmdb.sqlite"),
            Pattern::Path("usr/lib/sysimage/rpm/rpmdb.sqlite-wal"),
            Pattern::Path("usr/share/rpm/Packages"),
            Pattern::Path("usr/share/rpm/Packages.db"),
            Pattern::Path("usr/share/rpm/rpmdb.sqlite"),
            Pattern::Path("usr/share/rpm/rpmdb.sqlite-wal"),
            Pattern::Path("var/lib/rpmmanifest/container-manifest-2"),
            Pattern::Path(reasons::DNF4),
            Pattern::Path(reasons::DNF5),
            Pattern::Path(reasons::ZYPPER),
        ]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        match file.name() {
            b"rpmdb.sqlite-wal" if file.size == 0 => Want::No,
            b"history.sqlite" | b"packages.toml" => Want::Whole { max: MAX_REASONS_BYTES },
            _ => Want::Stream { overlap: 0 },
        }
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        if file.name() == b"history.sqlite" { reasons::history(bytes, out) } else { reasons::state(bytes, out) }
    }
    fn stream(&self, file: &FileMeta<'_>) -> Option<Box<dyn Stream>> {
        match file.name() {
            b"Packages" => Some(reading(bdb::Bdb::default())),
            b"Packages.db" => Some(reading(ndb::Ndb::default())),
            b"rpmdb.sqlite" => Some(reading(sqlite::Sqlite::default())),
            b"rpmdb.sqlite-wal" => Some(Box::new(journal::Journal::default())),
            b"AutoInstalled" => Some(Box::new(Lines::new(reasons::AutoInstalled::default()))),
            b"container-manifest-2" => Some(Box::new(Lines::new(manifest::Manifest::default()))),
            _ => None,
        }
    }
    fn join(&self) -> Option<&dyn Join> {
        Some(&installed::JOIN)
    }
}

fn reading(database: impl Database + 'static) -> Box<dyn Stream> {
    Box::new(Reading::new(database))
}

/// The package that a header describes; `None` where it is a public key.
pub(super) fn package_of(header: &[u8]) -> Result<Option<Package>, Unreadable> {
    Ok(header::read(header)?.map(|record| record.package))
}

/// Splits `name-version-release`.
fn name_and_version(text: &str) -> Option<(&str, &str)> {
    let release = text.rfind('-')?;
    let version = text.get(..release)?.rfind('-')?;
    Some((text.get(..version)?, text.get(version + 1..)?))
}

/// A source package by the name of its file, `bash-5.1.8-9.el9.src.rpm`.
fn source_of(file: &str) -> Option<plimsoll_model::SourcePackage> {
    let stem = file.strip_suffix(".rpm")?;
    let stem = stem.strip_suffix(".src").or_else(|| stem.strip_suffix(".nosrc"))?;
    let (name, version) = name_and_version(stem)?;
    Some(plimsoll_model::SourcePackage { name: name.to_owned(), version: version.to_owned() })
}

/// `[epoch:]version-release`, epoch 0 left out.
fn version_of(epoch: u32, version_release: &str) -> String {
    if epoch == 0 { version_release.to_owned() } else { format!("{epoch}:{version_release}") }
}
