//! One affected package of an OSV record as a row of an advisory.

use std::collections::BTreeSet;

use plimsoll_model::{Affected, PackageKind, RangeEnd, Scope, SeverityClaim, ShardName, Status, VersionRange};
use plimsoll_versions::Scheme;

use super::ecosystem::Ecosystem;
use super::go::GoSpecific;
use super::{errata, listed, range, raw, severity, ubuntu};
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
    let scheme = ecosystem.scheme;
    let specific = row.ecosystem_specific;
    let channel = ecosystem.channel.map(|channel| ubuntu::channel(channel, package.purl.as_deref(), specific));
    let mut scope = Scope { channel, ..Scope::default() };
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
        name: lookup_name(name, ecosystem.kind, &ecosystem.shard),
        shard: ecosystem.shard,
        status: Status::Affected,
        ranges,
        versions,
        severities: severity::vectors(&row.severity, claims_by),
        fix_date: None,
        scope,
    })
}

/// The name that packages are looked up by. Root puts its own name before that of what it rebuilt.
fn lookup_name(name: &str, kind: Option<PackageKind>, shard: &ShardName) -> String {
    match kind {
        Some(kind) => kind.lookup_name(name),
        None if shard.as_str().starts_with("root-") => name.strip_prefix("rootio-").unwrap_or(name).to_owned(),
        None => name.to_owned(),
    }
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
