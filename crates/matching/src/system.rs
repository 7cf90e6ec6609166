//! The operating system of an image, and which shard answers for its packages.

use plimsoll_model::{Gap, GapKind, Identity, PackageKind, ShardName};

use crate::channels::Following;
use crate::{Advisories, Distribution, Release, distribution};

/// The feed of the system, or why there is none.
pub(crate) enum System {
    Covered(Covered),
    /// The gap, without the number of packages.
    NotCovered(Gap),
}

/// The feed of a system.
pub(crate) struct Covered {
    pub distribution: &'static Distribution,
    pub shard: ShardName,
    /// The shard of the distribution that it rebuilds, where that one is there.
    pub below: Option<ShardName>,
    /// The update channels that the image follows.
    pub channels: Vec<String>,
}

impl Covered {
    /// What one of the packages follows.
    pub fn following<'p>(&'p self, version: &'p str) -> Following<'p> {
        Following { rules: self.distribution.channels, image: &self.channels, version, is_origin: false }
    }
}

impl System {
    pub fn of(identity: &Identity, advisories: &dyn Advisories) -> Self {
        let Some(found) = identity.distro() else {
            let why = "nothing in the image names its operating system, so no feed could be chosen";
            return Self::NotCovered(Gap::new(GapKind::UnknownSystem, "", why));
        };
        let version = found.version.as_deref();
        let subject = version.map_or_else(|| found.id.clone(), |version| format!("{} {version}", found.id));
        let not_covered = |why: String| Self::NotCovered(Gap::new(GapKind::NoFeed, subject, why));
        let Some(row) = distribution(&found.id) else {
            return not_covered("no feed is known for this operating system".into());
        };
        match row.shard(version) {
            _ if row.release == Release::NotCovered => not_covered(format!("there is no feed for {} yet", row.title)),
            None if version.is_none() => not_covered(format!("{} does not say which release it is", row.title)),
            None => not_covered(format!("this is no release of {} that is known", row.title)),
            Some(shard) if !advisories.has_shard(&shard) => {
                not_covered(format!("the database has nothing about this release (no shard {shard})"))
            }
            Some(shard) => {
                let below = row.shard_below(&shard).filter(|below| advisories.has_shard(below));
                Self::Covered(Covered { distribution: row, shard, below, channels: found.channels.clone() })
            }
        }
    }

    /// The feed for packages of a kind, or the gap.
    pub fn road(&self, kind: PackageKind) -> Result<&Covered, Gap> {
        match self {
            Self::Covered(covered) if covered.distribution.kind == kind => Ok(covered),
            Self::Covered(covered) => {
                let why = format!("the feed of {} knows no packages of this kind", covered.distribution.title);
                Err(Gap::new(GapKind::NoFeed, format!("{} packages", kind.name()), why))
            }
            Self::NotCovered(gap) => Err(gap.clone()),
        }
    }

    pub fn distribution(&self) -> Option<&'static Distribution> {
        match self {
            Self::Covered(covered) => Some(covered.distribution),
            Self::NotCovered(_) => None,
        }
    }
}
