//! One file per version scheme, one exhaustive compare; could not tell is an error value.
//!
//! A [`Scheme`] says how the versions of one packaging system are ordered. [`Scheme::compare`] is a total order over
//! the versions that the scheme accepts; everything else is [`Incomparable`], an error that names the version and says
//! why, so that a caller can list it instead of taking it for "not vulnerable".
//!
//! ```
//! use plimsoll_versions::Scheme;
//! use std::cmp::Ordering;
//!
//! assert_eq!(Scheme::Deb.compare("1.0~rc1-1", "1.0-1"), Ok(Ordering::Less));
//! assert_eq!(Scheme::Go.compare("go1.21rc2", "1.21.0-0"), Ok(Ordering::Greater));
//! assert!(Scheme::Go.compare("(devel)", "1.0.0").is_err());
//! ```
//!
//! What all schemes share: white space around a version is ignored; a version is printable ASCII of at most
//! [`MAX_VERSION_BYTES`] bytes; runs of digits may be of any length and never overflow; a comparison takes time
//! linear in its input. Where an upstream tool's own comparison is no order (it has cycles, or calls 1-1 and 1-2 equal
//! to 1), the scheme's file says so and says which order is taken instead.
//!
//! To add a scheme: one file with a `Version`, one row in [`Scheme`]'s table below, one file of ordered pairs in
//! `tests/order/`.

mod apk;
mod bitnami;
mod composer;
mod conan;
mod cran;
mod deb;
mod evr;
mod generic;
mod go;
mod hackage;
mod incomparable;
mod julia;
mod jvm;
mod maven;
mod npm;
mod npm_range;
mod nuget;
mod number;
mod opam;
mod pacman;
mod pep440;
mod portage;
mod pub_dev;
mod rpm;
mod rubygems;
mod semver;

use std::cmp::Ordering;

pub use incomparable::Incomparable;
pub use npm_range::npm_range_contains;

/// The longest version that is read, in bytes; a longer one is [`Incomparable`].
pub const MAX_VERSION_BYTES: usize = 1024;

/// A parsed version of one scheme.
trait Version<'a>: Sized {
    /// Reads trimmed, printable, non-empty ASCII; the error says what is wrong with it.
    fn parse(text: &'a str) -> Result<Self, &'static str>;

    /// The scheme's total order; two versions spelled differently may be equal.
    fn order(&self, other: &Self) -> Ordering;
}

macro_rules! schemes {
    ($($(#[$doc:meta])* $scheme:ident, $name:literal, $version:ty;)*) => {
        /// How the versions of one packaging system are written and ordered.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Scheme {
            $($(#[$doc])* $scheme,)*
        }

        impl Scheme {
            /// Every scheme, in the order of their declaration.
            pub const ALL: &'static [Scheme] = &[$(Scheme::$scheme,)*];

            /// The stable lower-case name, as used in files and on the command line.
            pub fn name(self) -> &'static str {
                match self {
                    $(Scheme::$scheme => $name,)*
                }
            }

            /// Orders two versions. Fails with the first of the two that this scheme cannot read.
            pub fn compare(self, a: &str, b: &str) -> Result<Ordering, Incomparable> {
                match self {
                    $(Scheme::$scheme => compare_as::<$version>(a, b),)*
                }
            }

            /// Whether this scheme can read a version.
            pub fn check(self, version: &str) -> Result<(), Incomparable> {
                match self {
                    $(Scheme::$scheme => read::<$version>(version).map(drop),)*
                }
            }
        }
    };
}

schemes! {
    /// Debian and derivatives: `[epoch:]upstream[-revision]`, policy 5.6.12.
    Deb, "deb", deb::Version<'_>;
    /// RPM distributions: `[epoch:]version[-release]`.
    Rpm, "rpm", rpm::Version<'_>;
    /// Alpine, Wolfi, Chainguard.
    Apk, "apk", apk::Version<'_>;
    /// Semantic Versioning 2.0, as crates.io has it.
    Semver, "semver", semver::Version<'_>;
    /// Semantic Versioning as npm reads it; ranges are in [`npm_range_contains`].
    Npm, "npm", npm::Version<'_>;
    /// Python packages: PEP 440.
    Pep440, "pep440", pep440::Version<'_>;
    /// Maven's `ComparableVersion`.
    Maven, "maven", maven::Version<'_>;
    /// Ruby's `Gem::Version`.
    Rubygems, "rubygems", rubygems::Version<'_>;
    /// NuGet: up to four numbers, case-insensitive pre-releases.
    Nuget, "nuget", nuget::Version<'_>;
    /// PHP's Composer.
    Composer, "composer", composer::Version<'_>;
    /// Go modules, toolchains and the standard library.
    Go, "go", go::Version<'_>;
    /// Bitnami: `1.2.3-4` is the fourth revision of 1.2.3, no pre-release.
    Bitnami, "bitnami", bitnami::Version<'_>;
    /// Arch Linux: `[epoch:]version[-release]`.
    Pacman, "pacman", pacman::Version<'_>;
    /// Gentoo: the package manager specification, chapter 3.
    Portage, "portage", portage::Version<'_>;
    /// R packages.
    Cran, "cran", cran::Version<'_>;
    /// Haskell packages.
    Hackage, "hackage", hackage::Version<'_>;
    /// Dart and Flutter packages.
    Pub, "pub", pub_dev::Version<'_>;
    /// Julia packages.
    Julia, "julia", julia::Version<'_>;
    /// Conan's C and C++ packages.
    Conan, "conan", conan::Version<'_>;
    /// OCaml's opam packages.
    Opam, "opam", opam::Version<'_>;
    /// Java runtimes: `1.8.0_392`, `8u392` and `17.0.9+9`.
    Jvm, "jvm", jvm::Version<'_>;
    /// A natural order for software that follows no known scheme.
    Generic, "generic", generic::Version<'_>;
}

impl Scheme {
    /// The scheme by which the packages of a package URL type (`deb`, `pypi`, `golang`, …) are ordered.
    pub fn of_purl_type(purl_type: &str) -> Option<Scheme> {
        Some(match purl_type {
            "deb" => Scheme::Deb,
            "rpm" => Scheme::Rpm,
            "apk" => Scheme::Apk,
            "alpm" => Scheme::Pacman,
            "ebuild" => Scheme::Portage,
            "pypi" => Scheme::Pep440,
            "npm" => Scheme::Npm,
            "maven" => Scheme::Maven,
            "golang" => Scheme::Go,
            // Elixir, Swift, extensions of editors and actions of workflows are tagged by Semantic Versioning.
            "cargo" | "hex" | "swift" | "vscode-extension" | "github" => Scheme::Semver,
            "gem" => Scheme::Rubygems,
            "nuget" => Scheme::Nuget,
            "composer" => Scheme::Composer,
            "bitnami" => Scheme::Bitnami,
            "cran" | "bioconductor" => Scheme::Cran,
            "hackage" | "ghc" => Scheme::Hackage,
            "pub" => Scheme::Pub,
            "julia" => Scheme::Julia,
            "conan" => Scheme::Conan,
            "opam" => Scheme::Opam,
            _ => return None,
        })
    }

    /// The scheme of a [name](Scheme::name).
    pub fn from_name(name: &str) -> Option<Scheme> {
        Scheme::ALL.iter().copied().find(|scheme| scheme.name() == name)
    }
}

fn compare_as<'a, V: Version<'a>>(a: &'a str, b: &'a str) -> Result<Ordering, Incomparable> {
    Ok(read::<V>(a)?.order(&read::<V>(b)?))
}

fn read<'a, V: Version<'a>>(version: &'a str) -> Result<V, Incomparable> {
    parse(version).map_err(|why| Incomparable::new(version, why))
}

fn parse<'a, V: Version<'a>>(version: &'a str) -> Result<V, &'static str> {
    let text = version.trim_ascii();
    if text.is_empty() {
        return Err("it is empty");
    }
    if text.len() > MAX_VERSION_BYTES {
        return Err("it is longer than 1,024 bytes");
    }
    if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err("it has a character that is not printable ASCII");
    }
    V::parse(text)
}
