//! Dart packages in pub's cache: `.pub-cache/hosted/HOST/NAME-VERSION/pubspec.yaml`.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{EvidenceKind, Need, Package, PackageKind};

use super::{MAX_FILE_BYTES, decode_text, field};
use crate::requirements::Requirements;
use crate::yaml_lines::yaml_lines;

/// Reads the descriptions of packages in pub's cache.
pub struct Dart;

impl Inspect for Dart {
    fn id(&self) -> &'static str {
        "dart"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("pubspec.yaml")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        let folders: Vec<&[u8]> = file.path.rsplit(|&byte| byte == b'/').collect();
        let in_cache = matches!(folders[..], [_, _, _, b"hosted", ..]);
        if in_cache { Want::Whole { max: MAX_FILE_BYTES } } else { Want::No }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        let (mut name, mut version, mut section) = (None, None, "");
        let mut requires = Requirements::default();
        for line in yaml_lines(&text) {
            match (line.indent, line.key) {
                (0, "name") => name = field(line.value),
                (0, "version") => version = field(line.value),
                (0, key) => section = key,
                // What comes with the SDK says so on the line below, and is asked for all the same.
                (2, key) if section == "dependencies" => requires.add(key, None, Need::Always),
                (2, key) if section == "dev_dependencies" => requires.add(key, None, Need::Development),
                _ => {}
            }
        }
        let (Some(name), Some(version)) = (name, version) else {
            return Err(Unreadable::syntax("its name or version is not readable"));
        };
        let mut package = Package::new(PackageKind::Pub, name, version, EvidenceKind::Metadata);
        package.requires = requires.finish();
        out.package(package);
        Ok(())
    }
}
