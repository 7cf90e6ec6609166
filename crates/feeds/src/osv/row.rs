//! One affected package of an OSV record as a row of an advisory.

use std::collections::BTreeSet;

use plimsoll_model::{Affected, PackageKind, RangeEnd, Scope, SeverityClaim, ShardName, Status, VersionRange};
use plimsoll_versions::Scheme;

use super::ecosystem::Ecosystem;
use super::go::GoSpecific;
use super::{errata, listed, range, raw, severity};
use crate::text;

/// Most comparisons spent on leaving out listed versions; a longer list is kept as it is.
const COMPARISONS: usize = 2_000_000;

/// Reads a row. Where nothing says which versions are affected, it has neither ranges nor versions.
pub(super) fn convert(
    row: &raw::Affected<'_>,
    package: &raw::Package,
    ecosystem: Ecosystem,
    claims_by: &str,
) -> Result<Affected, String> {
    let name = text::name(&package.name)?;
    let scheme = ecosystem.kind.and_then(|kind| Scheme::of_purl_type(kind.purl_type()));
    let mut scope = Scope::default();
    let mut custom = Vec::new();
    if ecosystem.kind == Some(PackageKind::Go) {
        let specific = GoSpecific::read(row.ecosystem_specific)?;
        custom = all_ranges(&specific.custom_ranges, scheme)?;
        scope.imports = specific.imports();
    }
    let ranges = if custom.is_empty() { all_ranges(&row.ranges, scheme)? } else { custom };
    let scheme_for_lists = scheme.filter(|_| row.versions.len().saturating_mul(ranges.len()) <= COMPARISONS);
    let mut versions = Vec::new();
    for version in &row.versions {
        let version = text::version(version)?;
        if !scheme_for_lists.is_some_and(|scheme| listed::is_in(&ranges, scheme, version)) {
            versions.push(version.to_owned());
        }
    }
    Ok(Affected {
        name: ecosystem.kind.map_or_else(|| name.to_owned(), |kind| kind.lookup_name(name)),
        shard: ecosystem.shard,
        status: Status::Affected,
        ranges,
        versions,
        severities: severity::vectors(&row.severity, claims_by),
        fix_date: None,
        scope,
    })
}

/// The ranges of versions; those of commits (`GIT`) say nothing about a package's version.
fn all_ranges(raw: &[raw::Range], scheme: Option<Scheme>) -> Result<Vec<VersionRange>, String> {
    let mut found = Vec::new();
    for range in raw {
        if matches!(range.kind.as_deref(), Some("SEMVER" | "ECOSYSTEM")) {
            found.extend(range::ranges(&range.events, scheme)?);
        }
    }
    Ok(found)
}

pub(super) fn name_module(affected: &mut [Affected], summary: &str) {
    let Some(module) = errata::module(summary) else { return };
    for row in affected {
        let is_module_build = row.ranges.iter().any(|range| match &range.end {
            RangeEnd::Fixed(fixed) => errata::is_module_build(fixed),
            _ => false,
        });
        if is_module_build {
            row.scope.module = Some(text::one_line(module, 100));
        }
    }
}

/// One row for each package within the same limits, with all its ranges side by side: the several
/// builds of one fix must be seen together.
pub(super) fn merge(mut affected: Vec<Affected>) -> Vec<Affected> {
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

fn key(row: &Affected) -> (&ShardName, &str, Status, &Scope, &[SeverityClaim]) {
    (&row.shard, &row.name, row.status, &row.scope, &row.severities)
}
