//! The table of catalogers.

use plimsoll_facts::Inspect;
use plimsoll_model::PackageKind;

use crate::{binary, lang, os, sbom};

/// One row of the table: an inspector and what a reader of the documentation wants to know of it.
pub struct Cataloger {
    /// The inspector.
    pub inspect: &'static dyn Inspect,
    /// The kind of package it yields; `None` where it yields none, or several kinds.
    pub kind: Option<PackageKind>,
    /// What it reads, in a few words for people.
    pub title: &'static str,
    /// The files it reads, as people write them.
    pub reads: &'static [&'static str],
    /// Whether its packages are declared (lock files) rather than installed.
    pub declared: bool,
    /// What its tests read.
    pub tried: Tried,
    /// Its source file below `src/`, such as `os/apk.rs` or the folder `os/rpm`.
    pub file: &'static str,
}

/// What a row was tried on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// Files that the real tools made, or real images: which ones.
    Real(&'static str),
    /// Files written for the tests, in the documented format.
    Written,
}

/// Every cataloger.
pub static CATALOGERS: &[Cataloger] = &[
    // Operating systems
    Cataloger {
        inspect: &os::identity::SystemIdentity,
        kind: None,
        title: "which operating system it is",
        reads: &[
            "etc/os-release",
            "usr/lib/os-release",
            "etc/*-release",
            "etc/debian_version",
            "etc/apk/repositories",
            "var/lib/ubuntu-advantage/status.json",
            "root/buildinfo/content_manifests/*.json",
            "usr/share/buildinfo/content-sets.json",
        ],
        declared: false,
        tried: Tried::Real("images of Alpine, AlmaLinux, Debian"),
        file: "os/identity",
    },
    Cataloger {
        inspect: &os::dpkg::Dpkg,
        kind: Some(PackageKind::Deb),
        title: "Debian packages (dpkg, distroless, opkg)",
        reads: &[
            "var/lib/dpkg/status",
            "var/lib/dpkg/status.d/*",
            "var/lib/dpkg/info/*.list",
            "var/lib/apt/extended_states",
            "usr/lib/opkg/status",
        ],
        declared: false,
        tried: Tried::Real("dpkg"),
        file: "os/dpkg",
    },
    Cataloger {
        inspect: &os::apk::Apk,
        kind: Some(PackageKind::Apk),
        title: "Alpine packages",
        reads: &["lib/apk/db/installed", "usr/lib/apk/db/installed", "etc/apk/world"],
        declared: false,
        tried: Tried::Real("apk"),
        file: "os/apk.rs",
    },
    Cataloger {
        inspect: &os::rpm::Rpm,
        kind: Some(PackageKind::Rpm),
        title: "RPM packages (SQLite, BerkeleyDB, ndb, distroless)",
        reads: &[
            "var/lib/rpm/{Packages,Packages.db,rpmdb.sqlite}",
            "usr/lib/sysimage/rpm/*",
            "usr/share/rpm/*",
            "var/lib/rpmmanifest/container-manifest-2",
        ],
        declared: false,
        tried: Tried::Real("rpm, AlmaLinux"),
        file: "os/rpm",
    },
    Cataloger {
        inspect: &os::pacman::Pacman,
        kind: Some(PackageKind::Alpm),
        title: "Arch Linux packages",
        reads: &["var/lib/pacman/local/*/desc", "var/lib/pacman/local/*/files"],
        declared: false,
        tried: Tried::Written,
        file: "os/pacman.rs",
    },
    // Languages
    Cataloger {
        inspect: &lang::python::Python,
        kind: Some(PackageKind::Pypi),
        title: "installed Python distributions",
        reads: &["*.dist-info/METADATA", "*.egg-info", "*.egg-info/PKG-INFO", "*.egg"],
        declared: false,
        tried: Tried::Real("pip"),
        file: "lang/python.rs",
    },
    Cataloger {
        inspect: &lang::node::Node,
        kind: Some(PackageKind::Npm),
        title: "installed Node packages",
        reads: &["node_modules/**/package.json", "package.json"],
        declared: false,
        tried: Tried::Real("npm"),
        file: "lang/node.rs",
    },
    Cataloger {
        inspect: &lang::java::Java,
        kind: Some(PackageKind::Maven),
        title: "Java archives, nested and shaded ones too",
        reads: &["*.{jar,war,ear,par,sar,jpi,hpi,kar,rar}", "META-INF/maven/*/*/pom.properties"],
        declared: false,
        tried: Tried::Real("Maven"),
        file: "lang/java",
    },
    Cataloger {
        inspect: &lang::ruby::Ruby,
        kind: Some(PackageKind::Gem),
        title: "installed Ruby gems",
        reads: &["specifications/**/*.gemspec"],
        declared: false,
        tried: Tried::Real("gem"),
        file: "lang/ruby.rs",
    },
    Cataloger {
        inspect: &lang::php::Php,
        kind: Some(PackageKind::Composer),
        title: "installed PHP packages",
        reads: &["vendor/composer/installed.json"],
        declared: false,
        tried: Tried::Written,
        file: "lang/php.rs",
    },
    Cataloger {
        inspect: &lang::dotnet::Dotnet,
        kind: Some(PackageKind::Nuget),
        title: ".NET packages of published programs",
        reads: &["*.deps.json"],
        declared: false,
        tried: Tried::Written,
        file: "lang/dotnet.rs",
    },
    // Binaries
    Cataloger {
        inspect: &binary::go::Go,
        kind: Some(PackageKind::Go),
        title: "Go programs",
        reads: &["ELF, PE and Mach-O files"],
        declared: false,
        tried: Tried::Real("go"),
        file: "binary/go",
    },
    Cataloger {
        inspect: &binary::rust::Rust,
        kind: Some(PackageKind::Cargo),
        title: "Rust programs built with cargo-auditable",
        reads: &["ELF, PE and Mach-O files"],
        declared: false,
        tried: Tried::Real("cargo"),
        file: "binary/rust.rs",
    },
    // Lists that the builder left
    Cataloger {
        inspect: &sbom::bitnami::Bitnami,
        kind: Some(PackageKind::Bitnami),
        title: "components of Bitnami",
        reads: &["opt/bitnami/**/.spdx-*.spdx"],
        declared: false,
        tried: Tried::Written,
        file: "sbom/bitnami.rs",
    },
    // Lock files and the like: declared, not installed
    Cataloger {
        inspect: &lang::python_lock::PythonLock,
        kind: Some(PackageKind::Pypi),
        title: "Python lock files and pinned requirements",
        reads: &["*requirements.txt", "poetry.lock", "uv.lock", "pdm.lock", "pylock.toml", "Pipfile.lock"],
        declared: true,
        tried: Tried::Written,
        file: "lang/python_lock",
    },
    Cataloger {
        inspect: &lang::node_lock::NodeLock,
        kind: Some(PackageKind::Npm),
        title: "lock files of npm, Yarn, pnpm and Bun",
        reads: &["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"],
        declared: true,
        tried: Tried::Written,
        file: "lang/node_lock",
    },
    Cataloger {
        inspect: &lang::maven_pom::MavenPom,
        kind: Some(PackageKind::Maven),
        title: "dependencies of Maven projects",
        reads: &["pom.xml"],
        declared: true,
        tried: Tried::Written,
        file: "lang/maven_pom.rs",
    },
    Cataloger {
        inspect: &lang::gradle_lock::GradleLock,
        kind: Some(PackageKind::Maven),
        title: "lock files of Gradle",
        reads: &["*gradle.lockfile", "gradle/dependency-locks/*.lockfile"],
        declared: true,
        tried: Tried::Written,
        file: "lang/gradle_lock.rs",
    },
    Cataloger {
        inspect: &lang::go_mod::GoMod,
        kind: Some(PackageKind::Go),
        title: "modules that Go projects require",
        reads: &["go.mod"],
        declared: true,
        tried: Tried::Written,
        file: "lang/go_mod.rs",
    },
    Cataloger {
        inspect: &lang::cargo_lock::CargoLock,
        kind: Some(PackageKind::Cargo),
        title: "lock files of Cargo",
        reads: &["Cargo.lock"],
        declared: true,
        tried: Tried::Written,
        file: "lang/cargo_lock.rs",
    },
    Cataloger {
        inspect: &lang::ruby_lock::RubyLock,
        kind: Some(PackageKind::Gem),
        title: "lock files of Bundler",
        reads: &["Gemfile.lock", "gems.locked"],
        declared: true,
        tried: Tried::Written,
        file: "lang/ruby_lock.rs",
    },
    Cataloger {
        inspect: &lang::php_lock::PhpLock,
        kind: Some(PackageKind::Composer),
        title: "lock files of Composer",
        reads: &["composer.lock"],
        declared: true,
        tried: Tried::Written,
        file: "lang/php_lock.rs",
    },
    Cataloger {
        inspect: &lang::dotnet_lock::DotnetLock,
        kind: Some(PackageKind::Nuget),
        title: "lock files of NuGet",
        reads: &["packages.lock.json"],
        declared: true,
        tried: Tried::Written,
        file: "lang/dotnet_lock.rs",
    },
];

/// The inspectors of [`CATALOGERS`], in the table's order.
#[must_use]
pub fn rows() -> Vec<&'static dyn Inspect> {
    CATALOGERS.iter().map(|cataloger| cataloger.inspect).collect()
}
