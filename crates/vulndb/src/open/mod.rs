//! Opening a database and asking it.

mod block;
mod cache;
mod contents;
mod enrichment;
#[cfg(test)]
mod hostile;
mod inflate;
mod presence;
mod reader;
mod search;
mod shard;
mod source;
mod verify;

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use plimsoll_model::{Affected, Candidate, SeverityClaim, ShardName};

use self::cache::BlockCache;
pub(crate) use self::contents::{Body, Contents, Key};
use self::reader::Reader;
pub use self::search::Hit;
use self::shard::Shard;
use self::source::Source;
use crate::manifest::{severities_shard, without_malware};
use crate::stored::{Exploited, In, Packed, unpack_claims};
use crate::{DbError, Manifest, ShardKind, ShardRow, SignedManifest};

/// An open database. It can be asked by many threads at once.
///
/// All its shards are those of one reading of the manifest, whatever happens to the folder in the
/// meantime: a file's name says its content. Shards are opened when they are first asked.
#[derive(Debug)]
pub struct Database {
    manifest: Manifest,
    place: Place,
    /// In the order of the manifest.
    shards: Vec<OnceLock<Shard>>,
    /// Of each the place of its malicious packages' shard.
    malware: Vec<Option<usize>>,
    cache: BlockCache,
}

#[derive(Debug)]
enum Place {
    Folder(PathBuf),
    Memory,
}

impl Database {
    /// Opens the database in a folder: reads the manifest, nothing else.
    ///
    /// # Errors
    /// When the manifest cannot be read, is damaged, or is of another format.
    pub fn open(folder: &Path) -> Result<Self, DbError> {
        read_manifest(folder).map(|manifest| Self::open_as(folder, manifest))
    }

    pub(crate) fn in_memory(manifest: Manifest, mut files: BTreeMap<ShardName, Vec<u8>>) -> Result<Self, DbError> {
        let open = |(row, number): (&ShardRow, u32)| {
            let bytes = files.remove(&row.name).unwrap_or_default();
            Shard::open(Source::Memory(bytes), row, number).map(OnceLock::from)
        };
        let shards = manifest.shards.iter().zip(0..).map(open).collect::<Result<_, _>>()?;
        Ok(Self::of(manifest, Place::Memory, shards))
    }

    fn of(manifest: Manifest, place: Place, shards: Vec<OnceLock<Shard>>) -> Self {
        let mut malware = vec![None; manifest.shards.len()];
        for (at, row) in manifest.shards.iter().enumerate().filter(|(_, row)| row.kind == ShardKind::Malware) {
            let of = without_malware(&row.name).and_then(|name| manifest.position(&name));
            if let Some(known) = of.and_then(|of| malware.get_mut(of)) {
                *known = Some(at);
            }
        }
        Self { manifest, place, shards, malware, cache: BlockCache::default() }
    }

    /// What the database holds.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Whether [`Self::lookup`] can be asked about a shard.
    #[must_use]
    pub fn has_shard(&self, name: &ShardName) -> bool {
        self.manifest.position(name).is_some_and(|at| self.has_advisories(at) && self.is_here(at))
    }

    /// Everything that is known of a package by its name in a shard, malicious packages included.
    ///
    /// # Errors
    /// When there is no such shard, or it cannot be read; never an empty answer for that.
    pub fn lookup(&self, shard: &ShardName, key: &str) -> Result<Vec<Candidate>, DbError> {
        self.lookup_where(shard, key, &mut |_| true)
    }

    /// As [`Self::lookup`], but only rows that are wanted. Of the others the record is not even read,
    /// which takes most of the time where a package has a long history.
    ///
    /// # Errors
    /// As [`Self::lookup`].
    pub fn lookup_where(
        &self,
        shard: &ShardName,
        key: &str,
        is_wanted: &mut dyn FnMut(&Affected) -> bool,
    ) -> Result<Vec<Candidate>, DbError> {
        let at = self.manifest.position(shard).filter(|at| self.has_advisories(*at));
        let at = at.ok_or_else(|| DbError::NoShard(shard.clone()))?;
        let mut found = Vec::new();
        for part in std::iter::once(at).chain(self.malware.get(at).copied().flatten()) {
            Reader::new(self.shard_at(part)?, &self.cache).candidates(shard, key, is_wanted, &mut found)?;
        }
        Ok(found)
    }

    /// Rows of a shard, each counted under every name and record that it belongs to.
    ///
    /// # Errors
    /// When there is no such shard, or it cannot be opened.
    pub fn row_count(&self, shard: &ShardName) -> Result<u64, DbError> {
        let open = self.shard(shard)?.ok_or_else(|| DbError::NoShard(shard.clone()))?;
        Ok(open.pair_count())
    }

    /// Every score that any record gives a vulnerability, by its CVE; by any of its ids where it has
    /// none. Records that name several CVEs give none.
    ///
    /// # Errors
    /// When the shard of scores cannot be read.
    pub fn severities(&self, id: &str) -> Result<Vec<SeverityClaim>, DbError> {
        let Some(shard) = self.shard(&severities_shard())? else { return Ok(Vec::new()) };
        let words = shard.words();
        Ok(Reader::new(shard, &self.cache).find(id, |from| unpack_claims(words, from))?.unwrap_or_default())
    }

    /// Since when a vulnerability is known to be exploited; `None` where it is not.
    ///
    /// # Errors
    /// When the shard of exploited vulnerabilities cannot be read.
    pub fn exploited(&self, cve: &str) -> Result<Option<Exploited>, DbError> {
        let Some(shard) = self.shard(&ShardName::kev())? else { return Ok(None) };
        Reader::new(shard, &self.cache).find(cve, Exploited::unpack)
    }

    /// The value of a key; `None` where there is none, or no such shard.
    pub(crate) fn read_value<T>(
        &self,
        shard: &ShardName,
        key: &str,
        read: impl FnOnce(&mut In<'_>) -> Packed<T>,
    ) -> Result<Option<T>, DbError> {
        let Some(shard) = self.shard(shard)? else { return Ok(None) };
        Reader::new(shard, &self.cache).find(key, read)
    }

    /// An open shard; `None` where the database has none of this name.
    fn shard(&self, name: &ShardName) -> Result<Option<&Shard>, DbError> {
        self.manifest.position(name).map(|at| self.shard_at(at)).transpose()
    }

    fn shard_at(&self, at: usize) -> Result<&Shard, DbError> {
        let (Some(row), Some(cell)) = (self.manifest.shards.get(at), self.shards.get(at)) else {
            return Err(DbError::Manifest(format!("it has no shard {at}")));
        };
        if let Some(open) = cell.get() {
            return Ok(open);
        }
        // Of two threads that open it at once one throws its work away.
        let opened = Shard::open(self.source(row)?, row, at as u32)?;
        Ok(cell.get_or_init(|| opened))
    }

    fn source(&self, row: &ShardRow) -> Result<Source, DbError> {
        let missing = || DbError::Missing { shard: row.name.clone(), file: row.file.clone() };
        let Place::Folder(folder) = &self.place else { return Err(missing()) };
        let path = folder.join(&row.file);
        match File::open(&path) {
            Ok(file) => Ok(Source::file(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => match read_manifest(folder) {
                Ok(now) if now != self.manifest => Err(DbError::Replaced { shard: row.name.clone() }),
                _ => Err(missing()),
            },
            Err(error) => Err(DbError::io(&path)(error)),
        }
    }
}

fn read_manifest(folder: &Path) -> Result<Manifest, DbError> {
    SignedManifest::read(folder).map(SignedManifest::into_manifest)
}
