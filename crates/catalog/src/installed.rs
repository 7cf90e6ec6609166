//! What package databases leave in a layer's facts: packages with what they need and offer, hashes of
//! the files they own, and which of them somebody asked for. The join puts that together.

use std::collections::{HashMap, HashSet};

use plimsoll_facts::{Fragment, Join, Limit, Sink, Unreadable, View, path_hash};
use plimsoll_model::path::is_normal;
use plimsoll_model::{FilePath, GapKind, Location, Package};
use serde::de::DeserializeOwned;

use crate::lang::field;
use crate::relations::{Providers, Relations, hash_of};

/// Fragment kind: a list of packages, each with its relations.
const PACKAGES: u16 = 0;
/// Fragment kind: owners, each with the sorted hashes of its files.
const OWNERS: u16 = 1;
/// Fragment kind: hashes of the names that a person asked for; where there is no [`BROUGHT`], all others
/// came along.
const ASKED: u16 = 2;
/// Fragment kind: hashes of the names that came along; where there is no [`ASKED`], a person asked for
/// all others.
const BROUGHT: u16 = 3;

/// Packages of one database; one with more is cut, and a gap says so.
const MAX_PACKAGES: usize = 200_000;
/// Bytes that the texts of one database's packages may take together.
const MAX_TEXT_BYTES: usize = 32 << 20;
/// Names that the packages of one database need and offer, all together.
const MAX_NAMES: usize = 2_000_000;
/// Owned files of one database.
const MAX_FILES: usize = 1_000_000;
/// The longest path that a system opens.
const MAX_PATH_BYTES: usize = 4096;
/// The longest field of a package that is kept; real ones stay below 300 bytes.
const MAX_FIELD_BYTES: usize = 1024;
const PACKAGES_PER_FRAGMENT: usize = 512;
const FILES_PER_FRAGMENT: usize = 65_536;

/// Collects packages and owned files of one database and hands them on in fragments.
#[derive(Default)]
pub(crate) struct Installed {
    packages: Vec<(Package, Relations)>,
    owners: Vec<(String, Vec<u64>)>,
    files_pending: usize,
    packages_seen: usize,
    text_bytes: usize,
    names_seen: usize,
    files_seen: usize,
    cut: bool,
}

impl Installed {
    /// One package. Past the cap on their names packages need nothing.
    pub(crate) fn package(&mut self, package: Package, relations: Relations, out: &mut Sink) {
        if self.packages_seen >= MAX_PACKAGES || self.text_bytes >= MAX_TEXT_BYTES {
            if !std::mem::replace(&mut self.cut, true) {
                out.unreadable_as(GapKind::DatabaseUnreadable, &Unreadable::OverLimit(Limit::Count));
            }
            return;
        }
        self.packages_seen += 1;
        self.text_bytes += package.text_bytes();
        self.names_seen += relations.len();
        let relations = if self.names_seen > MAX_NAMES { Relations::default() } else { relations };
        self.packages.push((package, relations));
        if self.packages.len() >= PACKAGES_PER_FRAGMENT {
            self.flush_packages(out);
        }
    }

    /// The files that a package owns, by [`owned`]. Past the cap they are left out: nothing is then
    /// suppressed on their account.
    pub(crate) fn owner(&mut self, name: &str, mut files: Vec<u64>, out: &mut Sink) {
        self.files_seen += files.len();
        if files.is_empty() || self.files_seen > MAX_FILES {
            return;
        }
        files.sort_unstable();
        files.dedup();
        self.files_pending += files.len();
        self.owners.push((name.to_owned(), files));
        if self.files_pending >= FILES_PER_FRAGMENT {
            self.flush_owners(out);
        }
    }

    /// Hands on what is left.
    pub(crate) fn finish(&mut self, out: &mut Sink) {
        self.flush_packages(out);
        self.flush_owners(out);
    }

    fn flush_packages(&mut self, out: &mut Sink) {
        if !self.packages.is_empty() {
            out.fragment(PACKAGES, postcard::to_stdvec(&std::mem::take(&mut self.packages)).unwrap_or_default());
        }
    }

    fn flush_owners(&mut self, out: &mut Sink) {
        if !self.owners.is_empty() {
            out.fragment(OWNERS, postcard::to_stdvec(&std::mem::take(&mut self.owners)).unwrap_or_default());
            self.files_pending = 0;
        }
    }
}

/// Gathers the files of one package after another, up to the cap of one database.
#[derive(Default)]
pub(crate) struct OwnedFiles {
    hashes: Vec<u64>,
    seen: usize,
    path: Vec<u8>,
}

impl OwnedFiles {
    /// A file of the package.
    pub(crate) fn push(&mut self, path: &[u8]) {
        if self.seen < MAX_FILES && !path.is_empty() && path.len() <= MAX_PATH_BYTES {
            self.seen += 1;
            self.hashes.push(owned(path));
        }
    }

    /// A file of the package, in a folder.
    pub(crate) fn push_in(&mut self, folder: &[u8], name: &[u8]) {
        if self.seen < MAX_FILES && folder.len() + name.len() < MAX_PATH_BYTES {
            self.seen += 1;
            self.path.clear();
            self.path.extend_from_slice(folder);
            self.path.push(b'/');
            self.path.extend_from_slice(name);
            self.hashes.push(owned(&self.path));
        }
    }

    /// The files of the package that ends here.
    pub(crate) fn take(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.hashes)
    }
}

/// The hash by which an owned path is known; databases write it with or without a leading slash.
pub(crate) fn owned(path: &[u8]) -> u64 {
    let relative = path.strip_prefix(b"/").unwrap_or(path);
    if is_normal(relative) { path_hash(relative) } else { path_hash(FilePath::new(path).as_bytes()) }
}

/// The part of a field's value that is kept.
pub(crate) fn capped(value: &[u8]) -> &[u8] {
    &value[..value.len().min(MAX_FIELD_BYTES)]
}

/// Notes the names that a person asked for.
pub(crate) fn asked<'a>(names: impl IntoIterator<Item = &'a [u8]>, out: &mut Sink) {
    out.fragment(ASKED, postcard::to_stdvec(&hashes(names)).unwrap_or_default());
}

/// Notes the names of packages that nobody asked for.
pub(crate) fn brought<'a>(names: impl IntoIterator<Item = &'a [u8]>, out: &mut Sink) {
    out.fragment(BROUGHT, postcard::to_stdvec(&hashes(names)).unwrap_or_default());
}

fn hashes<'a>(names: impl IntoIterator<Item = &'a [u8]>) -> Vec<u64> {
    names.into_iter().take(MAX_PACKAGES).map(hash_of).collect()
}

/// Whose the files of a list are that does not say it itself.
pub(crate) enum Owner {
    /// A package of this name.
    Named(String),
    /// The package that the file of this path is about.
    OfFile(Vec<u8>),
}

/// Turns the fragments of a package manager into packages and owners.
pub(crate) struct JoinInstalled {
    /// Whose the files of a list are, by the list's own path, where the list does not say it.
    pub(crate) owner: fn(&[u8]) -> Owner,
}

/// For databases that name the owners.
pub(crate) const JOIN: JoinInstalled = JoinInstalled { owner: |_| Owner::Named(String::new()) };

impl Join for JoinInstalled {
    fn packages(&self, view: &View<'_>, out: &mut Sink) -> Result<(), Unreadable> {
        let mut packages = Vec::new();
        for fragment in of_kind(view, PACKAGES) {
            let listed = read::<(Package, Relations)>(&fragment)?.into_iter();
            packages.extend(listed.map(|(package, relations)| (fragment.location(), package, relations)));
        }
        relate(view, packages, out)
    }

    fn owners(
        &self,
        view: &View<'_>,
        wanted: &dyn Fn(u64) -> bool,
        out: &mut dyn FnMut(u64, &str),
    ) -> Result<(), Unreadable> {
        let mut by_file: Option<HashMap<&[u8], String>> = None;
        for fragment in of_kind(view, OWNERS) {
            for (mut name, files) in read::<(String, Vec<u64>)>(&fragment)? {
                if name.is_empty() {
                    name = match (self.owner)(fragment.path) {
                        Owner::Named(name) => name,
                        Owner::OfFile(path) => {
                            let by_file = match &mut by_file {
                                Some(by_file) => by_file,
                                none => none.insert(names_by_file(view)?),
                            };
                            by_file.get(path.as_slice()).cloned().unwrap_or_default()
                        }
                    };
                }
                files.into_iter().filter(|hash| wanted(*hash)).for_each(|hash| out(hash, &name));
            }
        }
        Ok(())
    }
}

/// Puts packages into `out`, with what they need of one another, and whether a person asked for them.
pub(crate) fn relate(
    view: &View<'_>,
    packages: Vec<(Location, Package, Relations)>,
    out: &mut Sink,
) -> Result<(), Unreadable> {
    let providers = Providers::of(packages.iter().map(|(_, package, relations)| (package, relations)));
    let asked: Option<HashSet<usize>> =
        names(view, ASKED)?.map(|names| names.into_iter().filter_map(|name| providers.get(name)).collect());
    let brought = names(view, BROUGHT)?;
    let all_names: Vec<String> = packages.iter().map(|(_, package, _)| package.name.clone()).collect();
    for (at, (location, mut package, relations)) in packages.into_iter().enumerate() {
        package.requires = providers.requirements(&package.name, &relations, &all_names);
        let came_along = brought.as_ref().map(|names| names.contains(&hash_of(package.name.as_bytes())));
        let was_asked = asked.as_ref().map(|asked| asked.contains(&at));
        package.direct = package.direct.or(match (was_asked, came_along) {
            (Some(true), _) => Some(true),
            (_, Some(true)) => Some(false),
            // Where both are listed, of what stands in neither list nothing is known.
            (Some(false), Some(false)) | (None, None) => None,
            (Some(false), None) => Some(false),
            (None, Some(false)) => Some(true),
        });
        out.package_at(location, package);
    }
    Ok(())
}

/// The first package of each file.
fn names_by_file<'v>(view: &View<'v>) -> Result<HashMap<&'v [u8], String>, Unreadable> {
    let mut names = HashMap::new();
    for fragment in of_kind(view, PACKAGES) {
        if let Some((package, _)) = read::<(Package, Relations)>(&fragment)?.into_iter().next() {
            names.entry(fragment.path).or_insert(package.name);
        }
    }
    Ok(names)
}

/// The names of all fragments of a kind; `None` where there is no such fragment.
fn names(view: &View<'_>, kind: u16) -> Result<Option<HashSet<u64>>, Unreadable> {
    let mut names: Option<HashSet<u64>> = None;
    for fragment in of_kind(view, kind) {
        names.get_or_insert_default().extend(read::<u64>(&fragment)?);
    }
    Ok(names)
}

/// The fragments of one kind.
pub(crate) fn of_kind<'v>(view: &View<'v>, kind: u16) -> impl Iterator<Item = Fragment<'v>> + use<'v> {
    view.fragments().filter(move |fragment| fragment.kind == kind)
}

/// What a fragment lists.
pub(crate) fn read<T: DeserializeOwned>(fragment: &Fragment<'_>) -> Result<Vec<T>, Unreadable> {
    postcard::from_bytes(fragment.bytes).map_err(|_| Unreadable::syntax("its facts are damaged"))
}

/// The fragment of the files that the package in the same file owns, by their hashes.
pub(crate) fn own_files(mut hashes: Vec<u64>) -> Vec<u8> {
    hashes.sort_unstable();
    hashes.dedup();
    postcard::to_stdvec(&hashes).unwrap_or_default()
}

/// The join of packages whose inspector says them itself, and their files in fragments of this kind that
/// [`own_files`] made.
pub(crate) struct OwnFiles(pub(crate) u16);

impl Join for OwnFiles {
    fn packages(&self, _: &View<'_>, _: &mut Sink) -> Result<(), Unreadable> {
        Ok(())
    }
    fn files(
        &self,
        view: &View<'_>,
        wanted: &dyn Fn(u64) -> bool,
        out: &mut dyn FnMut(u64, &Location, &str),
    ) -> Result<(), Unreadable> {
        for fragment in view.fragments().filter(|fragment| fragment.kind == self.0) {
            let files: Vec<u64> =
                postcard::from_bytes(fragment.bytes).map_err(|_| Unreadable::syntax("its facts are damaged"))?;
            let place = fragment.location();
            files.into_iter().filter(|hash| wanted(*hash)).for_each(|hash| out(hash, &place, ""));
        }
        Ok(())
    }
}

/// Name and version of a package.
pub(crate) fn name_and_version(name: &[u8], version: &[u8]) -> Result<(String, String), Unreadable> {
    let sound = |bytes: &[u8], what: &str| {
        let text = String::from_utf8_lossy(bytes);
        let sound = field(&text).map(str::to_owned);
        sound.ok_or_else(|| Unreadable::syntax(format!("a package without a readable {what}")))
    };
    Ok((sound(name, "name")?, sound(version, "version")?))
}

/// Text of a field, without surrounding space and control characters; bytes that are not UTF-8
/// become `U+FFFD`.
pub(crate) fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes.trim_ascii());
    if text.contains(char::is_control) { text.replace(char::is_control, "") } else { text.into_owned() }
}

/// As [`text`]; `None` if nothing is left.
pub(crate) fn optional_text(bytes: &[u8]) -> Option<String> {
    Some(text(bytes)).filter(|text| !text.is_empty())
}
