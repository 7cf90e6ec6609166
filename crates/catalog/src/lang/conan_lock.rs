//! What Conan locked: `conan.lock` of Conan 1 and 2, and exact versions in `conanfile.txt`.
//!
//! A reference is written `name/version@user/channel#revision%time`, of which all but name and version
//! may be missing.

use std::collections::BTreeSet;

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{PackageKind, Position};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{MAX_PACKAGES, decode_text, numbered_lines};
use crate::json::{Text, document, each_item, each_readable};
use crate::listing::{Listing, want_lock};
use crate::positions::Positions;

/// Reads `conan.lock` and `conanfile.txt`.
pub struct ConanLock;

#[derive(Deserialize)]
struct Lock<'a> {
    #[serde(borrow, default)]
    graph_lock: Option<Graph<'a>>,
    #[serde(borrow, default)]
    requires: Option<&'a RawValue>,
    #[serde(borrow, default)]
    build_requires: Option<&'a RawValue>,
    #[serde(borrow, default)]
    python_requires: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Graph<'a> {
    #[serde(borrow, default)]
    nodes: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Node<'a> {
    #[serde(borrow, default)]
    r#ref: Text<'a>,
    #[serde(borrow, default)]
    context: Text<'a>,
    /// The project's own file.
    #[serde(borrow, default)]
    path: Text<'a>,
}

impl Inspect for ConanLock {
    fn id(&self) -> &'static str {
        "conan-lock"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("conan.lock"), Pattern::Name("conanfile.txt")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let mut listing = Listing::declared(PackageKind::Conan, out);
        match file.name() {
            b"conan.lock" => read_lock(bytes, &mut listing)?,
            _ => read_file(&decode_text(bytes), &mut listing),
        }
        listing.finish()
    }
}

fn read_lock(bytes: &[u8], listing: &mut Listing<'_>) -> Result<(), Unreadable> {
    let lock: Lock<'_> = document(bytes)?;
    let mut positions = Positions::of(bytes);
    let mut list = |text: &str, build: bool| {
        let (name, version) = reference(text).unwrap_or_default();
        add(listing, name, version, build, positions.line_of(text));
    };
    for (references, build) in [(lock.requires, false), (lock.build_requires, true), (lock.python_requires, true)] {
        each_item(references, |text: Text<'_>| list(text.as_str().unwrap_or_default(), build))?;
    }
    // A graph has a node for every configuration of a package.
    let mut seen = BTreeSet::new();
    let mut broken = None;
    each_readable(lock.graph_lock.and_then(|graph| graph.nodes), |_, node: Result<Node<'_>, _>| match node {
        Ok(node) => {
            let text = node.r#ref.as_str().unwrap_or_default();
            let mut is_new = || seen.len() < MAX_PACKAGES && seen.insert(text.to_owned());
            if node.path.as_str().is_none() && !text.is_empty() && is_new() {
                list(text, node.context.as_str() == Some("build"));
            }
        }
        Err(why) => drop(broken.get_or_insert(why)),
    })?;
    broken.map_or(Ok(()), Err)
}

fn read_file(text: &str, listing: &mut Listing<'_>) {
    let mut section = "";
    for (position, line) in numbered_lines(text) {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.starts_with('[') {
            section = line;
        }
        let build = match section {
            "[requires]" => false,
            "[build_requires]" | "[tool_requires]" | "[test_requires]" => true,
            _ => continue,
        };
        if let Some((name, version)) = reference(line) {
            add(listing, name, version, build, Some(position));
        }
    }
}

fn add(listing: &mut Listing<'_>, name: &str, version: &str, build: bool, position: Option<Position>) {
    listing.described(name, version, |package| {
        package.development = build;
        package.position = position;
    });
}

/// Name and version of a reference; `None` for a range of versions.
pub(super) fn reference(text: &str) -> Option<(&str, &str)> {
    let text = text.trim().split(['@', '#', '%', ':']).next()?;
    text.split_once('/').filter(|(_, version)| !version.starts_with('['))
}
