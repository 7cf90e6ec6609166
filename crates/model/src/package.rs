//! A package as one file or database of the image describes it.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::{FilePath, PackageKind};

/// The source package that a binary one was built from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourcePackage {
    /// Source name (Debian `Source`, Alpine `origin`, the name part of `SOURCERPM`).
    pub name: String,
    /// Source version: Debian's own where it differs from the binary's; for RPM
    /// `version-release` without epoch.
    pub version: String,
}

/// By what a package was recognised; the better evidence first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EvidenceKind {
    /// The package manager's own database of installed packages.
    InstalledDatabase,
    /// The package's own metadata, as installed (`METADATA`, `package.json`, `pom.properties`).
    Metadata,
    /// Information the compiler or linker left in a binary.
    BuildInfo,
    /// A Java manifest or the like, whose fields are by convention only.
    Manifest,
    /// Nothing but a file name.
    FileName,
    /// A lock file or requirement list: declared, not installed.
    Declaration,
    /// Only the commit that a program was built from, which nobody tagged: its pseudo-version has no
    /// place in the order of releases, so nothing can be told from it.
    Commit,
    /// The SHA-1 of a Java archive, which an index of published archives knows. Until the index is asked
    /// the package has the file's name, and the digest's hexadecimal digits as its version.
    Digest,
    /// A list (SBOM) that whoever packaged it left beside what is installed. Where the package's own
    /// database or metadata is there too, that decides.
    Sbom,
}

impl EvidenceKind {
    /// Kebab-case name for JSON and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InstalledDatabase => "installed-database",
            Self::Metadata => "metadata",
            Self::BuildInfo => "build-info",
            Self::Manifest => "manifest",
            Self::FileName => "file-name",
            Self::Declaration => "declaration",
            Self::Commit => "commit",
            Self::Digest => "digest",
            Self::Sbom => "sbom",
        }
    }
}

/// Where in its file a package stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Position {
    /// The line, from 1.
    Line(u32),
    /// Bytes from the start of the file.
    Offset(u64),
}

/// When a package needs what it requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Need {
    /// Whenever it is used.
    Always,
    /// For something that it can do without: extras, suggestions, peers that may be absent.
    Optional,
    /// To build it.
    Build,
    /// To develop or test it.
    Development,
}

impl Need {
    /// Kebab-case name for JSON and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Optional => "optional",
            Self::Build => "build",
            Self::Development => "development",
        }
    }
}

/// A package that another one needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Requirement {
    /// Its name, of the same kind of package. Where a system has virtual packages or capabilities, of
    /// the installed package that provides them.
    pub name: String,
    /// The version, where it is exact (lock files); a range is left out.
    pub version: Option<String>,
    /// When.
    pub need: Need,
}

impl Requirement {
    /// What it takes in memory, about.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        size_of::<Self>() + self.name.len() + self.version.as_ref().map_or(0, String::len)
    }

    /// Something that is always needed, in any version.
    #[must_use]
    pub fn always(name: impl Into<String>) -> Self {
        Self { name: name.into(), version: None, need: Need::Always }
    }
}

/// Where a package was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Location {
    /// The file in the image.
    pub path: FilePath,
    /// The way through nested archives inside that file, outermost first; empty for a plain file.
    pub inside: Vec<FilePath>,
}

impl Location {
    /// What it takes in memory, about.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        let inside: usize = self.inside.iter().map(|part| size_of::<FilePath>() + part.as_bytes().len()).sum();
        size_of::<Self>() + self.path.as_bytes().len() + inside
    }
}

/// One package as its evidence describes it. Identity is kind, name, version and architecture.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Package {
    /// Packaging system or ecosystem.
    pub kind: PackageKind,
    /// The name as the package writes it; Maven as `group:artifact`, npm with its scope.
    pub name: String,
    /// The version as the package writes it; RPM as `[epoch:]version-release`, epoch 0 left out.
    pub version: String,
    /// `amd64`, `x86_64`, `noarch`, …; of a Go program's modules the platform `linux/amd64`; `None`
    /// where the ecosystem has none.
    pub architecture: Option<String>,
    /// The source package, where it is a distribution's.
    pub source: Option<SourcePackage>,
    /// RPM module `name:stream`.
    pub module: Option<String>,
    /// Who built it: RPM vendor, Debian maintainer, apk maintainer.
    pub vendor: Option<String>,
    /// Licence as declared, unparsed.
    pub license: Option<String>,
    /// Its names as a product, by the Common Platform Enumeration, where no ecosystem has one for it.
    pub cpes: Vec<String>,
    /// What it needs, each once, as its evidence names it; whether that is there is another matter.
    pub requires: Vec<Requirement>,
    /// Whether the project asks for it by name (`true`) or something else brought it along (`false`);
    /// for packages of a system whether a person asked for it. `None` where the evidence does not tell.
    pub direct: Option<bool>,
    /// Whether it is only there to develop, test or build.
    pub development: bool,
    /// Where in its file it stands, where that is known.
    pub position: Option<Position>,
    /// By what it was recognised.
    pub evidence: EvidenceKind,
}

impl Package {
    /// A package with nothing but kind, name, version and evidence.
    #[must_use]
    pub fn new(kind: PackageKind, name: impl Into<String>, version: impl Into<String>, evidence: EvidenceKind) -> Self {
        Self {
            kind,
            name: name.into(),
            version: version.into(),
            architecture: None,
            source: None,
            module: None,
            vendor: None,
            license: None,
            cpes: Vec::new(),
            requires: Vec::new(),
            direct: None,
            development: false,
            position: None,
            evidence,
        }
    }

    /// The length of all its texts together.
    #[must_use]
    pub fn text_bytes(&self) -> usize {
        let source = self.source.as_ref().map_or(0, |source| source.name.len() + source.version.len());
        let others = [&self.architecture, &self.module, &self.vendor, &self.license];
        let others: usize = others.into_iter().flatten().map(String::len).sum();
        let cpes: usize = self.cpes.iter().map(String::len).sum();
        let requires: usize = self.requires.iter().map(Requirement::size_bytes).sum();
        self.name.len() + self.version.len() + source + others + cpes + requires
    }

    /// Whether it only stands in a lock file or requirement list.
    #[must_use]
    pub fn is_declared(&self) -> bool {
        self.evidence == EvidenceKind::Declaration
    }

    /// Whether a package without a word of its source has this one: Debian's, Alpine's and Arch's are
    /// then built from a source of their own name and version.
    pub(crate) fn is_of_its_own_source(&self, source: &SourcePackage) -> bool {
        matches!(self.kind, PackageKind::Deb | PackageKind::Apk | PackageKind::Alpm)
            && (&source.name, &source.version) == (&self.name, &self.version)
    }

    /// The package URL; [`crate::PackageUrl::package`] reads it back. `distro_id` and `distro_version` qualify operating-system packages.
    #[must_use]
    pub fn purl(&self, distro_id: Option<&str>, distro_version: Option<&str>) -> String {
        let kind = self.kind;
        let mut purl = format!("pkg:{}/", kind.purl_type());
        let mut version = self.version.as_str();
        let mut qualifiers: Vec<(&str, String)> = Vec::new();
        let (namespace, name): (Option<String>, String) = match kind {
            PackageKind::Deb | PackageKind::Apk | PackageKind::Rpm | PackageKind::Alpm => {
                (distro_id.map(str::to_lowercase), self.name.clone())
            }
            PackageKind::Pypi => (None, kind.lookup_name(&self.name)),
            PackageKind::Maven => within_namespace(&self.name, ':'),
            PackageKind::Npm
            | PackageKind::Go
            | PackageKind::Composer
            | PackageKind::Hex
            | PackageKind::Ebuild
            | PackageKind::Jsr
            | PackageKind::Terraform
            | PackageKind::GithubActions => within_namespace(&self.name, '/'),
            PackageKind::Swift => within_namespace(&kind.lookup_name(&self.name), '/'),
            PackageKind::Vscode => within_namespace(&self.name, '.'),
            _ => (None, self.name.clone()),
        };
        if let Some(namespace) = namespace.filter(|text| !text.is_empty()) {
            for part in namespace.split('/') {
                encode(&mut purl, part);
                purl.push('/');
            }
        }
        encode(&mut purl, &name);
        if kind == PackageKind::Rpm
            && let Some((epoch, rest)) = version.split_once(':')
            && is_epoch(epoch)
            && !rest.is_empty()
        {
            qualifiers.push(("epoch", epoch.to_owned()));
            version = rest;
        }
        if !version.is_empty() {
            purl.push('@');
            encode(&mut purl, version);
        }
        match (kind, self.architecture.as_deref()) {
            (PackageKind::Go, Some(platform)) if platform.split('/').count() == 2 => {
                qualifiers.extend(["goos", "goarch"].into_iter().zip(platform.split('/').map(str::to_owned)));
            }
            (_, Some(architecture)) => qualifiers.push(("arch", architecture.to_owned())),
            (_, None) => {}
        }
        if let (true, Some(id)) = (kind.is_os(), distro_id) {
            qualifiers
                .push(("distro", distro_version.map_or_else(|| id.to_owned(), |version| format!("{id}-{version}"))));
        }
        if let Some(module) = &self.module {
            qualifiers.push(("rpmmod", module.clone()));
        }
        if let Some(source) = self.source.as_ref().filter(|source| !self.is_of_its_own_source(source)) {
            let upstream = if source.version == self.version {
                source.name.clone()
            } else {
                format!("{}@{}", source.name, source.version)
            };
            qualifiers.push(("upstream", upstream));
        }
        qualifiers.sort_unstable();
        for (at, (key, value)) in qualifiers.iter().enumerate() {
            let _ = write!(purl, "{}{key}=", if at == 0 { '?' } else { '&' });
            encode(&mut purl, value);
        }
        purl
    }
}

/// Whether what stands before the colon of an RPM's version is an epoch that says something.
pub(crate) fn is_epoch(text: &str) -> bool {
    !text.is_empty() && text != "0" && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What stands before the last separator, and the name behind it. A name with an empty part is no
/// namespace's: it stays whole.
fn within_namespace(name: &str, separator: char) -> (Option<String>, String) {
    match name.rsplit_once(separator) {
        Some((namespace, last)) if !last.is_empty() && namespace.split('/').all(|part| !part.is_empty()) => {
            (Some(namespace.to_owned()), last.to_owned())
        }
        _ => (None, name.to_owned()),
    }
}

/// Percent-encodes all but the characters that the package URL specification leaves alone.
fn encode(into: &mut String, text: &str) {
    for &byte in text.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte) {
            into.push(char::from(byte));
        } else {
            let _ = write!(into, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn purl(kind: PackageKind, name: &str, version: &str) -> String {
        Package::new(kind, name, version, EvidenceKind::Metadata).purl(None, None)
    }

    #[test]
    fn package_urls_follow_each_type() {
        assert_eq!(purl(PackageKind::Pypi, "Django_Rest", "1.0"), "pkg:pypi/django-rest@1.0");
        assert_eq!(purl(PackageKind::Npm, "@angular/core", "1.0.0"), "pkg:npm/%40angular/core@1.0.0");
        assert_eq!(purl(PackageKind::Maven, "org.a:b", "1"), "pkg:maven/org.a/b@1");
        assert_eq!(
            purl(PackageKind::Go, "github.com/a/b/v2", "v2.0.0+incompatible"),
            "pkg:golang/github.com/a/b/v2@v2.0.0%2Bincompatible"
        );
        let swift = purl(PackageKind::Swift, "https://github.com/apple/swift-nio.git", "2.40.0");
        assert_eq!(swift, "pkg:swift/github.com/apple/swift-nio@2.40.0");
        assert_eq!(purl(PackageKind::Vscode, "redhat.java", "1.2.3"), "pkg:vscode-extension/redhat/java@1.2.3");
        assert_eq!(purl(PackageKind::GithubActions, "actions/checkout", "v4"), "pkg:github/actions/checkout@v4");
        assert_eq!(purl(PackageKind::Hex, "phoenix_html", "2.13.3"), "pkg:hex/phoenix_html@2.13.3");
        let mut deb = Package::new(PackageKind::Deb, "libssl3", "3.0.1-1", EvidenceKind::InstalledDatabase);
        deb.architecture = Some("amd64".into());
        deb.source = Some(SourcePackage { name: "openssl".into(), version: "3.0.1-1".into() });
        assert_eq!(
            deb.purl(Some("debian"), Some("12")),
            "pkg:deb/debian/libssl3@3.0.1-1?arch=amd64&distro=debian-12&upstream=openssl"
        );
        let pacman = Package::new(PackageKind::Alpm, "pacman", "6.0.1-1", EvidenceKind::InstalledDatabase);
        assert_eq!(pacman.purl(Some("arch"), None), "pkg:alpm/arch/pacman@6.0.1-1?distro=arch");
        let ebuild = Package::new(PackageKind::Ebuild, "dev-lang/go", "1.21.3", EvidenceKind::InstalledDatabase);
        assert_eq!(ebuild.purl(Some("gentoo"), None), "pkg:ebuild/dev-lang/go@1.21.3?distro=gentoo");
        let rpm = Package::new(PackageKind::Rpm, "bash", "1:5.1-2.el9", EvidenceKind::InstalledDatabase);
        assert_eq!(
            rpm.purl(Some("almalinux"), Some("9.4")),
            "pkg:rpm/almalinux/bash@5.1-2.el9?distro=almalinux-9.4&epoch=1"
        );
    }
}
