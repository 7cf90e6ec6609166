//! Package URLs as people and programs write them: `pkg:npm/%40scope/name@1.0?arch=amd64#path`.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::{EvidenceKind, Package, PackageKind, SourcePackage};

/// The longest package URL that is read, in bytes.
const MAX_BYTES: usize = 4_096;
/// Qualifiers that are read.
const MAX_QUALIFIERS: usize = 64;

/// A package URL, its parts decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageUrl {
    /// `deb`, `pypi`, …, lower case.
    pub purl_type: String,
    /// What stands before the name, `/` between its parts: `debian`, `@angular`, `org.apache`.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
    /// The version.
    pub version: Option<String>,
    /// Qualifiers by their lower-case keys, without empty ones.
    pub qualifiers: BTreeMap<String, String>,
}

/// Why a text is no package URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PurlError {
    /// It does not begin with `pkg:`.
    #[error("a package URL begins with `pkg:`")]
    Scheme,
    /// It is too long, or has too many qualifiers.
    #[error("the package URL is too long")]
    TooLong,
    /// A part that it must have is missing.
    #[error("the package URL has no {0}")]
    Missing(&'static str),
    /// `%` without two hexadecimal digits, or what is encoded is no UTF-8.
    #[error("the package URL has a `%` that encodes nothing")]
    Encoding,
}

impl FromStr for PackageUrl {
    type Err = PurlError;

    fn from_str(text: &str) -> Result<Self, PurlError> {
        let rest = text.trim().strip_prefix("pkg:").ok_or(PurlError::Scheme)?;
        if rest.len() > MAX_BYTES {
            return Err(PurlError::TooLong);
        }
        // From the right, as the specification has it: the path within, the qualifiers, the version.
        let rest = rest.rsplit_once('#').map_or(rest, |(rest, _)| rest);
        let (rest, qualifiers) = rest.rsplit_once('?').unwrap_or((rest, ""));
        let (purl_type, path) = rest.trim_start_matches('/').split_once('/').ok_or(PurlError::Missing("name"))?;
        if purl_type.is_empty() {
            return Err(PurlError::Missing("type"));
        }
        // The `@` of a scope that nobody encoded stands at the beginning of a part.
        let (path, version) = match path.rsplit_once('@') {
            Some((path, version)) if !path.is_empty() && !path.ends_with('/') => (path, Some(version)),
            _ => (path, None),
        };
        let mut parts: Vec<String> =
            path.split('/').filter(|part| !part.is_empty()).map(decode).collect::<Result<_, _>>()?;
        let name = parts.pop().filter(|name| !name.is_empty()).ok_or(PurlError::Missing("name"))?;
        Ok(Self {
            purl_type: purl_type.to_ascii_lowercase(),
            namespace: (!parts.is_empty()).then(|| parts.join("/")),
            name,
            version: version.map(decode).transpose()?.filter(|version| !version.is_empty()),
            qualifiers: read_qualifiers(qualifiers)?,
        })
    }
}

impl PackageUrl {
    /// What kind of package it names; `None` for a type that is not known.
    #[must_use]
    pub fn kind(&self) -> Option<PackageKind> {
        PackageKind::ALL.iter().copied().find(|kind| kind.purl_type() == self.purl_type)
    }

    /// The package that it names, with its source (`upstream`), architecture and module; without a
    /// version it has an empty one. `None` for a type that is not known.
    #[must_use]
    pub fn package(&self) -> Option<Package> {
        let kind = self.kind()?;
        let name = match (kind, self.namespace.as_deref()) {
            (PackageKind::Deb | PackageKind::Apk | PackageKind::Rpm | PackageKind::Alpm, _) | (_, None) => {
                self.name.clone()
            }
            (PackageKind::Maven, Some(group)) => format!("{group}:{}", self.name),
            (PackageKind::Vscode, Some(publisher)) => format!("{publisher}.{}", self.name),
            (_, Some(namespace)) => format!("{namespace}/{}", self.name),
        };
        let qualifier = |key: &str| self.qualifiers.get(key).cloned();
        let epoch = qualifier("epoch").filter(|epoch| kind == PackageKind::Rpm && epoch != "0");
        let version = self.version.clone().unwrap_or_default();
        let version =
            epoch.filter(|_| !version.is_empty()).map_or(version.clone(), |epoch| format!("{epoch}:{version}"));
        let mut package = Package::new(kind, name, version, EvidenceKind::InstalledDatabase);
        package.source = qualifier("upstream").filter(|_| kind.is_os()).map(|upstream| {
            let (name, version) = upstream.split_once('@').unwrap_or((&upstream, &package.version));
            SourcePackage { name: name.to_owned(), version: version.to_owned() }
        });
        package.architecture = qualifier("arch").filter(|_| kind.is_os());
        package.module = qualifier("rpmmod");
        Some(package)
    }
}

fn read_qualifiers(text: &str) -> Result<BTreeMap<String, String>, PurlError> {
    let mut qualifiers = BTreeMap::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').ok_or(PurlError::Missing("value for a qualifier"))?;
        if qualifiers.len() >= MAX_QUALIFIERS {
            return Err(PurlError::TooLong);
        }
        let value = decode(value)?;
        if !value.is_empty() {
            qualifiers.insert(key.to_ascii_lowercase(), value);
        }
    }
    Ok(qualifiers)
}

fn decode(text: &str) -> Result<String, PurlError> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16)).ok_or(PurlError::Encoding);
        let (high, low) = (digit()?, digit()?);
        decoded.push((high << 4 | low) as u8);
    }
    String::from_utf8(decoded).map_err(|_| PurlError::Encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(text: &str) -> Package {
        text.parse::<PackageUrl>().unwrap().package().unwrap()
    }

    #[test]
    fn each_type_leads_to_the_name_that_its_packages_have() {
        for (text, kind, name, version) in [
            ("pkg:pypi/Django@3.2", PackageKind::Pypi, "Django", "3.2"),
            ("pkg:npm/%40angular/core@1.0.0", PackageKind::Npm, "@angular/core", "1.0.0"),
            ("pkg:npm/@angular/core@1.0.0", PackageKind::Npm, "@angular/core", "1.0.0"),
            ("pkg:npm/@angular/core", PackageKind::Npm, "@angular/core", ""),
            ("pkg:maven/org.a/b@1?type=jar", PackageKind::Maven, "org.a:b", "1"),
            (
                "pkg:golang/github.com/a/b/v2@v2.0.0%2Bincompatible#sub/path",
                PackageKind::Go,
                "github.com/a/b/v2",
                "v2.0.0+incompatible",
            ),
            ("pkg:vscode-extension/redhat/java@1", PackageKind::Vscode, "redhat.java", "1"),
            ("pkg:rpm/almalinux/bash@5.1-2.el9?epoch=1&distro=almalinux-9.4", PackageKind::Rpm, "bash", "1:5.1-2.el9"),
        ] {
            let package = package(text);
            assert_eq!(
                (package.kind, package.name.as_str(), package.version.as_str()),
                (kind, name, version),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut written =
            Package::new(PackageKind::Deb, "libstdc++6", "1:12.2.0-14~a", EvidenceKind::InstalledDatabase);
        written.architecture = Some("amd64".into());
        written.source = Some(SourcePackage { name: "gcc-12".into(), version: "12.2.0-14".into() });
        let url = written.purl(Some("debian"), Some("12"));
        assert_eq!(package(&url), written);
        let read: PackageUrl = url.parse().unwrap();
        assert_eq!(read.namespace.as_deref(), Some("debian"));
        assert_eq!(read.qualifiers["distro"], "debian-12");
    }

    #[test]
    fn what_is_no_package_url_is_refused_with_the_reason() {
        for (text, error) in [
            ("django@3.2", PurlError::Scheme),
            ("pkg:", PurlError::Missing("name")),
            ("pkg:npm", PurlError::Missing("name")),
            ("pkg:npm/", PurlError::Missing("name")),
            ("pkg:npm///", PurlError::Missing("name")),
            ("pkg:npm/a%4", PurlError::Encoding),
            ("pkg:npm/a%zz", PurlError::Encoding),
            ("pkg:npm/a%ff", PurlError::Encoding),
            ("pkg:npm/a?key", PurlError::Missing("value for a qualifier")),
        ] {
            assert_eq!(text.parse::<PackageUrl>(), Err(error), "{text}");
        }
        assert_eq!(format!("pkg:npm/{}", "a".repeat(5_000)).parse::<PackageUrl>(), Err(PurlError::TooLong));
        assert_eq!(
            format!("pkg:npm/a?{}", (0..65).map(|n| format!("k{n}=v&")).collect::<String>()).parse::<PackageUrl>(),
            Err(PurlError::TooLong)
        );
        assert_eq!("pkg:unheard-of/a".parse::<PackageUrl>().unwrap().package(), None);
    }
}
