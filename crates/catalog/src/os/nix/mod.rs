//! Packages of Nix and Guix: the names in their stores, `HASH-NAME-VERSION[-OUTPUT]`, and what the
//! database says of their references.
//!
//! A store holds whatever was built: what has no version in its name, sources and patches are no
//! packages. The store counts, not the database, which images often lack.

mod names;

use std::collections::{BTreeSet, HashMap};

use plimsoll_facts::{FileMeta, Inspect, Join, Pattern, Section, Sink, Unreadable, View, Want, path_hash};
use plimsoll_model::path::name_of;
use plimsoll_model::{EvidenceKind, FilePath, Gap, GapKind, Location, Need, Package, PackageKind, Requirement};

use crate::installed::{of_kind, read};
use crate::sqlite::Database;
use names::{StoreName, store_name};

/// Reads stores.
pub struct Nix;

const STORES: [&str; 2] = ["nix/store", "gnu/store"];

/// Fragment kind: pairs of hashes of names in the store, the second one needed by the first.
const REFERENCES: u16 = 0;

/// Bytes of a database; one of ten thousand paths has eight million.
const MAX_DATABASE_BYTES: usize = 32 << 20;
/// Packages of all stores of one image; real ones stay below 10,000. The store is listed again for each
/// layer that changed it.
const MAX_PACKAGES: usize = 30_000;
/// References of one database; further ones are left out.
const MAX_REFERENCES: usize = 1_000_000;

impl Inspect for Nix {
    fn id(&self) -> &'static str {
        "nix"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Path("nix/var/nix/db/db.sqlite"), Pattern::Path("var/guix/db/db.sqlite")]
    }
    fn want(&self, _: &FileMeta<'_>, _: &[u8]) -> Want {
        Want::Whole { max: MAX_DATABASE_BYTES }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let database = Database::open(bytes)?;
        let mut paths: HashMap<i64, u64> = HashMap::new();
        let read = database.rows("ValidPaths", |number, columns| {
            if let Some(path) = columns.get(1).and_then(|path| path.as_bytes()) {
                paths.insert(number, path_hash(name_of(path)));
            }
        });
        let mut references: Vec<(u64, u64)> = Vec::new();
        let read = read.and_then(|()| {
            database.rows("Refs", |_, columns| {
                let [referrer, reference] = columns else { return };
                let hash = |column: &crate::sqlite::Value| paths.get(&column.as_number()?).copied();
                let pair = hash(referrer).zip(hash(reference));
                if let Some((from, to)) = pair.filter(|(from, to)| from != to && references.len() < MAX_REFERENCES) {
                    references.push((from, to));
                }
            })
        });
        out.fragment(REFERENCES, postcard::to_stdvec(&references).unwrap_or_default());
        read
    }
    fn join(&self) -> Option<&dyn Join> {
        Some(self)
    }
}

impl Join for Nix {
    fn folders(&self) -> &'static [&'static str] {
        &STORES
    }

    fn packages(&self, view: &View<'_>, out: &mut Sink) -> Result<(), Unreadable> {
        let mut packages: Vec<(FilePath, StoreName)> = Vec::new();
        let mut by_hash: HashMap<u64, usize> = HashMap::new();
        for store in STORES {
            for full in view.names_in(store.as_bytes()) {
                if packages.len() >= MAX_PACKAGES {
                    out.gap(Gap::new(GapKind::LimitReached, store, "it holds more packages than are listed"));
                    break;
                }
                if let Some(name) = store_name(full) {
                    by_hash.insert(path_hash(full), packages.len());
                    packages.push((FilePath::new(&[store.as_bytes(), b"/", full].concat()), name));
                }
            }
        }
        // The parts of one build are one package, which needs what any of them needs.
        let mut needed: HashMap<&StoreName, BTreeSet<&StoreName>> = HashMap::new();
        for fragment in of_kind(view, REFERENCES) {
            for (from, to) in read::<(u64, u64)>(&fragment)? {
                let name = |hash| by_hash.get(&hash).and_then(|at| packages.get(*at)).map(|(_, name)| name);
                if let (Some(own), Some(other)) = (name(from), name(to))
                    && own != other
                {
                    needed.entry(own).or_default().insert(other);
                }
            }
        }
        for (path, own) in &packages {
            let requirement = |StoreName { name, version }: &StoreName| Requirement {
                name: name.clone(),
                version: Some(version.clone()),
                need: Need::Always,
            };
            let mut package = Package::new(PackageKind::Nix, &own.name, &own.version, EvidenceKind::FileName);
            package.requires = needed.get(own).into_iter().flatten().map(|other| requirement(other)).collect();
            out.package_at(Location { path: path.clone(), inside: Vec::new() }, package);
        }
        Ok(())
    }
}
