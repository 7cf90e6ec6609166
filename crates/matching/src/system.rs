//! The operating system of an image, and which shard answers for its packages.

use plimsoll_model::{Distro, Gap, GapKind, Identity, PackageKind, ShardName};

use crate::channels::Following;
use crate::distributions::rows_of;
use crate::repositories::Followed;
use crate::{Advisories, Distribution, Release};

/// The system of an image.
pub(crate) struct System {
    /// The feeds by kind of package, or why there is none.
    rows: Vec<(PackageKind, Result<Covered, Gap>)>,
    /// What could not be told of the channels that it follows.
    pub gaps: Vec<Gap>,
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
        Following {
            rules: self.distribution.channels,
            image: &self.channels,
            version,
            is_origin: false,
            is_open: self.distribution.channels_are_open,
        }
    }
}

impl System {
    pub fn of(identity: &Identity, advisories: &dyn Advisories) -> Self {
        let Some(found) = identity.distro() else {
            let why = "nothing in the image names its operating system, so no feed could be chosen";
            return Self::nothing(Gap::new(GapKind::UnknownSystem, "", why));
        };
        let mut rows: Vec<_> = rows_of(&found.id).map(|row| (row.kind, covered(row, found, advisories))).collect();
        if rows.is_empty() {
            return Self::nothing(not_covered(found, "no feed is known for this operating system"));
        }
        let covered: Vec<&mut Covered> = rows.iter_mut().filter_map(|(_, row)| row.as_mut().ok()).collect();
        if covered.is_empty() {
            return Self { rows, gaps: Vec::new() };
        }
        let Followed { channels, gaps } = Followed::of(found, advisories);
        covered.into_iter().for_each(|covered| covered.channels.clone_from(&channels));
        Self { rows, gaps }
    }

    /// No feed for any kind: the rows' kinds do not matter then.
    fn nothing(gap: Gap) -> Self {
        Self { rows: vec![(PackageKind::Deb, Err(gap))], gaps: Vec::new() }
    }

    /// The feed for packages of a kind, or the gap.
    pub fn road(&self, kind: PackageKind) -> Result<&Covered, Gap> {
        let of_kind = self.rows.iter().find(|(known, _)| *known == kind);
        let any_covered = || self.rows.iter().find_map(|(_, row)| row.as_ref().ok());
        match (of_kind, any_covered()) {
            (Some((_, Ok(covered))), _) => Ok(covered),
            (None, Some(covered)) => {
                let why = format!("the feed of {} knows no packages of this kind", covered.distribution.title);
                Err(Gap::new(GapKind::NoFeed, format!("{} packages", kind.name()), why))
            }
            (Some((_, Err(gap))), _) => Err(gap.clone()),
            (None, None) => Err(self.first_gap()),
        }
    }

    fn first_gap(&self) -> Gap {
        let gap = self.rows.iter().find_map(|(_, row)| row.as_ref().err());
        gap.cloned().unwrap_or_else(|| Gap::new(GapKind::UnknownSystem, "", ""))
    }

    /// `ID` of the distribution, where some feed answers for it.
    pub fn id(&self) -> Option<&'static str> {
        self.rows.iter().find_map(|(_, row)| row.as_ref().ok()).map(|covered| covered.distribution.id)
    }
}

fn covered(row: &'static Distribution, found: &Distro, advisories: &dyn Advisories) -> Result<Covered, Gap> {
    let version = found.version.as_deref();
    match row.shard(version) {
        _ if row.release == Release::NotCovered => {
            Err(not_covered(found, format!("there is no feed for {} yet", row.title)))
        }
        None if version.is_none() => Err(not_covered(found, format!("{} does not say which release it is", row.title))),
        None => Err(not_covered(found, format!("this is no release of {} that is known", row.title))),
        Some(shard) if !advisories.has_shard(&shard) => {
            Err(not_covered(found, format!("the database has nothing about this release (no shard {shard})")))
        }
        Some(shard) => {
            let below = row.shard_below(&shard).filter(|below| advisories.has_shard(below));
            Ok(Covered { distribution: row, shard, below, channels: Vec::new() })
        }
    }
}

fn not_covered(found: &Distro, why: impl Into<String>) -> Gap {
    let version = found.version.as_deref();
    let subject = version.map_or_else(|| found.id.clone(), |version| format!("{} {version}", found.id));
    Gap::new(GapKind::NoFeed, subject, why)
}
