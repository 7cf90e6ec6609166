//! Products named by CPE: under which keys they are looked up, and which rows speak of them.

use plimsoll_model::{Cpe, CpeLimits, CpeValue, Package};

/// Target software that an image is: a row limited to it speaks of every package.
const LINUX: [&str; 5] = ["docker", "kubernetes", "linux", "linux_kernel", "unix"];
/// Vendors and products of operating systems that no Linux image is.
const OTHER_SYSTEMS: [&str; 9] = [
    "apple:",
    "google:android",
    "google:chrome_os",
    "freebsd:",
    "ibm:aix",
    "microsoft:windows",
    "netbsd:",
    "openbsd:openbsd",
    "oracle:solaris",
];

/// The keys of the package's names, sorted; applications only.
pub(crate) fn keys(package: &Package) -> Vec<String> {
    let mut keys: Vec<String> = names(package).filter(|cpe| cpe.part == 'a').map(|cpe| cpe.key()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Whether a row with these limits, found under a key, speaks of the package.
pub(crate) fn fits(limits: &CpeLimits, key: &str, package: &Package) -> bool {
    let own: Vec<Cpe> = names(package).filter(|cpe| cpe.key() == key).collect();
    let is_of = |wanted: &str, value: fn(&Cpe) -> &CpeValue| own.iter().any(|cpe| value(cpe).value() == Some(wanted));
    let runs_in = limits
        .target_software
        .as_deref()
        .is_none_or(|target| LINUX.contains(&target) || is_of(target, |cpe| &cpe.target_software));
    // Nobody can tell the edition of a program that does not name it.
    let unnamed = own.iter().any(|cpe| cpe.edition == CpeValue::Any);
    let is_edition = limits.edition.as_deref().is_none_or(|edition| unnamed || is_of(edition, |cpe| &cpe.edition));
    let is_elsewhere = |other: &String| OTHER_SYSTEMS.iter().any(|system| other.starts_with(system));
    runs_in && is_edition && (limits.with.is_empty() || !limits.with.iter().all(is_elsewhere))
}

/// What a row asks for beside the version, in words to stand behind its range; mostly nothing.
pub(crate) fn condition(limits: Option<&CpeLimits>) -> String {
    let Some(limits) = limits.filter(|limits| !limits.with.is_empty()) else { return String::new() };
    format!(", together with {}", limits.with.join(" or "))
}

fn names(package: &Package) -> impl Iterator<Item = Cpe> {
    package.cpes.iter().filter_map(|name| Cpe::parse(name))
}
