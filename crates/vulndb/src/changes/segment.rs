//! The file of one build's changes.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use plimsoll_model::read_capped;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::Change;
use crate::folder::Folder;
use crate::{DbError, Manifest};

const MAGIC: [u8; 8] = *b"PLIMLOG1";
const PREFIX: &str = "changes-";
const SUFFIX: &str = ".log";
const LEVEL: i32 = 9;
/// Largest segment that is read, and once it is inflated.
const MAX_BYTES: u64 = 32 << 20;
const MAX_PLAIN_BYTES: usize = 256 << 20;
/// All segments together; the oldest go.
const MAX_LOG_BYTES: u64 = 64 << 20;
/// Changes of one build; more are told by the shard.
pub(super) const MAX_ENTRIES: usize = 400_000;

/// What one build changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Segment {
    /// The generation before, and a digest of its shards.
    pub from: u64,
    pub from_state: u64,
    /// The generation that it leads to, and a digest of its shards.
    pub to: u64,
    pub to_state: u64,
    /// Sorted.
    pub entries: Vec<Change>,
}

impl Segment {
    pub fn new(from: &Manifest, to: &Manifest, mut entries: Vec<Change>) -> Self {
        entries.sort();
        if entries.len() > MAX_ENTRIES {
            entries = by_shard(entries);
        }
        Self {
            from: from.generation,
            from_state: Self::state(from),
            to: to.generation,
            to_state: Self::state(to),
            entries,
        }
    }

    /// A digest of what the shards of a manifest say.
    pub fn state(manifest: &Manifest) -> u64 {
        let files: Vec<&str> = manifest.shards.iter().map(|row| row.file.as_str()).collect();
        xxh3_64(files.join("\n").as_bytes())
    }

    /// Writes it beside the database; nobody reads it before the manifest of its generation is there.
    pub fn write(&self, folder: &Folder) -> Result<(), DbError> {
        let plain = postcard::to_stdvec(self).map_err(DbError::encode)?;
        let packed = zstd::bulk::compress(&plain, LEVEL).map_err(DbError::encode)?;
        folder.write(&file(self.to), |out| {
            out.write(&MAGIC)?;
            out.write(&(plain.len() as u64).to_le_bytes())?;
            out.write(&xxh3_64(&packed).to_le_bytes())?;
            out.write(&packed)
        })
    }

    pub fn read(folder: &Path, generation: u64) -> Result<Self, DbError> {
        let path = folder.join(file(generation));
        let damaged = || DbError::Log(path.clone());
        let bytes = File::open(&path).and_then(|file| read_capped(file, MAX_BYTES)).map_err(DbError::io(&path))?;
        let number = |bytes: &[u8]| bytes.try_into().ok().map(u64::from_le_bytes);
        let (magic, rest) = bytes.split_at_checked(8).ok_or_else(damaged)?;
        let (plain_bytes, rest) = rest.split_at_checked(8).ok_or_else(damaged)?;
        let (sum, packed) = rest.split_at_checked(8).ok_or_else(damaged)?;
        let plain_bytes = number(plain_bytes).and_then(|bytes| usize::try_from(bytes).ok()).ok_or_else(damaged)?;
        if magic != MAGIC || number(sum) != Some(xxh3_64(packed)) || plain_bytes > MAX_PLAIN_BYTES {
            return Err(damaged());
        }
        let plain = zstd::bulk::decompress(packed, plain_bytes).map_err(|_| damaged())?;
        let segment: Self = postcard::from_bytes(&plain).map_err(|_| damaged())?;
        if plain.len() != plain_bytes || segment.to != generation || segment.from >= segment.to {
            return Err(damaged());
        }
        Ok(segment)
    }

    /// The generations that have a segment, sorted.
    pub fn generations(folder: &Path) -> Vec<u64> {
        let mut found: Vec<u64> = files(folder).into_iter().map(|(generation, _, _)| generation).collect();
        found.sort_unstable();
        found
    }

    /// Removes the oldest segments where all together are too long, and those of builds that were
    /// never published.
    pub fn prune(folder: &Path, newest: u64) {
        let mut files = files(folder);
        files.sort_by_key(|(generation, _, _)| std::cmp::Reverse(*generation));
        let mut left = MAX_LOG_BYTES;
        for (generation, path, bytes) in files {
            if generation > newest || bytes > left {
                left = if generation > newest { left } else { 0 };
                // A file that cannot be removed costs room, nothing else.
                let _ = fs::remove_file(path);
            } else {
                left -= bytes;
            }
        }
    }
}

/// One entry for each shard.
fn by_shard(entries: Vec<Change>) -> Vec<Change> {
    let mut whole: Vec<Change> = Vec::new();
    for entry in entries {
        match whole.last() {
            Some(last) if last.shard == entry.shard => {}
            _ if entry.kind == super::ChangeKind::ShardRemoved => whole.push(entry),
            _ => whole.push(Change::whole(entry.shard, super::ChangeKind::Shard)),
        }
    }
    whole
}

impl Change {
    /// A change of a whole shard.
    pub(crate) fn whole(shard: plimsoll_model::ShardName, kind: super::ChangeKind) -> Self {
        let (name, advisory, source) = Default::default();
        Self { shard, name, advisory, source, kind, vulnerabilities: Vec::new() }
    }
}

fn file(generation: u64) -> String {
    format!("{PREFIX}{generation:020}{SUFFIX}")
}

fn files(folder: &Path) -> Vec<(u64, PathBuf, u64)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let segment = |entry: fs::DirEntry| {
        let name = entry.file_name();
        let digits = name.to_str()?.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
        let generation = digits.parse().ok().filter(|_| digits.len() == 20)?;
        Some((generation, entry.path(), entry.metadata().ok()?.len()))
    };
    entries.filter_map(segment).collect()
}
