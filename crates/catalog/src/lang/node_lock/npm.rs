//! `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3.
//!
//! Versions 2 and 3 list every folder below `packages`; version 1 nests `dependencies` as
//! `node_modules` nests. <https://docs.npmjs.com/cli/configuring-npm/package-lock-json>

use plimsoll_facts::{Limit, Unreadable};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::split_name;
use crate::json::{Text, document, each_entry};
use crate::listing::Listing;

/// Levels of `dependencies`; real trees stay below ten.
const MAX_DEPTH: usize = 32;

#[derive(Deserialize)]
struct Lock<'a> {
    #[serde(borrow, default)]
    packages: Option<&'a RawValue>,
    #[serde(borrow, default)]
    dependencies: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Folder<'a> {
    /// The package's own name, where the folder is called otherwise.
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    version: Text<'a>,
    #[serde(borrow, default)]
    link: Text<'a>,
}

#[derive(Deserialize)]
struct Dependency<'a> {
    #[serde(borrow, default)]
    version: Text<'a>,
    #[serde(borrow, default)]
    dependencies: Option<&'a RawValue>,
}

pub(super) fn read(bytes: &[u8], listing: &mut Listing<'_>) -> Result<(), Unreadable> {
    let lock: Lock<'_> = document(bytes)?;
    if lock.packages.is_none() {
        return dependencies(lock.dependencies, 0, listing);
    }
    each_entry(lock.packages, |path, folder: Folder<'_>| {
        // The project itself is `""`, its workspaces are folders and links to them.
        let Some((_, installed_as)) = path.rsplit_once("node_modules/") else { return };
        let is_link = folder.link.as_str() == Some("true");
        if let (false, Some(version)) = (is_link, folder.version.as_str()) {
            listing.package(folder.name.as_str().unwrap_or(installed_as), version);
        }
    })
}

fn dependencies(object: Option<&RawValue>, depth: usize, listing: &mut Listing<'_>) -> Result<(), Unreadable> {
    if depth == MAX_DEPTH {
        return Err(Unreadable::OverLimit(Limit::Depth));
    }
    let mut result = Ok(());
    each_entry(object, |name, dependency: Dependency<'_>| {
        match dependency.version.as_str() {
            // An alias: `npm:real-name@1.0.0`.
            Some(version) if version.starts_with("npm:") => {
                let (name, version) = split_name(&version["npm:".len()..]).unwrap_or((&name, ""));
                listing.package(name, version);
            }
            // A folder, an archive or a checkout.
            Some(version) if version.contains([':', '/']) => {}
            Some(version) => listing.package(&name, version),
            None => {}
        }
        if dependency.dependencies.is_some() && result.is_ok() {
            result = dependencies(dependency.dependencies, depth + 1, listing);
        }
    })?;
    result
}
