//! A scan with a published database: what the image needs of it is pulled, and no more.
//!
//! While the layers are read, the manifest and what every image needs come ahead; what depends on the
//! image follows once it is known.

use std::path::Path;

use plimsoll_matching::MatchOptions;
use plimsoll_model::{Gap, GapKind, Inventory, ShardName, Timestamp};
use plimsoll_vulndb::travel::{Carrier, Pulled, Refusal, Rules, TravelError, Wanted, pull};
use plimsoll_vulndb::{Database, DbError, Manifest, SignedManifest};

use crate::{AdvisorySource, first};

/// Where a published database is, and what of it is let in.
#[derive(Debug, Clone, Copy)]
pub struct Publisher<'a> {
    /// Brings it.
    pub carrier: &'a dyn Carrier,
    /// Where what was pulled is kept for the next scan.
    pub folder: &'a Path,
    /// What is let in.
    pub rules: &'a Rules,
    /// A database built before this is too old; `None` does not look.
    pub stale_before: Option<Timestamp>,
}

impl Publisher<'_> {
    /// Pulls what every image needs.
    pub(crate) fn ahead(&self) -> Result<Pulled, TravelError> {
        self.pull(Vec::new())
    }

    fn pull(&self, shards: Vec<ShardName>) -> Result<Pulled, TravelError> {
        pull(self.carrier, self.folder, &Wanted::ForScan(shards), self.rules, Refusal::IsTold)
    }

    /// The advisories for an inventory, with what could not be had of them.
    pub(crate) fn advisories(
        &self,
        ahead: Result<Pulled, TravelError>,
        inventory: &Inventory,
        matching: &MatchOptions,
    ) -> Result<(AdvisorySource, Vec<Gap>), DbError> {
        match ahead.and_then(|_| self.pull(first::shards_of(inventory, matching))) {
            Ok(pulled) => {
                let gaps = pulled.failures.iter().map(|(shard, why)| self.not_come(&pulled, shard, why)).collect();
                Ok((self.source(pulled.manifest), gaps))
            }
            Err(why) => {
                let (source, mut gaps) = self.without(&why)?;
                gaps.extend(source.not_pulled(inventory, matching));
                Ok((source, gaps))
            }
        }
    }

    /// What is said of a shard that did not come.
    fn not_come(&self, pulled: &Pulled, shard: &ShardName, why: &TravelError) -> Gap {
        let is_here = pulled.manifest.shard(shard).is_some_and(|row| self.folder.join(&row.file).is_file());
        let (kind, then) = if is_here {
            (GapKind::DatabaseNotPulled, "; the database pulled before was used")
        } else {
            (GapKind::ShardMissing, "")
        };
        Gap::new(kind, shard.to_string(), format!("it could not be pulled from {}: {why}{then}", self.carrier.name()))
    }

    /// What there is where nothing came: the database that was pulled before, as far as it is trusted;
    /// else the starter advisories.
    fn without(&self, why: &TravelError) -> Result<(AdvisorySource, Vec<Gap>), DbError> {
        let place = self.carrier.name();
        let before = SignedManifest::read(self.folder).ok().filter(|known| self.rules.trust.check(known).is_ok());
        let Some(before) = before else {
            let detail = format!("no database could be pulled from {place}: {why}");
            return Ok((AdvisorySource::starter()?, vec![Gap::new(GapKind::StarterOnly, "", detail)]));
        };
        let kind = match why {
            TravelError::Untrusted(_) | TravelError::Older { .. } | TravelError::Expired(_) => GapKind::DatabaseRefused,
            _ => GapKind::DatabaseNotPulled,
        };
        let detail = format!("{why}; the database pulled before was used");
        Ok((self.source(before.into_manifest()), vec![Gap::new(kind, place, detail)]))
    }

    fn source(&self, manifest: Manifest) -> AdvisorySource {
        let source = AdvisorySource::of(Database::open_as(self.folder, manifest));
        match self.stale_before {
            Some(limit) => source.stale_before(limit),
            None => source,
        }
    }
}
