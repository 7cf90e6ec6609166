//! The licence files of an image.

use plimsoll_facts::{FileMeta, Inspect, Limit, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::LicenseText;

use crate::expression::cut;
use crate::text::{TooMany, recognise};
use crate::{copyright, expression};

/// Bytes of one file: the longest licence text of the SPDX list has 60 KB, a copyright file may list
/// hundreds of parts.
const MAX_BYTES: usize = 512 << 10;
/// Bytes of a text that is compared with those of the list.
const MAX_TEXT_BYTES: usize = 128 << 10;

/// Reads licence files.
pub(crate) struct LicenseFiles;

impl Inspect for LicenseFiles {
    fn id(&self) -> &'static str {
        "license-files"
    }

    fn revision(&self) -> u32 {
        1
    }

    fn section(&self) -> Section {
        Section::Licenses
    }

    fn patterns(&self) -> &'static [Pattern] {
        &[
            Pattern::Suffix("license"),
            Pattern::Suffix("licence"),
            Pattern::Suffix("license.txt"),
            Pattern::Suffix("licence.txt"),
            Pattern::Suffix("license.md"),
            Pattern::Suffix("licence.md"),
            Pattern::Suffix("license.rst"),
            Pattern::Suffix("license-mit"),
            Pattern::Suffix("license-apache"),
            Pattern::Suffix("license-bsd"),
            Pattern::Suffix("unlicense"),
            Pattern::Suffix("copying"),
            Pattern::Suffix("copying.txt"),
            Pattern::Suffix("copying.md"),
            Pattern::Suffix("copying.lesser"),
            Pattern::Suffix("copying.lib"),
            Pattern::Under("usr/share/doc", "/copyright"),
            Pattern::Under("usr/share/licenses", ""),
        ]
    }

    fn want(&self, file: &FileMeta<'_>, head: &[u8]) -> Want {
        // Programs and scripts may be called so too.
        let is_text = !head.contains(&0) && !head.starts_with(b"#!");
        if is_text && file.size <= MAX_BYTES as u64 { Want::Whole { max: MAX_BYTES } } else { Want::No }
    }

    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = String::from_utf8_lossy(bytes);
        if let Some(package) = debian_package(file.path) {
            if let Some((found, confidence)) = copyright::read(&text) {
                out.license(LicenseText { expression: found.to_string(), confidence, package: Some(package) });
                return Ok(());
            }
            return compared(&text, Some(package), out);
        }
        if let Some(named) = tag(&text) {
            out.license(LicenseText { expression: named, confidence: 100, package: None });
            return Ok(());
        }
        compared(&text, None, out)
    }
}

/// The package of `usr/share/doc/PACKAGE/copyright`.
fn debian_package(path: &[u8]) -> Option<String> {
    let name = path.strip_prefix(b"usr/share/doc/")?.strip_suffix(b"/copyright")?;
    let name = std::str::from_utf8(name).ok()?;
    (!name.is_empty() && name.len() <= 256 && !name.contains('/')).then(|| name.to_owned())
}

/// What `SPDX-License-Identifier:` names, where the file says it once.
fn tag(text: &str) -> Option<String> {
    const TAG: &str = "SPDX-License-Identifier:";
    let at = text.find(TAG)?;
    let line = text[at + TAG.len()..].lines().next()?.trim().trim_end_matches("*/").trim();
    let named = expression(line)?;
    named.is_known().then(|| named.to_string())
}

/// The licences whose texts it holds. A text that is none of them is no gap: it may be anything.
fn compared(text: &str, package: Option<String>, out: &mut Sink) -> Result<(), Unreadable> {
    let told = recognise(cut(text, MAX_TEXT_BYTES)).map_err(|TooMany| Unreadable::OverLimit(Limit::Count))?;
    let confidence = told.iter().map(|(_, confidence)| *confidence).min();
    if let Some(confidence) = confidence {
        let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
        out.license(LicenseText { expression: names.join(" AND "), confidence, package });
    }
    Ok(())
}
