//! `mix.lock`: the packages that Elixir's Mix chose.
//!
//! A line each: `"plug": {:hex, :plug, "1.11.0", "HASH", [:mix], [{:mime, "~> 1.0", [hex: :mime, …]}], …}`.
//! What came from a repository (`:git`) is left out: advisories speak of the registry's packages.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{Need, PackageKind, Requirement};

use super::{decode_text, numbered_lines};
use crate::listing::{Listing, want_lock};
use crate::requirements::Requirements;

/// Reads `mix.lock`.
pub struct ElixirLock;

impl Inspect for ElixirLock {
    fn id(&self) -> &'static str {
        "elixir-lock"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("mix.lock")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        let mut listing = Listing::declared(PackageKind::Hex, out);
        if !text.trim_start().starts_with("%{") {
            listing.broken(Unreadable::syntax("it does not begin as a map"));
        }
        for (position, line) in numbered_lines(&text) {
            let Some((_, entry)) = line.split_once("{:hex,") else { continue };
            let mut words = entry.split(',').map(str::trim);
            let (name, version) = (atom(words.next()), words.next().unwrap_or_default());
            let version = version.trim_end_matches('}').trim_matches('"');
            listing.described(name, version, |package| {
                package.requires = requirements(entry);
                package.position = Some(position);
            });
        }
        listing.finish()
    }
}

/// Those of `…[{:mime, "~> 1.0", [hex: :mime, repo: "hexpm", optional: false]}, …`.
fn requirements(entry: &str) -> Vec<Requirement> {
    let mut requires = Requirements::default();
    for text in entry.split("{:").skip(1).map(|text| text.split('}').next().unwrap_or_default()) {
        let as_package = text.split_once("hex: ").map(|(_, name)| name.split([',', ']']).next());
        let name = atom(as_package.unwrap_or_else(|| text.split(',').next()));
        requires.add(name, None, if text.contains("optional: true") { Need::Optional } else { Need::Always });
    }
    requires.finish()
}

/// `:plug`, `:"plug"` or what follows the colon.
fn atom(text: Option<&str>) -> &str {
    text.unwrap_or_default().trim().trim_start_matches(':').trim_matches('"')
}
