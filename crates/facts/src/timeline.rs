//! The history of packages through the layers: introduced, upgraded, removed, replaced.

use std::collections::{BTreeMap, HashMap};

use plimsoll_model::{
    Earlier, Ended, FilePath, Gap, How, InstalledPackage, LayerOwner, Location, Package, PackageKind, Presence,
    Sighting,
};

use crate::listed::{self, Packages};
use crate::notes::is_note;

/// What yields packages as one: they come and go together.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Unit {
    /// A file of the view.
    File(FilePath),
    /// An inspector's join.
    Join(&'static str),
}

/// A package at one place.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) package: Package,
    pub(crate) location: Location,
    introduced_in: u32,
    version_since: u32,
}

impl Instance {
    pub(crate) fn new(package: Package, location: Location) -> Self {
        Self { package, location, introduced_in: 0, version_since: 0 }
    }

    fn name(&self) -> Name {
        name_of(&self.package)
    }
}

pub(crate) type Name = (PackageKind, String, Option<String>, bool);
pub(crate) type Identity = (Name, String);

/// Follows every package through the layers.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    live: HashMap<Unit, Vec<Instance>>,
    ended: Vec<(Instance, Ended)>,
}

impl Timeline {
    /// One layer further: the units that changed and what they hold now. A unit that stands twice
    /// holds what it holds the last time. `exists` asks the view as it is now.
    pub(crate) fn advance(&mut self, layer: u32, next: Vec<(Unit, Vec<Instance>)>, exists: &dyn Fn(&[u8]) -> bool) {
        let mut units: BTreeMap<Unit, Vec<Instance>> = BTreeMap::new();
        for (unit, instances) in next {
            units.insert(unit, instances);
        }
        let mut before: BTreeMap<Name, Alike> = BTreeMap::new();
        for unit in units.keys() {
            for instance in self.live.remove(unit).into_iter().flatten() {
                before.entry(instance.name()).or_default().add(instance);
            }
        }
        // What goes on at its place at the same version comes first; only what no better partner
        // is left for counts as an upgrade.
        for follow in [Follow::Itself, Follow::Version, Follow::Place, Follow::Name] {
            for instances in units.values_mut() {
                for instance in instances.iter_mut().filter(|instance| instance.introduced_in == 0) {
                    let Some(old) = before.get_mut(&instance.name()).and_then(|alike| alike.take(instance, follow))
                    else {
                        continue;
                    };
                    // One more than the layer, so that 0 means "not settled yet"; undone below.
                    instance.introduced_in = old.introduced_in + 1;
                    if old.package.version == instance.package.version {
                        instance.version_since = old.version_since + 1;
                    } else {
                        instance.version_since = layer + 1;
                        let how = How::Upgraded { to: instance.package.version.clone() };
                        self.ended.push((old, Ended { layer, how }));
                    }
                }
            }
        }
        for old in before.into_values().flat_map(|alike| alike.instances).flatten() {
            let replaced = !old.package.kind.is_os() && exists(old.location.path.as_bytes());
            let how = if replaced { How::Replaced } else { How::Removed };
            self.ended.push((old, Ended { layer, how }));
        }
        for (unit, mut instances) in units {
            for instance in &mut instances {
                instance.introduced_in = instance.introduced_in.checked_sub(1).unwrap_or(layer);
                instance.version_since = instance.version_since.checked_sub(1).unwrap_or(layer);
            }
            if !instances.is_empty() {
                self.live.insert(unit, instances);
            }
        }
    }

    /// The packages in their final order, earlier times of those that were gone for a while, and the
    /// index of each operating-system package by name.
    pub(crate) fn finish(self, gaps: &mut Vec<Gap>) -> (Vec<InstalledPackage>, Vec<Earlier>, HashMap<String, u32>) {
        let mut packages = Packages::new();
        for instance in self.live.into_values().flatten() {
            let presence = if instance.package.is_declared() { Presence::Declared } else { Presence::Present };
            add(&mut packages, instance, presence, None);
        }
        gaps.extend(listed::settle(&mut packages));
        let mut before: Vec<(Identity, Earlier)> = Vec::new();
        // The last time of a package that is gone comes first, and is what its row tells of.
        let mut gone = self.ended;
        gone.sort_by_key(|(_, ended)| std::cmp::Reverse(ended.layer));
        for (instance, ended) in gone {
            let identity = (instance.name(), instance.package.version.clone());
            let times = [Presence::Present, Presence::Declared, Presence::Shadowed];
            let later = times.iter().find_map(|presence| packages.get(&(identity.clone(), *presence)));
            match later {
                // Where another copy was there all the time, nothing was gone.
                Some(later) if later.version_since > ended.layer => {
                    let Instance { introduced_in, version_since, .. } = instance;
                    before.push((identity, Earlier { package: 0, introduced_in, version_since, ended }));
                }
                Some(later) if later.presence != Presence::Shadowed => {}
                _ => add(&mut packages, instance, Presence::Shadowed, Some(ended)),
            }
        }
        listed::settle(&mut packages);
        let mut packages: Vec<InstalledPackage> = packages.into_values().collect();
        for package in &mut packages {
            package.sightings.sort();
            package.sightings.dedup();
        }
        packages.sort_by(|a, b| {
            let key = |package: &InstalledPackage| (package.package.kind, package.presence);
            let text = |a: &InstalledPackage, b: &InstalledPackage| {
                (&a.package.name, &a.package.version, &a.package.architecture).cmp(&(
                    &b.package.name,
                    &b.package.version,
                    &b.package.architecture,
                ))
            };
            key(a).0.cmp(&key(b).0).then_with(|| text(a, b)).then_with(|| key(a).1.cmp(&key(b).1))
        });
        let earlier = placed(before, &packages);
        let os_packages = packages
            .iter()
            .enumerate()
            .filter(|(_, package)| package.package.kind.is_os() && package.presence == Presence::Present)
            .filter(|(_, package)| !is_note(&package.package))
            .map(|(at, package)| (package.package.name.clone(), at as u32))
            .collect();
        (packages, earlier, os_packages)
    }
}

/// Puts in the index of each package, now that it is known.
fn placed(before: Vec<(Identity, Earlier)>, packages: &[InstalledPackage]) -> Vec<Earlier> {
    if before.is_empty() {
        return Vec::new();
    }
    let mut places: HashMap<Identity, u32> = HashMap::new();
    for (at, installed) in (0..).zip(packages) {
        let identity = (name_of(&installed.package), installed.package.version.clone());
        if installed.presence == Presence::Shadowed {
            places.entry(identity).or_insert(at);
        } else {
            places.insert(identity, at);
        }
    }
    let place =
        |(identity, earlier): (Identity, Earlier)| Some(Earlier { package: *places.get(&identity)?, ..earlier });
    let mut earlier: Vec<Earlier> = before.into_iter().filter_map(place).collect();
    earlier.sort();
    earlier.dedup();
    earlier
}

pub(crate) fn name_of(package: &Package) -> Name {
    (package.kind, package.name.clone(), package.architecture.clone(), package.is_declared())
}

/// By what an instance is taken for the continuation of an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Follow {
    /// Same place and version.
    Itself,
    /// Same version elsewhere: it was moved.
    Version,
    /// Another version at the same place.
    Place,
    /// Another version elsewhere.
    Name,
}

/// The instances of one name that a layer touched, each to be taken once. All look-ups are
/// constant on average: an image may hold very many copies of one package.
#[derive(Debug, Default)]
struct Alike {
    instances: Vec<Option<Instance>>,
    by_place: HashMap<Location, usize>,
    by_version: HashMap<String, Vec<usize>>,
    first_left: usize,
}

impl Alike {
    fn add(&mut self, instance: Instance) {
        let at = self.instances.len();
        self.by_place.insert(instance.location.clone(), at);
        self.by_version.entry(instance.package.version.clone()).or_default().push(at);
        self.instances.push(Some(instance));
    }

    fn take(&mut self, new: &Instance, follow: Follow) -> Option<Instance> {
        match follow {
            Follow::Itself | Follow::Place => {
                let at = *self.by_place.get(&new.location)?;
                let same = self.instances[at].as_ref()?.package.version == new.package.version;
                if same || follow == Follow::Place { self.instances[at].take() } else { None }
            }
            Follow::Version => {
                let places = self.by_version.get_mut(&new.package.version)?;
                std::iter::from_fn(|| places.pop()).find_map(|at| self.instances[at].take())
            }
            Follow::Name => {
                while self.first_left < self.instances.len() {
                    self.first_left += 1;
                    if let Some(instance) = self.instances[self.first_left - 1].take() {
                        return Some(instance);
                    }
                }
                None
            }
        }
    }
}

fn add(packages: &mut Packages, instance: Instance, presence: Presence, ended: Option<Ended>) {
    let key = ((instance.name(), instance.package.version.clone()), presence);
    let package = packages.entry(key).or_insert_with(|| InstalledPackage {
        package: instance.package.clone(),
        presence,
        sightings: Vec::new(),
        introduced_in: instance.introduced_in,
        version_since: instance.version_since,
        ended: ended.clone(),
        owner: None,
        layer_owner: LayerOwner::Unknown,
    });
    package.sightings.push(Sighting {
        location: instance.location,
        position: instance.package.position,
        evidence: instance.package.evidence,
        layer: instance.version_since,
    });
    absorb(&mut package.package, instance.package);
    package.introduced_in = package.introduced_in.min(instance.introduced_in);
    package.version_since = package.version_since.min(instance.version_since);
    if package.ended.as_ref().map(|ended| ended.layer) < ended.as_ref().map(|ended| ended.layer) {
        package.ended = ended;
    }
}

/// Makes one of what two places say of the same package. The better evidence counts, and among equals the
/// smaller value, so that the order never matters.
fn absorb(package: &mut Package, other: Package) {
    let direct = package.direct.max(other.direct);
    let development = package.development && other.development;
    let is_better = said(&other) < said(package);
    let other = if is_better { std::mem::replace(package, other) } else { other };
    package.direct = direct;
    package.development = development;
    if package.requires != other.requires {
        package.requires.extend(other.requires);
        package.requires.sort();
        package.requires.dedup();
    }
}

/// All but what two places may each know a part of.
fn said(package: &Package) -> impl Ord + '_ {
    let Package { evidence, source, module, vendor, license, cpes, position, .. } = package;
    (evidence, source, module, vendor, license, cpes, position)
}
