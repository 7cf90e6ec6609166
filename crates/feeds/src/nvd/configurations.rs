//! From NVD's configurations to rows: which versions of which product, and in whose company.

use std::collections::BTreeMap;

use plimsoll_model::{Affected, Cpe, CpeLimits, CpeValue, RangeEnd, Scope, ShardName, Status, VersionRange};

use super::raw::{Configuration, Match, Node};
use crate::text;

/// Most matches of one CVE that are read; some thousands is the most that NVD lists.
const MATCHES: usize = 50_000;
/// Most companions of one row that are kept.
const COMPANIONS: usize = 32;

/// What came of the configurations of one CVE.
#[derive(Default)]
pub(super) struct Rows {
    pub affected: Vec<Affected>,
    /// Hardware and operating systems, which are no packages of an image.
    pub foreign: u64,
    /// The first match that could not be read.
    pub broken: Option<String>,
}

/// Rows of one product that are limited alike.
type Key = (String, Status, CpeLimits);

/// Reads the configurations of one CVE.
pub(super) fn rows(configurations: &[Configuration]) -> Rows {
    let mut rows = Rows::default();
    let mut found: BTreeMap<Key, (Vec<VersionRange>, Vec<String>)> = BTreeMap::new();
    let mut left = MATCHES;
    for configuration in configurations {
        let joined = configuration.operator.as_deref().is_some_and(|word| word.eq_ignore_ascii_case("and"));
        for (at, node) in configuration.nodes.iter().enumerate() {
            let others = configuration.nodes.iter().enumerate().filter(|(other, _)| joined && *other != at);
            let with = companions(others.map(|(_, node)| node));
            for one in node.cpe_match.iter().filter(|one| one.vulnerable) {
                let Some(rest) = left.checked_sub(1) else {
                    rows.broken.get_or_insert_with(|| format!("it has more than {MATCHES} matches"));
                    continue;
                };
                left = rest;
                match row(one, &with, configuration.negate || node.negate) {
                    Ok(Some((key, range, version))) => {
                        let (ranges, versions) = found.entry(key).or_default();
                        ranges.extend(range);
                        versions.extend(version);
                    }
                    Ok(None) => rows.foreign += 1,
                    Err(why) => drop(rows.broken.get_or_insert(why)),
                }
            }
        }
    }
    rows.affected = found.into_iter().map(|(key, (ranges, versions))| affected(key, ranges, versions)).collect();
    rows
}

/// The products of other nodes, one of which must be there too.
fn companions<'c>(nodes: impl Iterator<Item = &'c Node>) -> Vec<String> {
    let names = nodes.flat_map(|node| &node.cpe_match).filter_map(|one| Cpe::parse(&one.criteria));
    let mut keys: Vec<String> = names.map(|cpe| cpe.key()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.truncate(COMPANIONS);
    keys
}

type Read = (Key, Option<VersionRange>, Option<String>);

/// One match; `None` where it names no application.
fn row(one: &Match, with: &[String], negated: bool) -> Result<Option<Read>, String> {
    let shown = || text::one_line(&one.criteria, 120);
    let cpe = Cpe::parse(&one.criteria).ok_or_else(|| format!("`{}` is no CPE name", shown()))?;
    if cpe.part != 'a' {
        return Ok(None);
    }
    let key = text::name(&cpe.key())?.to_owned();
    let given = |field: &Option<String>| match field.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        Some(version) => text::version(version).map(|version| Some(version.to_owned())),
        None => Ok(None),
    };
    let (from, after) = (given(&one.version_start_including)?, given(&one.version_start_excluding)?);
    let (last, fixed) = (given(&one.version_end_including)?, given(&one.version_end_excluding)?);
    let mut limits = CpeLimits {
        target_software: cpe.target_software.value().map(str::to_owned),
        edition: cpe.edition.value().map(str::to_owned),
        with: with.to_vec(),
        except: Vec::new(),
    };
    let bounded = from.is_some() || after.is_some() || last.is_some() || fixed.is_some();
    if let Some(exact) = cpe.exact_version().filter(|_| !bounded) {
        let status = if negated { Status::Undetermined } else { Status::Affected };
        return Ok(Some(((key, status, limits), None, Some(text::version(&exact)?.to_owned()))));
    }
    // `-` says that the product has no version, and a negation that all but these are meant: neither
    // tells whether an installed version is affected.
    let unclear = negated || (!bounded && cpe.version == CpeValue::NotApplicable);
    limits.except.extend(after.clone());
    let end = match (fixed, last) {
        (Some(fixed), _) => RangeEnd::Fixed(fixed),
        (None, Some(last)) => RangeEnd::LastAffected(last),
        (None, None) => RangeEnd::Open,
    };
    let status = if unclear { Status::Undetermined } else { Status::Affected };
    Ok(Some(((key, status, limits), Some(VersionRange { introduced: from.or(after), end }), None)))
}

fn affected((name, status, limits): Key, mut ranges: Vec<VersionRange>, mut versions: Vec<String>) -> Affected {
    ranges.sort_unstable();
    ranges.dedup();
    versions.sort_unstable();
    versions.dedup();
    let limits = (limits != CpeLimits::default()).then_some(limits);
    Affected {
        shard: ShardName::cpe(),
        name,
        status,
        ranges,
        versions,
        severities: Vec::new(),
        fix_date: None,
        scope: Scope { cpe: limits, ..Scope::default() },
    }
}
