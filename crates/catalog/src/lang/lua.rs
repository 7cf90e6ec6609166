//! Lua rocks: the specifications that LuaRocks keeps of what it installed,
//! `lib/luarocks/rocks-5.4/NAME/VERSION/NAME-VERSION.rockspec`.
//!
//! They are Lua programs; nothing is evaluated. Name and version stand in the path, licence and
//! requirements as literals.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Need, Package, PackageKind, Requirement};

use super::{MAX_FILE_BYTES, decode_text, field};
use crate::requirements::Requirements;

/// Reads the specifications of installed rocks.
pub struct Lua;

impl Inspect for Lua {
    fn id(&self) -> &'static str {
        "lua"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Suffix(".rockspec")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        let is_tree = |folder: &[u8]| folder == b"rocks" || folder.starts_with(b"rocks-");
        if file.path.rsplit(|&byte| byte == b'/').nth(3).is_some_and(is_tree) {
            Want::Whole { max: MAX_FILE_BYTES }
        } else {
            Want::No
        }
    }
    fn whole(&self, file: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let path = decode_text(file.path);
        let mut folders = path.rsplit('/').skip(1);
        let (version, name) = (folders.next().and_then(field), folders.next().and_then(field));
        let (Some(name), Some(version)) = (name, version) else {
            return Err(Unreadable::syntax("its name or version is not readable"));
        };
        let text = decode_text(bytes);
        let mut package = Package::new(PackageKind::Luarocks, name, version, EvidenceKind::InstalledDatabase);
        package.license = assigned(&text, "license").and_then(literal).and_then(field).map(str::to_owned);
        package.requires = requirements(assigned(&text, "dependencies").unwrap_or_default());
        out.package(package);
        Ok(())
    }
}

/// What follows `name =`, where that begins a line or a table.
fn assigned<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.match_indices(name).find_map(|(at, _)| {
        let before = text[..at].trim_end_matches([' ', '\t']).chars().next_back();
        let begins = matches!(before, None | Some('\n' | '\r' | '{' | ',' | ';'));
        let value = text[at + name.len()..].trim_start().strip_prefix('=')?;
        begins.then(|| value.trim_start())
    })
}

fn literal(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    text[1..].split(quote).next()
}

/// The names in `{ "lua >= 5.1", "lpeg ~> 1.0" }`.
fn requirements(table: &str) -> Vec<Requirement> {
    let mut requires = Requirements::default();
    let mut rest = table.strip_prefix('{').and_then(|rest| rest.split('}').next()).unwrap_or_default();
    while let Some(text) = rest.find(['"', '\'']).map(|open| &rest[open..])
        && let Some(item) = literal(text)
    {
        rest = text.get(item.len() + 2..).unwrap_or_default();
        let name = item.trim().split([' ', '<', '>', '=', '~']).next().unwrap_or_default();
        // The language itself is no rock.
        if name != "lua" {
            requires.add(name, None, Need::Always);
        }
    }
    requires.finish()
}
