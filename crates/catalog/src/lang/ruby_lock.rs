//! `Gemfile.lock`: the gems that Bundler chose.

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::PackageKind;

use super::decode_text;
use crate::listing::{Listing, want_lock};

/// Reads Bundler's lock files.
pub struct RubyLock;

impl Inspect for RubyLock {
    fn id(&self) -> &'static str {
        "ruby-lock"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("Gemfile.lock"), Pattern::Name("gems.locked")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        let mut listing = Listing::declared(PackageKind::Gem, out);
        let mut section = "";
        for line in text.lines().map(str::trim_end) {
            if !line.starts_with(' ') {
                section = line;
            } else if matches!(section, "GEM" | "GIT" | "PLUGIN SOURCE")
                && let Some(gem) = line.strip_prefix("    ").filter(|gem| !gem.starts_with(' '))
            {
                // Deeper lines are what the gem asks for. A platform follows the version after a dash.
                let (name, rest) = gem.split_once(" (").unwrap_or((gem, ""));
                let version = rest.trim_end_matches(')').split('-').next().unwrap_or_default();
                listing.package(name, version);
            }
        }
        listing.finish()
    }
}
