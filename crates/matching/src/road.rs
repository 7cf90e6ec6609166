//! How a package is looked up, or why it is not.

use std::borrow::Cow;

use plimsoll_model::{Gap, GapKind, InstalledPackage, Package, ShardName};
use plimsoll_versions::Scheme;

use crate::channels::Following;
use crate::cpe;
use crate::evaluate::Comparing;
use crate::names::{Name, language_name, os_names};
use crate::origin::{Origin, origin};
use crate::rebuilders::Rebuilder;
use crate::shelf::Lookup;
use crate::skipped::kernel_reason;
use crate::system::{Covered, System};
use crate::{Advisories, Distribution, MatchOptions, NameKey, SeveralFixes, distribution};

/// How a package is looked up.
pub(crate) struct Road<'p> {
    /// Each name in each shard that answers.
    pub lookups: Vec<Lookup<'p>>,
    pub how: Comparing,
}

/// Why a package is not looked up.
pub(crate) enum Refusal {
    /// For a reason of its own.
    Alone(GapKind, String),
    /// For a reason that it shares with others.
    Shared(Gap),
}

impl Refusal {
    fn alone(kind: GapKind, why: impl Into<String>) -> Self {
        Self::Alone(kind, why.into())
    }

    fn shared(kind: GapKind, subject: &str, why: impl Into<String>) -> Self {
        Self::Shared(Gap::new(kind, subject, why))
    }
}

/// The road of a package.
pub(crate) fn road<'p>(
    installed: &'p InstalledPackage,
    system: &'p System,
    advisories: &dyn Advisories,
    options: &MatchOptions,
) -> Result<Road<'p>, Refusal> {
    let package = &installed.package;
    if !package.kind.is_os() {
        return language_road(package, advisories, options);
    }
    if !options.os_packages {
        let why = "packages of the operating system were left out by choice";
        return Err(Refusal::shared(GapKind::Excluded, "os", why));
    }
    if let Some(why) = kernel_reason(package).filter(|_| !options.kernel_headers) {
        return Err(Refusal::alone(GapKind::SkippedPackages, why));
    }
    let covered = system.road(package.kind).map_err(Refusal::Shared)?;
    let distribution = covered.distribution;
    if let Some(rebuilt) = rebuilt_road(package, covered, advisories) {
        return Ok(rebuilt);
    }
    if origin(package, distribution) == Origin::Stranger {
        let builder = package.vendor.as_deref().unwrap_or("someone else");
        let why = format!("built by {builder}, for which the feed of {} does not answer", distribution.title);
        return Err(Refusal::alone(GapKind::ThirdParty, why));
    }
    let lookups = os_lookups(package, covered);
    if lookups.is_empty() {
        return Err(Refusal::alone(GapKind::NoIdentity, "it has no name to look it up by"));
    }
    Ok(Road { lookups, how: Comparing::of(distribution) })
}

/// The names in the distribution's own shard, and in that of the distribution that it rebuilds.
fn os_lookups<'p>(package: &'p Package, covered: &'p Covered) -> Vec<Lookup<'p>> {
    let in_shard = |shard: &'p ShardName, whose: &'static Distribution, is_origin: bool| {
        os_names(package, whose.key).into_iter().map(move |name: Name<'p>| Lookup {
            shard: Cow::Borrowed(shard),
            following: Following { is_origin, ..covered.following(name.version) },
            how: Comparing { drops_epoch: name.drops_epoch, ..Comparing::of(whose) },
            name,
        })
    };
    let rebuilt = covered.distribution.over.and_then(distribution);
    let below = covered.below.iter().zip(rebuilt).flat_map(|(shard, rebuilt)| in_shard(shard, rebuilt, true));
    in_shard(&covered.shard, covered.distribution, false).chain(below).collect()
}

/// The road of a package that someone rebuilt, where their own shard is there: its rows alone count.
fn rebuilt_road<'p>(package: &'p Package, covered: &Covered, advisories: &dyn Advisories) -> Option<Road<'p>> {
    let rebuilder = Rebuilder::of(package)?;
    let shard = Some(rebuilder.shard(&covered.shard)).filter(|shard| advisories.has_shard(shard))?;
    let how = Comparing::of(covered.distribution);
    let lookups = os_names(package, NameKey::Source).into_iter().map(|name| {
        let plain = name.name.strip_prefix(rebuilder.name_prefix).unwrap_or(&name.name).to_owned();
        let following = Following::nothing(name.version);
        Lookup { shard: Cow::Owned(shard.clone()), name: Name { name: plain, ..name }, following, how }
    });
    Some(Road { lookups: lookups.collect(), how })
}

fn language_road<'p>(
    package: &'p Package,
    advisories: &dyn Advisories,
    options: &MatchOptions,
) -> Result<Road<'p>, Refusal> {
    if package.kind.is_inventory_only() && package.cpes.is_empty() {
        return Err(Refusal::shared(
            GapKind::InventoryOnly,
            package.kind.name(),
            "no advisory speaks of such packages",
        ));
    }
    if !options.language_packages {
        return Err(Refusal::shared(GapKind::Excluded, "lang", "packages of languages were left out by choice"));
    }
    if ShardName::language(package.kind).is_none() && !package.cpes.is_empty() {
        return cpe_road(package, advisories);
    }
    let (Some(shard), Some(scheme)) =
        (ShardName::language(package.kind), Scheme::of_purl_type(package.kind.purl_type()))
    else {
        return Err(Refusal::alone(GapKind::NoIdentity, "no ecosystem's feed knows it by its name alone"));
    };
    if !advisories.has_shard(&shard) {
        let why = format!("the database has nothing about this ecosystem (no shard {shard})");
        return Err(Refusal::shared(GapKind::NoLanguageFeed, package.kind.name(), why));
    }
    let Some(name) = language_name(package) else {
        return Err(Refusal::alone(GapKind::NoIdentity, "it has no whole name to look it up by"));
    };
    let how =
        Comparing { scheme, several_fixes: SeveralFixes::OneForEachBranch, drops_epoch: false, marks_sources: false };
    let following = Following::nothing(name.version);
    Ok(Road { lookups: vec![Lookup { shard: Cow::Owned(shard), name, following, how }], how })
}

/// The road of a program that no ecosystem's feed knows: by its names as a product.
fn cpe_road<'p>(package: &'p Package, advisories: &dyn Advisories) -> Result<Road<'p>, Refusal> {
    let shard = ShardName::cpe();
    if !advisories.has_shard(&shard) {
        let why = "the database has no advisories by product name (the feed `nvd` is not in it)";
        return Err(Refusal::shared(GapKind::NoCpeFeed, package.kind.name(), why));
    }
    let how = Comparing {
        scheme: Scheme::Generic,
        several_fixes: SeveralFixes::OneForEachBranch,
        drops_epoch: false,
        marks_sources: false,
    };
    let lookup = |key: String| Lookup {
        shard: Cow::Owned(shard.clone()),
        name: Name { name: key, version: &package.version, drops_epoch: false },
        following: Following::nothing(&package.version),
        how,
    };
    let lookups: Vec<Lookup<'p>> = cpe::keys(package).into_iter().map(lookup).collect();
    if lookups.is_empty() {
        return Err(Refusal::alone(GapKind::NoIdentity, "none of its names as a product can be read"));
    }
    Ok(Road { lookups, how })
}
