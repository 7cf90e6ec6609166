//! The file-first merge: layers over one another, joins over the view, owners, history.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use plimsoll_model::{Distro, FilePath, Gap, GapKind, Identity, InstalledPackage, Inventory, Location};

use crate::owners::{Asking, Owners};
use crate::timeline::{Instance, Timeline, Unit};
use crate::view::{Changes, ContentId, Tree};
use crate::{EntryKind, Found, Inspect, Join, LayerFacts, Sink, View, licenses, links, notes, programs};

/// Whether a path of the image is left out.
pub type Excludes<'a> = dyn Fn(&[u8]) -> bool + 'a;

/// How to merge.
#[derive(Default, Clone, Copy)]
pub struct MergeOptions<'a> {
    /// Whether the user wants a file left out; what was found in such files stands in the gaps.
    pub excluded: Option<&'a Excludes<'a>>,
    /// Whether to say of every file which package owns it.
    pub files: bool,
}

/// Lays the layers of one image over one another, lowest first.
///
/// `rows` are the inspectors that filled the facts: their joins run again for each layer that
/// changed one of their fragments, and the difference says what that layer did.
/// [`plimsoll_model::InstalledPackage::layer_owner`] is left unknown: the base boundary is not a
/// matter of files.
#[must_use]
pub fn merge(layers: &[LayerFacts], rows: &[&'static dyn Inspect], options: MergeOptions<'_>) -> Inventory {
    let mut merging = Merging {
        tree: Tree::default(),
        rows,
        options,
        timeline: Timeline::default(),
        excluded: BTreeMap::new(),
        joined: HashMap::new(),
        distro: None,
    };
    let mut gaps = Vec::new();
    for (number, facts) in layers.iter().enumerate() {
        let layer = number as u32;
        let of_sections = facts.sections.iter().flat_map(|section| &section.gaps);
        gaps.extend(facts.gaps.iter().chain(of_sections).cloned().map(|gap| Gap { layer: Some(layer), ..gap }));
        let changes = merging.tree.apply(facts);
        for path in &changes.dangling {
            let gap = Gap::file(GapKind::ArchiveOddity, path, "a hard link to a file that no layer has");
            gaps.push(Gap { layer: Some(layer), ..gap });
        }
        merging.advance(layer, facts, &changes);
    }
    gaps.extend(merging.gaps_of_view());
    let (mut packages, earlier, os_packages) = std::mem::take(&mut merging.timeline).finish(&mut gaps);
    links::follow(&merging.tree, &mut packages);
    let mut programs = programs::of_view(&merging.tree, options.excluded);
    let mut licenses = licenses::of_view(&merging.tree, options.excluded);
    let asking = Asking {
        packages: &packages,
        os_packages: &os_packages,
        programs: &programs,
        licenses: &licenses,
        all: options.files,
    };
    let owned = Owners::read(&merging.tree, rows, &asking);
    for (at, owner) in owned.of_packages(&packages) {
        packages[at].owner = Some(owner);
    }
    for program in &mut programs {
        program.owner = owned.of(&program.location);
    }
    for license in &mut licenses {
        let named = license.text.package.as_ref().and_then(|name| os_packages.get(name).copied());
        license.package = named.or_else(|| owned.of(&license.location));
    }
    gaps.extend(programs::unrecognised(&programs));
    let files = if options.files { owned.files(&merging.tree) } else { Vec::new() };
    let identity = match merging.distro {
        Some(distro) => Identity::Distro(distro),
        None if packages.iter().any(is_of_system) => Identity::Unknown,
        None => Identity::Scratch,
    };
    let entries = layers.iter().map(|facts| facts.entries.total()).sum();
    let (layers, shadowed_files) = merging.tree.take_usage().finish();
    let since: Vec<u32> = packages.iter().map(|package| package.version_since).collect();
    let mut inventory =
        Inventory { identity, packages, earlier, programs, licenses, files, layers, shadowed_files, gaps, entries };
    notes::drop_owned(&mut inventory, &|seen| owned.is_of_system(&seen.location, seen.layer, &since));
    inventory
}

struct Merging<'a> {
    tree: Tree<'a>,
    rows: &'a [&'static dyn Inspect],
    options: MergeOptions<'a>,
    timeline: Timeline,
    excluded: BTreeMap<FilePath, u64>,
    /// What each join found last, so that its gaps are those of the final view.
    joined: HashMap<&'static str, Vec<Gap>>,
    distro: Option<Distro>,
}

impl Merging<'_> {
    fn advance(&mut self, layer: u32, facts: &LayerFacts, changes: &Changes) {
        let mut touched: BTreeSet<&str> = BTreeSet::new();
        let mut next: Vec<(Unit, Vec<Instance>)> = Vec::new();
        for (path, content) in &changes.gone {
            touched.extend(self.fragment_inspectors(*content));
            next.push((Unit::File(path.clone()), Vec::new()));
        }
        for (path, content) in &changes.came {
            if self.options.excluded.is_some_and(|excluded| excluded(path.as_bytes())) {
                *self.excluded.entry(path.clone()).or_default() += self.tree.items(*content).len() as u64;
                continue;
            }
            touched.extend(self.fragment_inspectors(*content));
            next.push((Unit::File(path.clone()), self.packages_of(path, *content)));
        }
        let is_touched = |row: &&&'static dyn Inspect| touched.contains(row.id()) || has_entry_below(facts, **row);
        let rows: Vec<_> = self.rows.iter().filter(is_touched).collect();
        for row in rows {
            if let Some(instances) = self.join(*row) {
                next.push((Unit::Join(row.id()), instances));
            }
        }
        let tree = &self.tree;
        self.timeline.advance(layer, next, &|path| tree.contains(path));
    }

    fn fragment_inspectors(&self, content: ContentId) -> Vec<&'static str> {
        let items = self.tree.items(content).iter();
        let by: HashSet<&str> =
            items.filter(|item| matches!(item.found, Found::Fragment { .. })).map(|item| item.by).collect();
        self.rows.iter().map(|row| row.id()).filter(|id| by.contains(id)).collect()
    }

    fn packages_of(&self, path: &FilePath, content: ContentId) -> Vec<Instance> {
        let items = self.tree.items(content).iter();
        let packages = items.filter_map(|item| match item.found {
            Found::Package(package) => Some((item.location, package)),
            _ => None,
        });
        packages
            .map(|(location, package)| {
                Instance::new(package.clone(), Location { path: path.clone(), inside: location.inside.clone() })
            })
            .collect()
    }

    fn join(&mut self, row: &'static dyn Inspect) -> Option<Vec<Instance>> {
        let join = row.join()?;
        let mut sink = Sink::new(FilePath::default(), Vec::new());
        let result = join.packages(&View::new(&self.tree, row.id()), &mut sink);
        let mut gaps = Vec::new();
        if let Err(why) = result {
            gaps.push(Gap::new(GapKind::DatabaseUnreadable, row.id(), why.to_string()));
        }
        let mut instances = Vec::new();
        let mut distro = None;
        for (location, found) in sink.into_items() {
            match found {
                Found::Package(package) => instances.push(Instance::new(package, location)),
                Found::Distro(found) => distro = Some(found),
                Found::Gap(gap) => gaps.push(gap),
                Found::Fragment { .. } | Found::Program(_) | Found::Linked(_) | Found::License(_) => {}
            }
        }
        if distro.is_some() {
            self.distro = distro;
        }
        self.joined.insert(row.id(), gaps);
        let excluded = self.options.excluded;
        instances.retain(|instance| !excluded.is_some_and(|excluded| excluded(instance.location.path.as_bytes())));
        Some(instances)
    }

    /// What could not be read in files that a container would see, and what was left out.
    fn gaps_of_view(&self) -> Vec<Gap> {
        let mut gaps: Vec<Gap> = Vec::new();
        for (path, content) in self.tree.contents() {
            if self.options.excluded.is_some_and(|excluded| excluded(path)) {
                continue;
            }
            for item in self.tree.items(content) {
                if let Found::Gap(gap) = item.found {
                    gaps.push(Gap { layer: Some(content.layer), ..gap.clone() });
                }
            }
        }
        gaps.extend(self.joined.values().flatten().cloned());
        for (path, count) in &self.excluded {
            gaps.push(Gap { count: *count, ..Gap::file(GapKind::Excluded, path, "left out by --exclude") });
        }
        gaps
    }
}

/// Whether a layer changes what lies below one of the folders that a join lists.
fn has_entry_below(facts: &LayerFacts, row: &dyn Inspect) -> bool {
    let folders = row.join().map(Join::folders).unwrap_or_default();
    let begins = |path: &[u8], folder: &[u8]| {
        folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
    };
    !folders.is_empty()
        && facts.entries.iter().any(|entry| {
            let takes_away = entry.entry.kind != EntryKind::Directory;
            let changes = |folder: &&str| {
                begins(entry.path, folder.as_bytes()) || takes_away && begins(folder.as_bytes(), entry.path)
            };
            folders.iter().any(changes)
        })
}

/// Whether a package is or was installed by a system; an archive that only lies there says nothing.
fn is_of_system(installed: &InstalledPackage) -> bool {
    installed.package.kind.is_os() && !installed.package.is_declared()
}
