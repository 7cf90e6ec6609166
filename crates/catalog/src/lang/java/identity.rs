//! Which packages an archive is and holds, by all that was found in it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use plimsoll_facts::{Sink, Unreadable, View};
use plimsoll_model::path::{name_of, parent_of};
use plimsoll_model::{EvidenceKind, FilePath, Gap, GapKind, Location, Package, PackageKind};

use super::coordinates::{Coordinates, id, is_version};
use super::known::group_of;
use super::manifest::Manifest;
use super::pom::Pom;
use super::{ARCHIVE, MANIFEST, POM, PROPERTIES};
use crate::lang::field;

/// Puts the packages of every archive of the view into `out`.
pub(super) fn identify(view: &View<'_>, out: &mut Sink) -> Result<(), Unreadable> {
    let mut archives: BTreeMap<Location, Archive> = BTreeMap::new();
    for fragment in view.fragments() {
        let mut location = fragment.location();
        let member = if matches!(fragment.kind, PROPERTIES | POM | MANIFEST) { location.inside.pop() } else { None };
        let archive = archives.entry(location).or_default();
        let damaged = |_| Unreadable::syntax("its facts are damaged");
        match (fragment.kind, member) {
            (PROPERTIES, Some(member)) => {
                archive.properties.push((member, postcard::from_bytes(fragment.bytes).map_err(damaged)?));
            }
            (POM, Some(member)) => archive.poms.push((member, postcard::from_bytes(fragment.bytes).map_err(damaged)?)),
            (ARCHIVE, _) => archive.sha1 = fragment.bytes.try_into().ok(),
            (MANIFEST, _) => archive.manifest = Some(postcard::from_bytes(fragment.bytes).map_err(damaged)?),
            _ => {}
        }
    }
    // An archive of archives is an application: its parts are what advisories are about.
    let mut outer: BTreeSet<Location> = BTreeSet::new();
    for location in archives.keys() {
        let mut location = location.clone();
        if location.inside.pop().is_some() {
            outer.insert(location);
        }
    }
    for (location, archive) in &archives {
        archive.put(location, outer.contains(location), out);
    }
    Ok(())
}

/// What was found in one archive.
#[derive(Default)]
struct Archive {
    properties: Vec<(FilePath, Coordinates)>,
    poms: Vec<(FilePath, Pom)>,
    manifest: Option<Manifest>,
    sha1: Option<[u8; 20]>,
}

impl Archive {
    fn put(&self, location: &Location, holds_archives: bool, out: &mut Sink) {
        let name = String::from_utf8_lossy(name_of(innermost(location))).into_owned();
        let stem = name.rfind('.').map_or(name.as_str(), |dot| &name[..dot]);
        let found = self.coordinates();
        let poms: HashMap<&[u8], &Pom> =
            self.poms.iter().map(|(member, pom)| (parent_of(member.as_bytes()), pom)).collect();
        let package = |(member, found): (&FilePath, &Coordinates)| {
            let mut package = found.package();
            if let Some(pom) = poms.get(parent_of(member.as_bytes())) {
                pom.describe(&mut package);
            }
            package
        };
        let own = match found.as_slice() {
            [only] => Some(only),
            several => several
                .iter()
                .filter(|(_, found)| found.explains(stem) > 0)
                .max_by_key(|(_, found)| found.explains(stem)),
        };
        let named = Named::new(stem, self.manifest.as_ref());
        let explained = own.is_some_and(|(_, found)| found.explains(stem) > 0);
        let known = named.package().filter(|package| {
            package.name.contains(':') && !found.iter().any(|(_, found)| found.name() == package.name)
        });
        // What the archive says of itself counts more than the one part that it happens to list.
        let own = if explained || known.is_none() { own } else { None };
        if let Some(own) = own {
            out.package_at(location.clone(), package(*own));
        }
        for (member, embedded) in found.iter().filter(|found| Some(*found) != own) {
            let mut inside = location.inside.clone();
            inside.push((*member).clone());
            out.package_at(Location { path: location.path.clone(), inside }, package((member, embedded)));
        }
        if own.is_none()
            && let Some(known) = known
        {
            out.package_at(location.clone(), known);
        } else if found.is_empty() && !named.is_without_code() {
            self.put_doubtful(location, named.package(), holds_archives, out);
        }
    }

    /// Those of `pom.properties`, and of each `pom.xml` that stands alone.
    fn coordinates(&self) -> Vec<(&FilePath, &Coordinates)> {
        let folders: BTreeSet<&[u8]> = self.properties.iter().map(|(member, _)| parent_of(member.as_bytes())).collect();
        let alone = self.poms.iter().filter(|(member, _)| !folders.contains(parent_of(member.as_bytes())));
        let alone = alone.filter_map(|(member, pom)| Some((member, pom.coordinates.as_ref()?)));
        let properties = self.properties.iter().map(|(member, found)| (member, found));
        let mut seen = BTreeSet::new();
        properties.chain(alone).filter(|(_, found)| seen.insert(*found)).collect()
    }

    /// A package of unknown group, or an archive of which nothing is known.
    fn put_doubtful(&self, location: &Location, package: Option<Package>, holds_archives: bool, out: &mut Sink) {
        if self.manifest.as_ref().is_some_and(Manifest::is_runtime) {
            return;
        }
        let detail = match package {
            Some(package) => {
                out.package_at(location.clone(), package);
                "its Maven group cannot be told, so no advisory can be looked up"
            }
            None => "neither its contents nor its name tell which version of what it is",
        };
        if let Some(package) = self.by_digest(location) {
            out.package_at(location.clone(), package);
        }
        if !holds_archives {
            let subject = Sink::new(location.path.clone(), location.inside.clone()).subject();
            out.gap(Gap::new(GapKind::NoIdentity, subject, detail));
        }
    }
}

impl Archive {
    /// A package of which nothing but its digest is known, until an index is asked.
    fn by_digest(&self, location: &Location) -> Option<Package> {
        let digits: String = self.sha1?.iter().map(|byte| format!("{byte:02x}")).collect();
        let name = String::from_utf8_lossy(name_of(innermost(location))).into_owned();
        Some(Package::new(PackageKind::Maven, name, digits, EvidenceKind::Digest))
    }
}

fn innermost(location: &Location) -> &[u8] {
    location.inside.last().map_or(location.path.as_bytes(), FilePath::as_bytes)
}

/// What an archive's name and manifest say of it.
struct Named<'a> {
    group: Option<&'a str>,
    artifact: Option<&'a str>,
    version: Option<&'a str>,
    classifier: Option<&'a str>,
    evidence: EvidenceKind,
}

impl<'a> Named<'a> {
    fn new(stem: &'a str, manifest: Option<&'a Manifest>) -> Self {
        static NONE: Manifest = Manifest::EMPTY;
        let evidence = if manifest.is_some() { EvidenceKind::Manifest } else { EvidenceKind::FileName };
        let manifest = manifest.unwrap_or(&NONE);
        if let (Some(group), Some(artifact)) = (manifest.plugin_group.as_deref(), manifest.plugin_name.as_deref()) {
            let version = manifest.plugin_version.as_deref().and_then(first_word);
            return Self { group: Some(group), artifact: Some(artifact), version, classifier: None, evidence };
        }
        let said = manifest.version.as_deref().and_then(first_word);
        let (artifact, version, classifier) = split(stem, said);
        let title = manifest.title.as_deref().and_then(title_coordinates);
        let bundle = manifest.bundle.as_deref();
        let version = version.or(said).or(title.map(|(_, _, version)| version)).or(manifest.bundle_version.as_deref());
        let named = Self { group: None, artifact: Some(artifact), version, classifier, evidence };
        if let Some(group) = version.and_then(|version| group_of(artifact, version)) {
            return Self { group: Some(group), ..named };
        }
        if let Some((group, artifact)) = bundle.and_then(tomcat) {
            return Self { group: Some(group), artifact: Some(artifact), ..named };
        }
        if let Some((group, title_artifact, _)) = title {
            // Elasticsearch calls itself `server` there; a file name with a version knows better.
            let by_file = artifact.len() < stem.len();
            return Self {
                group: Some(group),
                artifact: Some(if by_file { artifact } else { title_artifact }),
                ..named
            };
        }
        // A shaded jar may carry the manifest of one of its parts.
        let of_this = match (version, said) {
            (Some(version), Some(said)) => said.starts_with(version) || version.starts_with(said),
            _ => true,
        };
        let by_bundle = bundle.and_then(|bundle| bundle.strip_suffix(artifact)?.strip_suffix('.'));
        let mut groups = [manifest.vendor_id.as_deref(), by_bundle].into_iter().flatten();
        Self { group: groups.find(|group| of_this && is_group(group)), ..named }
    }

    fn package(&self) -> Option<Package> {
        let (artifact, version) = (self.artifact.and_then(id)?, self.version.and_then(field)?);
        if !is_version(version) {
            return None;
        }
        let name = match self.group.and_then(id) {
            Some(group) => format!("{group}:{artifact}"),
            None => artifact.to_owned(),
        };
        Some(Package::new(PackageKind::Maven, name, version, self.evidence))
    }

    /// Whether it holds sources or documentation.
    fn is_without_code(&self) -> bool {
        matches!(self.classifier, Some("sources" | "javadoc"))
    }
}

/// What may follow a version in a file name without being a part of it.
const CLASSIFIERS: [&str; 16] = [
    "sources",
    "javadoc",
    "tests",
    "all",
    "boot",
    "exec",
    "fat",
    "jakarta",
    "jar-with-dependencies",
    "shaded",
    "standalone",
    "linux-aarch_64",
    "linux-x86_64",
    "osx-aarch_64",
    "osx-x86_64",
    "windows-x86_64",
];

/// Artifact, version and classifier out of a file name without its suffix. `said` is the version
/// by another source, which helps where an artifact's name holds digits.
fn split<'a>(stem: &'a str, said: Option<&str>) -> (&'a str, Option<&'a str>, Option<&'a str>) {
    let (rest, classifier) = CLASSIFIERS
        .iter()
        .find_map(|classifier| {
            let rest = stem.strip_suffix(classifier)?.strip_suffix('-')?;
            Some((rest, Some(&stem[rest.len() + 1..])))
        })
        .unwrap_or((stem, None));
    let by_said = said.and_then(|said| rest.strip_suffix(said)?.strip_suffix(['-', '_'])).map(str::len);
    let before_digit = |mark: u8| {
        let bytes = rest.as_bytes();
        (1..bytes.len()).find(|&at| bytes[at] == mark && bytes.get(at + 1).is_some_and(u8::is_ascii_digit))
    };
    match by_said.filter(|at| *at > 0).or_else(|| before_digit(b'-')).or_else(|| before_digit(b'_')) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..]), classifier),
        // Without a version the end of the name is not a classifier either.
        None => (stem, None, None),
    }
}

/// `group#artifact;version`, a title that some Gradle builds write.
fn title_coordinates(title: &str) -> Option<(&str, &str, &str)> {
    let (group, rest) = title.split_once('#')?;
    let (artifact, version) = rest.split_once(';')?;
    Some((id(group)?, id(artifact)?, first_word(version)?))
}

/// Tomcat's jars, which are called otherwise in its own folders than in Maven's.
fn tomcat(bundle: &str) -> Option<(&'static str, &str)> {
    let artifact = bundle.strip_prefix("org.apache.").filter(|artifact| artifact.starts_with("tomcat-"))?;
    // The only one whose bundle is called otherwise than its artifact.
    let artifact = if artifact == "tomcat-embed-jasper-el" { "tomcat-embed-el" } else { artifact };
    let embedded = artifact.starts_with("tomcat-embed-");
    Some((if embedded { "org.apache.tomcat.embed" } else { "org.apache.tomcat" }, artifact))
}

/// Whether a name can be a Maven group and is not that of a whole organisation, which has many.
fn is_group(name: &str) -> bool {
    const ORGANISATIONS: [&str; 19] = [
        "com.github",
        "com.google",
        "com.ibm",
        "com.microsoft",
        "com.oracle",
        "com.squareup",
        "com.sun",
        "io.github",
        "net.java",
        "net.sf",
        "net.sourceforge",
        "org.apache",
        "org.codehaus",
        "org.eclipse",
        "org.glassfish",
        "org.hibernate",
        "org.jboss",
        "org.joda",
        "org.springframework",
    ];
    id(name).is_some() && name.contains('.') && !ORGANISATIONS.contains(&name)
}

fn first_word(text: &str) -> Option<&str> {
    text.split_whitespace().next()
}
