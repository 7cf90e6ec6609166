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
}

impl PackageKind {
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
            Self::Nuget | Self::Composer | Self::Bitnami => name.trim().to_lowercase(),
            // The registry treats `-` and `_` as one when a crate is claimed.
            Self::Cargo => name.trim().replace('_', "-"),
            _ => name.trim().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
