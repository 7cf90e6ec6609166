//! Puts a [`Bom`] together, component by component, under caps.

use std::collections::{BTreeMap, HashMap};

use plimsoll_model::{Gap, GapKind, Need, Package, PackageKind, Requirement};

use super::Options;
use super::bom::{Bom, BomPackage, ComponentKind, Relation, RelationKind, Subject};
use super::component::{Component, keep};
use super::identity::{Skip, identify};
use crate::json::Text;
use crate::text::{field, shown};

/// Relations of one document.
const MAX_RELATIONS: usize = 500_000;
/// References that relations and packages speak of.
const MAX_REFERENCES: usize = 1_000_000;
/// Bytes of all references together.
const MAX_REFERENCE_BYTES: usize = 64 << 20;
/// Bytes of all texts of the packages together.
const MAX_TEXT_BYTES: usize = 128 << 20;
/// Names that one gap shows.
const SHOWN_NAMES: usize = 3;

/// A reference, by its number.
type Id = u32;

/// A [`Bom`] under construction.
pub(crate) struct Builder {
    pub(crate) bom: Bom,
    options: Options,
    ids: HashMap<String, Id>,
    id_bytes: usize,
    /// The package of a reference, by the reference's number.
    package_of: Vec<Option<u32>>,
    relations: Vec<(Id, Id, RelationKind)>,
    roots: Vec<Id>,
    /// What is no package but may be the subject.
    others: Vec<(Id, Subject)>,
    skipped: BTreeMap<Skip, (u64, Vec<String>)>,
    text_bytes: usize,
    left_out: u64,
    relations_left_out: u64,
    twice: u64,
}

impl Builder {
    pub(crate) fn new(format: &'static str, options: Options) -> Self {
        Self {
            bom: Bom { format, ..Bom::default() },
            options,
            ids: HashMap::new(),
            id_bytes: 0,
            package_of: Vec::new(),
            relations: Vec::new(),
            roots: Vec::new(),
            others: Vec::new(),
            skipped: BTreeMap::new(),
            text_bytes: 0,
            left_out: 0,
            relations_left_out: 0,
            twice: 0,
        }
    }

    /// Which packages the next components will be.
    pub(crate) fn next_index(&self) -> u32 {
        self.bom.packages.len() as u32
    }

    /// A component; its index where it is a package.
    pub(crate) fn component(&mut self, mut component: Component<'_>) -> Option<u32> {
        if component.component == ComponentKind::OperatingSystem {
            if let (None, Some(name)) = (&self.bom.system, told(&component.name)) {
                self.bom.system = Some((name, told(&component.version)));
            }
            self.skip(Skip::NoPackage("operating systems"), &component);
            return None;
        }
        let identified = match identify(&mut component, self.options.kind_of_unnamed) {
            Ok(identified) => identified,
            Err(why) => {
                self.skip(why, &component);
                self.other(&component);
                return None;
            }
        };
        if self.bom.packages.len() >= self.options.max_packages || self.text_bytes >= MAX_TEXT_BYTES {
            self.left_out += 1;
            return None;
        }
        // The subject often stands among the components once more.
        let known = component.reference.as_deref().and_then(|reference| self.package_with(reference.trim()));
        if let Some(known) = known.filter(|known| self.is_same(*known, &identified.package)) {
            return Some(known);
        }
        self.bom.renamed += u64::from(identified.called.is_some());
        let package = BomPackage {
            package: identified.package,
            reference: told(&component.reference).unwrap_or_default(),
            purl: identified.purl.as_deref().and_then(field).map(str::to_owned),
            called: identified.called,
            component: component.component,
            parent: None,
            hashes: component.hashes,
            occurrences: component.occurrences,
            properties: component.properties,
        };
        self.text_bytes += text_bytes(&package);
        let index = self.bom.packages.len() as u32;
        if let Some(id) = self.id(&package.reference) {
            let known = &mut self.package_of[id as usize];
            self.twice += u64::from(known.is_some());
            known.get_or_insert(index);
        }
        self.bom.packages.push(package);
        Some(index)
    }

    /// Packages from `first` on that stand within no other yet stand within this one.
    pub(crate) fn adopt(&mut self, parent: u32, first: u32) {
        for child in first..parent {
            let package = &mut self.bom.packages[child as usize];
            if package.parent.is_none() {
                package.parent = Some(parent);
            }
        }
    }

    /// What the document is about: of CycloneDX a component of its own.
    pub(crate) fn subject(&mut self, component: Component<'_>) {
        self.bom.subject = Some(subject_of(&component));
        if let Some(reference) = told(&component.reference) {
            self.root(&reference);
        }
        if component.component == ComponentKind::OperatingSystem
            || component.purls.is_empty() && component.hint.is_none()
        {
            return;
        }
        let skipped = self.skipped.clone();
        if let Some(index) = self.component(component) {
            self.bom.described.push(index);
        } else {
            // The subject need not be a package.
            self.skipped = skipped;
        }
    }

    /// What is no package may be what the document is about.
    fn other(&mut self, component: &Component<'_>) {
        const MAX_OTHERS: usize = 64;
        if self.others.len() < MAX_OTHERS
            && let Some(id) = component.reference.as_deref().and_then(|reference| self.id(reference))
        {
            self.others.push((id, subject_of(component)));
        }
    }

    /// A reference that the document says it describes.
    pub(crate) fn root(&mut self, reference: &str) {
        const MAX_ROOTS: usize = 10_000;
        if let Some(id) = self.id(reference.trim())
            && self.roots.len() < MAX_ROOTS
        {
            self.roots.push(id);
        }
    }

    /// That `from` relates to `to`; either may be described later, or never.
    pub(crate) fn relation(&mut self, from: &str, to: &str, kind: RelationKind) {
        let ends = if self.relations.len() < MAX_RELATIONS { self.id(from).zip(self.id(to)) } else { None };
        match ends {
            Some((from, to)) => self.relations.push((from, to, kind)),
            None => self.relations_left_out += 1,
        }
    }

    /// A property of the document.
    pub(crate) fn property(&mut self, name: &str, value: &str) {
        keep(&mut self.bom.properties, name, value);
    }

    /// What made the document.
    pub(crate) fn tool(&mut self, name: &str, version: Option<&str>) {
        const MAX_TOOLS: usize = 32;
        let Some(name) = field(name) else { return };
        let tool = match version.and_then(field) {
            Some(version) => format!("{name} {version}"),
            None => name.to_owned(),
        };
        if self.bom.tools.len() < MAX_TOOLS && !self.bom.tools.contains(&tool) {
            self.bom.tools.push(tool);
        }
    }

    /// Something that is no package, by the words of [`Skip`].
    pub(crate) fn skip(&mut self, why: Skip, component: &Component<'_>) {
        let name = component.name.as_deref().or(component.reference.as_deref()).map(shown).unwrap_or_default();
        let (count, names) = self.skipped.entry(why).or_default();
        *count += 1;
        if names.len() < SHOWN_NAMES && !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }

    /// Something of which the rest was not read.
    pub(crate) fn cut(&mut self, why: &str) {
        let gap = Gap::new(GapKind::LimitReached, "", why);
        if !self.bom.gaps.contains(&gap) {
            self.bom.gaps.push(gap);
        }
    }

    fn package_with(&self, reference: &str) -> Option<u32> {
        self.package_of.get(*self.ids.get(reference)? as usize).copied().flatten()
    }

    fn is_same(&self, known: u32, package: &Package) -> bool {
        let known = &self.bom.packages[known as usize].package;
        (known.kind, &known.name, &known.version, &known.architecture)
            == (package.kind, &package.name, &package.version, &package.architecture)
    }

    fn id(&mut self, reference: &str) -> Option<Id> {
        if let Some(id) = self.ids.get(reference) {
            return Some(*id);
        }
        let is_full = self.ids.len() >= MAX_REFERENCES || self.id_bytes >= MAX_REFERENCE_BYTES;
        if is_full || field(reference).is_none() {
            return None;
        }
        let id = self.package_of.len() as Id;
        self.id_bytes += reference.len();
        self.ids.insert(reference.to_owned(), id);
        self.package_of.push(None);
        Some(id)
    }

    /// The document has ended, or `broken` off.
    pub(crate) fn finish(mut self, broken: Option<String>) -> Bom {
        if let Some(why) = broken {
            self.bom.gaps.push(Gap::new(GapKind::FileUnreadable, "", format!("the rest could not be read: {why}")));
        }
        self.relate();
        self.require();
        self.say();
        self.bom
    }

    /// Turns references into indexes of packages.
    fn relate(&mut self) {
        let package = |id: &Id| self.package_of.get(*id as usize).copied().flatten();
        let mut relations: Vec<Relation> = self
            .relations
            .iter()
            .filter_map(|(from, to, kind)| Some(Relation { from: package(from)?, to: package(to)?, kind: *kind }))
            .filter(|relation| relation.from != relation.to)
            .collect();
        let nested = self.bom.packages.iter().enumerate().filter_map(|(at, package)| {
            Some(Relation { from: package.parent?, to: at as u32, kind: RelationKind::Contains })
        });
        relations.extend(nested);
        relations.sort_unstable();
        relations.dedup();
        self.bom.relations = relations;
        self.bom.described.extend(self.roots.iter().filter_map(package));
        self.bom.described.sort_unstable();
        self.bom.described.dedup();
        if self.bom.subject.is_none() {
            let described = self.bom.described.first().map(|at| Subject::from(&self.bom.packages[*at as usize]));
            let others = std::mem::take(&mut self.others);
            let is_root = |(id, _): &(Id, Subject)| self.roots.contains(id);
            self.bom.subject = described.or_else(|| Some(others.into_iter().find(is_root)?.1));
        }
    }

    /// Says what each package needs, and whether the subject itself asks for it.
    fn require(&mut self) {
        let roots: std::collections::HashSet<Id> = self.roots.iter().copied().collect();
        let direct: Vec<u32> = self
            .relations
            .iter()
            .filter(|(from, _, kind)| roots.contains(from) && matches!(kind, RelationKind::Needs(_)))
            .filter_map(|(_, to, _)| self.package_of.get(*to as usize).copied().flatten())
            .collect();
        let names: Vec<(PackageKind, String, String)> = self
            .bom
            .packages
            .iter()
            .map(|package| (package.package.kind, package.package.name.clone(), package.package.version.clone()))
            .collect();
        let mut only_to_develop: HashMap<u32, bool> = HashMap::new();
        let mut requires_bytes = 0;
        for Relation { from, to, kind } in &self.bom.relations {
            let RelationKind::Needs(need) = *kind else { continue };
            let for_development = matches!(need, Need::Development | Need::Build);
            *only_to_develop.entry(*to).or_insert(true) &= for_development;
            let (kind, name, version) = &names[*to as usize];
            let package = &mut self.bom.packages[*from as usize].package;
            if package.kind == *kind && requires_bytes < MAX_REFERENCE_BYTES {
                let requirement = Requirement { name: name.clone(), version: Some(version.clone()), need };
                requires_bytes += requirement.size_bytes();
                package.requires.push(requirement);
            }
        }
        for (at, only) in &only_to_develop {
            let package = &mut self.bom.packages[*at as usize].package;
            package.development |= *only;
            if !direct.is_empty() {
                package.direct = Some(false);
            }
        }
        for at in direct {
            self.bom.packages[at as usize].package.direct = Some(true);
        }
        for package in &mut self.bom.packages {
            package.package.requires.sort_unstable();
            package.package.requires.dedup();
        }
    }

    /// Says what was left out.
    fn say(&mut self) {
        for (why, (count, names)) in std::mem::take(&mut self.skipped) {
            let (kind, what) = match why {
                Skip::NoPackage(what) => (GapKind::SkippedPackages, format!("components that are {what}")),
                Skip::NoIdentity(what) => (GapKind::NoIdentity, format!("components {what}")),
            };
            let more = if count > names.len() as u64 { ", …" } else { "" };
            let names = if names.is_empty() { String::new() } else { format!(": {}{more}", names.join(", ")) };
            self.bom.gaps.push(Gap { count, ..Gap::new(kind, "", format!("{what}{names}")) });
        }
        for (count, what) in [
            (self.left_out, "components past the limit of one document"),
            (self.relations_left_out, "relations past the limit of one document, or of references that cannot be read"),
        ] {
            if count > 0 {
                self.bom.gaps.push(Gap { count, ..Gap::new(GapKind::LimitReached, "", what) });
            }
        }
        if self.twice > 0 {
            let what = "references that several components have: relations are taken for the first's";
            self.bom.gaps.push(Gap { count: self.twice, ..Gap::new(GapKind::ArchiveOddity, "", what) });
        }
    }
}

fn subject_of(component: &Component<'_>) -> Subject {
    Subject {
        name: told(&component.name).unwrap_or_default(),
        version: told(&component.version),
        purl: component.purls.first().and_then(|purl| field(purl)).map(str::to_owned),
        component: component.component,
        hashes: component.hashes.clone(),
        properties: component.properties.clone(),
    }
}

fn told(text: &Text<'_>) -> Option<String> {
    text.as_deref().and_then(field).map(str::to_owned)
}

fn text_bytes(package: &BomPackage) -> usize {
    let properties: usize = package.properties.iter().map(|(name, value)| name.len() + value.len()).sum();
    let occurrences: usize = package.occurrences.iter().map(|occurrence| occurrence.path.len()).sum();
    let hashes: usize = package.hashes.iter().map(|hash| hash.digest.len()).sum();
    size_of::<BomPackage>()
        + package.package.text_bytes()
        + package.reference.len()
        + package.purl.as_ref().map_or(0, String::len)
        + properties
        + occurrences
        + hashes
}
