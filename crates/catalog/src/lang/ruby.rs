//! Installed gems: the specifications that RubyGems writes into `specifications/`.
//!
//! They are Ruby programs; nothing is evaluated. RubyGems writes a comment with name and version
//! (`# stub: rake 13.0.6 ruby lib`) for its own quick reading, and literal assignments below it.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Package, PackageKind};

use super::{MAX_FILE_BYTES, decode_text, field};

/// Reads the specifications of installed gems.
pub struct Ruby;

impl Inspect for Ruby {
    fn id(&self) -> &'static str {
        "ruby"
    }
    fn revision(&self) -> u32 {
        1
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
    let (mut name, mut version, mut license) = (None, None, None);
    for line in text.lines().map(str::trim) {
        if let Some(stub) = line.strip_prefix("# stub:") {
            // A second such line lists the gem's extensions.
            if name.is_none() {
                let mut words = stub.split_whitespace();
                (name, version) = (words.next(), words.next());
            }
            continue;
        }
        let Some((variable, value)) = line.split_once('=') else { continue };
        let Some((_, attribute)) = variable.trim_end().split_once('.') else { continue };
        let slot = match attribute {
            "name" => &mut name,
            "version" => &mut version,
            "licenses" | "license" => &mut license,
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
    package.license = license.and_then(field).map(str::to_owned);
    Ok(package)
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
