//! What a .NET assembly says of itself: its version resource.
//!
//! The resource is found by its own form instead of by the tables that lead to it.
//! <https://learn.microsoft.com/windows/win32/menurc/vs-versioninfo>

use plimsoll_model::{EvidenceKind, Package, PackageKind};

use crate::lang::field;

/// Bytes of a version resource; real ones have about one thousand.
const MAX_RESOURCE_BYTES: usize = 64 << 10;
/// The data directory that says where the .NET header lies.
const DOTNET_DIRECTORY: usize = 14;

/// Whether a file that begins so is an assembly of .NET.
pub(super) fn is_managed(head: &[u8]) -> bool {
    dotnet_header_bytes(head).is_some_and(|size| size > 0)
}

fn dotnet_header_bytes(head: &[u8]) -> Option<u32> {
    if !head.starts_with(b"MZ") {
        return None;
    }
    let pe = usize::try_from(u32_at(head, 0x3c)?).ok()?;
    let optional = pe.checked_add(24)?;
    if head.get(pe..pe.checked_add(4)?)? != b"PE\0\0" {
        return None;
    }
    let directories = match u16_at(head, optional)? {
        0x10b => optional.checked_add(96)?,
        0x20b => optional.checked_add(112)?,
        _ => return None,
    };
    u32_at(head, directories.checked_add(DOTNET_DIRECTORY * 8 + 4)?)
}

/// The package that an assembly is of, if it was built with a version: NuGet's packages are mostly called as
/// their assemblies are.
pub(super) fn read(name: &[u8], bytes: &[u8]) -> Option<Package> {
    let resource = resource(bytes)?;
    let version = |key| {
        let text = value(resource, key)?;
        // A commit may follow: `13.0.1+ae9fe44e`.
        let version = text.split(['+', ' ']).next().unwrap_or_default().to_owned();
        is_version(&version).then_some(version)
    };
    let version = version("ProductVersion").or_else(|| version("FileVersion"))?;
    let name = std::str::from_utf8(name).ok()?;
    let stem = field(&name[..name.len().checked_sub(4)?])?;
    Some(Package::new(PackageKind::Nuget, stem, field(&version)?, EvidenceKind::Manifest))
}

/// `0.0.0` is what a build writes that nobody told a version.
fn is_version(text: &str) -> bool {
    let numbers = text.split('-').next().unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    numbers.split('.').all(is_number)
        && numbers.contains('.')
        && numbers.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}

/// The version resource, from its length on.
fn resource(bytes: &[u8]) -> Option<&[u8]> {
    let key = utf16("VS_VERSION_INFO\0");
    memchr::memmem::find_iter(bytes, &key).find_map(|at| {
        let begin = at.checked_sub(6)?;
        let length = usize::from(u16_at(bytes, begin)?).min(MAX_RESOURCE_BYTES);
        bytes.get(begin..begin.checked_add(length)?).filter(|resource| resource.len() > key.len())
    })
}

/// The text behind a key: it begins at the next multiple of four and ends with a zero.
fn value(resource: &[u8], key: &str) -> Option<String> {
    let key = utf16(&format!("{key}\0"));
    let end = memchr::memmem::find(resource, &key)? + key.len();
    let text = resource.get(end.next_multiple_of(4)..)?;
    let units = text.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    let text = String::from_utf16_lossy(&units.take_while(|unit| *unit != 0).collect::<Vec<_>>());
    Some(text.trim().to_owned())
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::is_version;

    #[test]
    fn only_versions_that_somebody_gave_count() {
        for (text, expected) in [
            ("13.0.1", true),
            ("6.0.0-preview.3", true),
            ("1.0", true),
            ("0.0.0", false),
            ("0.0.0.0", false),
            ("7", false),
            ("main", false),
            ("", false),
        ] {
            assert_eq!(is_version(text), expected, "{text}");
        }
    }
}
