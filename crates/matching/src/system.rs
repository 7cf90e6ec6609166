//! The operating system of an image, and which shard answers for its packages.

use plimsoll_model::{Gap, GapKind, Identity, PackageKind, ShardName};

use crate::{Advisories, Distribution, Release, distribution};

/// The feed of the system, or why there is none.
pub(crate) enum System {
    Covered {
        distribution: &'static Distribution,
        shard: ShardName,
    },
    /// The gap, without the number of packages.
    NotCovered(Gap),
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
            Some(shard) => Self::Covered { distribution: row, shard },
        }
    }

    /// The row and shard for packages of a kind, or the gap.
    pub fn road(&self, kind: PackageKind) -> Result<(&'static Distribution, &ShardName), Gap> {
        match self {
            Self::Covered { distribution, shard } if distribution.kind == kind => Ok((distribution, shard)),
            Self::Covered { distribution, .. } => {
                let why = format!("the feed of {} knows no packages of this kind", distribution.title);
                Err(Gap::new(GapKind::NoFeed, format!("{} packages", kind.name()), why))
            }
            Self::NotCovered(gap) => Err(gap.clone()),
        }
    }

    pub fn distribution(&self) -> Option<&'static Distribution> {
        match self {
            Self::Covered { distribution, .. } => Some(distribution),
            Self::NotCovered(_) => None,
        }
    }
}
