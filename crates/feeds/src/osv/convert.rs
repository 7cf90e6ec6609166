//! One OSV record as an advisory.

use std::collections::BTreeSet;

use plimsoll_model::{Advisory, AdvisoryClass, Affected, RangeEnd, SeverityClaim, Timestamp, VersionRange};

use super::errata::{self, Erratum};
use super::raw::{self, DatabaseSpecific};
use super::target::Target;
use super::{row, severity};
use crate::{score, text};

/// An advisory, how many of its rows belong elsewhere, and what is wrong with a row that had to be
/// left out.
pub(super) struct Converted {
    pub advisory: Advisory,
    pub foreign_rows: u64,
    pub broken_row: Option<String>,
}

pub(super) fn advisory(target: Target<'_>, raw: &raw::Record<'_>) -> Result<Converted, String> {
    let id = raw.id.trim();
    if !text::is_id(id) {
        return Err("the id has characters that no id has".into());
    }
    let specific = DatabaseSpecific::read(raw.database_specific);
    let erratum = errata::erratum(id);
    // Root names what it rebuilt against only there.
    let (cves, aliases) = names(id, raw, erratum.is_some() || id.starts_with("ROOT-"));
    let claims_by = target.claims_by.map_or_else(|| severity::source_of(id), str::to_owned);

    let date = |field: &Option<String>| field.as_deref().and_then(Timestamp::parse);
    let (published, modified) = (date(&raw.published), date(&raw.modified));
    let withdrawn = raw.withdrawn.as_deref().filter(|text| !text.trim().is_empty()).map(|text| {
        // The source says that it is withdrawn; an unreadable date does not make it valid again.
        Timestamp::parse(text).or(modified).or(published).unwrap_or(Timestamp(0))
    });

    let is_malware = is_malware(id, &cves, &aliases, &specific);
    let mut rows = Rows::read(target, raw, &claims_by, is_malware || target.names_all, withdrawn.is_some());
    let informational = rows.informational.as_deref().or(specific.informational.as_str());
    let mut severities = severity::severities(raw, &specific, &claims_by);
    if severities.is_empty() {
        // RustSec's own place for the vector, from before OSV had one.
        for vector in &rows.vectors {
            score::add(&mut severities, score::from_vector(vector, &claims_by));
        }
    }
    if erratum.is_some() {
        let summary = raw.summary.as_deref().unwrap_or_default();
        row::name_module(&mut rows.affected, summary);
        let claim = errata::severity(summary).map(|severity| SeverityClaim {
            severity,
            score: None,
            vector: None,
            source: claims_by.clone(),
        });
        score::add(&mut severities, claim);
    }
    let class = if is_malware {
        score::add(&mut severities, score::from_word("critical", &claims_by));
        AdvisoryClass::Malware
    } else {
        class(erratum, informational, &cves, &aliases, &severities)
    };

    let advisory = Advisory {
        id: id.to_owned(),
        source: target.source.to_owned(),
        cves,
        aliases,
        class,
        title: text::title(raw.summary.as_deref(), raw.details.as_deref()),
        severities,
        published,
        modified,
        withdrawn,
        urls: urls(raw),
        affected: row::merge(rows.affected),
    };
    Ok(Converted { advisory, foreign_rows: rows.foreign, broken_row: rows.broken })
}

/// The record's rows, and what stands in them but belongs to the whole record.
#[derive(Default)]
struct Rows {
    affected: Vec<Affected>,
    foreign: u64,
    broken: Option<String>,
    informational: Option<String>,
    vectors: Vec<String>,
}

impl Rows {
    fn read(target: Target<'_>, raw: &raw::Record<'_>, claims_by: &str, names_all: bool, is_withdrawn: bool) -> Self {
        let mut rows = Self::default();
        for raw_row in &raw.affected {
            let package = raw_row.package.as_ref();
            let found = package.and_then(|package| Some((package, target.ecosystem(&package.ecosystem)?)));
            let Some((package, ecosystem)) = found else {
                rows.foreign += 1;
                continue;
            };
            let specific = DatabaseSpecific::read(raw_row.database_specific);
            if let Some(word) = specific.informational.as_str() {
                rows.informational = Some(word.to_owned());
            }
            rows.vectors.extend(specific.cvss.as_str().map(str::to_owned));
            match row::convert(raw_row, package, ecosystem, claims_by) {
                Ok(row) if row.ranges.is_empty() && row.versions.is_empty() => {
                    rows.without_versions(row, raw_row, names_all, is_withdrawn);
                }
                Ok(row) => rows.affected.push(row),
                Err(why) => rows.broken = Some(format!("{}: {why}", package.name)),
            }
        }
        rows
    }

    /// A row that names no version: a malicious package is bad whatever its version, a dismissal
    /// speaks of all, a withdrawn record needs none.
    fn without_versions(&mut self, mut row: Affected, raw: &raw::Affected<'_>, names_all: bool, is_withdrawn: bool) {
        if names_all && raw.ranges.is_empty() {
            row.ranges.push(VersionRange { introduced: None, end: RangeEnd::Open });
        } else if !is_withdrawn {
            self.broken = Some(format!("{}: neither a range nor a version says what is affected", row.name));
            return;
        }
        self.affected.push(row);
    }
}

/// Whether the package itself is the harm: a record of OpenSSF's list of malicious packages, or
/// GitHub's of the same, which it marks by its kind, by the name of the first, or as *embedded
/// malicious code* without a CVE.
fn is_malware(id: &str, cves: &[String], aliases: &[String], specific: &DatabaseSpecific) -> bool {
    let is_listed = |id: &str| id.starts_with("MAL-");
    let is_marked = specific.kind.as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("malware"));
    let mut weaknesses = specific.cwe_ids.as_array().into_iter().flatten();
    let is_embedded = id.starts_with("GHSA-") && cves.is_empty() && weaknesses.any(|weakness| weakness == "CWE-506");
    is_listed(id) || aliases.iter().any(|alias| is_listed(alias)) || is_marked || is_embedded
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

/// What the record is about.
///
/// RustSec marks crates that nobody maintains (`unmaintained`) and hints (`notice`): no
/// vulnerabilities. It also marks `unsound` interfaces, which only bite a caller that uses them in a
/// certain way; they count as vulnerabilities where somebody else took them for one (a CVE, a GitHub
/// advisory, a score) and are worth knowing otherwise, as RustSec's own tool has it.
fn class(
    erratum: Option<Erratum>,
    informational: Option<&str>,
    cves: &[String],
    aliases: &[String],
    severities: &[SeverityClaim],
) -> AdvisoryClass {
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
