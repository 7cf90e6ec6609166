//! A component as its document describes it, before anybody asked what package it is.

use std::borrow::Cow;

use plimsoll_model::Position;

use super::bom::{ComponentKind, Hash, Occurrence};
use crate::json::Text;
use crate::text::field;

/// Properties of one component that are kept.
const MAX_PROPERTIES: usize = 256;
/// Bytes of a property's value that are kept.
const MAX_VALUE_BYTES: usize = 4_096;
/// Digests of one component that are kept.
const MAX_HASHES: usize = 16;
/// Digits of the longest digest that is known.
const MAX_DIGITS: usize = 128;
/// Places of one component that are kept.
const MAX_OCCURRENCES: usize = 64;
/// Names by CPE of one component that are kept.
const MAX_CPES: usize = 64;
/// Licences of one component that are put together.
const MAX_LICENSES: usize = 64;

/// What a document says of one component.
#[derive(Default)]
pub(crate) struct Component<'a> {
    pub(crate) reference: Text<'a>,
    pub(crate) component: ComponentKind,
    pub(crate) group: Text<'a>,
    pub(crate) name: Text<'a>,
    pub(crate) version: Text<'a>,
    pub(crate) purls: Vec<Cow<'a, str>>,
    pub(crate) cpes: Vec<String>,
    pub(crate) vendor: Option<String>,
    pub(crate) license: Option<String>,
    /// The type that the tool gave it, in the tool's own words.
    pub(crate) hint: Text<'a>,
    pub(crate) architecture: Option<String>,
    pub(crate) source: SourceWords,
    pub(crate) module: Option<String>,
    pub(crate) development: bool,
    pub(crate) hashes: Vec<Hash>,
    pub(crate) occurrences: Vec<Occurrence>,
    pub(crate) properties: Vec<(String, String)>,
}

/// What tools say of the source package, in parts.
#[derive(Default)]
pub(crate) struct SourceWords {
    pub(crate) name: Option<String>,
    pub(crate) epoch: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) release: Option<String>,
    /// The file name of a source RPM.
    pub(crate) file: Option<String>,
}

impl<'a> Component<'a> {
    pub(crate) fn purl(&mut self, purl: Cow<'a, str>) {
        const MAX_PURLS: usize = 16;
        if self.purls.len() < MAX_PURLS && !purl.trim().is_empty() {
            self.purls.push(purl);
        }
    }

    pub(crate) fn cpe(&mut self, cpe: &str) {
        if let Some(cpe) = field(cpe)
            && self.cpes.len() < MAX_CPES
            && cpe.starts_with("cpe:")
            && !self.cpes.iter().any(|known| known == cpe)
        {
            self.cpes.push(cpe.to_owned());
        }
    }

    pub(crate) fn hash(&mut self, algorithm: &str, digest: &str) {
        let digest = digest.trim();
        let sound =
            !digest.is_empty() && digest.len() <= MAX_DIGITS && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        if sound && self.hashes.len() < MAX_HASHES && algorithm.len() <= MAX_DIGITS {
            let algorithm = algorithm.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
            self.hashes.push(Hash { algorithm: algorithm.to_lowercase(), digest: digest.to_lowercase() });
        }
    }

    pub(crate) fn occurrence(&mut self, path: &str, position: Option<Position>) {
        let path = path.trim();
        if !path.is_empty() && path.len() <= MAX_VALUE_BYTES && self.occurrences.len() < MAX_OCCURRENCES {
            let occurrence = Occurrence { path: path.to_owned(), position };
            if !self.occurrences.contains(&occurrence) {
                self.occurrences.push(occurrence);
            }
        }
    }

    /// A property; what the tools are known to say in theirs is understood.
    pub(crate) fn property(&mut self, name: &str, value: &str) {
        let told = || field(value).map(str::to_owned);
        let word = name.strip_prefix("aquasecurity:trivy:").or_else(|| name.strip_prefix("syft:metadata:"));
        match (name, word) {
            ("syft:package:type", _) | (_, Some("PkgType")) => self.hint = told().map(Cow::Owned),
            ("syft:cpe23", _) => self.cpe(value),
            ("cdx:npm:package:development", _) => self.development |= value == "true",
            ("cdx:npm:package:path", _) | (_, Some("FilePath")) => self.occurrence(value, None),
            (_, Some("SrcName" | "source" | "originPackage")) => self.source.name = told(),
            (_, Some("SrcVersion" | "sourceVersion")) => self.source.version = told(),
            (_, Some("SrcRelease")) => self.source.release = told(),
            (_, Some("SrcEpoch")) => self.source.epoch = told(),
            (_, Some("sourceRpm")) => self.source.file = told(),
            (_, Some("architecture" | "arch")) => self.architecture = told(),
            (_, Some("Modularitylabel" | "modularityLabel")) => self.module = told(),
            _ if name.starts_with("syft:location:") && name.ends_with(":path") => self.occurrence(value, None),
            _ => {}
        }
        keep(&mut self.properties, name, value);
    }

    pub(crate) fn licenses(&mut self, licenses: &[Cow<'_, str>]) {
        if self.license.is_none() {
            self.license = all_of(licenses);
        }
    }
}

/// Keeps a property within the caps.
pub(crate) fn keep(properties: &mut Vec<(String, String)>, name: &str, value: &str) {
    const MAX_NAME_BYTES: usize = 256;
    let fits = !name.is_empty() && name.len() <= MAX_NAME_BYTES && value.len() <= MAX_VALUE_BYTES;
    if fits && properties.len() < MAX_PROPERTIES {
        properties.push((name.to_owned(), value.to_owned()));
    }
}

/// Licences that all apply, as one expression.
fn all_of(licenses: &[Cow<'_, str>]) -> Option<String> {
    let mut all: Vec<&str> = Vec::new();
    for license in licenses.iter().take(MAX_LICENSES).filter_map(|license| field(license)) {
        if !all.contains(&license) {
            all.push(license);
        }
    }
    // The classifier of a registry says less than the licence beside it.
    if all.iter().any(|license| !license.starts_with("License ::")) {
        all.retain(|license| !license.starts_with("License ::"));
    }
    let is_compound = |license: &str| license.contains(" OR ") && !license.starts_with('(');
    let joined = match all.as_slice() {
        [] => return None,
        [one] => (*one).to_owned(),
        many => {
            let part =
                |license: &&str| if is_compound(license) { format!("({license})") } else { (*license).to_owned() };
            many.iter().map(part).collect::<Vec<_>>().join(" AND ")
        }
    };
    field(&joined).map(str::to_owned)
}

/// Who supplies or made it: `Organization: Example (mail)` and `Person: …` name whom they say.
pub(crate) fn vendor(text: &str) -> Option<String> {
    let text = text.trim();
    let name = ["Organization:", "Person:", "Tool:"].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
    let name = name.trim().trim_end_matches("()").trim_end();
    field(name).map(str::to_owned)
}

impl ComponentKind {
    /// By the words of CycloneDX and SPDX: `operating-system`, `OPERATING-SYSTEM`, `operatingSystem`.
    pub(crate) fn of(word: &str) -> Self {
        let plain: String = word.chars().filter(char::is_ascii_alphanumeric).take(32).collect();
        match plain.to_ascii_lowercase().as_str() {
            "application" => Self::Application,
            "operatingsystem" => Self::OperatingSystem,
            "container" => Self::Container,
            "file" | "archive" | "data" | "bom" | "documentation" | "evidence" | "manifest" => Self::File,
            "source" => Self::Source,
            "machinelearningmodel" | "model" => Self::Model,
            "device" | "devicedriver" | "firmware" | "platform" | "diskimage" | "filesystemimage"
            | "cryptographicasset" => Self::Device,
            _ => Self::Library,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_of_a_list_all_apply() {
        let all = |texts: &[&str]| all_of(&texts.iter().map(|text| Cow::Borrowed(*text)).collect::<Vec<_>>());
        assert_eq!(all(&["MIT"]).as_deref(), Some("MIT"));
        assert_eq!(
            all(&["MIT", "Apache-2.0 OR BSD-3-Clause", "MIT"]).as_deref(),
            Some("MIT AND (Apache-2.0 OR BSD-3-Clause)")
        );
        assert_eq!(all(&["NOASSERTION", ""]), None);
    }

    #[test]
    fn suppliers_are_named_without_the_word_for_what_they_are() {
        assert_eq!(vendor("Organization: Debian ()").as_deref(), Some("Debian"));
        assert_eq!(vendor("Person: A (a@b.c)").as_deref(), Some("A (a@b.c)"));
        assert_eq!(vendor("NOASSERTION"), None);
    }
}
