//! The merged file system of an image up to some layer, as joins see it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Bound;

use plimsoll_model::path::{name_of, parent_of};
use plimsoll_model::{FilePath, Location};

use crate::usage::Usage;
use crate::{EntryKind, EntryRef, Excludes, Found, LayerFacts, path_hash};

/// The findings of one file of one layer: what a path of the view points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ContentId {
    pub(crate) layer: u32,
    pub(crate) file: u32,
}

/// One finding, by reference.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item<'a> {
    pub(crate) by: &'a str,
    pub(crate) location: &'a Location,
    pub(crate) found: &'a Found,
}

/// One layer with its findings grouped by file.
pub(crate) struct LayerIndex<'a> {
    facts: &'a LayerFacts,
    by_path: HashMap<&'a [u8], u32>,
    files: Vec<Vec<Item<'a>>>,
}

impl<'a> LayerIndex<'a> {
    pub(crate) fn new(facts: &'a LayerFacts) -> Self {
        let mut by_path = HashMap::new();
        let mut files: Vec<Vec<Item<'a>>> = Vec::new();
        for section in &facts.sections {
            for item in &section.found {
                let by = section.inspectors.get(usize::from(item.by)).map_or("", String::as_str);
                let file = *by_path.entry(item.location.path.as_bytes()).or_insert_with(|| {
                    files.push(Vec::new());
                    files.len() as u32 - 1
                });
                files[file as usize].push(Item { by, location: &item.location, found: &item.found });
            }
        }
        Self { facts, by_path, files }
    }
}

#[derive(Debug, Clone, Copy)]
struct Node<'a> {
    kind: EntryKind,
    link: &'a [u8],
    content: Option<ContentId>,
    layer: u32,
    bytes: u64,
}

/// What a layer changed in the view, among files in which something was found.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) gone: Vec<(FilePath, ContentId)>,
    pub(crate) came: Vec<(FilePath, ContentId)>,
    /// Hard links whose target is in no layer.
    pub(crate) dangling: Vec<FilePath>,
}

/// A fragment of the view.
#[derive(Debug, Clone, Copy)]
pub struct Fragment<'a> {
    /// Path in the view; a hard link's other name shows the same fragment.
    pub path: &'a [u8],
    /// The way inside the file.
    pub inside: &'a [FilePath],
    /// The inspector's own numbering.
    pub kind: u16,
    /// The inspector's own form.
    pub bytes: &'a [u8],
}

impl Fragment<'_> {
    /// Where it was found.
    #[must_use]
    pub fn location(&self) -> Location {
        Location { path: FilePath::new(self.path), inside: self.inside.to_vec() }
    }
}

/// The file system as a container would see it, with the fragments of one inspector.
pub struct View<'v> {
    tree: &'v Tree<'v>,
    inspector: &'v str,
}

impl<'v> View<'v> {
    pub(crate) fn new(tree: &'v Tree<'v>, inspector: &'v str) -> Self {
        Self { tree, inspector }
    }

    /// The inspector's fragments, by path; those of one file in the order they were found.
    pub fn fragments(&self) -> impl Iterator<Item = Fragment<'v>> + use<'v> {
        let (tree, inspector) = (self.tree, self.inspector);
        let paths = tree.users.get(inspector).into_iter().flatten();
        paths.flat_map(move |path| {
            let items = tree.nodes.get(path.as_bytes()).and_then(|node| node.content);
            items.map(|content| tree.items(content)).unwrap_or_default().iter().filter_map(move |item| {
                match item.found {
                    Found::Fragment { kind, bytes } if item.by == inspector => {
                        Some(Fragment { path: path.as_bytes(), inside: &item.location.inside, kind: *kind, bytes })
                    }
                    _ => None,
                }
            })
        })
    }

    /// Whether there is a file, folder or link of this normalised path, links in its folders followed.
    #[must_use]
    pub fn exists(&self, path: &[u8]) -> bool {
        self.tree.nodes.contains_key(self.tree.resolve_folders(path).as_ref())
    }

    /// The names directly below a folder of this normalised path, sorted.
    #[must_use]
    pub fn names_in(&self, folder: &[u8]) -> Vec<&'v [u8]> {
        let below = [folder, b"/"].concat();
        let mut names: BTreeSet<&[u8]> = BTreeSet::new();
        let mut from = below.clone();
        while let Some(path) = self.tree.first_from(&from) {
            let Some(rest) = path.strip_prefix(below.as_slice()) else { break };
            let name = rest.split(|byte| *byte == b'/').next().unwrap_or_default();
            names.insert(name);
            // Past the entry itself, or past everything below it: `0` follows `/`.
            let past: &[u8] = if name.len() == rest.len() { b"\0" } else { b"0" };
            from = [&below, name, past].concat();
        }
        names.into_iter().collect()
    }

    /// The path that a runtime would open for this normalised one: symbolic links followed, the
    /// last one too. `None` where there is nothing, or a loop.
    #[must_use]
    pub fn resolve(&self, path: &[u8]) -> Option<FilePath> {
        let mut at = self.tree.resolve_folders(path).into_owned();
        for _ in 0..Tree::MAX_LINKS {
            let node = self.tree.nodes.get(at.as_slice())?;
            if node.kind != EntryKind::Symlink {
                return Some(FilePath::new(&at));
            }
            let target = follow(&at, node.link);
            at = self.tree.resolve_folders(target.as_bytes()).into_owned();
        }
        None
    }
}

fn follow(link_path: &[u8], target: &[u8]) -> FilePath {
    if target.first() == Some(&b'/') {
        return FilePath::new(target);
    }
    FilePath::new(&[parent_of(link_path), b"/", target].concat())
}

/// The merged file system while layers are laid over one another.
#[derive(Default)]
pub(crate) struct Tree<'a> {
    nodes: BTreeMap<Cow<'a, [u8]>, Node<'a>>,
    links: HashSet<Vec<u8>>,
    layers: Vec<LayerIndex<'a>>,
    usage: Usage,
    /// Paths of the view in which an inspector found something.
    users: BTreeMap<&'a str, BTreeSet<FilePath>>,
}

impl<'a> Tree<'a> {
    const MAX_LINKS: usize = 40;

    pub(crate) fn items(&self, content: ContentId) -> &[Item<'a>] {
        self.layers
            .get(content.layer as usize)
            .and_then(|layer| layer.files.get(content.file as usize))
            .map_or(&[], Vec::as_slice)
    }

    /// The first entry at or behind a path.
    fn first_from(&self, path: &[u8]) -> Option<&[u8]> {
        self.nodes.range::<[u8], _>((Bound::Included(path), Bound::Unbounded)).next().map(|(path, _)| path.as_ref())
    }

    pub(crate) fn contains(&self, path: &[u8]) -> bool {
        self.nodes.contains_key(path)
    }

    /// Every path of the view in which something was found, in order.
    pub(crate) fn contents(&self) -> impl Iterator<Item = (&[u8], ContentId)> {
        self.nodes.iter().filter_map(|(path, node)| node.content.map(|content| (path.as_ref(), content)))
    }

    /// As [`Self::contents`], without what the user leaves out; a file with several names by the first.
    pub(crate) fn contents_once<'t>(
        &'t self,
        excluded: Option<&'t Excludes<'t>>,
    ) -> impl Iterator<Item = (&'t [u8], ContentId)> {
        let mut seen = HashSet::new();
        self.contents()
            .filter(move |(path, content)| !excluded.is_some_and(|excluded| excluded(path)) && seen.insert(*content))
    }

    /// The plain files and links of the view, by path.
    pub(crate) fn files(&self) -> impl Iterator<Item = &[u8]> {
        let is_file = |kind| matches!(kind, EntryKind::File | EntryKind::Hardlink | EntryKind::Symlink);
        self.nodes.iter().filter(move |(_, node)| is_file(node.kind)).map(|(path, _)| path.as_ref())
    }

    /// What each layer ships and hides.
    pub(crate) fn take_usage(&mut self) -> Usage {
        std::mem::take(&mut self.usage)
    }

    /// Lays one more layer over the view.
    pub(crate) fn apply(&mut self, facts: &'a LayerFacts) -> Changes {
        let layer = self.layers.len() as u32;
        self.usage.begin();
        facts.entries.compact().iter().for_each(|file| self.usage.ships(file.size));
        let index = LayerIndex::new(facts);
        let mut changes = Changes::default();
        // Whiteouts hide what is below the layer, wherever in the archive they stand.
        if layer > 0 {
            for entry in facts.entries.iter() {
                let path = self.resolve_folders(entry.path).into_owned();
                match entry.entry.kind {
                    EntryKind::Whiteout => self.remove(&path, true, &mut changes),
                    EntryKind::Opaque => self.remove(&path, false, &mut changes),
                    _ => {}
                }
            }
            self.remove_compact(&index, &mut changes);
        }
        self.layers.push(index);
        let mut folders = Folders::default();
        for entry in facts.entries.iter() {
            if !matches!(entry.entry.kind, EntryKind::Whiteout | EntryKind::Opaque) {
                self.insert(layer, entry, &mut folders, &mut changes);
            }
        }
        changes.settle();
        changes
    }

    fn insert(&mut self, layer: u32, entry: EntryRef<'a>, folders: &mut Folders<'a>, changes: &mut Changes) {
        let path = folders.resolve(self, entry.path);
        let kind = entry.entry.kind;
        let index = &self.layers[layer as usize];
        let content = match kind {
            EntryKind::Hardlink => {
                let own = index.by_path.get(entry.link).map(|&file| ContentId { layer, file });
                let target = self.resolve_folders(entry.link);
                own.or_else(|| {
                    let node = self.nodes.get(target.as_ref());
                    if node.is_none() {
                        changes.dangling.push(FilePath::new(&path));
                    }
                    node.and_then(|node| node.content)
                })
            }
            _ => None,
        };
        let content = content.or_else(|| index.by_path.get(entry.path).map(|&file| ContentId { layer, file }));
        let before = self.nodes.get(path.as_ref()).map(|node| node.kind);
        match (before, kind) {
            (Some(EntryKind::Directory), EntryKind::Directory) => return,
            (Some(EntryKind::Directory), _) => self.remove(&path, true, changes),
            (Some(_), _) => self.remove_one(&path, changes),
            (None, _) => {}
        }
        if kind == EntryKind::Symlink {
            self.links.insert(path.to_vec());
            folders.forget();
        } else if before == Some(EntryKind::Symlink) {
            folders.forget();
        }
        if let Some(content) = content {
            let file = FilePath::new(&path);
            for by in self.inspectors_of(content) {
                self.users.entry(by).or_default().insert(file.clone());
            }
            changes.came.push((file, content));
        }
        let bytes = if kind == EntryKind::File { entry.entry.size } else { 0 };
        if kind == EntryKind::File {
            self.usage.ships(bytes);
        }
        self.nodes.insert(path, Node { kind, link: entry.link, content, layer, bytes });
    }

    fn inspectors_of(&self, content: ContentId) -> HashSet<&'a str> {
        self.items(content).iter().map(|item| item.by).collect()
    }

    /// Removes what is below a path, and with `itself` the path too.
    fn remove(&mut self, path: &[u8], itself: bool, changes: &mut Changes) {
        if itself {
            self.remove_one(path, changes);
        }
        if path.is_empty() {
            let all: Vec<Vec<u8>> = self.nodes.keys().map(|key| key.to_vec()).collect();
            for key in all {
                self.remove_one(&key, changes);
            }
            return;
        }
        // Everything below `path/` sorts between it and `path0`, since `0` follows `/`.
        let (from, to) = ([path, b"/"].concat(), [path, b"0"].concat());
        let below: Vec<Vec<u8>> = self
            .nodes
            .range::<[u8], _>((Bound::Included(from.as_slice()), Bound::Excluded(to.as_slice())))
            .map(|(key, _)| key.to_vec())
            .collect();
        for key in below {
            self.remove_one(&key, changes);
        }
    }

    fn remove_one(&mut self, path: &[u8], changes: &mut Changes) {
        let Some(node) = self.nodes.remove(path) else { return };
        match node.kind {
            EntryKind::Symlink => drop(self.links.remove(path)),
            EntryKind::File => self.usage.hides(path, node.layer, node.bytes),
            _ => {}
        }
        if let Some(content) = node.content {
            let file = FilePath::new(path);
            for by in self.inspectors_of(content) {
                if let Some(paths) = self.users.get_mut(by) {
                    paths.remove(&file);
                }
            }
            changes.gone.push((file, content));
        }
    }

    /// Files of which the layer keeps only hashes replace those of the same path below.
    fn remove_compact(&mut self, layer: &LayerIndex<'_>, changes: &mut Changes) {
        if layer.facts.entries.compact().is_empty() {
            return;
        }
        let hashes: HashSet<u64> = layer.facts.entries.compact().iter().map(|file| file.path).collect();
        // A folder need not have an entry of its own: a file may replace any part of a path.
        let replaced: HashSet<Vec<u8>> = self
            .nodes
            .keys()
            .flat_map(|path| prefix_ends(path).map(|end| &path[..end]))
            .filter(|path| hashes.contains(&path_hash(path)))
            .map(<[u8]>::to_vec)
            .collect();
        for path in replaced {
            self.remove(&path, true, changes);
        }
    }

    /// Follows symbolic links in the folders of a path, not the last component, as a runtime does
    /// when it unpacks. Loops and overlong chains leave the path as it is.
    pub(crate) fn resolve_folders<'p>(&self, path: &'p [u8]) -> Cow<'p, [u8]> {
        let parent = parent_of(path);
        if parent.is_empty() || self.links.is_empty() {
            return Cow::Borrowed(path);
        }
        let folder = self.resolve_folder(parent);
        if folder == parent {
            return Cow::Borrowed(path);
        }
        Cow::Owned(FilePath::new(&[&folder[..], b"/", name_of(path)].concat()).as_bytes().to_vec())
    }

    fn resolve_folder(&self, folder: &[u8]) -> Vec<u8> {
        let mut at = folder.to_vec();
        for _ in 0..Self::MAX_LINKS {
            let Some(end) = prefix_ends(&at).find(|&end| self.links.contains(&at[..end])) else { return at };
            let Some(node) = self.nodes.get(&at[..end]) else { return at };
            let target = follow(&at[..end], node.link);
            at = FilePath::new(&[target.as_bytes(), b"/", &at[end..]].concat()).as_bytes().to_vec();
            if at.len() > 1 << 16 {
                break;
            }
        }
        folder.to_vec()
    }
}

/// Ends of `a`, `a/b`, … of a path, the whole included.
fn prefix_ends(path: &[u8]) -> impl Iterator<Item = usize> {
    path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at).chain(std::iter::once(path.len()))
}

/// Remembers the folder resolved last: the entries of one folder stand together.
#[derive(Default)]
struct Folders<'a> {
    last: Option<(&'a [u8], Option<Vec<u8>>)>,
}

impl<'a> Folders<'a> {
    fn resolve(&mut self, tree: &Tree<'_>, path: &'a [u8]) -> Cow<'a, [u8]> {
        let parent = parent_of(path);
        if parent.is_empty() || tree.links.is_empty() {
            return Cow::Borrowed(path);
        }
        if self.last.as_ref().is_none_or(|(last, _)| *last != parent) {
            let folder = tree.resolve_folder(parent);
            self.last = Some((parent, (folder != parent).then_some(folder)));
        }
        match &self.last {
            Some((_, Some(folder))) if folder.is_empty() => Cow::Owned(name_of(path).to_vec()),
            Some((_, Some(folder))) => Cow::Owned([&folder[..], b"/", name_of(path)].concat()),
            _ => Cow::Borrowed(path),
        }
    }

    fn forget(&mut self) {
        self.last = None;
    }
}

impl Changes {
    /// What counts is the difference over the whole layer: of two entries of one path, the first
    /// comes and goes again.
    fn settle(&mut self) {
        let mut net: BTreeMap<(FilePath, ContentId), i64> = BTreeMap::new();
        for change in self.came.drain(..) {
            *net.entry(change).or_default() += 1;
        }
        for change in self.gone.drain(..) {
            *net.entry(change).or_default() -= 1;
        }
        for (change, count) in net {
            match count {
                1.. => self.came.push(change),
                0 => {}
                _ => self.gone.push(change),
            }
        }
    }
}
