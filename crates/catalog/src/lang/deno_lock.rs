//! `deno.lock`: the packages that Deno chose, of the JavaScript Registry and of npm; versions 2 to 5.
//!
//! What is imported by its address (`remote`) has neither name nor version.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{Need, PackageKind, Requirement};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::json::{Text, document, each_entry, each_readable};
use crate::listing::{Listing, want_lock};
use crate::positions::Positions;
use crate::requirements::Requirements;

/// Reads `deno.lock`.
pub struct DenoLock;

#[derive(Deserialize)]
struct Lock<'a> {
    #[serde(borrow, default)]
    jsr: Option<&'a RawValue>,
    #[serde(borrow, default)]
    npm: Option<&'a RawValue>,
    /// Where version 3 has both lists, and version 2 below `npm` its only one.
    #[serde(borrow, default)]
    packages: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Locked<'a> {
    #[serde(borrow, default)]
    dependencies: Option<&'a RawValue>,
}

impl Inspect for DenoLock {
    fn id(&self) -> &'static str {
        "deno-lock"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("deno.lock")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let mut lock: Lock<'_> = document(bytes)?;
        if let Some(packages) = lock.packages {
            lock = document(packages.get().as_bytes())?;
        } else if let Some(npm) = lock.npm
            && let Ok(Lock { packages: Some(packages), .. }) = document(npm.get().as_bytes())
        {
            lock.npm = Some(packages);
        }
        let mut positions = Positions::of(bytes);
        let mut outcome = Ok(());
        for (kind, list) in [(PackageKind::Jsr, lock.jsr), (PackageKind::Npm, lock.npm)] {
            let mut listing = Listing::declared(kind, out);
            each_readable(list, |key, locked: Result<Locked<'_>, _>| match locked {
                Ok(locked) => {
                    let (name, version) = split(&key).unwrap_or_default();
                    listing.described(name, version, |package| {
                        package.requires = requirements(locked.dependencies, kind);
                        package.position = positions.line_of(&key);
                    });
                }
                Err(why) => listing.broken(why),
            })?;
            outcome = outcome.and(listing.finish());
        }
        outcome
    }
}

/// Splits `@scope/name@1.0.0_peer@2.0.0`.
fn split(key: &str) -> Option<(&str, &str)> {
    let at = key.get(1..)?.find('@')? + 1;
    Some((&key[..at], key[at + 1..].split('_').next()?))
}

/// `["jsr:@std/internal@^1.0.1", "npm:chalk@5.3.0", "ansi-styles"]`, or in older files of npm's
/// `{"ansi-styles": "ansi-styles@4.3.0"}`: those of the same registry.
fn requirements(list: Option<&RawValue>, kind: PackageKind) -> Vec<Requirement> {
    let mut requires = Requirements::default();
    // What is no list says nothing.
    let _ = each_entry(list, |_, item: Text<'_>| {
        let item = item.as_str().unwrap_or_default();
        let (registry, item) = item.split_once(':').unwrap_or((kind.name(), item));
        let (name, version) = split(item).unwrap_or((item, ""));
        let exact = Some(version).filter(|version| version.starts_with(|letter: char| letter.is_ascii_digit()));
        if registry == kind.name() {
            requires.add(name, exact.filter(|version| version.matches('.').count() >= 2), Need::Always);
        }
    });
    requires.finish()
}
