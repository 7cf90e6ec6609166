//! Installed Haskell packages: the `*.conf` of GHC's, Cabal's and Stack's package databases.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::path::{name_of, parent_of};
use plimsoll_model::{EvidenceKind, Need, Package, PackageKind};

use super::{MAX_FILE_BYTES, decode_text, field};
use crate::paragraphs::fields;
use crate::requirements::Requirements;

/// Reads the package databases of Haskell.
pub struct Haskell;

impl Inspect for Haskell {
    fn id(&self) -> &'static str {
        "haskell"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Suffix(".conf")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        let folder = name_of(parent_of(file.path));
        let databases: [&[u8]; 3] = [b"package.conf.d", b"package.db", b"pkgdb"];
        if databases.contains(&folder) { Want::Whole { max: MAX_FILE_BYTES } } else { Want::No }
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        let fields = fields(&text);
        // A library inside a package says whose it is.
        let name = fields.get("package-name").or_else(|| fields.get("name")).and_then(field);
        let (Some(name), Some(version)) = (name, fields.get("version").and_then(field)) else {
            return Err(Unreadable::syntax("its name or version is not readable"));
        };
        let mut package = Package::new(kind_of(name), name, version, EvidenceKind::InstalledDatabase);
        package.license = fields.get("license").and_then(field).map(str::to_owned);
        let units = fields.get("depends").unwrap_or_default().split([' ', ',']);
        let needs = units.filter_map(unit).filter(|(needed, _)| *needed != name);
        let mut requires = Requirements::default();
        needs.for_each(|(name, version)| requires.add(name, Some(version), Need::Always));
        package.requires = requires.finish();
        out.package(package);
        Ok(())
    }
}

/// The compiler as a library is a part of GHC; the libraries that come with it are on Hackage too.
pub(super) fn kind_of(name: &str) -> PackageKind {
    if name == "ghc" { PackageKind::Ghc } else { PackageKind::Hackage }
}

/// Name and version of a unit: `ghc-prim-0.7.0`, `aeson-2.0.3.0-4Yb…`.
pub(super) fn unit(text: &str) -> Option<(&str, &str)> {
    let begins = |(dash, _): (usize, &str)| {
        let rest = &text[dash + 1..];
        let version = rest.split('-').next()?;
        let dotted = version.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        dotted.then(|| (field(&text[..dash]), field(version)))
    };
    match text.match_indices('-').find_map(begins)? {
        (Some(name), Some(version)) => Some((name, version)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::unit;

    #[test]
    fn units_are_taken_apart() {
        for (text, expected) in [
            ("base-4.15.1.0", Some(("base", "4.15.1.0"))),
            ("ghc-prim-0.7.0", Some(("ghc-prim", "0.7.0"))),
            ("aeson-2.0.3.0-4YbUmAqHhyo", Some(("aeson", "2.0.3.0"))),
            ("th-compat-0.1.4-21ab", Some(("th-compat", "0.1.4"))),
            ("base", None),
            ("-1.0", None),
            ("a-", None),
            ("", None),
        ] {
            assert_eq!(unit(text), expected, "{text}");
        }
    }
}
