//! `pnpm-lock.yaml`, versions 5 to 9: names and versions stand in the keys of `packages`.
//!
//! `/a/1.0.0_peer@2` (5), `/a@1.0.0(peer@2)` (6), `a@1.0.0` (9). What came from elsewhere than a
//! registry has an address as its key, and name and version below it.

use std::fmt;

use plimsoll_facts::Unreadable;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::split_name;
use crate::json::complaint;
use crate::listing::Listing;

/// YAML's events of one file; a package takes about forty.
const MAX_EVENTS: usize = 2_000_000;
/// Packages of one file.
const MAX_PACKAGES: usize = 200_000;
/// A key lists the package's peers with their peers.
const MAX_KEY_LETTERS: usize = 16_384;

#[derive(Deserialize)]
struct Lock {
    #[serde(default)]
    packages: Packages,
}

#[derive(Deserialize)]
struct Package {
    name: Option<String>,
    version: Option<String>,
}

#[derive(Default)]
struct Packages(Vec<(String, Package)>);

impl<'de> Deserialize<'de> for Packages {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Packages;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("packages by key")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Packages, A::Error> {
                let mut packages = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    if packages.len() == MAX_PACKAGES {
                        return Err(serde::de::Error::custom("too many packages"));
                    }
                    packages.push(entry);
                }
                Ok(Packages(packages))
            }
            fn visit_unit<E>(self) -> Result<Packages, E> {
                Ok(Packages::default())
            }
        }
        from.deserialize_any(Entries)
    }
}

pub(super) fn read(text: &str, listing: &mut Listing<'_>) -> Result<(), Unreadable> {
    let mut budget = serde_saphyr::budget::Budget::default();
    budget.max_events = MAX_EVENTS;
    budget.max_nodes = MAX_EVENTS;
    budget.simple_key_max_lookahead = MAX_KEY_LETTERS;
    let mut options = serde_saphyr::Options::default();
    options.budget = Some(budget);
    options.with_snippet = false;
    let lock: Lock = serde_saphyr::from_str_with_options(text, options).map_err(|error| complaint(&error))?;
    for (key, package) in &lock.packages.0 {
        if is_folder(key) {
            continue;
        }
        let of_key = name_and_version(key).or_else(|| Some((split_name(key)?.0, "")));
        let (name, version) = of_key.unwrap_or_default();
        listing.package(package.name.as_deref().unwrap_or(name), package.version.as_deref().unwrap_or(version));
    }
    Ok(())
}

fn is_folder(key: &str) -> bool {
    ["file:", "link:", "workspace:"].iter().any(|protocol| key.contains(protocol))
}

/// Reads a key of any version of the format.
fn name_and_version(key: &str) -> Option<(&str, &str)> {
    let key = key.split('(').next().unwrap_or_default();
    let key = key.strip_prefix('/').unwrap_or(key);
    let is_version = |text: &str| {
        text.starts_with(|letter: char| letter.is_ascii_digit()) && text.contains('.') && !text.contains('/')
    };
    if let Some((name, version)) = split_name(key)
        && is_version(version)
        && name.matches('/').count() == usize::from(name.starts_with('@'))
    {
        return Some((name, version));
    }
    // Version 5, perhaps with a registry in front: `registry.org/@scope/name/1.0.0_peer@2`.
    let (way, version) = key.rsplit_once('/')?;
    let (before, name) = way.rsplit_once('/').unwrap_or(("", way));
    let scope = before.rsplit('/').next().filter(|scope| scope.starts_with('@'));
    let name_bytes = scope.map_or(0, |scope| scope.len() + 1) + name.len();
    let version = version.split('_').next().unwrap_or_default();
    is_version(version).then(|| (&way[way.len() - name_bytes..], version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_every_version_are_read() {
        for (key, expected) in [
            ("/a/1.0.0", Some(("a", "1.0.0"))),
            ("/@s/a/1.0.0", Some(("@s/a", "1.0.0"))),
            ("/@s/a/1.0.0_react@17.0.2", Some(("@s/a", "1.0.0"))),
            ("/a/1.0.0_@babel+core@7.0.0", Some(("a", "1.0.0"))),
            ("registry.org/@s/a/1.0.0", Some(("@s/a", "1.0.0"))),
            ("registry.org/a/1.0.0-rc.1", Some(("a", "1.0.0-rc.1"))),
            ("/a@1.0.0", Some(("a", "1.0.0"))),
            ("/@s/a@1.0.0(react@17.0.2)(@x/y@1.0.0)", Some(("@s/a", "1.0.0"))),
            ("a@1.0.0", Some(("a", "1.0.0"))),
            ("@s/a@1.0.0", Some(("@s/a", "1.0.0"))),
            ("https://host.org/owner/repo/tar.gz/0123abc", None),
            ("host.org/owner/repo/0123abc", None),
            ("a@https://host.org/a.tgz", None),
            ("a", None),
            ("", None),
        ] {
            assert_eq!(name_and_version(key), expected, "{key}");
        }
    }
}
