//! `bun.lock`: JSON with comments and trailing commas; `packages` holds lists that begin with
//! `name@version`.

use std::collections::{HashMap, HashSet};

use plimsoll_facts::Unreadable;
use plimsoll_model::Need;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::split_name;
use crate::graph::{Edge, Graph, Locked};
use crate::json::{Text, document, each_entry, each_item};
use crate::listing::Listing;
use crate::positions::Positions;

/// Levels of nesting; real trees stay below ten.
const MAX_DEPTH: usize = 64;

#[derive(Deserialize)]
struct Lock<'a> {
    #[serde(borrow, default)]
    workspaces: Option<&'a RawValue>,
    #[serde(borrow, default)]
    packages: Option<&'a RawValue>,
}

/// What a workspace or package needs.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Needs<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    dependencies: Option<&'a RawValue>,
    #[serde(borrow, default)]
    dev_dependencies: Option<&'a RawValue>,
    #[serde(borrow, default)]
    optional_dependencies: Option<&'a RawValue>,
    #[serde(borrow, default)]
    peer_dependencies: Option<&'a RawValue>,
    #[serde(borrow, default)]
    optional_peers: Option<&'a RawValue>,
}

impl Needs<'_> {
    fn edges(&self) -> Vec<Edge> {
        let mut edges = Vec::new();
        let mut add = |object, need| {
            let _ = each_entry(object, |name, _: IgnoredAny| edges.push(Edge { name: name.into(), to: None, need }));
        };
        add(self.dependencies, Need::Always);
        add(self.optional_dependencies, Need::Optional);
        add(self.dev_dependencies, Need::Development);
        add(self.peer_dependencies, Need::Always);
        let mut optional: HashSet<String> = HashSet::new();
        let _ = each_item(self.optional_peers, |name: Text<'_>| optional.extend(name.0.map(String::from)));
        edges.iter_mut().filter(|edge| optional.contains(&edge.name)).for_each(|edge| edge.need = Need::Optional);
        edges
    }
}

pub(super) fn read(bytes: &[u8], listing: &mut Listing<'_>) -> Result<(), Unreadable> {
    let plain = plain_json(bytes);
    let lock: Lock<'_> = document(&plain)?;
    let mut graph = Graph::default();
    // Packages are called by the way to them: `a/b` is the `b` that only `a` sees.
    let mut ways: Vec<String> = Vec::new();
    each_entry(lock.workspaces, |_, workspace: Needs<'_>| {
        ways.push(workspace.name.as_str().unwrap_or_default().to_owned());
        graph.packages.push(Locked { is_own: true, needs: workspace.edges(), ..Locked::default() });
    })?;
    let mut by_way: HashMap<String, usize> = HashMap::new();
    let mut positions = Positions::of(&plain);
    each_entry(lock.packages, |way, package: &RawValue| {
        let mut first = None;
        let mut needs = Vec::new();
        if let Err(why) = each_item(Some(package), |item: &RawValue| match item.get().as_bytes() {
            [b'"', ..] if first.is_none() => first = document::<Text<'_>>(item.get().as_bytes()).ok(),
            [b'{', ..] => needs = document::<Needs<'_>>(item.get().as_bytes()).unwrap_or_default().edges(),
            _ => {}
        }) {
            return listing.broken(why);
        }
        let specifier = first.and_then(|first| first.0).unwrap_or_default();
        let (name, version) = split_name(&specifier).unwrap_or_default();
        by_way.insert(way.clone().into_owned(), graph.packages.len());
        ways.push(way.into_owned());
        graph.packages.push(Locked {
            name: name.to_owned(),
            version: version.to_owned(),
            position: positions.line_of(package.get()),
            // `workspace:`, `file:`, `github:`, …
            is_left_out: version.contains(':'),
            needs,
            ..Locked::default()
        });
    })?;
    for (way, package) in ways.iter().zip(&mut graph.packages) {
        package.needs.iter_mut().for_each(|edge| edge.to = look_up(&by_way, way, &edge.name));
    }
    graph.list(listing);
    Ok(())
}

/// The package of this name that is nearest to the one at `way`.
fn look_up(by_way: &HashMap<String, usize>, way: &str, name: &str) -> Option<usize> {
    let mut way = way;
    for _ in 0..MAX_DEPTH {
        if way.is_empty() {
            break;
        }
        if let Some(found) = by_way.get(&format!("{way}/{name}")) {
            return Some(*found);
        }
        way = way.rsplit_once('/').map_or("", |(parent, _)| parent);
    }
    by_way.get(name).copied()
}

/// Puts space in the place of comments, and of commas before a closing bracket; lines stay where they are.
fn plain_json(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    // Where in `plain` a comma waits for what follows it.
    let mut comma = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = &bytes[at..];
        let skip = match rest {
            [b'/', b'/', ..] => memchr::memchr(b'\n', rest).unwrap_or(rest.len()),
            [b'/', b'*', ..] => memchr::memmem::find(&rest[2..], b"*/").map_or(rest.len(), |end| end + 4),
            _ => 0,
        };
        if skip > 0 {
            plain.extend(rest[..skip].iter().map(|byte| if *byte == b'\n' { b'\n' } else { b' ' }));
            at += skip;
            continue;
        }
        let end = if byte == b'"' { string_end(rest) } else { 1 };
        match byte {
            b',' => comma = Some(plain.len()),
            b']' | b'}' => {
                if let Some(comma) = comma.take() {
                    plain[comma] = b' ';
                }
            }
            _ if byte.is_ascii_whitespace() => {}
            _ => comma = None,
        }
        plain.extend_from_slice(&rest[..end]);
        at += end;
    }
    plain
}

/// The length of the string that the bytes begin with, quotes included.
fn string_end(bytes: &[u8]) -> usize {
    let mut escaped = false;
    for (at, byte) in bytes.iter().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::plain_json;

    #[test]
    fn comments_and_trailing_commas_go_and_strings_stay() {
        for (text, plain) in [
            (r#"{"a": [1, 2,], }"#, r#"{"a": [1, 2 ]  }"#),
            ("{\"a\": 1, // no, \"b\"\n}", "{\"a\": 1            \n}"),
            (r#"[/* , ] */ "//", "/*", "\\\"," ,]"#, r#"[          "//", "/*", "\\\","  ]"#),
            (r#"["unclosed"#, r#"["unclosed"#),
            ("[1 /* unclosed", "[1            "),
        ] {
            assert_eq!(String::from_utf8(plain_json(text.as_bytes())).unwrap(), plain);
        }
    }
}
