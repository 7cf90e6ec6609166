//! `pnpm-lock.yaml`, versions 5 to 9: names and versions stand in the keys of `packages`.
//!
//! `/a/1.0.0_peer@2` (5), `/a@1.0.0(peer@2)` (6), `a@1.0.0` (9). What came from elsewhere than a
//! registry has an address as its key, and name and version below it.

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;

use plimsoll_facts::Unreadable;
use plimsoll_model::{Need, Position};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::split_name;
use crate::graph::{Edge, Graph, Locked};
use crate::json::complaint;
use crate::listing::Listing;
use crate::positions;

/// YAML's events of one file; a package takes about forty.
const MAX_EVENTS: usize = 2_000_000;
/// Packages of one file.
const MAX_PACKAGES: usize = 200_000;
/// A key lists the package's peers with their peers.
const MAX_KEY_LETTERS: usize = 16_384;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Lock {
    /// The project's folders; where it has only one, version 5 writes that one's needs beside it.
    #[serde(default)]
    importers: Entries<Needs>,
    #[serde(default)]
    dependencies: Entries<Reference>,
    #[serde(default)]
    optional_dependencies: Entries<Reference>,
    #[serde(default)]
    dev_dependencies: Entries<Reference>,
    #[serde(default)]
    packages: Entries<Package>,
    /// What the packages need, since version 9: once for each choice of peers.
    #[serde(default)]
    snapshots: Entries<Needs>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Package {
    name: Option<String>,
    version: Option<String>,
    dev: Option<bool>,
    #[serde(default)]
    dependencies: Entries<Reference>,
    #[serde(default)]
    optional_dependencies: Entries<Reference>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Needs {
    #[serde(default)]
    dependencies: Entries<Reference>,
    #[serde(default)]
    optional_dependencies: Entries<Reference>,
    #[serde(default)]
    dev_dependencies: Entries<Reference>,
}

/// What a name stands for: `1.0.0`, `1.0.0(peer@2)`, a key, or `{specifier, version}` with one of these.
struct Reference(String);

/// An object's entries in their order.
struct Entries<V>(Vec<(String, V)>);

impl<V> Default for Entries<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Entries<V> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Object<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for Object<V> {
            type Value = Entries<V>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<V>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    if entries.len() == MAX_PACKAGES {
                        return Err(serde::de::Error::custom("too many packages"));
                    }
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
            fn visit_unit<E>(self) -> Result<Entries<V>, E> {
                Ok(Entries::default())
            }
        }
        from.deserialize_any(Object(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Reference;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a version or an object that has one")
            }
            fn visit_str<E>(self, text: &str) -> Result<Reference, E> {
                Ok(Reference(text.to_owned()))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Reference, E> {
                Ok(Reference(number.to_string()))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Reference, E> {
                Ok(Reference(number.to_string()))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Reference, A::Error> {
                let mut version = String::new();
                while let Some(key) = map.next_key::<String>()? {
                    if key == "version" {
                        version = map.next_value::<Reference>()?.0;
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(Reference(version))
            }
        }
        from.deserialize_any(Any)
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
    graph(&lock, &lines(text)).list(listing);
    Ok(())
}

/// The packages first, then the project's folders.
fn graph(lock: &Lock, lines: &HashMap<&str, Position>) -> Graph {
    let mut by_key: HashMap<&str, usize> = HashMap::new();
    let mut packages = Vec::new();
    for (key, package) in &lock.packages.0 {
        by_key.insert(key, packages.len());
        packages.push(package.locked(key, lines.get(key.as_str()).copied()));
    }
    for (key, _) in &lock.snapshots.0 {
        if let Some(package) = by_key.get(key.split('(').next().unwrap_or_default()).copied() {
            by_key.entry(key).or_insert(package);
        }
    }
    for ((_, package), locked) in lock.packages.0.iter().zip(&mut packages) {
        edges(&package.dependencies, Need::Always, &by_key, &mut locked.needs);
        edges(&package.optional_dependencies, Need::Optional, &by_key, &mut locked.needs);
    }
    for (key, snapshot) in &lock.snapshots.0 {
        if let Some(locked) = by_key.get(key.as_str()).and_then(|at| packages.get_mut(*at)) {
            edges(&snapshot.dependencies, Need::Always, &by_key, &mut locked.needs);
            edges(&snapshot.optional_dependencies, Need::Optional, &by_key, &mut locked.needs);
        }
    }
    let mut project = |dependencies, optional, development| {
        let mut own = Locked { is_own: true, ..Locked::default() };
        edges(dependencies, Need::Always, &by_key, &mut own.needs);
        edges(optional, Need::Optional, &by_key, &mut own.needs);
        edges(development, Need::Development, &by_key, &mut own.needs);
        packages.push(own);
    };
    project(&lock.dependencies, &lock.optional_dependencies, &lock.dev_dependencies);
    for (_, folder) in &lock.importers.0 {
        project(&folder.dependencies, &folder.optional_dependencies, &folder.dev_dependencies);
    }
    Graph { packages }
}

impl Package {
    fn locked(&self, key: &str, position: Option<Position>) -> Locked {
        let of_key = name_and_version(key).or_else(|| Some((split_name(key)?.0, "")));
        let (name, version) = of_key.unwrap_or_default();
        Locked {
            name: self.name.as_deref().unwrap_or(name).to_owned(),
            version: self.version.as_deref().unwrap_or(version).to_owned(),
            position,
            is_left_out: is_folder(key),
            development: self.dev,
            ..Locked::default()
        }
    }
}

fn edges(references: &Entries<Reference>, need: Need, by_key: &HashMap<&str, usize>, into: &mut Vec<Edge>) {
    for (name, Reference(reference)) in &references.0 {
        let keys = [
            reference.clone(),
            format!("{name}@{reference}"),
            format!("/{name}@{reference}"),
            format!("/{name}/{reference}"),
        ];
        let to = keys.iter().find_map(|key| by_key.get(key.as_str()).copied());
        into.push(Edge { name: name.clone(), to, need });
    }
}

/// The lines at which the keys of `packages` stand, as pnpm writes them.
fn lines(text: &str) -> HashMap<&str, Position> {
    let mut lines = HashMap::new();
    let mut section = "";
    for (index, line) in text.lines().enumerate() {
        match line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')) {
            Some(key) if section == "packages:" => {
                let key = key.trim_end().trim_end_matches(':').trim_matches(['\'', '"']);
                lines.extend(positions::line(index).map(|position| (key, position)));
            }
            None if !line.starts_with(' ') && !line.trim().is_empty() => section = line.trim_end(),
            _ => {}
        }
    }
    lines
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
