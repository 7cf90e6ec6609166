//! One OSV record as an advisory.

use std::collections::BTreeSet;

use plimsoll_model::{
    Advisory, AdvisoryClass, Affected, PackageKind, Scope, SeverityClaim, Status, Timestamp, VersionRange,
};

use super::ecosystem::Ecosystem;
use super::errata::{self, Erratum};
use super::go::GoSpecific;
use super::range;
use super::raw::{self, DatabaseSpecific};
use crate::table::Feed;
use crate::{score, text};

/// An advisory, how many of its rows belong elsewhere, and what is wrong with a row that had to be
/// left out.
pub(super) struct Converted {
    pub advisory: Advisory,
    pub foreign_rows: u64,
    pub broken_row: Option<String>,
}

pub(super) fn advisory(feed: &Feed, raw: &raw::Record<'_>) -> Result<Converted, String> {
    let id = raw.id.trim();
    if !text::is_id(id) {
        return Err("the id has characters that no id has".into());
    }
    let specific = DatabaseSpecific::read(raw.database_specific);
    let erratum = errata::erratum(id);
    let (cves, aliases) = names(id, raw, erratum.is_some());
    let claims_by = source_of(id);

    let date = |field: &Option<String>| field.as_deref().and_then(Timestamp::parse);
    let (published, modified) = (date(&raw.published), date(&raw.modified));
    let withdrawn = raw.withdrawn.as_deref().filter(|text| !text.trim().is_empty()).map(|text| {
        // The source says that it is withdrawn; an unreadable date does not make it valid again.
        Timestamp::parse(text).or(modified).or(published).unwrap_or(Timestamp(0))
    });

    let mut affected = Vec::with_capacity(raw.affected.len());
    let mut foreign_rows = 0;
    let mut broken_row = None;
    let mut informational = None;
    let mut row_vectors = Vec::new();
    for row in &raw.affected {
        let Some(package) = &row.package else {
            foreign_rows += 1;
            continue;
        };
        let Some(ecosystem) = Ecosystem::read(&package.ecosystem).filter(|found| feed.shards.holds(&found.shard))
        else {
            foreign_rows += 1;
            continue;
        };
        let row_specific = DatabaseSpecific::read(row.database_specific);
        if let Some(word) = row_specific.informational.as_str() {
            informational = Some(word.to_owned());
        }
        if let Some(vector) = row_specific.cvss.as_str() {
            row_vectors.push(vector.to_owned());
        }
        match convert_row(row, package, ecosystem, &claims_by, withdrawn.is_some()) {
            Ok(row) => affected.push(row),
            Err(why) => broken_row = Some(format!("{}: {why}", package.name)),
        }
    }
    let informational = informational.or_else(|| specific.informational.as_str().map(str::to_owned));

    let summary = raw.summary.as_deref().unwrap_or_default();
    if erratum.is_some() {
        name_module(&mut affected, summary);
    }
    let mut severities = severities(raw, &specific, &claims_by);
    if severities.is_empty() {
        // RustSec's own place for the vector, from before OSV had one.
        for vector in &row_vectors {
            score::add(&mut severities, score::from_vector(vector, &claims_by));
        }
    }
    if erratum.is_some()
        && let Some(severity) = errata::severity(summary)
    {
        let source = claims_by.clone();
        score::add(&mut severities, Some(SeverityClaim { severity, score: None, vector: None, source }));
    }
    let class = class(id, erratum, informational.as_deref(), &cves, &aliases, &severities);
    if class == AdvisoryClass::Malware {
        score::add(&mut severities, score::from_word("critical", &claims_by));
    }

    let advisory = Advisory {
        id: id.to_owned(),
        source: feed.id.to_owned(),
        cves,
        aliases,
        class,
        title: text::title(raw.summary.as_deref(), raw.details.as_deref()),
        severities,
        published,
        modified,
        withdrawn,
        urls: urls(raw),
        affected: merge(affected),
    };
    Ok(Converted { advisory, foreign_rows, broken_row })
}

/// The CVEs that the record is about, and its other names.
fn names(id: &str, raw: &raw::Record<'_>, cves_are_related: bool) -> (Vec<String>, Vec<String>) {
    let mut cves = BTreeSet::new();
    let mut aliases = BTreeSet::new();
    for name in std::iter::once(id).chain(raw.aliases.iter().map(String::as_str)) {
        let name = name.trim();
        if let Some(cve) = text::cve(name) {
            cves.insert(cve);
        } else if name != id && text::is_id(name) {
            aliases.insert(name.to_owned());
        }
    }
    // `upstream` is what a distribution's record was made for; its other ids are no names of this one.
    cves.extend(raw.upstream.iter().filter_map(|name| text::cve(name.trim())));
    if cves_are_related {
        cves.extend(raw.related.iter().filter_map(|name| text::cve(name.trim())));
    }
    (cves.into_iter().collect(), aliases.into_iter().collect())
}

/// Who makes the severity claims of a record, by its id.
fn source_of(id: &str) -> String {
    let prefix = id.split('-').next().unwrap_or_default();
    match prefix {
        "BIT" => "bitnami",
        "MAL" => "ossf",
        "FOP" => "friendsofphp",
        "NSWG" => "nodejs",
        "ALSA" | "ALBA" | "ALEA" => "almalinux",
        "RLSA" | "RLBA" | "RLEA" | "RXSA" => "rocky",
        "DSA" | "DLA" | "DEBIAN" => "debian",
        "USN" | "UBUNTU" => "ubuntu",
        // Records named by a bare CVE are OSV's own, made from the CVE list.
        "CVE" => "osv",
        _ => return prefix.to_ascii_lowercase(),
    }
    .to_owned()
}

fn severities(raw: &raw::Record<'_>, specific: &DatabaseSpecific, claims_by: &str) -> Vec<SeverityClaim> {
    let mut claims = vectors(&raw.severity, claims_by);
    if let Some(word) = specific.severity.as_str() {
        score::add(&mut claims, score::from_word(word, claims_by));
    }
    if let Some(number) = specific.cvss_score.as_f64() {
        let is_version_two = specific.cvss_type.as_str() == Some("cvss_v2");
        score::add(&mut claims, score::from_score(number, is_version_two, claims_by));
    }
    claims
}

fn vectors(severities: &[raw::Severity], claims_by: &str) -> Vec<SeverityClaim> {
    let mut claims = Vec::new();
    for severity in severities {
        if let Some(text) = severity.score.as_str() {
            // Ubuntu writes its own word where others write a vector.
            let claim = score::from_vector(text, claims_by).or_else(|| score::from_word(text, claims_by));
            score::add(&mut claims, claim);
        }
    }
    claims
}

/// What the record is about.
///
/// RustSec marks crates that nobody maintains (`unmaintained`) and hints (`notice`): no
/// vulnerabilities. It also marks `unsound` interfaces, which only bite a caller that uses them in a
/// certain way; they count as vulnerabilities where somebody else took them for one (a CVE, a GitHub
/// advisory, a score) and are worth knowing otherwise, as RustSec's own tool has it.
fn class(
    id: &str,
    erratum: Option<Erratum>,
    informational: Option<&str>,
    cves: &[String],
    aliases: &[String],
    severities: &[SeverityClaim],
) -> AdvisoryClass {
    if id.starts_with("MAL-") {
        return AdvisoryClass::Malware;
    }
    if erratum == Some(Erratum::Other) && cves.is_empty() {
        return AdvisoryClass::Informational;
    }
    let is_taken_for_a_vulnerability =
        || !cves.is_empty() || !severities.is_empty() || aliases.iter().any(|alias| alias.starts_with("GHSA-"));
    match informational {
        None => AdvisoryClass::Vulnerability,
        Some("unsound") if is_taken_for_a_vulnerability() => AdvisoryClass::Vulnerability,
        Some(_) => AdvisoryClass::Informational,
    }
}

fn convert_row(
    row: &raw::Affected<'_>,
    package: &raw::Package,
    ecosystem: Ecosystem,
    claims_by: &str,
    is_withdrawn: bool,
) -> Result<Affected, String> {
    let name = text::name(&package.name)?;
    let mut scope = Scope::default();
    let mut custom = Vec::new();
    if ecosystem.kind == Some(PackageKind::Go) {
        let specific = GoSpecific::read(row.ecosystem_specific)?;
        custom = all_ranges(&specific.custom_ranges)?;
        scope.imports = specific.imports();
    }
    let ranges = if custom.is_empty() { all_ranges(&row.ranges)? } else { custom };
    let versions = if ranges.is_empty() {
        row.versions.iter().map(|version| text::version(version).map(str::to_owned)).collect::<Result<_, _>>()?
    } else {
        Vec::new()
    };
    if ranges.is_empty() && versions.is_empty() && !is_withdrawn {
        return Err("neither a range nor a version says what is affected".into());
    }
    Ok(Affected {
        name: ecosystem.kind.map_or_else(|| name.to_owned(), |kind| kind.lookup_name(name)),
        shard: ecosystem.shard,
        status: Status::Affected,
        ranges,
        versions,
        severities: vectors(&row.severity, claims_by),
        scope,
    })
}

/// The ranges of versions; those of commits (`GIT`) say nothing about a package's version.
fn all_ranges(raw: &[raw::Range]) -> Result<Vec<VersionRange>, String> {
    let mut found = Vec::new();
    for range in raw {
        if matches!(range.kind.as_deref(), Some("SEMVER" | "ECOSYSTEM")) {
            found.extend(range::ranges(&range.events)?);
        }
    }
    Ok(found)
}

fn name_module(affected: &mut [Affected], summary: &str) {
    let Some(module) = errata::module(summary) else { return };
    for row in affected {
        let is_module_build = row.ranges.iter().any(|range| match &range.end {
            plimsoll_model::RangeEnd::Fixed(fixed) => errata::is_module_build(fixed),
            _ => false,
        });
        if is_module_build {
            row.scope.module = Some(text::one_line(module, 100));
        }
    }
}

/// One row for each package within the same limits, with all its ranges side by side: the several
/// builds of one fix must be seen together.
fn merge(mut affected: Vec<Affected>) -> Vec<Affected> {
    affected.sort_by(|left, right| key(left).cmp(&key(right)));
    affected.dedup_by(|next, kept| {
        let is_same = key(next) == key(kept);
        if is_same {
            kept.ranges.append(&mut next.ranges);
            kept.versions.append(&mut next.versions);
        }
        is_same
    });
    for row in &mut affected {
        let mut seen = BTreeSet::new();
        row.ranges.retain(|range| seen.insert(range.clone()));
        row.versions.sort_unstable();
        row.versions.dedup();
    }
    affected
}

fn key(row: &Affected) -> (&plimsoll_model::ShardName, &str, Status, &Scope, &[SeverityClaim]) {
    (&row.shard, &row.name, row.status, &row.scope, &row.severities)
}

/// The advisory's own page first.
fn urls(raw: &raw::Record<'_>) -> Vec<String> {
    let of = |wanted: bool| {
        raw.references
            .iter()
            .filter(move |reference| (reference.kind.as_deref() == Some("ADVISORY")) == wanted)
            .filter_map(|reference| reference.url.as_deref())
    };
    text::urls(of(true).chain(of(false)))
}
