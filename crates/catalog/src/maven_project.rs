//! Maven's `pom.xml`, as far as it tells who a project is and what it needs.
//!
//! What its parents say stands in files that are not here; a value that only a build can fill in stays
//! unknown. <https://maven.apache.org/pom.html>

use std::collections::HashMap;

use plimsoll_facts::{Limit, Unreadable};
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::json::complaint;

/// Elements may nest as deeply as that.
const MAX_DEPTH: usize = 64;
/// Bytes of one text that are kept.
const MAX_TEXT_BYTES: usize = 512;
/// Properties, licences, dependencies of one file, each; the largest known have some hundreds.
const MAX_ITEMS: usize = 10_000;

/// Group, artifact, version, as written.
#[derive(Debug, Default)]
pub(crate) struct Identity {
    pub(crate) group: String,
    pub(crate) artifact: String,
    pub(crate) version: String,
}

/// Something that a project depends on.
#[derive(Debug, Default)]
pub(crate) struct Dependency {
    pub(crate) group: String,
    pub(crate) artifact: String,
    pub(crate) version: String,
    pub(crate) scope: String,
    pub(crate) optional: String,
    /// Where it begins, in bytes.
    pub(crate) at: usize,
}

/// A project.
#[derive(Debug, Default)]
pub(crate) struct Project {
    pub(crate) own: Identity,
    pub(crate) parent: Identity,
    pub(crate) licenses: Vec<String>,
    pub(crate) dependencies: Vec<Dependency>,
    /// What `dependencyManagement` says of dependencies that are declared elsewhere.
    managed: Vec<Dependency>,
    properties: HashMap<String, String>,
}

impl Project {
    /// Reads as much as can be read, and says why not more.
    pub(crate) fn read(text: &str) -> (Self, Result<(), Unreadable>) {
        let mut project = Self::default();
        let result = project.read_all(text);
        (project, result)
    }

    /// Its own group, or its parent's.
    pub(crate) fn group(&self) -> &str {
        if self.own.group.is_empty() { &self.parent.group } else { &self.own.group }
    }

    /// Its own version, or its parent's.
    pub(crate) fn version(&self) -> &str {
        if self.own.version.is_empty() { &self.parent.version } else { &self.own.version }
    }

    /// A value with what the file itself knows of properties filled in; `None` if something is left open.
    pub(crate) fn value<'a>(&'a self, written: &'a str) -> Option<&'a str> {
        let mut value = written;
        // A property may stand for another one.
        for _ in 0..8 {
            let Some(property) = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else {
                return Some(value).filter(|value| !value.is_empty() && !value.contains("${"));
            };
            value = match property {
                "project.groupId" | "pom.groupId" | "groupId" => self.group(),
                "project.version" | "pom.version" | "version" => self.version(),
                "project.parent.groupId" => &self.parent.group,
                "project.parent.version" => &self.parent.version,
                other => self.properties.get(other)?,
            };
        }
        None
    }

    /// The exact version of a dependency, where this file tells it.
    pub(crate) fn version_of<'a>(&'a self, dependency: &'a Dependency) -> Option<&'a str> {
        let is_same =
            |other: &&Dependency| (&other.group, &other.artifact) == (&dependency.group, &dependency.artifact);
        let version = match dependency.version.as_str() {
            "" => self.managed.iter().take(MAX_MANAGED).find(is_same)?.version.as_str(),
            version => version,
        };
        let version = self.value(version)?;
        // `[1.0]` is exactly that version; other brackets are ranges.
        let version = version.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(version);
        (!version.contains(['[', '(', ','])).then_some(version)
    }

    fn read_all(&mut self, text: &str) -> Result<(), Unreadable> {
        let mut reader = Reader::from_str(text);
        let mut way: Vec<String> = Vec::new();
        loop {
            match reader.read_event().map_err(|error| complaint(&error))? {
                Event::Start(start) => {
                    if way.len() >= MAX_DEPTH {
                        return Err(Unreadable::OverLimit(Limit::Depth));
                    }
                    way.push(String::from_utf8_lossy(start.local_name().as_ref()).into_owned());
                    let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
                    self.begin(&way.iter().map(String::as_str).collect::<Vec<_>>(), at);
                }
                Event::Text(text) => {
                    if let Some(field) = self.field(&way.iter().map(String::as_str).collect::<Vec<_>>()) {
                        let text = String::from_utf8_lossy(&text);
                        if field.len() + text.len() <= MAX_TEXT_BYTES {
                            field.push_str(text.trim());
                        }
                    }
                }
                Event::End(_) => drop(way.pop()),
                Event::Eof if way.is_empty() => return Ok(()),
                Event::Eof => return Err(Unreadable::Truncated),
                _ => {}
            }
        }
    }

    /// Makes room for what begins at this element.
    fn begin(&mut self, way: &[&str], at: usize) {
        let new = Dependency { at, ..Dependency::default() };
        match way {
            ["project", "dependencies", "dependency"] if self.dependencies.len() < MAX_ITEMS => {
                self.dependencies.push(new);
            }
            ["project", "dependencyManagement", "dependencies", "dependency"] if self.managed.len() < MAX_ITEMS => {
                self.managed.push(new);
            }
            ["project", "licenses", "license"] if self.licenses.len() < MAX_ITEMS => self.licenses.push(String::new()),
            _ => {}
        }
    }

    /// Where the text of this element goes.
    fn field(&mut self, way: &[&str]) -> Option<&mut String> {
        match way {
            ["project", "parent", field] => identity_field(&mut self.parent, field),
            ["project", "properties", name] if self.properties.len() < MAX_ITEMS => {
                Some(self.properties.entry((*name).to_owned()).or_default())
            }
            ["project", "licenses", "license", "name"] => self.licenses.last_mut(),
            ["project", "dependencies", "dependency", field] => dependency_field(self.dependencies.last_mut()?, field),
            ["project", "dependencyManagement", "dependencies", "dependency", field] => {
                dependency_field(self.managed.last_mut()?, field)
            }
            ["project", field] => identity_field(&mut self.own, field),
            _ => None,
        }
    }
}

/// Managed dependencies that are looked through for each of the others.
const MAX_MANAGED: usize = 2_000;

fn identity_field<'a>(identity: &'a mut Identity, field: &str) -> Option<&'a mut String> {
    match field {
        "groupId" => Some(&mut identity.group),
        "artifactId" => Some(&mut identity.artifact),
        "version" => Some(&mut identity.version),
        _ => None,
    }
}

fn dependency_field<'a>(dependency: &'a mut Dependency, field: &str) -> Option<&'a mut String> {
    match field {
        "groupId" => Some(&mut dependency.group),
        "artifactId" => Some(&mut dependency.artifact),
        "version" => Some(&mut dependency.version),
        "scope" => Some(&mut dependency.scope),
        "optional" => Some(&mut dependency.optional),
        _ => None,
    }
}
