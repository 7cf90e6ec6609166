//! What package databases leave in a layer's facts: packages, and hashes of the files they own.

use plimsoll_facts::{Fragment, Limit, Sink, Unreadable, View, path_hash};
use plimsoll_model::path::is_normal;
use plimsoll_model::{FilePath, GapKind, Package};

use crate::lang::field;

/// Fragment kind: a list of packages.
pub(crate) const PACKAGES: u16 = 0;
/// Fragment kind: owners, each with the sorted hashes of its files.
pub(crate) const OWNERS: u16 = 1;

/// Packages of one database; one with more is cut, and a gap says so.
const MAX_PACKAGES: usize = 200_000;
/// Bytes that the texts of one database's packages may take together.
const MAX_TEXT_BYTES: usize = 32 << 20;
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
    packages: Vec<Package>,
    owners: Vec<(String, Vec<u64>)>,
    files_pending: usize,
    packages_seen: usize,
    text_bytes: usize,
    files_seen: usize,
    cut: bool,
}

impl Installed {
    /// One package.
    pub(crate) fn package(&mut self, package: Package, out: &mut Sink) {
        if self.packages_seen >= MAX_PACKAGES || self.text_bytes >= MAX_TEXT_BYTES {
            if !std::mem::replace(&mut self.cut, true) {
                out.unreadable_as(GapKind::DatabaseUnreadable, &Unreadable::OverLimit(Limit::Count));
            }
            return;
        }
        self.packages_seen += 1;
        self.text_bytes += package.text_bytes();
        self.packages.push(package);
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

/// The packages of a fragment of kind [`PACKAGES`].
pub(crate) fn packages_of(fragment: &Fragment<'_>) -> Result<Vec<Package>, Unreadable> {
    postcard::from_bytes(fragment.bytes).map_err(|_| Unreadable::syntax("its facts are damaged"))
}

/// Puts the packages of all fragments of the view into `out`.
pub(crate) fn join_packages(view: &View<'_>, out: &mut Sink) -> Result<(), Unreadable> {
    for fragment in view.fragments().filter(|fragment| fragment.kind == PACKAGES) {
        for package in packages_of(&fragment)? {
            out.package_at(fragment.location(), package);
        }
    }
    Ok(())
}

/// Says the owners of all fragments of the view; `name_of` gives the owner's name where the
/// database leaves it to the file's name.
pub(crate) fn join_owners(
    view: &View<'_>,
    wanted: &dyn Fn(u64) -> bool,
    name_of: &dyn Fn(&Fragment<'_>, &str) -> String,
    out: &mut dyn FnMut(u64, &str),
) -> Result<(), Unreadable> {
    for fragment in view.fragments().filter(|fragment| fragment.kind == OWNERS) {
        let owners: Vec<(String, Vec<u64>)> =
            postcard::from_bytes(fragment.bytes).map_err(|_| Unreadable::syntax("its facts are damaged"))?;
        for (name, files) in owners {
            let name = name_of(&fragment, &name);
            files.into_iter().filter(|hash| wanted(*hash)).for_each(|hash| out(hash, &name));
        }
    }
    Ok(())
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
