//! The compiled programs of the merged view, and those that nobody knows.

use std::collections::{HashMap, HashSet};

use plimsoll_model::{FilePath, Gap, GapKind, InstalledProgram, Linked, Location, ProgramRole};

use crate::view::Tree;
use crate::{Excludes, Found};

/// Programs named in the gap; the rest is counted.
const NAMED: usize = 10;

/// The programs of the view, by place. A file with several names is listed by the first.
pub(crate) fn of_view(tree: &Tree<'_>, excluded: Option<&Excludes<'_>>) -> Vec<InstalledProgram> {
    let mut programs = Vec::new();
    for (path, content) in tree.contents_once(excluded) {
        let at = |location: &Location| Location { path: FilePath::new(path), inside: location.inside.clone() };
        let items = tree.items(content);
        if !items.iter().any(|item| matches!(item.found, Found::Program(_))) {
            continue;
        }
        let linked: HashMap<&Location, &Linked> = items
            .iter()
            .filter_map(|item| match item.found {
                Found::Linked(linked) => Some((item.location, linked)),
                _ => None,
            })
            .collect();
        let recognised: HashSet<&Location> =
            items.iter().filter(|item| matches!(item.found, Found::Package(_))).map(|item| item.location).collect();
        for item in items {
            if let Found::Program(program) = item.found {
                programs.push(InstalledProgram {
                    program: program.clone(),
                    location: at(item.location),
                    layer: content.layer,
                    owner: None,
                    recognised: recognised.contains(item.location),
                    linked: linked.get(item.location).map(|linked| (*linked).clone()),
                });
            }
        }
    }
    programs.sort_by(|a, b| a.location.cmp(&b.location));
    programs
}

/// What is said of the programs that no package owns and nothing recognises: how many, and the largest.
pub(crate) fn unrecognised(programs: &[InstalledProgram]) -> Option<Gap> {
    let unknown = |program: &&InstalledProgram| {
        program.owner.is_none() && !program.recognised && program.program.role != ProgramRole::Object
    };
    let mut unknown: Vec<&InstalledProgram> = programs.iter().filter(unknown).collect();
    if unknown.is_empty() {
        return None;
    }
    let count = unknown.len() as u64;
    unknown.sort_by(|a, b| b.program.size_bytes.cmp(&a.program.size_bytes).then_with(|| a.location.cmp(&b.location)));
    let named: Vec<String> = unknown.iter().take(NAMED).map(|program| named(program)).collect();
    let largest = if unknown.len() > NAMED { "the largest: " } else { "" };
    let detail = format!("no package owns them and nothing in them was recognised; {largest}{}", named.join(", "));
    Some(Gap { count, ..Gap::new(GapKind::UnrecognisedProgram, "", detail) })
}

fn named(program: &InstalledProgram) -> String {
    let Location { path, inside } = &program.location;
    let place = std::iter::once(path).chain(inside).map(ToString::to_string).collect::<Vec<_>>().join("!");
    format!("{place} ({} KiB)", program.program.size_bytes.div_ceil(1024))
}
