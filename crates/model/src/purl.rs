//! Package URLs as people and programs write them: `pkg:npm/%40scope/name@1.0?arch=amd64#path`.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::package::is_epoch;
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
        match self.purl_type.as_str() {
            "clojars" => Some(PackageKind::Maven),
            "huggingface" => Some(PackageKind::Model),
            purl_type => PackageKind::ALL.iter().copied().find(|kind| kind.purl_type() == purl_type),
        }
    }

    /// The package that it names, as [`Package::purl`] wrote it: with its source (`upstream`, also as
    /// the file name of a source RPM), architecture and module. Without a version it has an empty one.
    /// Names that the type folds (Python's) stay folded. `None` for a type that is not known.
    #[must_use]
    pub fn package(&self) -> Option<Package> {
        let kind = self.kind()?;
        let qualifier = |key: &str| self.qualifiers.get(key).cloned();
        let epoch = qualifier("epoch").filter(|epoch| kind == PackageKind::Rpm && is_epoch(epoch));
        let version = match (epoch, self.version.clone().unwrap_or_default()) {
            (Some(epoch), version) if !version.is_empty() => format!("{epoch}:{version}"),
            (_, version) => version,
        };
        let mut package = Package::new(kind, self.name_of_kind(kind), version, EvidenceKind::InstalledDatabase);
        package.architecture = match (kind, qualifier("goos"), qualifier("goarch")) {
            (PackageKind::Go, Some(system), Some(architecture)) => Some(format!("{system}/{architecture}")),
            _ => qualifier("arch"),
        };
        package.module = qualifier("rpmmod");
        let own = SourcePackage { name: package.name.clone(), version: package.version.clone() };
        package.source = match qualifier("upstream") {
            Some(upstream) => Some(source(&upstream, &package)),
            None => Some(own).filter(|own| package.is_of_its_own_source(own)),
        };
        Some(package)
    }

    fn name_of_kind(&self, kind: PackageKind) -> String {
        let Some(namespace) = self.namespace.as_deref() else { return self.name.clone() };
        match kind {
            // The namespace is who distributes it, and no part of the name.
            PackageKind::Deb
            | PackageKind::Apk
            | PackageKind::Rpm
            | PackageKind::Alpm
            | PackageKind::Conan
            | PackageKind::Cpan
            | PackageKind::Luarocks => self.name.clone(),
            PackageKind::Maven => format!("{namespace}:{}", self.name),
            PackageKind::Vscode => format!("{namespace}.{}", self.name),
            _ => format!("{namespace}/{}", self.name),
        }
    }
}

/// `name`, `name@version`, or `name-version-release.src.rpm`.
fn source(upstream: &str, package: &Package) -> SourcePackage {
    let stem = [".src.rpm", ".nosrc.rpm"].iter().find_map(|end| upstream.strip_suffix(end));
    let of_file = stem.and_then(|stem| {
        let (at, _) = stem.rmatch_indices('-').nth(1).filter(|_| package.kind == PackageKind::Rpm)?;
        stem.split_at_checked(at).map(|(name, rest)| (name, rest.trim_start_matches('-')))
    });
    let named = of_file.or_else(|| upstream.rsplit_once('@'));
    let (name, version) = named.unwrap_or((upstream, &package.version));
    SourcePackage { name: name.to_owned(), version: version.to_owned() }
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
            ("pkg:conan/bincrafters/openssl@3.0.3", PackageKind::Conan, "openssl", "3.0.3"),
            ("pkg:cpan/DROLSKY/DateTime@1.55", PackageKind::Cpan, "DateTime", "1.55"),
            ("pkg:huggingface/google/bert@abc", PackageKind::Model, "google/bert", "abc"),
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
    fn sources_are_read_as_others_write_them() {
        let source = |text: &str| package(text).source.map(|source| (source.name, source.version));
        let of = |name: &str, version: &str| Some((name.to_owned(), version.to_owned()));
        assert_eq!(
            source("pkg:rpm/rhel/bash-doc@5.1-2?epoch=1&upstream=bash-5.1-2.el9.src.rpm"),
            of("bash", "5.1-2.el9")
        );
        assert_eq!(source("pkg:rpm/rhel/bash@5.1-2"), None);
        assert_eq!(source("pkg:rpm/rhel/bash@5.1-2?upstream=.src.rpm"), of(".src.rpm", "5.1-2"));
        assert_eq!(source("pkg:deb/debian/libssl3@3?upstream=openssl"), of("openssl", "3"));
        assert_eq!(source("pkg:deb/debian/openssl@3"), of("openssl", "3"));
        assert_eq!(source("pkg:apk/alpine/libssl3@3?upstream=openssl%402"), of("openssl", "2"));
    }

    #[test]
    fn the_distribution_stands_in_namespace_and_qualifier() {
        let written = Package::new(PackageKind::Deb, "libstdc++6", "12.2.0-14", EvidenceKind::InstalledDatabase);
        let read: PackageUrl = written.purl(Some("debian"), Some("12")).parse().unwrap();
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
