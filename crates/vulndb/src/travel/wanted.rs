//! Which shards of a published database are taken.

use plimsoll_model::ShardName;

use super::TravelError;
use crate::manifest::without_malware;
use crate::{Manifest, ShardKind, ShardRow, java};

/// Which shards.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Wanted {
    /// All of them.
    #[default]
    Everything,
    /// These and no others.
    Shards(Vec<ShardName>),
    /// What scans of these distribution releases and ecosystems ask: their shards, those of their
    /// malicious packages, and all enrichment. Of the index of Java archives only the shards that are
    /// named; `java` names all of them.
    For(Vec<ShardName>),
    /// The same; names that the database does not know are passed over, as a scan reports them itself.
    ForScan(Vec<ShardName>),
}

impl Wanted {
    /// What a database has of it.
    #[must_use]
    pub fn of<'m>(&self, manifest: &'m Manifest) -> Vec<&'m ShardRow> {
        match self {
            Self::Everything => manifest.shards.iter().collect(),
            Self::Shards(names) => manifest.shards.iter().filter(|row| names.contains(&row.name)).collect(),
            Self::For(names) | Self::ForScan(names) => {
                let of_people = matches!(self, Self::For(_));
                manifest.shards.iter().filter(|row| is_asked(row, names, of_people)).collect()
            }
        }
    }

    /// The same, and an error where people name what is not there.
    pub(super) fn rows<'m>(&self, manifest: &'m Manifest) -> Result<Vec<&'m ShardRow>, TravelError> {
        if let Self::Shards(names) | Self::For(names) = self
            && let Some(name) = names.iter().find(|name| !self.is_known(name, manifest))
        {
            return Err(TravelError::NoShard { name: name.clone(), known: known(manifest) });
        }
        Ok(self.of(manifest))
    }

    fn is_known(&self, name: &ShardName, manifest: &Manifest) -> bool {
        let is_index = matches!(self, Self::For(_)) && *name == java::all();
        manifest.shard(name).is_some() || (is_index && java::is_in(manifest))
    }
}

/// Whether scans of these distribution releases and ecosystems ask a shard. Scans name each shard that is
/// not for all; people do not know of those that belong to others.
fn is_asked(row: &ShardRow, names: &[ShardName], of_people: bool) -> bool {
    match row.kind {
        ShardKind::Advisories => names.contains(&row.name),
        ShardKind::Malware => without_malware(&row.name).is_some_and(|of| names.contains(&of)),
        // Asked only of archives that do not say what they are, by the digests that they have.
        ShardKind::JavaDigests => names.contains(&row.name) || names.contains(&java::all()),
        // Asked only of images that name the repositories they were built from.
        ShardKind::Repositories => {
            names.contains(&row.name) || of_people && names.iter().any(|name| name.as_str().starts_with("rhel-"))
        }
        // What is said of vulnerabilities, whatever the image holds.
        _ => true,
    }
}

/// The names for an error, as many as a person reads.
fn known(manifest: &Manifest) -> String {
    const SHOWN: usize = 40;
    let (index, others): (Vec<&ShardRow>, Vec<&ShardRow>) =
        manifest.shards.iter().partition(|row| row.kind == ShardKind::JavaDigests);
    let mut names: Vec<&str> = others.iter().map(|row| row.name.as_str()).take(SHOWN).collect();
    if others.len() > SHOWN {
        names.push("…");
    }
    if !index.is_empty() {
        names.push("java-00 to java-ff");
    }
    names.join(", ")
}
