//! Node packages by their `package.json`.
//!
//! Below `node_modules` only the roots of packages count (`node_modules/X`, `node_modules/@s/X`):
//! a deeper `package.json` marks a module's format or is test data, and so is a `node_modules`
//! inside a test folder. Elsewhere a `package.json` with name and version is an installed tool
//! (`opt/yarn-v1.22.22`), or the application itself; one that says `"private": true` is on no
//! registry, so no advisory can be about it, and it is left out. So are extensions of editors.

use std::collections::HashSet;
use std::fmt;

use plimsoll_facts::{FileMeta, Format, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::path::{name_of, parent_of};
use plimsoll_model::{EvidenceKind, Need, Package, PackageKind, Requirement};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::node_lock::split_name;
use super::{MAX_FILE_BYTES, field, vscode};
use crate::json::{Text, document, each_entry, each_item};
use crate::requirements::Requirements;

/// Reads the `package.json` of installed packages.
pub struct Node;

impl Inspect for Node {
    fn id(&self) -> &'static str {
        "node"
    }

    fn revision(&self) -> u32 {
        4
    }

    fn section(&self) -> Section {
        Section::Packages
    }

    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("package.json"), Pattern::In("cache", ".zip")]
    }

    fn patterns_inside(&self) -> &'static [Pattern] {
        &[Pattern::Under("node_modules", "/package.json")]
    }

    fn want(&self, file: &FileMeta<'_>, head: &[u8]) -> Want {
        let wanted = match file.inside {
            [] if file.name() != b"package.json" => {
                let is_zip = head.starts_with(b"PK") && is_in_yarn_cache(file.path);
                return if is_zip { Want::Unpack(Format::Zip) } else { Want::No };
            }
            [] => place_of(file.path) != Place::Inner,
            // Only archives of Yarn's are opened for this reader.
            [member] => is_in_yarn_cache(file.path) && place_of(member.as_bytes()) == Place::PackageRoot,
            _ => false,
        };
        if wanted { Want::Whole { max: MAX_FILE_BYTES } } else { Want::No }
    }

    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let root = place_of(file.innermost()) == Place::PackageRoot;
        let manifest: Manifest<'_> = document(bytes)?;
        let name = manifest.name.as_str().and_then(field);
        let version = manifest.version.as_str().and_then(field);
        match (name, version) {
            _ if !root && manifest.private.as_str() == Some("true") => {}
            _ if !root && vscode::is_in_extensions(file.path) && vscode::is_extension(bytes) => {}
            (Some(name), Some(version)) => {
                let mut package = Package::new(PackageKind::Npm, name, version, EvidenceKind::Metadata);
                package.license = manifest.license();
                package.requires = manifest.requires(root);
                out.package(package);
            }
            _ if !root => {}
            (None, _) => return Err(Unreadable::syntax("it has no name")),
            (_, None) => return Err(Unreadable::syntax("it has no version")),
        }
        Ok(())
    }
}

/// Whether a path is `.yarn/cache/FILE` of a project, or `.yarn/berry/cache/FILE` of a user.
fn is_in_yarn_cache(path: &[u8]) -> bool {
    let above = parent_of(parent_of(path));
    let above = if name_of(above) == b"berry" { parent_of(above) } else { above };
    name_of(parent_of(path)) == b"cache" && name_of(above) == b".yarn"
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Outside every `node_modules`.
    Elsewhere,
    /// The root of a package in `node_modules`.
    PackageRoot,
    /// Somewhere inside a package, or its test data.
    Inner,
}

fn place_of(path: &[u8]) -> Place {
    let parts: Vec<&[u8]> = path.split(|&byte| byte == b'/').collect();
    let Some(first) = parts.iter().position(|part| *part == b"node_modules") else { return Place::Elsewhere };
    let last = parts.iter().rposition(|part| *part == b"node_modules").unwrap_or(first);
    let root = match &parts[last + 1..] {
        [package, _] => !package.starts_with(b"@") && !package.starts_with(b"."),
        [scope, _, _] => scope.starts_with(b"@"),
        _ => false,
    };
    let is_test_folder = |part: &&[u8]| {
        let tests: [&[u8]; 6] = [b"test", b"tests", b"__tests__", b"fixtures", b"__fixtures__", b"testdata"];
        tests.contains(part)
    };
    // `node_modules/test` is a package by that name; `node_modules/X/test/` is X's test data.
    let in_tests = parts[first..last]
        .windows(2)
        .any(|pair| pair[0] != b"node_modules" && !pair[0].starts_with(b"@") && is_test_folder(&pair[1]));
    if root && !in_tests { Place::PackageRoot } else { Place::Inner }
}

/// What is read of a `package.json`; of repeated fields the last counts, as for Node itself.
#[derive(Default)]
struct Manifest<'a> {
    name: Text<'a>,
    version: Text<'a>,
    license: Text<'a>,
    private: Text<'a>,
    /// A list, as licences were once written.
    licenses: Option<&'a RawValue>,
    dependencies: Option<&'a RawValue>,
    optional_dependencies: Option<&'a RawValue>,
    peer_dependencies: Option<&'a RawValue>,
    peer_dependencies_meta: Option<&'a RawValue>,
    dev_dependencies: Option<&'a RawValue>,
}

impl Manifest<'_> {
    fn license(&self) -> Option<String> {
        if let Some(license) = self.license.as_str() {
            return field(license).map(str::to_owned);
        }
        let mut names: Vec<String> = Vec::new();
        let _ = each_item(self.licenses, |name: Text<'_>| names.extend(name.0.map(String::from)));
        field(&names.join(" OR ")).map(str::to_owned)
    }

    /// What it needs; `is_installed` ones came without what their own development takes.
    fn requires(&self, is_installed: bool) -> Vec<Requirement> {
        let mut requires = Requirements::default();
        let mut add = |object, need: &dyn Fn(&str) -> Need| {
            // What is no object of names asks for nothing, and Node does not mind.
            let _ = each_entry(object, |name, range: Text<'_>| {
                // An alias: the folder is called `name`, what is in it otherwise.
                let alias = range.as_str().and_then(|range| split_name(range.strip_prefix("npm:")?));
                let (real, version) = alias.map_or((name.as_ref(), None), |(real, version)| (real, exact(version)));
                requires.add(real, version, need(&name));
            });
        };
        let optional = names(self.optional_dependencies);
        let absent = names(self.peer_dependencies_meta);
        let or_optional = |may_lack: &HashSet<String>, name: &str| {
            if may_lack.contains(name) { Need::Optional } else { Need::Always }
        };
        add(self.dependencies, &|name| or_optional(&optional, name));
        add(self.optional_dependencies, &|_| Need::Optional);
        add(self.peer_dependencies, &|name| or_optional(&absent, name));
        if !is_installed {
            add(self.dev_dependencies, &|_| Need::Development);
        }
        requires.finish()
    }
}

fn names(object: Option<&RawValue>) -> HashSet<String> {
    let mut names = HashSet::new();
    let _ = each_entry(object, |name, _: IgnoredAny| {
        names.insert(name.into_owned());
    });
    names
}

/// A range that only one version is in.
fn exact(range: &str) -> Option<&str> {
    let parts = range.split(['-', '+']).next().unwrap_or_default();
    let is_whole =
        parts.split('.').count() == 3 && parts.split('.').all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    is_whole.then_some(range)
}

impl<'de> Deserialize<'de> for Manifest<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Manifest<'de>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut manifest = Manifest::default();
                while let Some(key) = map.next_key::<Text<'de>>()? {
                    match key.as_str() {
                        Some("name") => manifest.name = map.next_value()?,
                        Some("version") => manifest.version = map.next_value()?,
                        Some("license") => manifest.license = map.next_value()?,
                        Some("private") => manifest.private = map.next_value()?,
                        Some("licenses") => manifest.licenses = map.next_value()?,
                        Some("dependencies") => manifest.dependencies = map.next_value()?,
                        Some("optionalDependencies") => manifest.optional_dependencies = map.next_value()?,
                        Some("peerDependencies") => manifest.peer_dependencies = map.next_value()?,
                        Some("peerDependenciesMeta") => manifest.peer_dependencies_meta = map.next_value()?,
                        Some("devDependencies") => manifest.dev_dependencies = map.next_value()?,
                        _ => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(manifest)
            }
        }
        from.deserialize_map(Fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_roots_are_told_from_what_is_inside_packages() {
        for (path, place) in [
            ("app/package.json", Place::Elsewhere),
            ("app/node_modules/a/package.json", Place::PackageRoot),
            ("app/node_modules/@s/a/package.json", Place::PackageRoot),
            ("app/node_modules/@s/test/node_modules/b/package.json", Place::PackageRoot),
            ("app/node_modules/a/node_modules/b/package.json", Place::PackageRoot),
            ("app/node_modules/a/dist/node_modules/b/package.json", Place::PackageRoot),
            ("app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json", Place::PackageRoot),
            ("app/node_modules/test/package.json", Place::PackageRoot),
            ("app/node_modules/test/node_modules/a/package.json", Place::PackageRoot),
            ("app/node_modules/a/esm/package.json", Place::Inner),
            ("app/node_modules/a/test/x/package.json", Place::Inner),
            ("app/node_modules/a/test/node_modules/b/package.json", Place::Inner),
            ("app/node_modules/@s/package.json", Place::Inner),
            ("app/node_modules/.cache/package.json", Place::Inner),
            ("app/node_modules/package.json", Place::Inner),
        ] {
            assert_eq!(place_of(path.as_bytes()), place, "{path}");
        }
    }
}
