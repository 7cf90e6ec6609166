//! `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3.
//!
//! Versions 2 and 3 list every folder below `packages`; version 1 nests `dependencies` as
//! `node_modules` nests, so that each has a folder too. What a package needs is looked for as Node does,
//! in the `node_modules` of its own folder and of those above it.
//! <https://docs.npmjs.com/cli/configuring-npm/package-lock-json>

use std::collections::{HashMap, HashSet};

use plimsoll_facts::{Limit, Unreadable};
use plimsoll_model::{Need, Position};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::split_name;
use crate::graph::{Edge, Graph, Locked};
use crate::json::{Text, document, each_entry};
use crate::lang::field;
use crate::listing::Listing;
use crate::positions::Positions;

/// Levels of `dependencies` and of folders; real trees stay below ten.
const MAX_DEPTH: usize = 32;

#[derive(Deserialize)]
struct Lock<'a> {
    #[serde(borrow, default)]
    packages: Option<&'a RawValue>,
    #[serde(borrow, default)]
    dependencies: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Folder<'a> {
    /// The package's own name, where the folder is called otherwise.
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    version: Text<'a>,
    #[serde(borrow, default)]
    link: Text<'a>,
    #[serde(borrow, default)]
    license: Text<'a>,
    #[serde(borrow, default)]
    dev: Text<'a>,
    #[serde(borrow, default)]
    dependencies: Option<&'a RawValue>,
    #[serde(borrow, default)]
    optional_dependencies: Option<&'a RawValue>,
    #[serde(borrow, default)]
    peer_dependencies: Option<&'a RawValue>,
    #[serde(borrow, default)]
    peer_dependencies_meta: Option<&'a RawValue>,
    #[serde(borrow, default)]
    dev_dependencies: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Dependency<'a> {
    #[serde(borrow, default)]
    version: Text<'a>,
    #[serde(borrow, default)]
    dev: Text<'a>,
    #[serde(borrow, default)]
    requires: Option<&'a RawValue>,
    #[serde(borrow, default)]
    dependencies: Option<&'a RawValue>,
}

pub(super) fn read(bytes: &[u8], listing: &mut Listing<'_>) -> Result<(), Unreadable> {
    let lock: Lock<'_> = document(bytes)?;
    let mut tree = Tree::default();
    let mut positions = Positions::of(bytes);
    let result = if lock.packages.is_none() {
        tree.dependencies(lock.dependencies, "", 0, &mut positions)
    } else {
        each_entry(lock.packages, |path, item: &RawValue| match document::<Folder<'_>>(item.get().as_bytes()) {
            Ok(folder) => tree.folder(&path, &folder, positions.line_of(item.get())),
            Err(why) => listing.broken(why),
        })
    };
    tree.resolve();
    tree.graph.list(listing);
    result
}

/// The packages of the file with the folders that they are installed in.
#[derive(Default)]
struct Tree {
    graph: Graph,
    folders: Vec<String>,
    by_folder: HashMap<String, usize>,
}

impl Tree {
    fn add(&mut self, folder: String, package: Locked) {
        self.by_folder.insert(folder.clone(), self.folders.len());
        self.folders.push(folder);
        self.graph.packages.push(package);
    }

    /// A folder of versions 2 and 3.
    fn folder(&mut self, path: &str, folder: &Folder<'_>, position: Option<Position>) {
        // A link leads to a folder of the project, which has an entry of its own.
        if folder.link.as_str() == Some("true") {
            return;
        }
        let installed_as = path.rsplit_once("node_modules/").map(|(_, name)| name);
        let package = Locked {
            name: folder.name.as_str().or(installed_as).unwrap_or_default().to_owned(),
            version: folder.version.as_str().unwrap_or_default().to_owned(),
            license: folder.license.as_str().and_then(field).map(str::to_owned),
            position,
            // The project itself is `""`, its workspaces are folders outside of `node_modules`.
            is_own: installed_as.is_none(),
            is_left_out: folder.version.as_str().is_none(),
            development: installed_as.map(|_| folder.dev.as_str() == Some("true")),
            direct: None,
            needs: folder.needs(),
        };
        self.add(path.to_owned(), package);
    }

    /// The nested dependencies of version 1.
    fn dependencies(
        &mut self,
        object: Option<&RawValue>,
        parent: &str,
        depth: usize,
        positions: &mut Positions<'_>,
    ) -> Result<(), Unreadable> {
        if depth == MAX_DEPTH {
            return Err(Unreadable::OverLimit(Limit::Depth));
        }
        let mut result = Ok(());
        each_entry(object, |name, item: &RawValue| {
            let dependency: Dependency<'_> = match document(item.get().as_bytes()) {
                Ok(dependency) => dependency,
                Err(why) => {
                    result = Err(why);
                    return;
                }
            };
            let version = dependency.version.as_str().unwrap_or_default();
            // An alias: `npm:real-name@1.0.0`.
            let alias = version.strip_prefix("npm:").map(|alias| split_name(alias).unwrap_or((&name, "")));
            let (real, version) = alias.unwrap_or((&name, version));
            let mut needs = Vec::new();
            edges(dependency.requires, Need::Always, &mut needs);
            let separator = if parent.is_empty() { "" } else { "/" };
            let folder = format!("{parent}{separator}node_modules/{name}");
            let package = Locked {
                name: real.to_owned(),
                version: version.to_owned(),
                position: positions.line_of(item.get()),
                // A folder, an archive or a checkout.
                is_left_out: version.is_empty() && alias.is_none() || version.contains([':', '/']),
                development: Some(dependency.dev.as_str() == Some("true")),
                needs,
                ..Locked::default()
            };
            self.add(folder.clone(), package);
            if dependency.dependencies.is_some() && result.is_ok() {
                result = self.dependencies(dependency.dependencies, &folder, depth + 1, positions);
            }
        })?;
        result
    }

    fn resolve(&mut self) {
        for (folder, package) in self.folders.iter().zip(&mut self.graph.packages) {
            for edge in &mut package.needs {
                edge.to = look_up(&self.by_folder, folder, &edge.name);
            }
        }
    }
}

impl Folder<'_> {
    fn needs(&self) -> Vec<Edge> {
        let mut needs = Vec::new();
        let mut optional: HashSet<String> = HashSet::new();
        let _ = each_entry(self.peer_dependencies_meta, |name, _: IgnoredAny| optional.extend([name.into_owned()]));
        edges(self.dependencies, Need::Always, &mut needs);
        edges(self.optional_dependencies, Need::Optional, &mut needs);
        edges(self.dev_dependencies, Need::Development, &mut needs);
        let peers = needs.len();
        edges(self.peer_dependencies, Need::Always, &mut needs);
        needs[peers..]
            .iter_mut()
            .filter(|edge| optional.contains(&edge.name))
            .for_each(|edge| edge.need = Need::Optional);
        needs
    }
}

/// What an object of names and ranges asks for; where version 1 has a flag in its place, nothing.
fn edges(object: Option<&RawValue>, need: Need, into: &mut Vec<Edge>) {
    let Some(object) = object.filter(|object| object.get().starts_with('{')) else { return };
    let _ = each_entry(Some(object), |name, _: IgnoredAny| into.push(Edge { name: name.into_owned(), to: None, need }));
}

/// The folder that Node would find a name in, from this folder on upwards.
fn look_up(by_folder: &HashMap<String, usize>, folder: &str, name: &str) -> Option<usize> {
    let mut folder = folder;
    let mut path = String::new();
    for _ in 0..MAX_DEPTH * 2 {
        path.clear();
        path.push_str(folder);
        path.push_str(if folder.is_empty() { "node_modules/" } else { "/node_modules/" });
        path.push_str(name);
        if let Some(found) = by_folder.get(&path) {
            return Some(*found);
        }
        if folder.is_empty() {
            return None;
        }
        // A folder of the project has further folders above it, a package its parent's.
        let nested = folder.rsplit_once("node_modules/").map(|(parent, _)| parent.trim_end_matches('/'));
        folder = nested.unwrap_or_else(|| folder.rsplit_once('/').map_or("", |(parent, _)| parent));
    }
    None
}
