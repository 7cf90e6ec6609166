//! What `META-INF/MANIFEST.MF` says of its archive.
//!
//! Lines hold 72 bytes at most; a longer value goes on after a line's end and one space, which may
//! be in the midst of a character.

use serde::{Deserialize, Serialize};

use crate::lang::{decode_text, field};

/// The fields of the main section that tell identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// `Implementation-Title`.
    pub(super) title: Option<String>,
    /// `Implementation-Version`.
    pub(super) version: Option<String>,
    /// `Implementation-Vendor-Id`: by convention the Maven group.
    pub(super) vendor_id: Option<String>,
    /// `Bundle-SymbolicName`, without directives.
    pub(super) bundle: Option<String>,
    /// `Bundle-Version`.
    pub(super) bundle_version: Option<String>,
    /// `Specification-Title`.
    pub(super) specification: Option<String>,
    /// `Group-Id` of a Jenkins plugin.
    pub(super) plugin_group: Option<String>,
    /// `Short-Name` of a Jenkins plugin.
    pub(super) plugin_name: Option<String>,
    /// `Plugin-Version` of a Jenkins plugin.
    pub(super) plugin_version: Option<String>,
}

impl Manifest {
    /// One that says nothing.
    pub(super) const EMPTY: Self = Self {
        title: None,
        version: None,
        vendor_id: None,
        bundle: None,
        bundle_version: None,
        specification: None,
        plugin_group: None,
        plugin_name: None,
        plugin_version: None,
    };

    /// Reads the main section; `None` if none of the fields is in it.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut manifest = Self::EMPTY;
        for line in main_section(bytes) {
            let text = decode_text(&line);
            let Some((key, value)) = text.split_once(':') else { continue };
            let value = value.trim();
            let slot = match key.trim().to_ascii_lowercase().as_str() {
                "implementation-title" => &mut manifest.title,
                "implementation-version" => &mut manifest.version,
                "implementation-vendor-id" => &mut manifest.vendor_id,
                "bundle-symbolicname" => &mut manifest.bundle,
                "bundle-version" => &mut manifest.bundle_version,
                "specification-title" => &mut manifest.specification,
                "group-id" => &mut manifest.plugin_group,
                "short-name" => &mut manifest.plugin_name,
                "plugin-version" => &mut manifest.plugin_version,
                _ => continue,
            };
            let value = if key.trim().eq_ignore_ascii_case("bundle-symbolicname") {
                value.split(';').next().unwrap_or_default()
            } else {
                value
            };
            if slot.is_none() {
                *slot = field(value.trim_matches('"')).map(str::to_owned);
            }
        }
        (manifest != Self::EMPTY).then_some(manifest)
    }

    /// Whether the archive is a part of the Java runtime itself.
    pub(super) fn is_runtime(&self) -> bool {
        self.title.as_deref() == Some("Java Runtime Environment")
            || self.specification.as_deref() == Some("Java Platform API Specification")
    }
}

/// The lines up to the first empty one, continued ones put together.
fn main_section(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        for line in line.strip_suffix(b"\r").unwrap_or(line).split(|byte| *byte == b'\r') {
            match (line, lines.last_mut()) {
                ([b' ', rest @ ..], Some(last)) => last.extend_from_slice(rest),
                ([], Some(_)) => return lines,
                ([], None) => {}
                _ => lines.push(line.to_vec()),
            }
        }
    }
    lines
}
