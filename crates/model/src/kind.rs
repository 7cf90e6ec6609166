//! The kinds of package, one row each: purl type, names, and which database shard knows them.

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $purl:literal, $os:literal, $shard:expr;)*) => {
        /// What kind of package it is: the packaging system or language ecosystem it belongs to.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum PackageKind { $($(#[$doc])* $variant,)* }

        impl PackageKind {
            /// Every kind, in table order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name used in options, tables and JSON.
            #[must_use]
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }

            /// The type of its package URLs.
            #[must_use]
            pub fn purl_type(self) -> &'static str { match self { $(Self::$variant => $purl,)* } }

            /// Whether it belongs to the operating system, so that the distribution's feed knows it.
            #[must_use]
            pub fn is_os(self) -> bool { match self { $(Self::$variant => $os,)* } }

            /// The database shard of a language ecosystem; `None` for operating-system packages,
            /// whose shard is chosen by the distribution and its release.
            #[must_use]
            pub fn language_shard(self) -> Option<&'static str> { match self { $(Self::$variant => $shard,)* } }
        }
    };
}

kinds! {
    /// Debian and its relatives.
    Deb = "deb", "deb", true, None;
    /// Alpine, Wolfi and relatives.
    Apk = "apk", "apk", true, None;
    /// Red Hat, SUSE, Amazon and relatives.
    Rpm = "rpm", "rpm", true, None;
    /// Python distributions.
    Pypi = "pypi", "pypi", false, Some("pypi");
    /// Node packages.
    Npm = "npm", "npm", false, Some("npm");
    /// Java artifacts, named `group:artifact`.
    Maven = "maven", "maven", false, Some("maven");
    /// Go modules; the standard library is the module `stdlib`.
    Go = "go", "golang", false, Some("go");
    /// Rust crates.
    Cargo = "cargo", "cargo", false, Some("crates-io");
    /// Ruby gems.
    Gem = "gem", "gem", false, Some("rubygems");
    /// .NET packages.
    Nuget = "nuget", "nuget", false, Some("nuget");
    /// PHP packages, named `vendor/package`.
    Composer = "composer", "composer", false, Some("packagist");
    /// Bitnami components.
    Bitnami = "bitnami", "bitnami", false, Some("bitnami");
    /// A program recognised without a package manager.
    Generic = "generic", "generic", false, None;
    /// Dart and Flutter packages.
    Pub = "pub", "pub", false, Some("pub");
    /// Erlang and Elixir packages.
    Hex = "hex", "hex", false, Some("hex");
    /// Swift packages, named by the address of their repository (`github.com/apple/swift-nio`).
    Swift = "swift", "swift", false, Some("swift");
    /// Haskell packages.
    Hackage = "hackage", "hackage", false, Some("hackage");
    /// Parts of Haskell's compiler and its runtime.
    Ghc = "ghc", "ghc", false, Some("ghc");
    /// R packages.
    Cran = "cran", "cran", false, Some("cran");
    /// R packages of Bioconductor.
    Bioconductor = "bioconductor", "bioconductor", false, Some("bioconductor");
    /// Conan's C and C++ packages.
    Conan = "conan", "conan", false, Some("conan");
    /// Julia packages.
    Julia = "julia", "julia", false, Some("julia");
    /// OCaml packages.
    Opam = "opam", "opam", false, Some("opam");
    /// Extensions of Visual Studio Code and its relatives, named `publisher.extension`.
    Vscode = "vscode", "vscode-extension", false, Some("vscode");
    /// GitHub Actions, named `owner/repository`.
    GithubActions = "github-actions", "github", false, Some("github-actions");
    /// Arch Linux and its relatives.
    Alpm = "alpm", "alpm", true, None;
    /// Gentoo, named `category/name`.
    Ebuild = "ebuild", "ebuild", true, None;
    /// Conda packages.
    Conda = "conda", "conda", false, None;
    /// Packages of a Nix store.
    Nix = "nix", "nix", false, None;
    /// Homebrew's formulae and casks.
    Brew = "brew", "brew", false, None;
    /// Snaps.
    Snap = "snap", "snap", false, None;
    /// Lua rocks.
    Luarocks = "luarocks", "luarocks", false, None;
    /// CocoaPods.
    Cocoapods = "cocoapods", "cocoapods", false, None;
    /// Perl distributions.
    Cpan = "cpan", "cpan", false, None;
    /// PEAR and PECL packages of PHP.
    Pear = "pear", "pear", false, None;
    /// Applications of Erlang's OTP.
    Otp = "otp", "otp", false, None;
    /// Packs of SWI-Prolog.
    Swiplpack = "swiplpack", "swiplpack", false, None;
    /// Packages of the JavaScript Registry, named `@scope/name`.
    Jsr = "jsr", "jsr", false, None;
    /// Providers and modules of Terraform, named by their source.
    Terraform = "terraform", "terraform", false, None;
    /// Plugins of WordPress.
    Wordpress = "wordpress", "wordpress-plugin", false, None;
    /// Ports of vcpkg.
    Vcpkg = "vcpkg", "vcpkg", false, None;
    /// Linux kernels and their modules.
    Kernel = "kernel", "linux-kernel", false, None;
    /// Weights of machine-learning models.
    Model = "model", "mlmodel", false, None;
    /// Themes of WordPress.
    WordpressTheme = "wordpress-theme", "wordpress-theme", false, None;
}

impl PackageKind {
    /// Whether no advisory speaks of such packages by their names: they are inventory and nothing more.
    #[must_use]
    pub fn is_inventory_only(self) -> bool {
        !self.is_os() && self != Self::Generic && self.language_shard().is_none()
    }

    /// The kind of a name as [`Self::name`] gives it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// The name that advisories and packages are compared by: PEP 503 for Python, lower case where
    /// the registry folds case, as it stands elsewhere.
    #[must_use]
    pub fn lookup_name(self, name: &str) -> String {
        match self {
            Self::Pypi => {
                let mut folded = String::with_capacity(name.len());
                let mut separator = false;
                for letter in name.trim().chars() {
                    if matches!(letter, '-' | '_' | '.') {
                        separator = true;
                        continue;
                    }
                    if std::mem::take(&mut separator) && !folded.is_empty() {
                        folded.push('-');
                    }
                    folded.extend(letter.to_lowercase());
                }
                folded
            }
            Self::Nuget | Self::Composer | Self::Bitnami | Self::Pub | Self::Hex | Self::Conan | Self::Vscode => {
                name.trim().to_lowercase()
            }
            Self::Swift => repository(name),
            Self::GithubActions => action(name),
            // The registry treats `-` and `_` as one when a crate is claimed.
            Self::Cargo => name.trim().replace('_', "-"),
            _ => name.trim().to_owned(),
        }
    }
}

/// A repository's address as `host/path`, however it was written: `https://host/path.git`,
/// `git@host:path`. Hosts of repositories fold case.
fn repository(address: &str) -> String {
    let address = address.trim().to_lowercase();
    let plain = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
    let plain = match plain.split_once('@') {
        Some((user, rest)) if !user.contains('/') => rest,
        _ => plain,
    };
    let plain = plain.trim_end_matches('/');
    let plain = plain.strip_suffix(".git").unwrap_or(plain);
    match plain.split_once(':') {
        Some((host, path)) if !host.contains('/') && !path.starts_with(|letter: char| letter.is_ascii_digit()) => {
            format!("{host}/{path}")
        }
        _ => plain.to_owned(),
    }
}

/// The repository of an action, which may lie in a folder of it (`github/codeql-action/init`).
fn action(name: &str) -> String {
    let name = name.trim().to_lowercase();
    let end = name.match_indices('/').nth(1).map_or(name.len(), |(at, _)| at);
    name[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swift_package_has_one_name_however_its_repository_is_written() {
        for name in [
            "github.com/apple/swift-nio",
            "https://github.com/apple/swift-nio.git",
            "https://GitHub.com/Apple/swift-nio/",
            "git@github.com:apple/swift-nio.git",
            "ssh://git@github.com/apple/swift-nio.git",
        ] {
            assert_eq!(PackageKind::Swift.lookup_name(name), "github.com/apple/swift-nio", "{name}");
        }
        assert_eq!(PackageKind::Swift.lookup_name("https://git.a.b:8443/c/d"), "git.a.b:8443/c/d");
        assert_eq!(PackageKind::Swift.lookup_name(" :@/ "), "");
    }

    #[test]
    fn an_action_in_a_folder_is_its_repository() {
        for name in ["GitHub/codeql-action", "github/codeql-action/init", "github/codeql-action/a/b"] {
            assert_eq!(PackageKind::GithubActions.lookup_name(name), "github/codeql-action");
        }
    }

    #[test]
    fn names_fold_case_only_where_their_registry_does() {
        use PackageKind::{Conan, Cran, Hackage, Hex, Julia, Opam, Pub, Vscode};
        for kind in [Pub, Hex, Conan, Vscode] {
            assert_eq!(kind.lookup_name(" Redhat.Java "), "redhat.java");
        }
        for kind in [Cran, Hackage, Julia, Opam] {
            assert_eq!(kind.lookup_name("OpenSSL_jll"), "OpenSSL_jll");
        }
    }

    #[test]
    fn python_names_fold_as_pep_503_says() {
        for name in ["Foo.Bar", "foo--bar", "FOO_bar", "foo-_.bar"] {
            assert_eq!(PackageKind::Pypi.lookup_name(name), "foo-bar");
        }
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = PackageKind::ALL.iter().map(|kind| kind.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), PackageKind::ALL.len());
    }
}
