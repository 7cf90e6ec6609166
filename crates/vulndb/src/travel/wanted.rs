//! Which shards of a published database are taken.

use plimsoll_model::ShardName;

use super::TravelError;
use crate::manifest::without_malware;
use crate::{Manifest, ShardKind, ShardRow};

/// Which shards.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Wanted {
    /// All of them.
    #[default]
    Everything,
    /// These and no others.
    Shards(Vec<ShardName>),
    /// What scans of these distribution releases and ecosystems ask: their shards, those of their
    /// malicious packages, and all enrichment.
    For(Vec<ShardName>),
    /// The same; names that the database does not know are passed over, as a scan reports them itself.
    ForScan(Vec<ShardName>),
}

impl Wanted {
    /// The rows.
    pub(super) fn rows<'m>(&self, manifest: &'m Manifest) -> Result<Vec<&'m ShardRow>, TravelError> {
        let names = match self {
            Self::Everything => return Ok(manifest.shards.iter().collect()),
            Self::Shards(names) | Self::For(names) | Self::ForScan(names) => names,
        };
        let is_lenient = matches!(self, Self::ForScan(_));
        if let Some(name) = names.iter().find(|name| !is_lenient && manifest.shard(name).is_none()) {
            return Err(TravelError::NoShard { name: name.clone(), known: known(manifest) });
        }
        let is_exact = matches!(self, Self::Shards(_));
        let is_wanted = |row: &&ShardRow| match row.kind {
            _ if names.contains(&row.name) => true,
            _ if is_exact => false,
            ShardKind::Advisories => false,
            ShardKind::Malware => without_malware(&row.name).is_some_and(|of| names.contains(&of)),
            _ => true,
        };
        Ok(manifest.shards.iter().filter(is_wanted).collect())
    }
}

/// The names for an error, as many as a person reads.
fn known(manifest: &Manifest) -> String {
    const SHOWN: usize = 40;
    let mut names: Vec<&str> = manifest.shards.iter().map(|row| row.name.as_str()).take(SHOWN).collect();
    if manifest.shards.len() > SHOWN {
        names.push("…");
    }
    names.join(", ")
}
