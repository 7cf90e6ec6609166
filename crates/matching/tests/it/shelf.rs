//! A shelf of written advisories, and inventories in a few words.

use std::cell::Cell;
use std::collections::BTreeSet;

use plimsoll_matching::{Advisories, MatchOptions, Matched, match_inventory};
use plimsoll_model::{
    Advisory, AdvisoryClass, Affected, Candidate, Cluster, Distro, Epss, EvidenceKind, Facts, Finding, GapKind,
    Identity, InstalledPackage, Inventory, LayerOwner, LifeCycle, Package, PackageKind, Presence, Probability,
    RangeEnd, Scope, Score, Severity, SeverityClaim, ShardName, SourcePackage, Status, Timestamp, VersionRange,
};

/// Advisories in memory, asked in the order in which they were put there.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    pub shards: BTreeSet<ShardName>,
    pub candidates: Vec<Candidate>,
    pub exploited: Vec<&'static str>,
    pub severities: Vec<(&'static str, SeverityClaim)>,
    /// CVEs and their probabilities in percent.
    pub epss: Vec<(&'static str, f64)>,
    pub facts: Vec<(&'static str, Facts)>,
    pub cycles: Vec<LifeCycle>,
    /// Repositories and their channels.
    pub repositories: Vec<(&'static str, Vec<&'static str>)>,
    /// Shards that are damaged.
    pub broken: BTreeSet<ShardName>,
    /// How often rows were asked for.
    pub asked: Cell<u32>,
    /// How many were handed out because a package wanted them.
    pub wanted: Cell<usize>,
}

impl Shelf {
    /// With the shards of the candidates and the list of exploited vulnerabilities.
    pub fn of(candidates: impl IntoIterator<Item = Candidate>) -> Self {
        let candidates: Vec<Candidate> = candidates.into_iter().collect();
        let mut shards: BTreeSet<ShardName> = candidates.iter().map(|row| row.affected.shard.clone()).collect();
        shards.insert(ShardName::kev());
        Self { shards, candidates, ..Self::default() }
    }

    pub fn with_shard(mut self, name: &str) -> Self {
        self.shards.insert(ShardName::clean(name));
        self
    }

    /// Matches with the default options.
    pub fn matched(&self, inventory: &Inventory) -> Matched {
        match_inventory(inventory, self, &MatchOptions::default())
    }
}

impl Advisories for Shelf {
    fn has_shard(&self, shard: &ShardName) -> bool {
        self.shards.contains(shard)
    }

    fn feed_use(&self, shard: &ShardName) -> (Vec<String>, Option<Timestamp>) {
        if self.shards.contains(shard) { (vec!["written".into()], Some(Timestamp(0))) } else { Default::default() }
    }

    fn candidates(&self, shard: &ShardName, name: &str) -> Result<Vec<Candidate>, String> {
        self.asked.set(self.asked.get() + 1);
        if self.broken.contains(shard) {
            return Err("block 3 has another checksum".into());
        }
        assert!(self.shards.contains(shard), "{shard} was asked for, though it is not there");
        let rows = self.candidates.iter().filter(|row| row.affected.shard == *shard && row.affected.name == name);
        Ok(rows.cloned().collect())
    }

    fn candidates_where(
        &self,
        shard: &ShardName,
        name: &str,
        is_wanted: &mut dyn FnMut(&Affected) -> bool,
    ) -> Result<Vec<Candidate>, String> {
        let mut found = self.candidates(shard, name)?;
        found.retain(|candidate| is_wanted(&candidate.affected));
        self.wanted.set(self.wanted.get() + found.len());
        Ok(found)
    }

    fn severities(&self, id: &str) -> Result<Vec<SeverityClaim>, String> {
        if self.broken.contains(&ShardName::clean("severities")) {
            return Err("it is cut short".into());
        }
        Ok(self.severities.iter().filter(|(known, _)| *known == id).map(|(_, claim)| claim.clone()).collect())
    }

    fn known_exploited(&self, cve: &str) -> Result<bool, String> {
        if self.broken.contains(&ShardName::kev()) {
            return Err("it is cut short".into());
        }
        Ok(self.exploited.contains(&cve))
    }

    fn epss(&self, cve: &str) -> Result<Option<Epss>, String> {
        if self.broken.contains(&ShardName::epss()) {
            return Err("it is cut short".into());
        }
        let found = self.epss.iter().find(|(id, _)| *id == cve);
        Ok(found
            .and_then(|(_, percent)| Probability::new(percent / 100.0))
            .map(|score| Epss { score, percentile: score }))
    }

    fn facts(&self, cve: &str) -> Result<Vec<Facts>, String> {
        Ok(self.facts.iter().filter(|(id, _)| *id == cve).map(|(_, facts)| facts.clone()).collect())
    }

    fn weakness(&self, number: u32) -> Result<Option<String>, String> {
        Ok((number == 79).then(|| "Cross-site Scripting".into()))
    }

    fn life_cycles(&self, product: &str) -> Result<Vec<LifeCycle>, String> {
        Ok(self.cycles.iter().filter(|cycle| cycle.product == product).cloned().collect())
    }

    fn repository_channels(&self, repository: &str) -> Result<Option<Vec<String>>, String> {
        if self.broken.contains(&ShardName::redhat_repositories()) {
            return Err("it is cut short".into());
        }
        let found = self.repositories.iter().find(|(name, _)| *name == repository);
        Ok(found.map(|(_, channels)| channels.iter().map(|channel| (*channel).to_owned()).collect()))
    }
}

/// A record with one row: the first id is the record's own, a CVE among them is displayed. Ranges
/// are written `>=1.0 <1.2`, `<=3`, `<!4` (before 4, which is no fix), `*`, apart by `||`; `=1.1` is
/// a listed version.
pub fn row(shard: &str, name: &str, ids: &str, ranges: &str) -> Candidate {
    let ids: Vec<&str> = ids.split_whitespace().collect();
    let cves: Vec<String> = ids.iter().filter(|id| id.starts_with("CVE-")).map(|id| (*id).to_owned()).collect();
    let displayed = cves.first().map_or(ids[0], String::as_str);
    let mut aliases: Vec<String> = ids.iter().filter(|id| **id != displayed).map(|id| (*id).to_owned()).collect();
    aliases.sort();
    let (listed, written): (Vec<&str>, Vec<&str>) =
        ranges.split("||").map(str::trim).filter(|range| !range.is_empty()).partition(|range| range.starts_with('='));
    Candidate {
        observed: None,
        clusters: vec![Cluster { id: displayed.to_owned(), aliases: aliases.clone() }],
        advisory: Advisory {
            id: ids[0].to_owned(),
            source: "written".into(),
            cves: cves.clone(),
            aliases: aliases.into_iter().filter(|id| id != ids[0]).collect(),
            class: if ids[0].starts_with("MAL-") { AdvisoryClass::Malware } else { AdvisoryClass::Vulnerability },
            title: String::new(),
            severities: Vec::new(),
            published: None,
            modified: None,
            withdrawn: None,
            urls: Vec::new(),
            affected: Vec::new(),
        },
        affected: Affected {
            shard: ShardName::clean(shard),
            name: name.to_owned(),
            status: Status::Affected,
            ranges: written.into_iter().map(range).collect(),
            versions: listed.into_iter().map(|listed| listed[1..].to_owned()).collect(),
            severities: Vec::new(),
            fix_date: None,
            scope: Scope::default(),
        },
    }
}

fn range(text: &str) -> VersionRange {
    let (introduced, end) = match text.strip_prefix(">=") {
        Some(rest) => match rest.split_once(' ') {
            Some((first, end)) => (Some(first.to_owned()), end.trim()),
            None => (Some(rest.to_owned()), "*"),
        },
        None => (None, text),
    };
    let end = if let Some(last) = end.strip_prefix("<=") {
        RangeEnd::LastAffected(last.into())
    } else if let Some(other) = end.strip_prefix("<!") {
        RangeEnd::Before(other.into())
    } else if let Some(fixed) = end.strip_prefix('<') {
        RangeEnd::Fixed(fixed.into())
    } else {
        RangeEnd::Open
    };
    VersionRange { introduced, end }
}

/// Changes to a written row.
pub trait Changed: Sized {
    fn status(self, status: Status) -> Self;
    fn claim(self, source: &str, severity: Severity) -> Self;
    fn module(self, module: &str) -> Self;
    fn channel(self, channel: &str) -> Self;
    fn source(self, source: &str) -> Self;
    fn title(self, title: &str) -> Self;
    /// The vulnerabilities that a bundle is about.
    fn bundles(self, cves: &[&str]) -> Self;
}

impl Changed for Candidate {
    fn status(mut self, status: Status) -> Self {
        self.affected.status = status;
        self
    }
    fn claim(mut self, source: &str, severity: Severity) -> Self {
        self.advisory.severities.push(word(source, severity));
        self
    }
    fn module(mut self, module: &str) -> Self {
        self.affected.scope.module = Some(module.to_owned());
        self
    }
    fn channel(mut self, channel: &str) -> Self {
        self.affected.scope.channel = Some(channel.to_owned());
        self
    }
    fn source(mut self, source: &str) -> Self {
        self.advisory.source = source.to_owned();
        self
    }
    fn title(mut self, title: &str) -> Self {
        self.advisory.title = title.to_owned();
        self
    }
    fn bundles(mut self, cves: &[&str]) -> Self {
        self.clusters = cves.iter().map(|id| Cluster { id: (*id).to_owned(), aliases: Vec::new() }).collect();
        self.advisory.cves = cves.iter().map(|id| (*id).to_owned()).collect();
        self
    }
}

/// A claim by word.
pub fn word(source: &str, severity: Severity) -> SeverityClaim {
    SeverityClaim { severity, score: None, vector: None, source: source.into() }
}

/// A claim by score.
pub fn scored(source: &str, score: f64) -> SeverityClaim {
    let score = Score::new(score).unwrap();
    SeverityClaim {
        severity: Severity::from_score(score),
        score: Some(score),
        vector: Some("CVSS:3.1/…".into()),
        source: source.into(),
    }
}

/// A present package.
pub fn package(kind: PackageKind, name: &str, version: &str) -> InstalledPackage {
    InstalledPackage {
        package: Package::new(kind, name, version, EvidenceKind::InstalledDatabase),
        presence: Presence::Present,
        sightings: Vec::new(),
        introduced_in: 0,
        version_since: 0,
        ended: None,
        owner: None,
        layer_owner: LayerOwner::Unknown,
    }
}

/// A package of a Debian maintainer.
pub fn deb(name: &str, version: &str) -> InstalledPackage {
    package(PackageKind::Deb, name, version).vendor("Debian Team <team@lists.debian.org>")
}

pub fn apk(name: &str, version: &str) -> InstalledPackage {
    package(PackageKind::Apk, name, version).vendor("Natanael Copa <ncopa@alpinelinux.org>")
}

/// A package of AlmaLinux.
pub fn rpm(name: &str, version: &str) -> InstalledPackage {
    package(PackageKind::Rpm, name, version).vendor("AlmaLinux")
}

/// Changes to a written package.
pub trait With: Sized {
    fn vendor(self, vendor: &str) -> Self;
    fn source_package(self, name: &str, version: &str) -> Self;
    fn of_module(self, module: &str) -> Self;
    fn presence(self, presence: Presence) -> Self;
    fn owned_by(self, owner: u32) -> Self;
    fn named(self, cpe: &str) -> Self;
}

impl With for InstalledPackage {
    fn vendor(mut self, vendor: &str) -> Self {
        self.package.vendor = Some(vendor.to_owned());
        self
    }
    fn source_package(mut self, name: &str, version: &str) -> Self {
        self.package.source = Some(SourcePackage { name: name.to_owned(), version: version.to_owned() });
        self
    }
    fn of_module(mut self, module: &str) -> Self {
        self.package.module = Some(module.to_owned());
        self
    }
    fn presence(mut self, presence: Presence) -> Self {
        self.presence = presence;
        self
    }
    fn owned_by(mut self, owner: u32) -> Self {
        self.owner = Some(owner);
        self
    }
    fn named(mut self, cpe: &str) -> Self {
        self.package.cpes.push(cpe.to_owned());
        self
    }
}

/// An inventory of a distribution, written `debian 12`; `scratch` and `unknown` are what they say.
pub fn inventory(system: &str, packages: impl IntoIterator<Item = InstalledPackage>) -> Inventory {
    let identity = match system {
        "scratch" => Identity::Scratch,
        "unknown" => Identity::Unknown,
        _ => {
            let (id, version) = system.split_once(' ').map_or((system, None), |(id, version)| (id, Some(version)));
            Identity::Distro(Distro { id: id.into(), version: version.map(str::to_owned), ..Distro::default() })
        }
    };
    Inventory { identity, packages: packages.into_iter().collect(), ..Inventory::default() }
}

/// What is asked of a result, in a few words.
pub trait Told {
    /// `id package fix`, the fix as a version or a state.
    fn found(&self) -> Vec<String>;
    fn gap_kinds(&self) -> Vec<GapKind>;
    /// `subject: detail` of the gaps of one kind.
    fn gaps(&self, kind: GapKind) -> Vec<String>;
}

impl Told for Matched {
    fn found(&self) -> Vec<String> {
        let told = |finding: &Finding| {
            let fix = finding.fix.version().unwrap_or(finding.fix.name());
            format!("{} {} {fix}", finding.id, finding.package)
        };
        self.findings.iter().map(told).collect()
    }
    fn gap_kinds(&self) -> Vec<GapKind> {
        self.coverage.gaps.iter().map(|gap| gap.kind).collect()
    }
    fn gaps(&self, kind: GapKind) -> Vec<String> {
        let of_kind = self.coverage.gaps.iter().filter(|gap| gap.kind == kind);
        of_kind.map(|gap| format!("{}: {}", gap.subject, gap.detail)).collect()
    }
}
