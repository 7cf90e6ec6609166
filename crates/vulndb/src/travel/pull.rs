//! Taking what is wanted of a published database into the folder of the database.
//!
//! Every shard is hashed while it is written to a temporary file and compared with the signed
//! manifest before it is renamed into its place; the manifest comes last. So at every moment the
//! folder holds the old database or the new one, and whatever a place sends, only what its publisher
//! signed is ever looked at.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use plimsoll_model::{Digest, ShardName};
use sha2::{Digest as _, Sha256};

use super::carrier::{Arrival, Carrier};
use super::packed::unpack;
use super::patch::patched;
use super::{Rules, TravelError, Wanted, mark};
use crate::folder::{Folder, Fresh};
use crate::{Manifest, ShardRow, SignedManifest};

/// Shards that are on their way at once.
const AT_ONCE: usize = 4;

/// When a shard does not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The pull fails, and the database that was there stays.
    Fails,
    /// Where the database that was there has all that is wanted, it stays; else what came is installed,
    /// and the rest stands in [`Pulled::failures`].
    IsTold,
}

/// What a pull made.
#[derive(Debug)]
pub struct Pulled {
    /// What is installed now. Files of other databases may lie in the folder; those of this one stay
    /// until the second pull after this.
    pub manifest: Manifest,
    /// Shards that came.
    pub came: Vec<ShardName>,
    /// Shards that were wanted and there already.
    pub there: usize,
    /// Bytes of shards that travelled, as they were packed.
    pub travelled_bytes: u64,
    /// Bytes of the shards that came, unpacked.
    pub installed_bytes: u64,
    /// What did not come, and why.
    pub failures: Vec<(ShardName, TravelError)>,
}

/// Brings the database in `folder` up to what `carrier` has, as far as it is wanted. Whoever pulls
/// into the same folder at the same time waits, and then finds what has come.
///
/// # Errors
/// When the manifest cannot be had or is refused by the rules, or something cannot be written; what
/// was there before stays.
pub fn pull(
    carrier: &dyn Carrier,
    folder: &Path,
    wanted: &Wanted,
    rules: &Rules,
    refusal: Refusal,
) -> Result<Pulled, TravelError> {
    let installed = SignedManifest::read(folder).ok();
    let known = mark::read(folder, &carrier.name(), installed.as_ref());
    let (offered, mark) = match (carrier.manifest(known.as_deref())?, installed.clone()) {
        (Arrival::Manifest { json, mark }, _) => (SignedManifest::from_json(&json)?, mark),
        (Arrival::Unchanged, Some(installed)) => (installed, known),
        (Arrival::Unchanged, None) => {
            let why = "it says that nothing has changed, which was not asked".into();
            return Err(TravelError::NoDatabase { place: carrier.name(), why });
        }
    };
    rules.check(&offered, installed.as_ref())?;
    let rows = wanted.rows(offered.manifest())?;
    let is_same = |installed: Option<&SignedManifest>| installed.is_some_and(|before| before.json() == offered.json());
    if is_same(installed.as_ref()) && rows.iter().all(|row| row.is_in(folder)) {
        return Ok(Pulled::nothing(offered.manifest().clone(), rows.len()));
    }

    let locked = Folder::lock(folder)?;
    // Somebody else may have been here while this one waited.
    let installed = SignedManifest::read(folder).ok();
    rules.check(&offered, installed.as_ref())?;
    let (there, missing): (Vec<&ShardRow>, Vec<&ShardRow>) = rows.iter().partition(|row| row.is_in(folder));
    let old = installed.as_ref().map(SignedManifest::manifest);
    let pull = Pull { carrier, folder, locked: &locked, old, patching: Mutex::default(), travelled: AtomicU64::new(0) };
    let (came, mut failures) = pull.fetch(&missing);
    if refusal == Refusal::Fails && !failures.is_empty() {
        return Err(failures.swap_remove(0).1);
    }
    let mut pulled = Pulled {
        came: came.iter().map(|row| row.name.clone()).collect(),
        there: there.len(),
        travelled_bytes: pull.travelled.load(Ordering::Relaxed),
        installed_bytes: came.iter().map(|row| row.size_bytes).sum(),
        failures,
        ..Pulled::nothing(Manifest::empty(), 0)
    };
    let old_has_all =
        old.is_some_and(|old| wanted.rows(old).is_ok_and(|rows| rows.iter().all(|row| row.is_in(folder))));
    match installed {
        Some(old) if !pulled.failures.is_empty() && old_has_all => pulled.manifest = old.into_manifest(),
        installed => {
            if !is_same(installed.as_ref()) {
                locked.publish(&offered)?;
            }
            if let Some(mark) = mark {
                mark::write(&locked, &carrier.name(), &mark, &offered)?;
            }
            pulled.manifest = offered.into_manifest();
        }
    }
    Ok(pulled)
}

impl Pulled {
    fn nothing(manifest: Manifest, there: usize) -> Self {
        let (came, failures) = (Vec::new(), Vec::new());
        Self { manifest, came, there, travelled_bytes: 0, installed_bytes: 0, failures }
    }
}

/// A pull under way.
struct Pull<'a> {
    carrier: &'a dyn Carrier,
    folder: &'a Path,
    locked: &'a Folder,
    /// What is installed.
    old: Option<&'a Manifest>,
    /// One shard at a time is made of an old one: it is held in memory.
    patching: Mutex<()>,
    travelled: AtomicU64,
}

type Fetched<'r> = (Vec<&'r ShardRow>, Vec<(ShardName, TravelError)>);

impl Pull<'_> {
    /// Fetches shards, several at once, the largest first.
    fn fetch<'r>(&self, missing: &[&'r ShardRow]) -> Fetched<'r> {
        let mut queue = missing.to_vec();
        queue.sort_by_key(|row| std::cmp::Reverse(row.size_bytes));
        let next = AtomicUsize::new(0);
        let done = Mutex::new(Vec::with_capacity(queue.len()));
        std::thread::scope(|threads| {
            for _ in 0..AT_ONCE.min(queue.len()) {
                threads.spawn(|| {
                    while let Some(row) = queue.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let outcome = self.shard(row);
                        done.lock().unwrap_or_else(PoisonError::into_inner).push((*row, outcome));
                    }
                });
            }
        });
        let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        done.sort_by(|(left, _), (right, _)| left.name.cmp(&right.name));
        let (mut came, mut failures) = (Vec::new(), Vec::new());
        for (row, outcome) in done {
            match outcome {
                Ok(()) => came.push(row),
                Err(error) => failures.push((row.name.clone(), error)),
            }
        }
        (came, failures)
    }

    /// Installs one shard: made of the old one, else whole.
    fn shard(&self, row: &ShardRow) -> Result<(), TravelError> {
        if let Some(old) = self.old.and_then(|old| old.shard(&row.name)) {
            let _one_at_a_time = self.patching.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((shard, travelled)) = patched(self.folder, row, old, self.carrier) {
                self.travelled.fetch_add(travelled, Ordering::Relaxed);
                return self.locked.write(&row.file, |out| copy(row, shard.as_slice(), out));
            }
        }
        let parcel = self.carrier.shard(row)?;
        let bad = |error: io::Error| TravelError::shard(&row.name, error);
        let counted = Counted { bytes: parcel.bytes, sum: &self.travelled };
        self.locked.write(&row.file, |out| {
            if parcel.packed {
                copy(row, unpack(counted, row.size_bytes).map_err(bad)?, out)
            } else {
                copy(row, counted.take(row.size_bytes.saturating_add(1)), out)
            }
        })
    }
}

/// Copies a shard, and fails where it is not the one that the manifest names.
fn copy(row: &ShardRow, mut plain: impl Read, out: &mut Fresh) -> Result<(), TravelError> {
    let (mut hash, mut length) = (Sha256::new(), 0_u64);
    let mut buffer = vec![0; 1 << 17];
    loop {
        let piece = match plain.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => buffer.get(..read).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(TravelError::shard(&row.name, error)),
        };
        length += piece.len() as u64;
        if length > row.size_bytes {
            return Err(TravelError::shard(&row.name, format!("it is longer than {} bytes", row.size_bytes)));
        }
        hash.update(piece);
        out.write(piece)?;
    }
    let digest = Digest::Sha256(hash.finalize().into());
    if length != row.size_bytes || digest != row.digest {
        return Err(TravelError::shard(&row.name, format!("its digest is {digest}, not {}", row.digest)));
    }
    Ok(())
}

/// Counts what is read.
struct Counted<'a> {
    bytes: Box<dyn Read + Send>,
    sum: &'a AtomicU64,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.sum.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl ShardRow {
    /// Whether its file is in the folder, as far as its name and length tell.
    pub(crate) fn is_in(&self, folder: &Path) -> bool {
        File::open(folder.join(&self.file))
            .and_then(|file| file.metadata())
            .is_ok_and(|about| about.is_file() && about.len() == self.size_bytes)
    }
}
