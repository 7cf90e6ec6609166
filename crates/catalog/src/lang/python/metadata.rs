//! `METADATA` and `PKG-INFO`: what a distribution says of itself.
//! <https://packaging.python.org/en/latest/specifications/core-metadata/>

use plimsoll_facts::Unreadable;
use plimsoll_model::{EvidenceKind, Package, PackageKind};

use super::markers::Environment;
use crate::lang::{decode_text, field};
use crate::requirements::Requirements;

/// Reads the header fields up to the first empty line; the description after it is left alone.
pub(super) fn read(bytes: &[u8], environment: Environment) -> Result<Package, Unreadable> {
    // The description may be megabytes of text; its bytes need not even be decoded.
    let header = match memchr::memmem::find(bytes, b"\n\n") {
        Some(end) if !bytes.starts_with(&[0xff, 0xfe]) && !bytes.starts_with(&[0xfe, 0xff]) => &bytes[..end],
        _ => bytes,
    };
    let text = decode_text(header);
    let (mut name, mut version, mut license, mut expression) = (None, None, None, None);
    let mut classified: Vec<&str> = Vec::new();
    let mut requires = Requirements::default();
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
            key if key.eq_ignore_ascii_case("requires-dist") => {
                require(value, environment, &mut requires);
                continue;
            }
            key if key.eq_ignore_ascii_case("classifier") => {
                classified.extend(value.trim().strip_prefix("License ::").and_then(classified_license));
                continue;
            }
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
    let declared = expression.or(license).filter(|text| *text != "UNKNOWN").map(str::to_owned);
    package.license = declared.or_else(|| field(&classified.join(" AND ")).map(str::to_owned));
    package.requires = requires.finish();
    Ok(package)
}

/// `MIT License` of `License :: OSI Approved :: MIT License`; what says only that it is approved is none.
fn classified_license(classifier: &str) -> Option<&str> {
    let last = classifier.rsplit("::").next()?.trim();
    (!last.is_empty() && last != "OSI Approved").then_some(last)
}

/// `name[extra] (>=1.0) ; marker`, also `name @ address`.
pub(super) fn require(requirement: &str, environment: Environment, into: &mut Requirements) {
    let (what, marker) = requirement.split_once(';').unwrap_or((requirement, ""));
    let what = what.trim();
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let name = &what[..what.find(|letter| !is_name(letter)).unwrap_or(what.len())];
    if let Some(need) = environment.need(marker) {
        into.add(name, None, need);
    }
}

/// An egg's `requires.txt`: requirements, a line each, below `[extra:marker]` those of extras.
pub(super) fn read_requires(bytes: &[u8], environment: Environment) -> Requirements {
    let mut requires = Requirements::default();
    let mut section = String::new();
    for line in decode_text(bytes).lines().map(str::trim) {
        if let Some(head) = line.strip_prefix('[').and_then(|head| head.strip_suffix(']')) {
            let (extra, marker) = head.split_once(':').unwrap_or((head, ""));
            let of_extra = if extra.trim().is_empty() { "" } else { "extra == 'any'" };
            section =
                [of_extra, marker].into_iter().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join(" and ");
        } else if !line.is_empty() && !line.starts_with('#') {
            require(&format!("{line};{section}"), environment, &mut requires);
        }
    }
    requires
}
