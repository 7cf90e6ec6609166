//! Packs of SWI-Prolog: `pack/NAME/pack.pl`, which holds facts like `version('1.0.2').`

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Need, Package, PackageKind};

use super::{MAX_FILE_BYTES, decode_text, field};
use crate::requirements::Requirements;

/// Reads the descriptions of installed packs.
pub struct Prolog;

impl Inspect for Prolog {
    fn id(&self) -> &'static str {
        "prolog"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("pack.pl")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        let installed = file.path.rsplit(|&byte| byte == b'/').nth(2) == Some(b"pack");
        if installed { Want::Whole { max: MAX_FILE_BYTES } } else { Want::No }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        let facts = |name: &'static str| text.lines().filter_map(move |line| argument(line, name));
        let (Some(name), Some(version)) =
            (facts("name").next().and_then(field), facts("version").next().and_then(field))
        else {
            return Err(Unreadable::syntax("its name or version is not readable"));
        };
        let mut package = Package::new(PackageKind::Swiplpack, name, version, EvidenceKind::Metadata);
        package.license = facts("license").next().and_then(field).map(str::to_owned);
        let mut requires = Requirements::default();
        facts("requires").for_each(|name| requires.add(name, None, Need::Always));
        package.requires = requires.finish();
        out.package(package);
        Ok(())
    }
}

/// The first argument of a fact, without quotes and without the version asked of it:
/// `requires(inner >= '1.0').`
fn argument<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let rest = line.trim_start().strip_prefix(name)?.trim_start().strip_prefix('(')?.trim_start();
    match rest.chars().next().filter(|letter| matches!(letter, '\'' | '"')) {
        Some(quote) => rest[1..].split(quote).next(),
        None => rest.split([',', ')', ' ', '>', '<', '=', '@']).next(),
    }
}
