//! Files to packages: operating systems, languages, binaries; the table CATALOGERS.
//!
//! Each row reads one kind of evidence. A new one is one file in `os/`, `lang/` or `binary/` and
//! one row in [`CATALOGERS`].

pub mod binary;
mod installed;
pub mod lang;
mod lines;
pub mod os;

use plimsoll_facts::Inspect;
use plimsoll_model::PackageKind;

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
    /// Its source file below `src/`, such as `os/apk.rs` or the folder `os/rpm`.
    pub file: &'static str,
}

/// Every cataloger.
pub static CATALOGERS: &[Cataloger] = &[
    // Operating systems
    Cataloger {
        inspect: &os::identity::SystemIdentity,
        kind: None,
        title: "which operating system it is",
        reads: &["etc/os-release", "usr/lib/os-release", "etc/*-release", "etc/debian_version", "etc/apk/repositories"],
        declared: false,
        file: "os/identity.rs",
    },
    Cataloger {
        inspect: &os::dpkg::Dpkg,
        kind: Some(PackageKind::Deb),
        title: "Debian packages (dpkg, distroless, opkg)",
        reads: &["var/lib/dpkg/status", "var/lib/dpkg/status.d/*", "var/lib/dpkg/info/*.list", "usr/lib/opkg/status"],
        declared: false,
        file: "os/dpkg.rs",
    },
    Cataloger {
        inspect: &os::apk::Apk,
        kind: Some(PackageKind::Apk),
        title: "Alpine packages",
        reads: &["lib/apk/db/installed", "usr/lib/apk/db/installed"],
        declared: false,
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
        file: "os/rpm",
    },
    // Languages
    Cataloger {
        inspect: &lang::python::Python,
        kind: Some(PackageKind::Pypi),
        title: "installed Python distributions",
        reads: &["*.dist-info/METADATA", "*.egg-info", "*.egg-info/PKG-INFO", "*.egg"],
        declared: false,
        file: "lang/python.rs",
    },
    Cataloger {
        inspect: &lang::node::Node,
        kind: Some(PackageKind::Npm),
        title: "installed Node packages",
        reads: &["node_modules/**/package.json", "package.json"],
        declared: false,
        file: "lang/node.rs",
    },
    Cataloger {
        inspect: &lang::java::Java,
        kind: Some(PackageKind::Maven),
        title: "Java archives, nested and shaded ones too",
        reads: &["*.{jar,war,ear,par,sar,jpi,hpi,kar,rar}", "META-INF/maven/*/*/pom.properties"],
        declared: false,
        file: "lang/java",
    },
    // Binaries
    Cataloger {
        inspect: &binary::go::Go,
        kind: Some(PackageKind::Go),
        title: "Go programs",
        reads: &["ELF, PE and Mach-O files"],
        declared: false,
        file: "binary/go.rs",
    },
];

/// The inspectors of [`CATALOGERS`], in the table's order.
#[must_use]
pub fn rows() -> Vec<&'static dyn Inspect> {
    CATALOGERS.iter().map(|cataloger| cataloger.inspect).collect()
}
