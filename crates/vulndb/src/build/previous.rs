//! The database that a build finds in its folder and carries on: since when fixes are known, and what
//! changed.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::path::{Path, PathBuf};

use plimsoll_model::{RangeEnd, ShardName, Timestamp, read_capped};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::changes::{Change, ChangeKind, Known, Meanings};
use crate::open::{Body, Contents};
use crate::stored::{StoredRecord, StoredRow, day_of};
use crate::{DbError, Manifest, ShardRow};

/// Largest shard that is carried on.
const MAX_SHARD_BYTES: u64 = 1 << 30;

/// The database before.
#[derive(Debug)]
pub(super) struct Previous {
    folder: PathBuf,
    pub manifest: Manifest,
    /// Shards that stay as they are.
    pub kept: BTreeSet<ShardName>,
    pub changes: Vec<Change>,
}

/// A shard before.
#[derive(Debug)]
pub(super) struct PreviousShard {
    observed: HashMap<u64, Option<u32>>,
    meanings: Meanings,
    known: Vec<Known>,
}

impl Previous {
    pub fn new(folder: &Path, manifest: Manifest, is_kept: &dyn Fn(&ShardRow) -> bool) -> Self {
        // A database that was pulled in part names shards that are not there.
        let kept = manifest.shards.iter().filter(|row| is_kept(row) && folder.join(&row.file).is_file());
        let kept = kept.map(|row| row.name.clone()).collect();
        Self { folder: folder.to_path_buf(), manifest, kept, changes: Vec::new() }
    }

    pub fn kept_rows(&self) -> impl Iterator<Item = &ShardRow> {
        self.manifest.shards.iter().filter(|row| self.kept.contains(&row.name))
    }

    /// What a shard said; `None` where there was none that can be read, of which the log then speaks as
    /// a whole.
    pub fn contents(&mut self, name: &ShardName) -> Option<Contents> {
        let contents = self.manifest.shard(name).and_then(|row| {
            let file = File::open(self.folder.join(&row.file)).ok()?;
            Contents::of_bytes(read_capped(file, MAX_SHARD_BYTES).ok()?, row).ok()
        });
        if contents.is_none() {
            self.changes.push(Change::whole(name.clone(), ChangeKind::Shard));
        }
        contents
    }

    /// Notes the shards that are gone.
    pub fn note_removed(&mut self, now: &[ShardRow]) {
        let is_gone =
            |row: &&ShardRow| now.iter().all(|other| other.name != row.name) && !self.kept.contains(&row.name);
        let gone: Vec<Change> = (self.manifest.shards.iter().filter(is_gone))
            .map(|row| Change::whole(row.name.clone(), ChangeKind::ShardRemoved))
            .collect();
        self.changes.extend(gone);
    }
}

impl PreviousShard {
    pub fn of(contents: &Contents) -> Result<Self, DbError> {
        let (meanings, known) = Meanings::of(contents)?;
        let mut observed: HashMap<u64, Option<u32>> = HashMap::new();
        for key in &contents.keys {
            let Body::Pairs(pairs) = &key.body else { continue };
            for (record, row) in pairs {
                let Some(known) = known.get(*record as usize) else { continue };
                for fix in fixes(&key.name, known, row) {
                    let date = observed.entry(fix).or_insert(row.observed);
                    *date = (*date).min(row.observed);
                }
            }
        }
        Ok(Self { observed, meanings, known })
    }

    /// Since when the fixes of a row are known: the earliest of them, and unknown where one of them
    /// stood in the first build.
    pub fn observed(&self, name: &str, known: &Known, row: &StoredRow, today: Option<Timestamp>) -> Option<u32> {
        let today = today.and_then(day_of);
        fixes(name, known, row).map(|fix| self.observed.get(&fix).copied().unwrap_or(today)).min().flatten()
    }

    /// What leads from it to the new shard.
    pub fn changes(
        &self,
        shard: &ShardName,
        new: &Meanings,
        known: &HashMap<u32, Known>,
        is_withdrawn: &dyn Fn(&Known) -> bool,
    ) -> Vec<Change> {
        let known = |record: u32| known.get(&record);
        new.changes(shard, &known, (&self.meanings, &self.known), is_withdrawn).collect()
    }
}

/// A shard that is carried on while its rows are written.
#[derive(Debug, Default)]
pub(super) struct Carried<'p> {
    previous: Option<(&'p mut Previous, PreviousShard)>,
    known: HashMap<u32, Known>,
    meanings: Meanings,
}

impl<'p> Carried<'p> {
    /// Begins with what the database before had, if there is one.
    pub fn on(previous: Option<&'p mut Previous>, shard: &ShardName) -> Result<Self, DbError> {
        let mut carried = Self::default();
        if let Some(previous) = previous
            && let Some(contents) = previous.contents(shard)
        {
            carried.previous = Some((previous, PreviousShard::of(&contents)?));
        }
        Ok(carried)
    }

    /// Hears a row and says in it since when its fix is known.
    pub fn row(
        &mut self,
        name: &str,
        record: u32,
        row: &mut StoredRow,
        today: Option<Timestamp>,
        read_record: &dyn Fn(u32) -> Result<StoredRecord, DbError>,
    ) -> Result<(), DbError> {
        let Some((_, shard)) = &self.previous else { return Ok(()) };
        let known = match self.known.entry(record) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(Known::of(&read_record(record)?)?),
        };
        row.observed = shard.observed(name, known, row, today);
        self.meanings.hear(name, record, known, row)
    }

    /// Tells the log what changed.
    pub fn finish(self, shard: &ShardName, is_withdrawn: &dyn Fn(&Known) -> bool) {
        let Self { previous, known, meanings } = self;
        if let Some((previous, before)) = previous {
            let changes = before.changes(shard, &meanings, &known, is_withdrawn);
            previous.changes.extend(changes);
        }
    }
}

/// A number for each vulnerability that a row fixes, and the version that it is fixed in.
fn fixes<'r>(name: &'r str, known: &'r Known, row: &'r StoredRow) -> impl Iterator<Item = u64> + 'r {
    let versions = row.ranges.iter().filter_map(|range| match &range.end {
        RangeEnd::Fixed(version) => Some(version),
        _ => None,
    });
    versions.flat_map(move |version| {
        let of = xxh3_64(format!("{name}\0{version}").as_bytes());
        known.vulnerabilities.iter().map(move |id| xxh3_64_with_seed(id.as_bytes(), of))
    })
}
