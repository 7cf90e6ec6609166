//! `pubspec.lock`: the packages that Dart's pub chose, Flutter's too.
//!
//! `name:`, and indented below it `dependency:`, `source:` and `version:`; pub always writes it so.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{PackageKind, Position};

use super::decode_text;
use crate::listing::{Listing, want_lock};
use crate::yaml_lines::yaml_lines;

/// Reads `pubspec.lock`.
pub struct DartLock;

#[derive(Default)]
struct Locked<'a> {
    name: &'a str,
    position: Option<Position>,
    dependency: &'a str,
    source: &'a str,
    version: &'a str,
}

impl Inspect for DartLock {
    fn id(&self) -> &'static str {
        "dart-lock"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("pubspec.lock")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        let mut listing = Listing::declared(PackageKind::Pub, out);
        let (mut seen, mut within) = (false, false);
        let mut locked = Locked::default();
        for line in yaml_lines(&text) {
            match (line.indent, line.key) {
                (0, key) => {
                    within = key == "packages";
                    seen |= within;
                }
                (2, name) if within => {
                    std::mem::take(&mut locked).list(&mut listing);
                    locked = Locked { name, position: Some(line.position), ..Locked::default() };
                }
                (4, "dependency") => locked.dependency = line.value,
                (4, "source") => locked.source = line.value,
                (4, "version") => locked.version = line.value,
                _ => {}
            }
        }
        locked.list(&mut listing);
        if !seen {
            listing.broken(Unreadable::syntax("it has no list of packages"));
        }
        listing.finish()
    }
}

impl Locked<'_> {
    fn list(self, listing: &mut Listing<'_>) {
        // Parts of the SDK have no versions of their own, what lies beside it is the project's.
        if self.position.is_none() || matches!(self.source, "sdk" | "path") {
            return;
        }
        listing.described(self.name, self.version, |package| {
            package.direct = Some(self.dependency.starts_with("direct"));
            package.development = self.dependency == "direct dev";
            package.position = self.position;
        });
    }
}
