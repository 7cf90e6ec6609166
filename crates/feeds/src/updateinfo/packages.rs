//! The packages of an update as rows: one for each name and module, whatever the architecture.

use std::collections::{BTreeMap, BTreeSet};

use plimsoll_model::{Affected, FixDate, RangeEnd, Scope, ShardName, Status, VersionRange};

use super::extras::Extra;
use crate::text;
use crate::xml::Element;

/// The rows, and what is wrong with a package that had to be left out.
pub(super) struct Rows {
    pub affected: Vec<Affected>,
    pub broken: Option<String>,
}

/// What tells builds apart that are no versions of one another.
type Build = (String, Option<String>);

pub(super) fn rows(update: &Element, shard: &ShardName, fix_date: Option<FixDate>, extra: Option<&Extra<'_>>) -> Rows {
    let mut broken = None;
    let mut builds: BTreeMap<Build, BTreeMap<VersionRange, BTreeSet<String>>> = BTreeMap::new();
    for list in update.each("pkglist") {
        for collection in list.each("collection") {
            let module = collection.child("module").and_then(module);
            for package in collection.each("package") {
                let architecture = package.attribute("arch").unwrap_or_default();
                if matches!(architecture, "src" | "nosrc") {
                    continue;
                }
                match range(package, extra) {
                    Ok((name, range)) => {
                        let ranges = builds.entry((name, module.clone())).or_default();
                        ranges.entry(range).or_default().insert(text::one_line(architecture, 40));
                    }
                    Err(why) => broken = Some(why),
                }
            }
        }
    }
    let affected = builds.into_iter().flat_map(|((name, module), ranges)| {
        by_architectures(ranges).into_iter().map(move |(architectures, ranges)| Affected {
            shard: shard.clone(),
            name: name.clone(),
            status: Status::Affected,
            ranges,
            versions: Vec::new(),
            severities: Vec::new(),
            fix_date,
            scope: Scope { architectures, module: module.clone(), ..Scope::default() },
        })
    });
    Rows { affected: affected.collect(), broken }
}

/// Builds for the same architectures are ranges side by side: they are one fix.
fn by_architectures(ranges: BTreeMap<VersionRange, BTreeSet<String>>) -> BTreeMap<Vec<String>, Vec<VersionRange>> {
    let mut rows: BTreeMap<Vec<String>, Vec<VersionRange>> = BTreeMap::new();
    for (range, architectures) in ranges {
        let is_for_all = architectures.iter().any(|name| name.is_empty() || name == "noarch");
        let limits = if is_for_all { Vec::new() } else { architectures.into_iter().collect() };
        rows.entry(limits).or_default().push(range);
    }
    rows
}

fn range(package: &Element, extra: Option<&Extra<'_>>) -> Result<(String, VersionRange), String> {
    let name = text::name(package.attribute("name").unwrap_or_default())?;
    let field = |field: &str| match package.attribute(field).map(text::version) {
        Some(Ok(value)) if !value.contains([' ', ':']) => Ok(value),
        _ => Err(format!("{name}: its {field} is missing or no part of a version")),
    };
    let (version, release) = (field("version")?, field("release")?);
    let epoch = match package.attribute("epoch").unwrap_or_default() {
        "" | "0" => "",
        epoch if epoch.len() < 10 && epoch.bytes().all(|byte| byte.is_ascii_digit()) => epoch,
        _ => return Err(format!("{name}: its epoch is no number")),
    };
    let fixed = if epoch.is_empty() { format!("{version}-{release}") } else { format!("{epoch}:{version}-{release}") };
    let introduced = extra.and_then(|extra| extra.first_version(epoch, version));
    Ok((name.to_owned(), VersionRange { introduced, end: RangeEnd::Fixed(fixed) }))
}

/// `name:stream`.
fn module(module: &Element) -> Option<String> {
    let (name, stream) = (module.attribute("name")?, module.attribute("stream")?);
    let is_whole = !name.is_empty() && !stream.is_empty();
    is_whole.then(|| text::one_line(&format!("{name}:{stream}"), 100))
}
