//! Packages of apk and pacman: a tar archive with `.PKGINFO`, lines `key = value`, near its beginning.
//! apk puts compressed archives one after another: the signature, what the package is, its files.

use plimsoll_facts::Unreadable;
use plimsoll_model::{EvidenceKind, Package, PackageKind, SourcePackage};

use super::members::find;
use crate::compressed::head;
use crate::installed::{name_and_version, optional_text};

/// Plain bytes among which `.PKGINFO` is sought.
const MAX_PLAIN_BYTES: usize = 8 << 20;

/// Reads the beginning of one of apk's.
pub(super) fn read_apk(bytes: &[u8]) -> Result<Option<Package>, Unreadable> {
    read(bytes, PackageKind::Apk, b"origin", b"maintainer")
}

/// The format of apk 3, which is another one altogether.
pub(super) fn read_third(_: &[u8]) -> Result<Option<Package>, Unreadable> {
    Err(Unreadable::syntax("packages in the format of apk 3 are not read"))
}

/// Reads the beginning of one of pacman's.
pub(super) fn read_pacman(bytes: &[u8]) -> Result<Option<Package>, Unreadable> {
    read(bytes, PackageKind::Alpm, b"pkgbase", b"packager")
}

fn read(bytes: &[u8], kind: PackageKind, source: &[u8], vendor: &[u8]) -> Result<Option<Package>, Unreadable> {
    let (plain, cut) = head(bytes, MAX_PLAIN_BYTES)?;
    let info = find(&plain, b".PKGINFO");
    let info = info.ok_or_else(|| cut.unwrap_or_else(|| Unreadable::syntax("it has no .PKGINFO")))?;
    let value = |key: &[u8]| {
        let lines = info.split(|byte| *byte == b'\n');
        let fields = lines.filter_map(|line| line.split_at_checked(memchr::memchr(b'=', line)?));
        let found = fields.into_iter().find(|(name, _)| name.trim_ascii() == key);
        found.map(|(_, value)| value[1..].trim_ascii())
    };
    let (name, version) =
        name_and_version(value(b"pkgname").unwrap_or_default(), value(b"pkgver").unwrap_or_default())?;
    let text = |key| value(key).and_then(optional_text);
    let origin = text(source).unwrap_or_else(|| name.clone());
    let mut package = Package::new(kind, name, &version, EvidenceKind::Declaration);
    package.architecture = text(b"arch");
    package.license = text(b"license");
    package.vendor = text(vendor);
    package.source = Some(SourcePackage { name: origin, version });
    Ok(Some(package))
}
