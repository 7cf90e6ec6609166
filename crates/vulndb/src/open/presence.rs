//! Databases of which a part is here: the manifest names more shards than have been pulled.

use std::path::Path;
use std::sync::OnceLock;

use super::{Database, Place};
use crate::{Manifest, ShardKind, ShardRow};

impl Database {
    /// Opens the database of this manifest in a folder, whatever has been published there since: its
    /// files stay until the second build or pull after it.
    #[must_use]
    pub fn open_as(folder: &Path, manifest: Manifest) -> Self {
        let shards = manifest.shards.iter().map(|_| OnceLock::new()).collect();
        Self::of(manifest, Place::Folder(folder.to_path_buf()), shards)
    }

    /// The shards that the manifest names and whose files are not here: they were not pulled, or are
    /// lost. [`Self::has_shard`] says no for them.
    pub fn missing(&self) -> impl Iterator<Item = &ShardRow> {
        let rows = self.manifest.shards.iter().enumerate();
        rows.filter(|(at, _)| !self.is_here(*at)).map(|(_, row)| row)
    }

    /// Whether it is a shard of advisories.
    pub(super) fn has_advisories(&self, at: usize) -> bool {
        self.manifest.shards.get(at).is_some_and(|row| row.kind == ShardKind::Advisories)
    }

    /// Whether the file of a shard is here, or was when it was opened.
    pub(super) fn is_here(&self, at: usize) -> bool {
        let is_open = self.shards.get(at).is_some_and(|cell| cell.get().is_some());
        is_open
            || match (&self.place, self.manifest.shards.get(at)) {
                (Place::Folder(folder), Some(row)) => folder.join(&row.file).exists(),
                _ => false,
            }
    }
}
