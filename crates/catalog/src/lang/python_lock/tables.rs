//! The TOML locks of Poetry, uv and PDM, and the standard `pylock.toml`: a table for each package.
//! <https://packaging.python.org/en/latest/specifications/pylock-toml/>

use std::collections::{BTreeMap, HashMap};

use plimsoll_model::{Need, PackageKind, Position};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::graph::{Edge, Graph, Locked};
use crate::lang::python::markers::Environment;
use crate::listing::Listing;
use crate::toml_tables::each_table;

/// The names that PDM's groups for development usually have; other groups may be extras.
const DEVELOPMENT_GROUPS: [&str; 7] = ["dev", "doc", "docs", "lint", "test", "tests", "typing"];

/// Whose format a file is of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tool {
    Uv,
    Poetry,
    Pdm,
    /// `pylock.toml`, whoever wrote it.
    Standard,
}

#[derive(Deserialize)]
struct Table {
    name: String,
    /// Missing for a folder or a checkout.
    version: Option<String>,
    /// uv.
    #[serde(default)]
    source: Source,
    /// PDM.
    path: Option<IgnoredAny>,
    /// pylock.
    directory: Option<IgnoredAny>,
    /// Texts for PDM, tables for uv and pylock.
    #[serde(default)]
    dependencies: Vec<Dependency>,
    /// Poetry 2 and PDM.
    groups: Option<Vec<String>>,
    /// Poetry 1, at first.
    category: Option<String>,
    /// What stands in sub-tables.
    #[serde(alias = "packages", default)]
    package: Below,
}

#[derive(Default, Deserialize)]
struct Source {
    editable: Option<IgnoredAny>,
    r#virtual: Option<IgnoredAny>,
    directory: Option<IgnoredAny>,
}

/// Poetry's `[package.source]` and `[package.dependencies]`, pylock's `[packages.directory]`, uv's groups.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Below {
    source: PoetrySource,
    directory: Option<IgnoredAny>,
    dependencies: BTreeMap<String, PoetryDependency>,
    optional_dependencies: BTreeMap<String, Vec<Dependency>>,
    dev_dependencies: BTreeMap<String, Vec<Dependency>>,
}

#[derive(Default, Deserialize)]
struct PoetrySource {
    #[serde(default)]
    r#type: String,
}

/// `"requests>=2; marker"`, or a table.
#[derive(Deserialize)]
#[serde(untagged)]
enum Dependency {
    Text(String),
    Table {
        name: String,
        version: Option<String>,
        #[serde(default)]
        marker: String,
    },
}

/// A version, a table, or one of these for each of several markers.
#[derive(Deserialize)]
#[serde(untagged)]
enum PoetryDependency {
    Table {
        #[serde(default)]
        optional: bool,
        #[serde(default)]
        markers: String,
    },
    Other(IgnoredAny),
}

impl Table {
    /// Whether it is the project itself, or a folder beside it.
    fn is_own(&self) -> bool {
        let folders = [
            &self.source.editable,
            &self.source.r#virtual,
            &self.source.directory,
            &self.path,
            &self.directory,
            &self.package.directory,
        ];
        folders.iter().any(|folder| folder.is_some()) || self.package.source.r#type == "directory"
    }

    fn development(&self, tool: Tool) -> Option<bool> {
        match (&self.groups, &self.category) {
            (Some(groups), _) if tool == Tool::Pdm => {
                Some(!groups.is_empty() && groups.iter().all(|group| DEVELOPMENT_GROUPS.contains(&group.as_str())))
            }
            (Some(groups), _) => Some(!groups.iter().any(|group| group == "main")),
            (None, Some(category)) => Some(category == "dev"),
            (None, None) => None,
        }
    }

    /// Names, exact versions and needs.
    fn needs(&self) -> Vec<(&str, Option<&str>, Need)> {
        let mut needs: Vec<(&str, Option<&str>, Need)> = Vec::new();
        let below = &self.package;
        let groups = below.optional_dependencies.values().map(|group| (group, Need::Optional));
        let groups = groups.chain(below.dev_dependencies.values().map(|group| (group, Need::Development)));
        for (group, need) in std::iter::once((&self.dependencies, Need::Always)).chain(groups) {
            for dependency in group {
                let (name, version, marker) = dependency.parts();
                // A lock file is for every version of Python.
                if let Some(when) = Environment::default().need(marker) {
                    needs.push((name, version, need.max(when)));
                }
            }
        }
        for (name, dependency) in &below.dependencies {
            let when = match dependency {
                PoetryDependency::Table { optional: true, .. } => Some(Need::Optional),
                PoetryDependency::Table { markers, .. } => Environment::default().need(markers),
                PoetryDependency::Other(_) => Some(Need::Always),
            };
            needs.extend(when.map(|when| (name.as_str(), None, when)));
        }
        needs
    }
}

impl Dependency {
    /// Name, exact version and marker.
    fn parts(&self) -> (&str, Option<&str>, &str) {
        match self {
            Self::Table { name, version, marker } => (name, version.as_deref(), marker),
            Self::Text(text) => {
                let (what, marker) = text.split_once(';').unwrap_or((text, ""));
                let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
                let end = what.find(|letter| !is_name(letter)).unwrap_or(what.len());
                (&what[..end], None, marker)
            }
        }
    }
}

pub(super) fn read(text: &str, tool: Tool, listing: &mut Listing<'_>) {
    let table = if tool == Tool::Standard { "packages" } else { "package" };
    let mut tables: Vec<(Option<Position>, Table)> = Vec::new();
    each_table(text, table, |position, package: Result<Table, _>| match package {
        Ok(package) => tables.push((position, package)),
        Err(why) => listing.broken(why),
    });
    let folded = |name: &str| PackageKind::Pypi.lookup_name(name);
    // Of several versions only the exact one is told apart.
    let mut by_name: HashMap<String, Option<usize>> = HashMap::new();
    let mut by_version: HashMap<(String, &str), usize> = HashMap::new();
    for (at, (_, table)) in tables.iter().enumerate() {
        by_name.entry(folded(&table.name)).and_modify(|only| *only = None).or_insert(Some(at));
        by_version.insert((folded(&table.name), table.version.as_deref().unwrap_or_default()), at);
    }
    let find = |name: &str, version: Option<&str>| {
        let exact = version.and_then(|version| by_version.get(&(folded(name), version)).copied());
        exact.or_else(|| by_name.get(&folded(name)).copied().flatten())
    };
    let packages = tables.iter().enumerate().map(|(at, (position, table))| {
        let edge = |(name, version, need): (&str, _, _)| Edge { name: name.to_owned(), to: find(name, version), need };
        Locked {
            name: table.name.clone(),
            version: table.version.clone().unwrap_or_default(),
            position: *position,
            // Only uv lists the project itself; elsewhere a folder is one of the things that it needs.
            is_own: table.is_own() && tool == Tool::Uv,
            is_left_out: table.is_own() || table.version.is_none(),
            development: table.development(tool),
            // A package with extras is listed once more, and needs itself.
            needs: table.needs().into_iter().map(edge).filter(|edge| edge.to != Some(at)).collect(),
            ..Locked::default()
        }
    });
    Graph { packages: packages.collect() }.list(listing);
}
