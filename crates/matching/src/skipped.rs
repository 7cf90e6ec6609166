//! Packages that are inventory and nothing more: kernels and their headers.

use plimsoll_model::{Package, PackageKind};

/// Why a package is not compared; `None` where it is.
pub(crate) fn kernel_reason(package: &Package) -> Option<&'static str> {
    if !package.kind.is_os() {
        return None;
    }
    let name = package.name.as_str();
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    if matches!(name, "linux-libc-dev" | "linux-headers" | "linux-api-headers" | "kernel-headers")
        || begins(&["linux-libc-dev-", "linux-headers-", "kernel-headers-"])
    {
        return Some("kernel headers are no kernel; --kernel-headers compares them");
    }
    let is_kernel = match package.kind {
        PackageKind::Deb => begins(&["linux-image-", "linux-modules-"]),
        PackageKind::Apk => matches!(name, "linux-lts" | "linux-virt" | "linux-edge" | "linux-vanilla"),
        PackageKind::Alpm => matches!(name, "linux" | "linux-lts" | "linux-zen" | "linux-hardened" | "linux-rt"),
        PackageKind::Ebuild => begins(&["sys-kernel/"]),
        _ => {
            matches!(name, "kernel" | "kernel-core" | "kernel-modules" | "kernel-modules-core" | "kernel-modules-extra")
        }
    };
    is_kernel.then_some("a kernel in an image does not run; --kernel-headers compares it")
}

/// `gpg-pubkey` is a key that rpm keeps in its database, not a package.
pub(crate) fn is_no_package(package: &Package) -> bool {
    package.kind == PackageKind::Rpm && package.name == "gpg-pubkey"
}
