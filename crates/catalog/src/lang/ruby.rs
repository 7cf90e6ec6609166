//! Installed gems: the specifications that RubyGems writes into `specifications/`.
//!
//! They are Ruby programs; nothing is evaluated. RubyGems writes a comment with name and version
//! (`# stub: rake 13.0.6 ruby lib`) for its own quick reading, and literal assignments below it.

use std::collections::HashSet;

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Need, Package, PackageKind};

use super::{MAX_FILE_BYTES, decode_text, field};
use crate::requirements::Requirements;

/// Reads the specifications of installed gems.
pub struct Ruby;

impl Inspect for Ruby {
    fn id(&self) -> &'static str {
        "ruby"
    }
    fn revision(&self) -> u32 {
        2
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Suffix(".gemspec")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        let mut folders = file.path.rsplit(|&byte| byte == b'/').skip(1);
        let installed = match folders.next() {
            Some(b"default") => folders.next() == Some(b"specifications"),
            folder => folder == Some(b"specifications"),
        };
        if installed { Want::Whole { max: MAX_FILE_BYTES } } else { Want::No }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        out.package(read_specification(&decode_text(bytes))?);
        Ok(())
    }
}

fn read_specification(text: &str) -> Result<Package, Unreadable> {
    let (mut name, mut version) = (None, None);
    let mut licenses: Vec<&str> = Vec::new();
    let mut requires = Requirements::default();
    let mut needed: HashSet<&str> = HashSet::new();
    for line in text.lines().map(str::trim) {
        if let Some(stub) = line.strip_prefix("# stub:") {
            // A second such line lists the gem's extensions.
            if name.is_none() {
                let mut words = stub.split_whitespace();
                (name, version) = (words.next(), words.next());
            }
            continue;
        }
        if let Some((need, gem)) = dependency(line) {
            // For an older RubyGems all stand once more below `else`, without their kinds.
            if needed.insert(gem) {
                requires.add(gem, None, need);
            }
            continue;
        }
        let Some((variable, value)) = line.split_once('=') else { continue };
        let Some((_, attribute)) = variable.trim_end().split_once('.') else { continue };
        let slot = match attribute {
            "name" => &mut name,
            "version" => &mut version,
            "licenses" | "license" => {
                licenses.extend(literals(value).take(MAX_LICENSES));
                continue;
            }
            _ => continue,
        };
        if slot.is_none() {
            *slot = literal(value);
        }
    }
    let (Some(name), Some(version)) = (name.and_then(field), version.and_then(field)) else {
        return Err(Unreadable::syntax("its name or version is no literal"));
    };
    let mut package = Package::new(PackageKind::Gem, name, version, EvidenceKind::Metadata);
    package.license = field(&licenses.join(" OR ")).map(str::to_owned);
    package.requires = requires.finish();
    Ok(package)
}

/// Licences of one gem that are kept.
const MAX_LICENSES: usize = 16;

/// `s.add_runtime_dependency(%q<racc>.freeze, ["~> 1.4".freeze])`
fn dependency(line: &str) -> Option<(Need, &str)> {
    let (_, call) = line.split_once(".add_")?;
    let end = call.find(['(', ' '])?;
    let need = match &call[..end] {
        "runtime_dependency" | "dependency" => Need::Always,
        "development_dependency" => Need::Development,
        _ => return None,
    };
    let name = call[end..].trim_start_matches(['(', ' ']);
    let name = match name.strip_prefix("%q<") {
        Some(name) => name.split('>').next(),
        None => literals(name).next().filter(|_| name.starts_with(['"', '\''])),
    };
    Some((need, name?))
}

/// The quoted texts of a line.
fn literals(value: &str) -> impl Iterator<Item = &str> {
    let mut rest = value;
    std::iter::from_fn(move || {
        let open = rest.find(['"', '\''])?;
        let (text, after) = rest[open + 1..].split_once(&rest[open..=open])?;
        rest = after;
        Some(text)
    })
    .filter(|text| !text.contains("#{"))
}

/// The first quoted text of `"a".freeze`, `["a".freeze, …]` or `Gem::Version.new('1')`.
fn literal(value: &str) -> Option<&str> {
    let open = value.find(['"', '\''])?;
    let quote = &value[open..=open];
    let text = value[open + 1..].split(quote).next()?;
    // A text that is put together is no literal.
    let bare = value[..open].trim();
    (!text.contains("#{") && matches!(bare, "" | "[" | "Gem::Version.new(")).then_some(text)
}
