//! Everything that the database knows of a vulnerability or a package, for people who ask.

use std::collections::BTreeSet;

use plimsoll_matching::{DISTRIBUTIONS, Row, rows_about};
use plimsoll_model::{
    Cluster, Distro, Epss, Facts, Gap, GapKind, Identity, Package, PackageKind, PackageUrl, SeverityClaim, Weakness,
};
use plimsoll_vulndb::{Database, DbError, Exploited, Hit};

use crate::AdvisorySource;

/// What is known under an id: usually of one vulnerability, of a bundle's several.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explained {
    /// The vulnerabilities, by displayed id; none where nothing is known of the id.
    pub vulnerabilities: Vec<Vulnerability>,
    /// Every record's row about a package, shard by shard.
    pub rows: Vec<Hit>,
}

/// A vulnerability under all its names, and what is known of it beside the packages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vulnerability {
    /// Its names.
    pub cluster: Cluster,
    /// Every score that any record gives it.
    pub severities: Vec<SeverityClaim>,
    /// How probable exploitation is; `None` is unknown, not zero.
    pub epss: Option<Epss>,
    /// CISA's entry, where it is known to be exploited.
    pub exploited: Option<Exploited>,
    /// What each source says beside the packages.
    pub facts: Vec<Facts>,
    /// Kinds of weakness that the sources name.
    pub weaknesses: Vec<Weakness>,
}

impl Vulnerability {
    fn read(database: &Database, cluster: Cluster) -> Result<Self, DbError> {
        let mut severities = Vec::new();
        let (mut epss, mut exploited, mut facts) = (None, None, Vec::new());
        for id in cluster.ids() {
            if severities.is_empty() {
                severities = database.severities(id)?;
            }
            if is_cve(id) {
                epss = epss.or(database.epss(id)?);
                exploited = exploited.or(database.exploited(id)?);
                facts.extend(database.facts(id)?);
            }
        }
        let numbers: BTreeSet<u32> = facts.iter().flat_map(|facts: &Facts| facts.weaknesses.iter().copied()).collect();
        let named = |number| {
            let name = database.weakness(number)?.unwrap_or_default();
            Ok(Weakness { number, name })
        };
        let weaknesses = numbers.into_iter().map(named).collect::<Result<_, DbError>>()?;
        Ok(Self { cluster, severities, epss, exploited, facts, weaknesses })
    }

    fn is_known(&self) -> bool {
        !self.severities.is_empty() || self.epss.is_some() || self.exploited.is_some() || !self.facts.is_empty()
    }
}

/// Everything that is known of a vulnerability by any of its ids; rows only of packages of this name
/// where one is given.
///
/// # Errors
/// When a shard cannot be read.
pub fn explain(database: &Database, id: &str, package: Option<&str>) -> Result<Explained, DbError> {
    let id = id.trim();
    let mut rows = database.search(id)?;
    // A search finds packages of this name too.
    rows.retain(|hit| identifies(hit, id));
    let mut clusters: BTreeSet<Cluster> = rows.iter().flat_map(|hit| hit.candidate.clusters.iter().cloned()).collect();
    let is_of = |cluster: &Cluster| cluster.ids().any(|own| own.eq_ignore_ascii_case(id));
    if clusters.iter().any(is_of) {
        clusters.retain(is_of);
    }
    if clusters.is_empty() {
        clusters.insert(Cluster { id: canonical(id), aliases: Vec::new() });
    }
    let vulnerabilities = clusters.into_iter().map(|cluster| Vulnerability::read(database, cluster));
    let mut vulnerabilities = vulnerabilities.collect::<Result<Vec<_>, _>>()?;
    if rows.is_empty() {
        vulnerabilities.retain(Vulnerability::is_known);
    }
    if let Some(package) = package {
        rows.retain(|hit| is_named(&hit.candidate.affected.name, package));
    }
    Ok(Explained { vulnerabilities, rows })
}

/// The rows about the package that a URL names, in the shards that answer for it, each with what it
/// says of the URL's version.
///
/// # Errors
/// The gap that a scan would report of such a package.
pub fn rows_of_url(source: &AdvisorySource, url: &PackageUrl) -> Result<Vec<Row>, Box<Gap>> {
    let Some(package) = url.package() else {
        let why = format!("packages of the type `{}` are not known", url.purl_type);
        return Err(Box::new(Gap::new(GapKind::NoLanguageFeed, "", why)));
    };
    rows_about(&package, &system_of(url, &package), source)
}

/// The system of a distribution's package: by `distro=debian-12`, or `distro=12` and the namespace.
fn system_of(url: &PackageUrl, package: &Package) -> Identity {
    if !package.kind.is_os() {
        return Identity::Unknown;
    }
    let namespace = url.namespace.as_deref().filter(|_| package.kind != PackageKind::Ebuild);
    let qualifier = url.qualifiers.get("distro").map(String::as_str);
    let ids = || DISTRIBUTIONS.iter().filter(|row| row.kind == package.kind).map(|row| row.id);
    // The longest id that it begins with: there are ids with dashes.
    let told = qualifier.and_then(|text| {
        let rest = |id: &str| {
            let (start, rest) = text.split_at_checked(id.len())?;
            (start.eq_ignore_ascii_case(id) && (rest.is_empty() || rest.starts_with('-'))).then_some(rest)
        };
        ids().filter_map(|id| Some((id, rest(id)?.trim_start_matches('-')))).max_by_key(|(id, _)| id.len())
    });
    let (id, version) = match (told, namespace, qualifier) {
        (Some((id, version)), ..) => (id.to_owned(), Some(version)),
        (None, Some(namespace), _) => (namespace.to_lowercase(), qualifier),
        (None, None, Some(text)) => (text.to_lowercase(), None),
        (None, None, None) => return Identity::Unknown,
    };
    let version = version.filter(|version| !version.is_empty()).map(str::to_owned);
    Identity::Distro(Distro { id, version, ..Distro::default() })
}

fn identifies(hit: &Hit, id: &str) -> bool {
    let advisory = &hit.candidate.advisory;
    let own = std::iter::once(&advisory.id).chain(&advisory.aliases).map(String::as_str);
    hit.candidate.clusters.iter().flat_map(Cluster::ids).chain(own).any(|known| known.eq_ignore_ascii_case(id))
}

/// By the whole name or its last part, as a search does.
fn is_named(name: &str, wanted: &str) -> bool {
    let last = name.rsplit([':', '/']).next().unwrap_or(name);
    name.eq_ignore_ascii_case(wanted) || last.eq_ignore_ascii_case(wanted)
}

fn canonical(id: &str) -> String {
    let upper = id.to_ascii_uppercase();
    if is_cve(&upper) { upper } else { id.to_owned() }
}

fn is_cve(id: &str) -> bool {
    id.starts_with("CVE-")
}
