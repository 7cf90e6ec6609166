//! `yarn.lock`, of Yarn 1 and of its successors.
//!
//! Both have an unindented line with the descriptors that one package answers (`a@^1, a@^1.1:`),
//! and its fields below it, indented; what it needs stands below `dependencies`, by descriptors.

use std::collections::{HashMap, HashSet};

use plimsoll_model::{Need, Position};

use super::split_name;
use crate::graph::{Edge, Graph, Locked};
use crate::listing::Listing;
use crate::positions;

/// One package of the file.
#[derive(Default)]
struct Entry<'a> {
    descriptors: Vec<&'a str>,
    position: Option<Position>,
    version: Option<&'a str>,
    resolution: Option<&'a str>,
    /// Name, range and need.
    needs: Vec<(&'a str, &'a str, Need)>,
    /// Names that it can do without.
    optional: HashSet<&'a str>,
}

pub(super) fn read(text: &str, listing: &mut Listing<'_>) {
    let entries = entries(text);
    let mut by_descriptor: HashMap<&str, usize> = HashMap::new();
    for (at, entry) in entries.iter().enumerate() {
        by_descriptor.extend(entry.descriptors.iter().map(|descriptor| (*descriptor, at)));
    }
    let packages = entries.iter().map(|entry| entry.locked(&by_descriptor)).collect();
    Graph { packages }.list(listing);
}

fn entries(text: &str) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut block = "";
    let mut inner = "";
    for (index, line) in text.lines().enumerate() {
        let content = line.trim();
        if content.starts_with('#') || content.is_empty() {
            continue;
        }
        let indent = line.len() - line.trim_start_matches(' ').len();
        if indent == 0 {
            let descriptors = content.trim_end_matches(':');
            let descriptors = unquote(descriptors).split(", ").map(unquote).collect();
            entries.push(Entry { descriptors, position: positions::line(index), ..Entry::default() });
            block = "";
            continue;
        }
        let Some(entry) = entries.last_mut() else { continue };
        let (key, value) = key_and_value(content);
        match (indent, block) {
            (2, _) => {
                block = if value.is_empty() { key } else { "" };
                match key {
                    "version" => entry.version = Some(value),
                    "resolution" => entry.resolution = Some(value),
                    _ => {}
                }
            }
            (4, "dependencies") => entry.needs.push((key, value, Need::Always)),
            (4, "optionalDependencies") => entry.needs.push((key, value, Need::Optional)),
            (4, "peerDependencies") => entry.needs.push((key, value, Need::Always)),
            (4, _) => inner = key,
            (6, "dependenciesMeta" | "peerDependenciesMeta") if (key, value) == ("optional", "true") => {
                entry.optional.insert(inner);
            }
            _ => {}
        }
    }
    entries
}

/// `key: value`, `"key": "value"` and `key "value"`.
fn key_and_value(content: &str) -> (&str, &str) {
    let key_end = match content.strip_prefix('"') {
        Some(rest) => rest.find('"').map_or(content.len(), |end| end + 2),
        None => content.find([' ', ':']).unwrap_or(content.len()),
    };
    let (key, value) = content.split_at(key_end);
    (unquote(key), unquote(value.trim_start_matches(':').trim()))
}

fn unquote(text: &str) -> &str {
    text.trim_matches('"')
}

impl<'a> Entry<'a> {
    fn locked(&self, by_descriptor: &HashMap<&str, usize>) -> Locked {
        let first = self.descriptors.first().copied().unwrap_or_default();
        let own = self.resolution.is_some_and(|resolution| resolution.contains("@workspace:"));
        let name = name_of(first, self.resolution);
        let need = |name: &str, need| if self.optional.contains(name) { Need::Optional } else { need };
        let needs = self.needs.iter().map(|(name, range, when)| Edge {
            name: (*name).to_owned(),
            to: target(by_descriptor, name, range),
            need: need(name, *when),
        });
        Locked {
            name: name.unwrap_or_default().to_owned(),
            version: self.version.unwrap_or_default().to_owned(),
            position: self.position,
            is_own: own,
            is_left_out: name.is_none() || self.version.is_none(),
            // The file does not tell what the project needs for development.
            development: Some(false),
            needs: needs.collect(),
            ..Locked::default()
        }
    }
}

/// The entry that answers a descriptor; the successors of Yarn 1 write the protocol that it leaves out.
fn target(by_descriptor: &HashMap<&str, usize>, name: &str, range: &str) -> Option<usize> {
    let plain = by_descriptor.get(format!("{name}@{range}").as_str());
    plain.or_else(|| by_descriptor.get(format!("{name}@npm:{range}").as_str())).copied()
}

/// The package's own name, which for an alias is not the one it is asked for by; `None` for the
/// project's own folders.
fn name_of<'a>(descriptor: &'a str, resolution: Option<&'a str>) -> Option<&'a str> {
    let (name, range) = split_name(resolution.unwrap_or(descriptor))?;
    if ["workspace:", "link:", "portal:", "file:"].iter().any(|protocol| range.starts_with(protocol)) {
        return None;
    }
    match range.strip_prefix("npm:").and_then(split_name) {
        Some((real, _)) if resolution.is_none() => Some(real),
        _ => Some(name),
    }
}
