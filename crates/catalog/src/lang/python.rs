//! Installed Python distributions: `*.dist-info/METADATA`, `*.egg-info` and eggs, zipped or not.
//!
//! Copies that a distribution brings inside itself (`setuptools/_vendor/*.dist-info`) count: their
//! code is installed. `METADATA` and `PKG-INFO` outside such folders belong to sources, not to an
//! installation. <https://packaging.python.org/en/latest/specifications/core-metadata/>

use plimsoll_facts::{FileMeta, Format, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::path::{name_of, parent_of};
use plimsoll_model::{EvidenceKind, Package, PackageKind};

use super::{MAX_FILE_BYTES, decode_text, field};

/// Reads the metadata of installed distributions.
pub struct Python;

impl Inspect for Python {
    fn id(&self) -> &'static str {
        "python"
    }

    fn revision(&self) -> u32 {
        1
    }

    fn section(&self) -> Section {
        Section::Packages
    }

    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("METADATA"), Pattern::Name("PKG-INFO"), Pattern::Suffix(".egg-info"), Pattern::Suffix(".egg")]
    }

    fn patterns_inside(&self) -> &'static [Pattern] {
        &[Pattern::Path("EGG-INFO/PKG-INFO")]
    }

    fn want(&self, file: &FileMeta<'_>, head: &[u8]) -> Want {
        let folder = name_of(parent_of(file.innermost()));
        let installed = match file.name() {
            b"METADATA" => folder.ends_with(b".dist-info"),
            // Only eggs are opened for this reader; a jar may hold anything by any name.
            b"PKG-INFO" if !file.inside.is_empty() => file.inside.len() == 1 && has_suffix(file.path, b".egg"),
            b"PKG-INFO" => folder.ends_with(b".egg-info") || folder == b"EGG-INFO",
            name if has_suffix(name, b".egg") => {
                return if head.starts_with(b"PK") { Want::Unpack(Format::Zip) } else { Want::No };
            }
            _ => true,
        };
        if installed { Want::Whole { max: MAX_FILE_BYTES } } else { Want::No }
    }

    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        out.package(read_metadata(bytes)?);
        Ok(())
    }
}

fn has_suffix(name: &[u8], suffix: &[u8]) -> bool {
    name.len() > suffix.len() && name[name.len() - suffix.len()..].eq_ignore_ascii_case(suffix)
}

/// Reads the header fields up to the first empty line; the description after it is left alone.
fn read_metadata(bytes: &[u8]) -> Result<Package, Unreadable> {
    // The description may be megabytes of text; its bytes need not even be decoded.
    let header = match memchr::memmem::find(bytes, b"\n\n") {
        Some(end) if !bytes.starts_with(&[0xff, 0xfe]) && !bytes.starts_with(&[0xfe, 0xff]) => &bytes[..end],
        _ => bytes,
    };
    let text = decode_text(header);
    let (mut name, mut version, mut license, mut expression) = (None, None, None, None);
    for line in text.lines() {
        if line.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((key, value)) = line.split_once(':') else { continue };
        let slot = match key.trim_end() {
            key if key.eq_ignore_ascii_case("name") => &mut name,
            key if key.eq_ignore_ascii_case("version") => &mut version,
            key if key.eq_ignore_ascii_case("license") => &mut license,
            key if key.eq_ignore_ascii_case("license-expression") => &mut expression,
            _ => continue,
        };
        if slot.is_none() {
            *slot = field(value);
        }
    }
    let (Some(name), Some(version)) = (name, version) else {
        return Err(Unreadable::syntax(if name.is_none() { "it has no Name" } else { "it has no Version" }));
    };
    let mut package = Package::new(PackageKind::Pypi, name, version, EvidenceKind::Metadata);
    package.license = expression.or(license).filter(|text| *text != "UNKNOWN").map(str::to_owned);
    Ok(package)
}
