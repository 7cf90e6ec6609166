//! `Podfile.lock`: the pods that CocoaPods chose.
//!
//! `- Name/Subspec (1.0.0):` below `PODS:`, with what it needs below it. Subspecs are parts of one pod.

use std::collections::{BTreeMap, BTreeSet};

use plimsoll_facts::{FileMeta, Inspect, Limit, Pattern, Section, Sink, Unreadable, Want};
use plimsoll_model::{PackageKind, Position, Requirement};

use super::{MAX_PACKAGES, decode_text, field};
use crate::listing::{Listing, want_lock};
use crate::yaml_lines::yaml_lines;

/// Reads `Podfile.lock`.
pub struct CocoapodsLock;

struct Pod<'a> {
    version: &'a str,
    position: Position,
    needs: BTreeSet<&'a str>,
}

impl Inspect for CocoapodsLock {
    fn id(&self) -> &'static str {
        "cocoapods-lock"
    }
    fn revision(&self) -> u32 {
        1
    }
    fn section(&self) -> Section {
        Section::Packages
    }
    fn patterns(&self) -> &'static [Pattern] {
        &[Pattern::Name("Podfile.lock")]
    }
    fn want(&self, file: &FileMeta<'_>, _: &[u8]) -> Want {
        want_lock(file)
    }
    fn whole(&self, _: &FileMeta<'_>, bytes: &[u8], out: &mut Sink) -> Result<(), Unreadable> {
        let text = decode_text(bytes);
        let (mut pods, mut direct, mut own) = (BTreeMap::<&str, Pod<'_>>::new(), BTreeSet::new(), BTreeSet::new());
        let (mut section, mut current, mut seen) = ("", "", false);
        for line in yaml_lines(&text) {
            if pods.len() + direct.len() + own.len() > MAX_PACKAGES {
                return Err(Unreadable::OverLimit(Limit::Count));
            }
            let words = if line.key.is_empty() { line.value } else { line.key };
            let (spec, version) = words.split_once(" (").unwrap_or((words, ""));
            let name = spec.split('/').next().unwrap_or_default();
            match (section, line.indent, line.item) {
                (_, 0, false) => {
                    section = words;
                    seen |= section == "PODS";
                }
                ("PODS", 4, true) => {
                    current = name;
                    let version = version.trim_end_matches(')');
                    pods.entry(name).or_insert(Pod { version, position: line.position, needs: BTreeSet::new() });
                }
                ("PODS", 6, true) if name != current => {
                    if let (Some(pod), Some(name)) = (pods.get_mut(current), field(name)) {
                        pod.needs.insert(name);
                    }
                }
                ("DEPENDENCIES", 4, true) => drop(direct.insert(name)),
                ("EXTERNAL SOURCES", 2, false) => current = name,
                // The project's own folder.
                ("EXTERNAL SOURCES", 4, false) if line.key == ":path" => drop(own.insert(current)),
                _ => {}
            }
        }
        let mut listing = Listing::declared(PackageKind::Cocoapods, out);
        if !seen {
            listing.broken(Unreadable::syntax("it has no list of pods"));
        }
        for (name, pod) in pods.into_iter().filter(|(name, _)| !own.contains(name)) {
            listing.described(name, pod.version, |package| {
                package.requires = pod.needs.into_iter().map(Requirement::always).collect();
                package.direct = Some(direct.contains(name));
                package.position = Some(pod.position);
            });
        }
        listing.finish()
    }
}
