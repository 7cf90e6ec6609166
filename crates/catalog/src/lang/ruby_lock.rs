//! `Gemfile.lock`: the gems that Bundler chose.

use std::collections::HashSet;

use plimsoll_facts::{FileMeta, Inspect, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{Need, PackageKind};

use super::decode_text;
use crate::listing::{Details, Listing, want_lock};
use crate::positions;
use crate::requirements::{Locked, Requirements};

/// Reads Bundler's lock files.
pub struct RubyLock;

impl Inspect for RubyLock {
    fn id(&self) -> &'static str {
        "ruby-lock"
    }
    fn revision(&self) -> u32 {
        2
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
        let lock = Lock::read(&text);
        for gem in lock.gems.iter().filter(|gem| !gem.is_own) {
            let mut requires = Requirements::default();
            gem.needs.iter().for_each(|name| requires.add(name, lock.locked.version(name), Need::Always));
            let details = Details {
                requires: requires.finish(),
                direct: Some(lock.asked_for.contains(gem.name)),
                position: positions::line(gem.index),
                ..Details::default()
            };
            listing.detailed(gem.name, gem.version, details);
        }
        listing.finish()
    }
}

/// A gem of the file, with the names of those that it needs.
struct Gem<'a> {
    name: &'a str,
    version: &'a str,
    index: usize,
    needs: Vec<&'a str>,
    /// Of a folder beside the project.
    is_own: bool,
}

#[derive(Default)]
struct Lock<'a> {
    gems: Vec<Gem<'a>>,
    locked: Locked<'a>,
    /// What the project, or a folder beside it, asks for by name.
    asked_for: HashSet<&'a str>,
}

impl<'a> Lock<'a> {
    fn read(text: &'a str) -> Self {
        let mut lock = Self::default();
        let mut section = "";
        for (index, line) in text.lines().map(str::trim_end).enumerate() {
            let indent = line.len() - line.trim_start_matches(' ').len();
            let (name, rest) = line.trim_start().split_once(" (").unwrap_or((line.trim_start(), ""));
            match (section, indent) {
                (_, 0) => section = line,
                // `!` marks a gem that is not taken from the default source.
                ("DEPENDENCIES", 2) => {
                    lock.asked_for.insert(name.trim_end_matches('!'));
                }
                ("GEM" | "GIT" | "PATH" | "PLUGIN SOURCE", 4) => {
                    // A platform follows the version after a dash.
                    let version = rest.trim_end_matches(')').split('-').next().unwrap_or_default();
                    lock.locked.add(name, version);
                    lock.gems.push(Gem { name, version, index, needs: Vec::new(), is_own: section == "PATH" });
                }
                ("GEM" | "GIT" | "PATH" | "PLUGIN SOURCE", 6) => {
                    if let Some(gem) = lock.gems.last_mut() {
                        gem.needs.push(name);
                        if gem.is_own {
                            lock.asked_for.insert(name);
                        }
                    }
                }
                _ => {}
            }
        }
        lock
    }
}
